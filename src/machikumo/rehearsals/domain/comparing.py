"""Two rounds compared: the figures of both, the rows that only one has, and what changed in the rows of both.

Memory stays bounded: sixteen bytes a row and round for keys and contents, and the cells of at most ``AT_ONCE``
differing rows; where more differ, the files are read again for the next part of the keys.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.definition import Sensitivity
from machikumo.layouts.domain.issues import mask
from machikumo.layouts.domain.reconcile import KeySet, key_difference, key_text
from machikumo.rehearsals.domain.evidence import DifferingRow, Kind
from machikumo.rehearsals.domain.measures import Figure, Measures, Picture, figures
from machikumo.rehearsals.domain.reading import (
    Defects,
    Delivery,
    HeldRows,
    Keyed,
    accepted_blocks,
    take_rejects,
    take_warnings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import polars as pl

    from machikumo.rehearsals.domain.counting import Sheet

AT_ONCE = 100_000
_KEY, _CONTENT, _PLACE = "\x00key", "\x00content", "\x00place"
_SHIFT = 40  # a row's place in one number: file of the round, then data row


@dataclass(slots=True)
class Count:
    """Everything that was counted of one round's files in one layout."""

    measures: Measures
    picture: Picture = field(default_factory=Picture)
    read: int = 0
    held: HeldRows = field(default_factory=HeldRows)
    defects: Defects = field(default_factory=Defects)
    keys: KeySet = field(default_factory=KeySet)
    contents: array[int] = field(default_factory=lambda: array("Q"))

    @property
    def held_open(self) -> int:
        """Rows set aside that no other file of the same round brought in mended."""
        wanted = set(self.held.keys.hashes)
        mended = wanted.intersection(self.keys.hashes) if wanted else wanted
        return self.held.count - sum(key in mended for key in self.held.keys.hashes)

    def ordered(self) -> pl.DataFrame:
        """Keys and contents of the rows, by key."""
        import polars as pl

        columns = {_KEY: self.keys.hashes, _CONTENT: self.contents}
        return pl.DataFrame({name: pl.Series(cells, dtype=pl.UInt64) for name, cells in columns.items()}).sort(_KEY)


def count(
    deliveries: Iterable[Delivery],
    measures: Measures,
    *,
    sheet: Sheet | None = None,
    told: Callable[[Delivery, int], None] = lambda _delivery, _end: None,
) -> Count:
    """Read a round's files of one layout and count them, telling after each block which file is read how far.

    Raises LayoutError when a file cannot be read at all.
    """
    found = Count(measures)
    for delivery in deliveries:
        keyed = Keyed(delivery.mapping)
        for result in accepted_blocks(delivery):
            take_rejects(result, keyed, found.held, found.defects)
            if result.closing:
                continue
            frame = result.converted
            found.read += result.entry.records
            take_warnings(result, frame, measures.primary_key, found.defects)
            found.picture.add(frame, measures)
            found.keys.hashes.extend(_hashes(frame, measures.primary_key))
            found.contents.extend(frame.select(measures.keys).hash_rows(seed=1))
            if sheet is not None:
                sheet.add(frame)
            told(delivery, result.entry.end)
    return found


def _hashes(frame: pl.DataFrame, primary_key: Sequence[str]) -> array[int]:
    keys = KeySet()
    keys.add(key_text(row) for row in frame.select(primary_key).iter_rows())
    return keys.hashes


@dataclass(frozen=True, slots=True)
class DefectLine:
    """One rule's findings in both rounds; a finding is the same when it is of the same row by its key."""

    rule: str
    item: str
    name_ja: str
    name_en: str
    before: int
    after: int
    new: int
    gone: int

    @property
    def still(self) -> int:
        """Findings of the round before that are there again."""
        return self.before - self.gone


@dataclass(frozen=True, slots=True)
class HeldDifference:
    """Rows set aside in the round before: accepted now (mended), set aside again, no longer delivered; and fresh ones.

    ``untold``: rows of either round whose key cannot be read, so that nothing can be said of them.
    """

    before: int
    after: int
    mended: int
    still: int
    left: int
    fresh: int
    untold: int


@dataclass(slots=True)
class Difference:
    """What is not the same in two rounds; ``figures`` are the differing ones of ``compared`` in all."""

    compared: int
    figures: tuple[Figure, ...]
    defects: tuple[DefectLine, ...]
    held: HeldDifference
    same: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)

    @property
    def is_empty(self) -> bool:
        """Whether both rounds brought the same."""
        return not self.figures and not sum(self.kinds.values())


def compare(
    before: tuple[Sequence[Delivery], Count],
    after: tuple[Sequence[Delivery], Count],
    *,
    write: Callable[[bytes], object],
    at_once: int = AT_ONCE,
) -> Difference:
    """The difference of two rounds in one layout; every differing row goes to ``write`` as a line of evidence."""
    older, newer = before[1], after[1]
    all_figures = list(figures(older.picture, newer.picture))
    found = Difference(
        compared=len(all_figures),
        figures=tuple(one for one in all_figures if not one.agrees),
        defects=tuple(_defect_lines(older.defects, newer.defects)),
        held=_held(older, newer),
    )
    gone, new, changed, found.same = _key_sets(older.ordered(), newer.ordered())
    mended = frozenset(older.held.keys.hashes) & frozenset(new)
    for low, high in _parts([*gone, *new, *changed], at_once):
        for row in _differing(before, after, _Wanted(gone, new, changed, mended, low, high)):
            found.kinds[row.kind.value] += 1
            found.columns.update(row.cells.keys() if row.kind is Kind.CHANGED else ())
            write(row.line())
    return found


