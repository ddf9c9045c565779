"""What is counted in the rows of a round: rows, values, years, sums, days and empty cells, as the layout says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.definition import ItemType, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from machikumo.layouts.domain.definition import Layout

TOWNS = ("address_town_code", "address_town")  # 町字: counted by value though they are no code lists
YEARS = ("birth_date",)
AMOUNTS = frozenset({ItemType.INTEGER, ItemType.SIGNED, ItemType.DECIMAL})
ROWS, VALUE, YEAR, FILLED, TOTAL, FIRST, LAST, EMPTY = (
    "rows", "value", "year", "filled", "total", "first", "last", "empty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measures:
    """Which items of a layout are counted how; no item of the vault is counted by value."""

    layout_key: str
    keys: tuple[str, ...]
    primary_key: tuple[str, ...]
    valued: tuple[str, ...]
    years: tuple[str, ...]
    amounts: tuple[str, ...]
    days: tuple[str, ...]
    hidden: tuple[str, ...]  # in the vault: never shown, not even masked by shape


def measures_of(layout: Layout) -> Measures:
    """What can be counted in rows of the layout: code lists and 町字 by value, amounts, days, birth years."""
    open_items = [item for item in layout.items if item.sensitivity is not Sensitivity.VAULT]
    keys = {item.key for item in open_items}
    amounts = (item for item in open_items if item.type in AMOUNTS and item.code_list is None)
    return Measures(
        layout_key=layout.key,
        keys=layout.keys,
        primary_key=layout.primary_key,
        valued=(
            *(item.key for item in open_items if item.code_list is not None or item.type is ItemType.BOOLEAN),
            *(key for key in TOWNS if key in keys),
        ),
        years=tuple(key for key in YEARS if key in keys),
        amounts=tuple(item.key for item in amounts if item.key not in layout.primary_key),
        days=tuple(item.key for item in open_items if item.type is ItemType.DATE),
        hidden=tuple(item.key for item in layout.items if item.sensitivity is Sensitivity.VAULT),
    )


@dataclass(slots=True)
class Picture:
    """The figures of one round's accepted rows in one layout.

    ``values`` and ``years`` count by item and value, the empty text standing for rows without one; ``amounts`` holds
    how many cells have a number, and their sum; ``days`` the first and last day as ISO text.
    """

    rows: int = 0
    values: dict[str, Counter[str]] = field(default_factory=dict)
    years: dict[str, Counter[str]] = field(default_factory=dict)
    amounts: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    days: dict[str, tuple[str, str]] = field(default_factory=dict)
    empties: Counter[str] = field(default_factory=Counter)

    def add(self, frame: pl.DataFrame, measures: Measures) -> None:
        """Count a block of rows, all columns text."""
        self.rows += frame.height
        for key in measures.valued:
            found = dict(frame[key].value_counts().iter_rows())
            self.values.setdefault(key, Counter()).update(found)
        for key in measures.years:
            found = dict(frame[key].str.slice(0, 4).value_counts().iter_rows())
            self.years.setdefault(key, Counter()).update(found)
        for key in measures.amounts:
            self._add_amount(key, frame[key])
        for key in measures.days:
            self._add_days(key, frame[key])
        import polars as pl

        empties = frame.select((pl.col(key) == "").sum().alias(key) for key in measures.keys)
        self.empties.update({key: int(empties[key][0]) for key in measures.keys})

    def _add_amount(self, key: str, cells: pl.Series) -> None:
        filled = cells.filter(cells != "")
        count, total = self.amounts.get(key, (0, Decimal(0)))
        more = sum((Decimal(text) for text in filled if _is_number(text)), Decimal(0))
        self.amounts[key] = count + len(filled), total + more

    def _add_days(self, key: str, cells: pl.Series) -> None:
        filled = cells.filter(cells != "")
        if not len(filled):
            return
        first, last = str(filled.min()), str(filled.max())
        known = self.days.get(key, (first, last))
        self.days[key] = min(first, known[0]), max(last, known[1])

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON; sums as text, so that no digit is lost."""
        return {
            "rows": self.rows,
            "values": {key: dict(sorted(found.items())) for key, found in sorted(self.values.items())},
            "years": {key: dict(sorted(found.items())) for key, found in sorted(self.years.items())},
            "amounts": {key: [count, str(total)] for key, (count, total) in sorted(self.amounts.items())},
            "days": {key: list(pair) for key, pair in sorted(self.days.items())},
            "empties": dict(sorted(self.empties.items())),
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Picture:
        """The picture that ``as_dict`` gave."""
        return cls(
            rows=found["rows"],
            values={key: Counter(counts) for key, counts in found["values"].items()},
            years={key: Counter(counts) for key, counts in found["years"].items()},
            amounts={key: (count, Decimal(total)) for key, (count, total) in found["amounts"].items()},
            days={key: (first, last) for key, (first, last) in found["days"].items()},
            empties=Counter(found["empties"]),
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of two rounds: how it is measured, of which item and value, before and after."""

    measure: str
    item: str
    value: str
    before: str
    after: str

    @property
    def agrees(self) -> bool:
        """Whether both rounds have the same."""
        return self.before == self.after


def figures(before: Picture, after: Picture) -> Iterator[Figure]:
    """Every figure that either round has, rows first; the order is the same for the same pictures."""
    yield Figure(ROWS, "", "", str(before.rows), str(after.rows))
    for measure, name in ((VALUE, "values"), (YEAR, "years")):
        yield from _counted(measure, getattr(before, name), getattr(after, name))
    nothing = (0, Decimal(0))
    for key in sorted({*before.amounts, *after.amounts}):
        (count, total), (later, sum_later) = before.amounts.get(key, nothing), after.amounts.get(key, nothing)
        yield Figure(FILLED, key, "", str(count), str(later))
        yield Figure(TOTAL, key, "", str(total), str(sum_later))
    for key in sorted({*before.days, *after.days}):
        pairs = before.days.get(key, ("", "")), after.days.get(key, ("", ""))
        for place, measure in enumerate((FIRST, LAST)):
            yield Figure(measure, key, "", pairs[0][place], pairs[1][place])
    for key in sorted({*before.empties, *after.empties}):
        yield Figure(EMPTY, key, "", str(before.empties[key]), str(after.empties[key]))


def _counted(measure: str, before: Mapping[str, Counter[str]], after: Mapping[str, Counter[str]]) -> Iterator[Figure]:
    for key in sorted({*before, *after}):
        here, there = before.get(key, Counter()), after.get(key, Counter())
        for value in sorted({*here, *there}):
            yield Figure(measure, key, value, str(here[value]), str(there[value]))


def contribution(measure: str, cell: str) -> str:
    """What one cell adds to a figure of that measure, as a text that can be compared."""
    if measure == YEAR:
        return cell[:4]
    if measure in {FILLED, EMPTY}:
        return "" if cell else EMPTY
    return cell


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()
