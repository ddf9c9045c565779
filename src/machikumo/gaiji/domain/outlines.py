"""The outline of one figure as quadratic curves, and its picture as the path of an SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Point = tuple[float, float]

PICTURE = 1000  # units of a picture's em; the baseline is 0 and y grows downward, as in SVG


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Contours in units of the em (baseline 0, y upward).

    ``points`` is n × 2; ``on_curve`` tells curve points from control points; ``ends`` gives the last point of each
    contour.
    """

    points: NDArray[np.float64]
    on_curve: NDArray[np.bool_]
    ends: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.ends

    def contours(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
        """Yield points and kinds of each contour."""
        first = 0
        for end in self.ends:
            yield self.points[first : end + 1], self.on_curve[first : end + 1]
            first = end + 1


EMPTY = Outline(np.zeros((0, 2)), np.zeros(0, dtype=np.bool_), ())


def svg_path(outline: Outline) -> str:
    """The ``d`` of an SVG path in a 1,000-unit em: only digits, signs, spaces and the letters M, L, Q, Z."""
    return "".join(_contour(points, on_curve) for points, on_curve in outline.contours() if len(points) > 1)


def _contour(points: NDArray[np.float64], on_curve: NDArray[np.bool_]) -> str:
    start, rest = _from_curve_point(points, on_curve)
    parts = [f"M{_number(start)}"]
    control: Point | None = None
    for place, is_on in [*rest, (start, True)]:
        if is_on:
            parts.append(f"Q{_number(control)} {_number(place)}" if control else f"L{_number(place)}")
            control = None
        else:
            if control:
                parts.append(f"Q{_number(control)} {_number(_middle(control, place))}")
            control = place
    return "".join(parts) + "Z"


def _from_curve_point(
    points: NDArray[np.float64], on_curve: NDArray[np.bool_]
) -> tuple[Point, list[tuple[Point, bool]]]:
    """The contour begun at a point of the curve; where there is none, at the middle of two control points."""
    places: list[Point] = [(float(x), float(y)) for x, y in points]
    kinds = [bool(kind) for kind in on_curve]
    if True not in kinds:
        return _middle(places[-1], places[0]), list(zip(places, kinds, strict=True))
    first = kinds.index(True)
    turned = [*zip(places[first:], kinds[first:], strict=True), *zip(places[:first], kinds[:first], strict=True)]
    return turned[0][0], turned[1:]


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _number(place: Point) -> str:
    return f"{round(place[0] * PICTURE)} {round(-place[1] * PICTURE)}"