def _key_sets(before: pl.DataFrame, after: pl.DataFrame) -> tuple[list[int], list[int], list[int], int]:
    """Keys only before, only after, in both with other contents; and how many rows are the same."""
    gone = before.join(after, on=_KEY, how="anti")[_KEY].to_list()
    new = after.join(before, on=_KEY, how="anti")[_KEY].to_list()
    both = before.join(after, on=_KEY, how="inner", suffix="+")
    changed = both.filter(both[_CONTENT] != both[f"{_CONTENT}+"])[_KEY].to_list()
    return gone, new, changed, both.height - len(changed)


def _parts(keys: list[int], at_once: int) -> Iterator[tuple[int, int]]:
    """Ranges of keys (both ends belong to them) with at most so many of the keys in each."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), at_once):
        part = ordered[start : start + at_once]
        yield part[0], part[-1]


@dataclass(frozen=True, slots=True)
class _Wanted:
    gone: Sequence[int]
    new: Sequence[int]
    changed: Sequence[int]
    mended: frozenset[int]
    low: int
    high: int

    def within(self, *lists: Sequence[int]) -> pl.Series:
        import polars as pl

        chosen = [key for keys in lists for key in keys if self.low <= key <= self.high]
        return pl.Series(_KEY, chosen, dtype=pl.UInt64)


def _differing(
    before: tuple[Sequence[Delivery], Count], after: tuple[Sequence[Delivery], Count], wanted: _Wanted
) -> Iterator[DifferingRow]:
    measures = after[1].measures
    older = _rows(before[0], measures, wanted.within(wanted.gone, wanted.changed))
    newer = _rows(after[0], measures, wanted.within(wanted.new, wanted.changed))
    for key in sorted({*older, *newer}):
        here, there = older.get(key), newer.get(key)
        if here and there:
            yield _changed(measures, here, there)
        elif here:
            yield _one_sided(measures, Kind.GONE, here, None)
        elif there:
            kind = Kind.MENDED if key in wanted.mended else Kind.NEW
            yield _one_sided(measures, kind, None, there)


def _rows(deliveries: Sequence[Delivery], measures: Measures, wanted: pl.Series) -> dict[int, tuple[Any, ...]]:
    """The wanted rows by key hash: their place, then their cells."""
    import polars as pl

    found: dict[int, tuple[Any, ...]] = {}
    if not len(wanted):
        return found
    for delivery in deliveries:
        for result in accepted_blocks(delivery):
            if result.closing:
                continue
            frame = result.converted.select(measures.keys).with_columns(
                pl.Series(_KEY, _hashes(result.converted, measures.primary_key), dtype=pl.UInt64),
                pl.Series(_PLACE, [(delivery.number << _SHIFT) + row for row in result.numbers], dtype=pl.UInt64),
            )
            for *cells, key, place in frame.join(wanted.to_frame(), on=_KEY, how="semi").iter_rows():
                found[key] = (place, *cells)
    return found


def _changed(measures: Measures, here: tuple[Any, ...], there: tuple[Any, ...]) -> DifferingRow:
    pairs = zip(measures.keys, here[1:], there[1:], strict=True)
    cells = {key: _shown(measures, key, old, new) for key, old, new in pairs if old != new}
    return DifferingRow(Kind.CHANGED, _key_of(measures, there), _place_of(here), _place_of(there), cells)


def _one_sided(
    measures: Measures, kind: Kind, here: tuple[Any, ...] | None, there: tuple[Any, ...] | None
) -> DifferingRow:
    row = here or there or ()
    filled = ((key, cell) for key, cell in zip(measures.keys, row[1:], strict=True) if cell)
    cells = {key: _shown(measures, key, cell if here else "", cell if there else "") for key, cell in filled}
    return DifferingRow(
        kind, _key_of(measures, row), _place_of(here) if here else None, _place_of(there) if there else None, cells
    )


def _shown(measures: Measures, key: str, old: str, new: str) -> tuple[str, str]:
    if key not in measures.hidden:
        return old, new
    return tuple(mask(cell, Sensitivity.VAULT) if cell else "" for cell in (old, new))  # type: ignore[return-value]  # two


def _key_of(measures: Measures, row: tuple[Any, ...]) -> tuple[str, ...]:
    places = {key: place for place, key in enumerate(measures.keys, 1)}
    return tuple(row[places[key]] for key in measures.primary_key)


def _place_of(row: tuple[Any, ...]) -> tuple[int, int]:
    return row[0] >> _SHIFT, row[0] & ((1 << _SHIFT) - 1)


def _defect_lines(before: Defects, after: Defects) -> Iterator[DefectLine]:
    words = before.words | after.words
    for rule, item in sorted({*before.found, *after.found}):
        older, newer = (side.found.get((rule, item), KeySet()) for side in (before, after))
        apart = key_difference(older, newer)
        counts = len(older.hashes), len(newer.hashes), len(apart.extra), len(apart.missing)
        yield DefectLine(rule, item, *words[rule], *counts)


def _held(before: Count, after: Count) -> HeldDifference:
    older, newer = set(before.held.keys.hashes), set(after.held.keys.hashes)
    accepted = older & set(after.keys.hashes)
    return HeldDifference(
        before=before.held.count,
        after=after.held.count,
        mended=len(accepted),
        still=len(older & newer - accepted),
        left=len(older - newer - accepted),
        fresh=len(newer - older),
        untold=before.held.untold + after.held.untold,
    )
