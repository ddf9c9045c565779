"""Rows of one layout to rows of another, in plain Python or with Polars, the same cell for cell."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from machikumo.layouts.domain.blocks import without
from machikumo.layouts.domain.errors import Unmappable
from machikumo.layouts.domain.issues import Issue, cell_issue

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping, Move

Rows = TypeVar("Rows")


class Refused(NamedTuple):
    """A cell without a counterpart: row (from 0), source column, its value, and why."""

    row: int
    key: str
    value: str
    reason_ja: str
    reason_en: str

    def issue(self, layout: Layout) -> Issue:
        """Return the issue of this cell, without its place."""
        facts = {"reason_ja": self.reason_ja, "reason_en": self.reason_en}
        item = layout.by_key[self.key]
        return cell_issue("convert.step", item, self.value, facts, item.severity)


class Changed(NamedTuple):
    """A cell that would not come back as it was: row (from 0), source column, its value, and what would come back."""

    row: int
    key: str
    before: str
    after: str


@dataclass(slots=True)
class Converted(Generic[Rows]):
    """The rows in the target's layout, those with a refused cell left out; ``kept`` tells which rows these are."""

    rows: Rows
    kept: Sequence[int]
    refused: list[Refused]
    changed: list[Changed] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)


def convert_rows(mapping: Mapping, rows: Sequence[Sequence[str]]) -> Converted[list[tuple[str, ...]]]:
    """Return the rows converted one by one: the reference."""
    index = mapping.source.index
    columns: dict[str, list[str]] = {}
    refused: list[Refused] = []
    changed: list[Changed] = []
    for move in mapping.moves:
        places = [index[key] for key in move.source]
        values = [tuple(row[place] for place in places) for row in rows]
        outcome = [_attempt(move, at, value, refused) for at, value in enumerate(values)]
        if move.tells_losses:
            changed += [cell for at in range(len(rows)) for cell in _losses(move, at, values[at], outcome[at])]
        for place, key in enumerate(move.target):
            columns[key] = [row[place] if row else "" for row in outcome]
    bad = {cell.row for cell in refused}
    blank = [""] * len(rows)
    whole = list(zip(*(columns.get(key, blank) for key in mapping.target.keys), strict=True))
    kept = [at for at in range(len(rows)) if at not in bad] if bad else range(len(rows))
    dropped = {key: sum(1 for row in rows if row[index[key]]) for key in mapping.dropped}
    return Converted(
        [whole[at] for at in kept], kept, sorted(refused), sorted(changed), {key: n for key, n in dropped.items() if n}
    )


def _attempt(move: Move, at: int, values: tuple[str, ...], refused: list[Refused]) -> tuple[str, ...] | None:
    try:
        return move.one(values)
    except Unmappable as error:
        refused.append(Refused(at, move.source[0], values[0], error.reason_ja, error.reason_en))
        return None


def _losses(move: Move, at: int, before: tuple[str, ...], there: tuple[str, ...] | None) -> list[Changed]:
    if there is None:
        return []
    try:
        after = move.inverse().one(there)
    except Unmappable:  # nothing comes back
        after = ("",) * len(before)
    return [Changed(at, key, old, new) for key, old, new in zip(move.source, before, after, strict=True) if old != new]


def convert_frame(mapping: Mapping, frame: pl.DataFrame) -> Converted[pl.DataFrame]:
    """Return a frame converted column by column, with the target's keys as columns."""
    import polars as pl

    refused: list[Refused] = []
    changed: list[Changed] = []
    columns: dict[str, pl.Series] = {}
    for move in mapping.moves:
        source = [frame[key] for key in move.source]
        there = _through(move, source)
        refused += _refusals(move, source, there)
        if move.tells_losses:
            changed += _column_losses(move, source, there)
        columns |= dict(zip(move.target, there, strict=True))
    filled = pl.DataFrame([_target_column(key, column, frame.height) for key, column in columns.items()])
    bad = {cell.row for cell in refused}
    kept: Sequence[int] = range(frame.height)
    if bad:
        kept = without(kept, bad)
        filled = filled.filter(pl.repeat(value=True, n=frame.height, eager=True).scatter(list(bad), values=False))
    blank = pl.repeat("", filled.height, dtype=pl.String, eager=True)
    whole = pl.DataFrame([filled[key] if key in columns else blank.alias(key) for key in mapping.target.keys])
    return Converted(whole, kept, sorted(refused), sorted(changed), _dropped(mapping, frame))


def _target_column(key: str, column: pl.Series, height: int) -> pl.Series:
    if len(column) != height:
        column = column.extend_constant(column[0], height - 1) if height else column.clear()
    return column.alias(key)


def _through(move: Move, source: list[pl.Series]) -> list[pl.Series]:
    columns = source
    for step in move.steps:
        # A cell that a step before refused stays null: later steps see it as empty, and its nullness is put back.
        nulls = [column.is_null() for column in columns if column.null_count()]
        columns = step.many([column.fill_null("") for column in columns] if nulls else columns)
        for null in nulls:
            columns = [column.set(null, None) for column in columns]
    return columns


def _refusals(move: Move, source: list[pl.Series], there: list[pl.Series]) -> list[Refused]:
    if not any(column.null_count() for column in there):
        return []
    places = sorted({place for column in there for place in column.is_null().arg_true().to_list()})
    refused: list[Refused] = []
    for place in places:
        _attempt(move, place, tuple(column[place] for column in source), refused)
    return refused


def _column_losses(move: Move, source: list[pl.Series], there: list[pl.Series]) -> list[Changed]:
    losses: list[Changed] = []
    back = _through(move.inverse(), [column.fill_null("") for column in there])
    arrived = functools.reduce(operator.and_, (column.is_not_null() for column in there or source))
    for key, old, came in zip(move.source, source, back, strict=True):
        new = came.fill_null("")
        places = ((old != new) & arrived).arg_true()
        pairs = zip(places.to_list(), old.gather(places).to_list(), new.gather(places).to_list(), strict=True)
        losses += [Changed(place, key, before, after) for place, before, after in pairs]
    return losses


def _dropped(mapping: Mapping, frame: pl.DataFrame) -> dict[str, int]:
    import polars as pl

    if not mapping.dropped or frame.is_empty():
        return {}
    filled = frame.select((pl.col(mapping.dropped) != "").sum()).row(0, named=True)
    return {key: count for key, count in filled.items() if count}
