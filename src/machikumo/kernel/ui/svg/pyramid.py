"""Population pyramid: men to the left, women to the right, the oldest on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.kernel.ui.svg.elements import drawing, line, rectangle, text, ticks, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, MIDDLE, SIDE, ROW, TOP, BOTTOM = 640.0, 84.0, 28.0, 20.0, 26.0, 24.0


@dataclass(frozen=True, slots=True)
class AgeBand:
    """One band of ages: its name (0–4歳) and how many men and women are in it."""

    name: str
    men: int
    women: int


def pyramid(title: str, bands: Sequence[AgeBand], *, men: str = "男", women: str = "女", unit: str = "人") -> str:
    """A population pyramid; ``bands`` come youngest first, as in a table."""
    height = TOP + ROW * len(bands) + BOTTOM
    described = "、".join(
        f"{band.name} {men} {written(band.men)}{unit} {women} {written(band.women)}{unit}" for band in bands
    )
    return drawing(WIDTH, height, title, described, _elements(bands, height, (men, women)))


def _elements(bands: Sequence[AgeBand], height: float, names: tuple[str, str]) -> Iterator[str]:
    room = (WIDTH - MIDDLE) / 2 - SIDE
    left, right = SIDE + room, SIDE + room + MIDDLE
    marks = ticks(max((max(band.men, band.women) for band in bands), default=0), 3)
    scale = room / marks[-1]
    for mark in marks:
        for x in (left - mark * scale, right + mark * scale):
            yield line(x, TOP, x, height - BOTTOM, "axis" if mark == 0 else "grid")
            yield text(x, height - 6, written(mark), anchor="middle", kind="quiet")
    yield text(left - 4, 16, names[0], anchor="end", kind="strong")
    yield text(right + 4, 16, names[1], kind="strong")
    for place, band in enumerate(reversed(bands)):
        top = TOP + ROW * place + 2
        yield rectangle(left - band.men * scale, top, band.men * scale, ROW - 4, "a")
        yield rectangle(right, top, band.women * scale, ROW - 4, "b")
        yield text((left + right) / 2, top + 12.5, band.name, anchor="middle", kind="quiet")
