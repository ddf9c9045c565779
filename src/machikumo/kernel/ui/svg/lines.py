"""Lines over time, at most four; each has its own stroke pattern and its name at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.kernel.ui.svg.elements import drawing, figure, line, text, ticks, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640.0, 312.0, 64.0, 110.0, 28.0, 32.0
KINDS = "abcd"


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a value for each point of time, None where nothing is known."""

    name: str
    values: tuple[float | None, ...]


def lines(title: str, points: Sequence[str], series: Sequence[Series], *, unit: str = "") -> str:
    """A line chart from 0; ValueError for more than four lines or a line of another length than the points."""
    if len(series) > len(KINDS) or any(len(one.values) != len(points) for one in series):
        raise ValueError("at most four lines, each with one value a point")
    described = "。".join(
        f"{one.name}: "
        + "、".join(
            f"{point} {written(value)}{unit}"
            for point, value in zip(points, one.values, strict=True)
            if value is not None
        )
        for one in series
    )
    return drawing(WIDTH, HEIGHT, title, described, _elements(points, series, unit))


def _elements(points: Sequence[str], series: Sequence[Series], unit: str) -> Iterator[str]:
    known = [value for one in series for value in one.values if value is not None]
    marks = ticks(max(known, default=0))
    floor = HEIGHT - BOTTOM
    scale = (floor - TOP) / marks[-1]
    for mark in marks:
        yield line(LEFT, floor - mark * scale, WIDTH - RIGHT, floor - mark * scale, "axis" if mark == 0 else "grid")
        yield text(LEFT - 8, floor - mark * scale + 4, written(mark), anchor="end", kind="quiet")
    if unit:
        yield text(LEFT - 8, TOP - 14, unit, anchor="end", kind="quiet")
    across = _across(len(points))
    for place, point in enumerate(points):
        yield text(across[place], HEIGHT - 8, point, anchor="middle", kind="quiet")
    heights = _label_heights([_last(one.values, floor, scale) for one in series])
    for kind, one, label in zip(KINDS, series, heights, strict=False):
        yield from _line(one, kind, across, floor, scale)
        yield text(WIDTH - RIGHT + 10, label + 4, one.name, kind="strong")


def _across(total: int) -> list[float]:
    step = (WIDTH - LEFT - RIGHT - 24) / max(total - 1, 1)
    return [LEFT + 12 + step * place for place in range(total)]


def _last(values: Sequence[float | None], floor: float, scale: float) -> float:
    known = [value for value in values if value is not None]
    return floor - (known[-1] if known else 0) * scale


def _label_heights(wanted: Sequence[float]) -> list[float]:
    """Where the names go: as near to their line's end as they can without lying on each other."""
    placed = dict[int, float]()
    lowest = 0.0
    for place in sorted(range(len(wanted)), key=lambda one: wanted[one]):
        lowest = placed[place] = max(wanted[place], lowest)
        lowest += 18
    return [placed[place] for place in range(len(wanted))]


def _line(one: Series, kind: str, across: Sequence[float], floor: float, scale: float) -> Iterator[str]:
    """The line in pieces: a gap stays where nothing is known."""
    path, pen = [], "M"
    for x, value in zip(across, one.values, strict=True):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{figure(x)} {figure(floor - value * scale)}")
        pen = "L"
        yield f'<circle cx="{figure(x)}" cy="{figure(floor - value * scale)}" r="3.5" class="mk-svg-{kind}"/>'
    if path:
        yield f'<path d="{"".join(path)}" class="mk-svg-line mk-svg-line-{kind}"/>'
