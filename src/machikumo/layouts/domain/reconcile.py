"""Reconciliation (照合): what the file held beside what the register holds: counts, keys in both directions, totals.

Streams of frames on both sides, so that memory grows by eight bytes a row: keys are compared as 64-bit hashes, and
only where hashes differ are the keys themselves looked for in a second stream.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

SHOWN_KEYS = 1_000
KEY = ("addressee_number", "history_number", "history_branch")
GROUPS = {
    "sex": "sex",
    "birth_year": "birth_date",
    "district": "address_town",
    "resident_state": "resident_state",
    "resident_kind": "resident_kind",
}
YEAR_SIGNS = 4


@dataclass(slots=True)
class Tally:
    """What one side holds: rows, totals a group and value, hashes of the keys."""

    rows: int = 0
    totals: dict[str, Counter[str]] = field(default_factory=lambda: {group: Counter() for group in GROUPS})
    hashes: list[Any] = field(default_factory=list)
    first_event: str = ""
    last_event: str = ""

    def add(self, frame: pl.DataFrame) -> None:
        """Count one block of standard rows (text columns)."""
        import polars as pl

        self.rows += frame.height
        for group, column in GROUPS.items():
            values = frame[column].fill_null("")
            if group == "birth_year":
                values = values.str.slice(0, YEAR_SIGNS)
            counted = values.alias("value").value_counts()
            self.totals[group].update(dict(counted.iter_rows()))
        self.hashes.append(keys_of(frame).hash(seed=1))
        days = frame["event_date"].filter(frame["event_date"].fill_null("") != "").cast(pl.String)
        if days.len():
            self._widen(str(days.min()), str(days.max()))

    def _widen(self, first: str, last: str) -> None:
        self.first_event = min(filter(None, (self.first_event, first)))
        self.last_event = max(self.last_event, last)

    def all_hashes(self) -> pl.Series:
        """Every key's hash."""
        import polars as pl

        return pl.concat(self.hashes) if self.hashes else pl.Series([], dtype=pl.UInt64)


def keys_of(frame: pl.DataFrame) -> pl.Series:
    """The key of each row as one text: addressee number, history number, branch."""
    import polars as pl

    return frame.select(pl.concat_str([pl.col(name).fill_null("") for name in KEY], separator="/").alias("key"))["key"]


@dataclass(frozen=True, slots=True)
class Line:
    """One total: the group, the value, and its count on both sides."""

    group: str
    value: str
    source: int
    target: int

    @property
    def agrees(self) -> bool:
        """Whether both sides count the same."""
        return self.source == self.target


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The proof of a move-in. ``read = accepted + quarantined`` and ``accepted = in the register``, key by key."""

    read: int
    quarantined: int
    accepted: int
    target: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    lines: tuple[Line, ...]
    first_event: str
    last_event: str

    @property
    def agrees(self) -> bool:
        """Whether nothing is lost, nothing is added, and every total is equal."""
        whole = self.read == self.accepted + self.quarantined and self.accepted == self.target
        return whole and not self.missing and not self.extra and all(line.agrees for line in self.lines)

    def as_dict(self) -> dict[str, Any]:
        """As JSON values, for keeping and for the report."""
        return {
            "read": self.read,
            "quarantined": self.quarantined,
            "accepted": self.accepted,
            "target": self.target,
            "missing": list(self.missing),
            "extra": list(self.extra),
            "first_event": self.first_event,
            "last_event": self.last_event,
            "agrees": self.agrees,
            "lines": [[line.group, line.value, line.source, line.target] for line in self.lines],
        }


def lines_of(source: Mapping[str, Mapping[str, int]], target: Mapping[str, Mapping[str, int]]) -> tuple[Line, ...]:
    """Every total that either side has, in order of group and value."""
    return tuple(
        Line(group, value, source.get(group, {}).get(value, 0), target.get(group, {}).get(value, 0))
        for group in GROUPS
        for value in sorted({*source.get(group, {}), *target.get(group, {})})
    )


def hash_differences(source: Tally, target: Tally) -> tuple[frozenset[int], frozenset[int]]:
    """Hashes that only the source has, and that only the target has; a key that comes twice on one side differs too."""
    if source.rows == target.rows:
        first, second = source.all_hashes().sort(), target.all_hashes().sort()
        if first.equals(second):
            return frozenset(), frozenset()
    first_counts, second_counts = Counter(source.all_hashes().to_list()), Counter(target.all_hashes().to_list())
    return frozenset(first_counts - second_counts), frozenset(second_counts - first_counts)


def named(hashes: frozenset[int], frames: Iterable[pl.DataFrame]) -> tuple[str, ...]:
    """The keys behind the hashes, found in a second stream; at most a thousand, sorted."""
    found: set[str] = set()
    for frame in frames if hashes else ():
        keys = keys_of(frame)
        for key, value in zip(keys.to_list(), keys.hash(seed=1).to_list(), strict=True):
            if value in hashes:
                found.add(key)
        if len(found) >= SHOWN_KEYS:
            break
    return tuple(sorted(found)[:SHOWN_KEYS])


def reconciled(
    *, read: int, quarantined: int, source: Tally, target: Tally, missing: Sequence[str], extra: Sequence[str]
) -> Reconciliation:
    """The reconciliation of two tallies whose differing keys have been named."""
    return Reconciliation(
        read=read,
        quarantined=quarantined,
        accepted=source.rows,
        target=target.rows,
        missing=tuple(missing),
        extra=tuple(extra),
        lines=lines_of(source.totals, target.totals),
        first_event=source.first_event,
        last_event=source.last_event,
    )
