"""Control totals of standard rows.

Counts by sex, kind, state, relationship, reason, district and birth year; first and last days.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

COUNTED = (
    "sex",
    "resident_kind",
    "resident_state",
    "relationship_1",
    "event_reason",
    "address_town_code",
    "address_town",
)
YEARS = ("birth_date",)
DAYS = ("birth_date", "event_date")


@dataclass(slots=True)
class Totals:
    """Counts of values by item, counts of years by date item, and the first and last day of date items.

    Keys of ``counts`` are item keys, and ``birth_date:year`` for years; the empty text counts rows without a value.
    """

    rows: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    days: dict[str, tuple[str, str]] = field(default_factory=dict)

    def _count(self, name: str, more: Mapping[str, int]) -> None:
        self.counts.setdefault(name, Counter()).update(more)

    def _day(self, key: str, first: str, last: str) -> None:
        if not last:
            return
        known = self.days.get(key, (first, last))
        self.days[key] = min(known[0], first), max(known[1], last)

    def add_rows(self, rows: Sequence[Sequence[str]], index: Mapping[str, int]) -> None:
        """Count rows given as tuples; ``index`` tells each item's place."""
        self.rows += len(rows)
        for key in COUNTED:
            if key in index:
                self._count(key, Counter(row[index[key]] for row in rows))
        for key in YEARS:
            if key in index:
                self._count(f"{key}:year", Counter(row[index[key]][:4] for row in rows))
        for key in DAYS:
            filled = [row[index[key]] for row in rows if row[index[key]]] if key in index else []
            if filled:
                self._day(key, min(filled), max(filled))

    def add_frame(self, frame: pl.DataFrame) -> None:
        """Count rows given as a frame of text columns."""
        import polars as pl

        self.rows += frame.height
        for key in COUNTED:
            if key in frame.columns:
                self._count(key, dict(frame[key].value_counts().iter_rows()))
        for key in YEARS:
            if key in frame.columns:
                self._count(f"{key}:year", dict(frame[key].str.slice(0, 4).value_counts().iter_rows()))
        for key in DAYS:
            if key in frame.columns:
                filled = frame[key].filter(frame[key] != "")
                first, last = filled.to_frame().select(pl.first().min(), pl.last().max().alias("last")).row(0)
                self._day(key, first or "", last or "")

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        counts = {key: dict(sorted(found.items())) for key, found in sorted(self.counts.items())}
        return {
            "rows": self.rows,
            "counts": counts,
            "days": {key: list(pair) for key, pair in sorted(self.days.items())},
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Totals:
        """Return the totals that ``as_dict`` gave."""
        counts = {key: Counter(values) for key, values in found["counts"].items()}
        return cls(found["rows"], counts, {key: (pair[0], pair[1]) for key, pair in found["days"].items()})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: what is counted (item key, and the value), both figures."""

    measure: str
    value: str
    source: str
    target: str

    @property
    def agrees(self) -> bool:
        """Whether both sides have the same."""
        return self.source == self.target


def compare(source: Totals, target: Totals) -> list[Line]:
    """Return the two sides' totals line by line, all lines, agreeing or not."""
    lines = [Line("rows", "", str(source.rows), str(target.rows))]
    for key in sorted({*source.counts, *target.counts}):
        here, there = (side.counts.get(key, Counter()) for side in (source, target))
        lines += [Line(key, value, str(here[value]), str(there[value])) for value in sorted({*here, *there})]
    for key in sorted({*source.days, *target.days}):
        pairs = [side.days.get(key, ("", "")) for side in (source, target)]
        lines += [Line(f"{key}:{end}", "", pairs[0][at], pairs[1][at]) for at, end in enumerate(("first", "last"))]
    return lines
