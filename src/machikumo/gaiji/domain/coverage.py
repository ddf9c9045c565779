"""How much of the use is decided: by figures, by cells and by people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Part:
    """Some of all."""

    done: int
    of: int

    @property
    def percent(self) -> float:
        """The share in percent with one decimal, rounded down, so that 100 means every one; 100 of nothing."""
        return 1000 * self.done // self.of / 10 if self.of else 100.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Figures that are in use, cells and people's uses: decided and all.

    ``people`` adds up the people of each figure: somebody with two such characters counts twice.
    """

    figures: Part
    cells: Part
    people: Part


def coverage(figures: Iterable[tuple[int, int, bool]]) -> Coverage:
    """The coverage of figures given as (cells, people, whether it is decided); unused figures do not count."""
    used = [(cells, people, decided) for cells, people, decided in figures if cells]
    done = [(cells, people) for cells, people, decided in used if decided]
    return Coverage(
        Part(len(done), len(used)),
        Part(sum(cells for cells, _ in done), sum(cells for cells, _, _ in used)),
        Part(sum(people for _, people in done), sum(people for _, people, _ in used)),
    )
