"""Bars lying down: names are long in Japanese, and a phone is narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.kernel.ui.svg.elements import drawing, line, rectangle, text, ticks, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, LABELS, RIGHT, ROW, THICK, TOP = 640.0, 150.0, 90.0, 34.0, 20.0, 8.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its value (0 or more) and whether it stands out (one's own town)."""

    name: str
    value: float
    stands_out: bool = False


def bars(title: str, shown: Sequence[Bar], *, unit: str = "") -> str:
    """A bar chart; each bar has its value written at its end. A value below 0 raises ValueError."""
    if any(bar.value < 0 for bar in shown):
        raise ValueError("a bar cannot show a value below 0")
    height = TOP + ROW * len(shown) + 24
    described = "、".join(f"{bar.name} {written(bar.value)}{unit}" for bar in shown)
    return drawing(WIDTH, height, title, described, _elements(shown, unit, height))


def _elements(shown: Sequence[Bar], unit: str, height: float) -> Iterator[str]:
    marks = ticks(max((bar.value for bar in shown), default=0))
    scale = (WIDTH - LABELS - RIGHT) / marks[-1]
    bottom = height - 20
    for mark in marks:
        yield line(LABELS + mark * scale, TOP, LABELS + mark * scale, bottom)
        yield text(LABELS + mark * scale, height - 4, written(mark), anchor="middle", kind="quiet")
    for place, bar in enumerate(shown):
        yield from _bar(bar, TOP + ROW * place, scale, unit)
    yield line(LABELS, TOP, LABELS, bottom, "axis")


def _bar(bar: Bar, top: float, scale: float, unit: str) -> Iterator[str]:
    middle = top + ROW / 2 + 5
    yield text(LABELS - 10, middle, bar.name, anchor="end", kind="strong" if bar.stands_out else "")
    yield rectangle(LABELS, top + (ROW - THICK) / 2, bar.value * scale, THICK, "b" if bar.stands_out else "a")
    yield text(LABELS + bar.value * scale + 8, middle, f"{written(bar.value)}{unit}", kind="strong")
