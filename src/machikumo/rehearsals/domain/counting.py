"""The count sheet (件数表): lines whose definition is data, counted by us, told by the old system, compared."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.reconcile import KeySet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

ROWS, DISTINCT, SUM = "rows", "distinct", "sum"
PLACE = "/"  # between a line's key and the value that it is counted by


@dataclass(frozen=True, slots=True)
class LineDefinition:
    """One line of a count sheet, or one line a value of ``by``.

    ``count`` is rows, distinct (values of ``item``) or sum (of ``item``); ``where`` narrows the rows: item → values.
    A ``required`` line must be told by the old system before anybody signs.
    """

    key: str
    title_ja: str
    title_en: str
    unit_ja: str
    unit_en: str
    count: str
    item: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class SheetDefinition:
    """The count sheet of one business system: its lines, for rows of one layout."""

    system: str
    layout: str
    source: str
    confirmed: bool
    lines: tuple[LineDefinition, ...]


def load_sheets(text: str, where: str) -> dict[str, SheetDefinition]:
    """The count sheets of a TOML text by business system.

    Raises BadDefinition when a line stands twice or counts in no known way.
    """
    found = {}
    for table in tomllib.loads(text).get("sheet", []):
        lines = tuple(_line(one, where) for one in table["line"])
        if len({line.key for line in lines}) != len(lines):
            raise BadDefinition(where, "同じ行が2回あります。", "a line stands twice.")
        sheet = SheetDefinition(table["system"], table["layout"], table["source"], table["confirmed"], lines)
        found[sheet.system] = sheet
    return found


def _line(table: Mapping[str, Any], where: str) -> LineDefinition:
    count, _, item = table["count"].partition(":")
    if count not in {ROWS, DISTINCT, SUM} or (count == ROWS) == bool(item) or PLACE in table["key"]:
        raise BadDefinition(where, f"{table['key']} の数え方が正しくありません。", f"{table['key']}: unknown count.")
    title_ja, title_en = table["title"]
    unit_ja, unit_en = table.get("unit", ("件", "records"))
    narrowing = {key: tuple(values) for key, values in table.get("where", {}).items()}
    return LineDefinition(
        table["key"], title_ja, title_en, unit_ja, unit_en, count, item, narrowing,
        table.get("by", ""), table.get("required", False),
    )  # fmt: skip


class Sheet:
    """Our side of a count sheet, counted block by block; eight bytes for each value that is counted once."""

    def __init__(self, definition: SheetDefinition) -> None:
        self.definition = definition
        self.counts: dict[str, Counter[str]] = {line.key: Counter() for line in definition.lines}
        self.seen: dict[str, dict[str, KeySet]] = {line.key: {} for line in definition.lines}

    def add(self, frame: pl.DataFrame) -> None:
        """Count a block of rows, all columns text; a line whose items the rows lack stays empty."""
        for line in self.definition.lines:
            wanted = {*line.where, *filter(None, (line.by, line.item))}
            if wanted <= set(frame.columns):
                self._count(line, _narrowed(frame, line.where))

    def _count(self, line: LineDefinition, frame: pl.DataFrame) -> None:
        parts = frame.partition_by(line.by, as_dict=True) if line.by else {("",): frame}
        for (value, *_rest), part in parts.items():
            if line.count == ROWS:
                self.counts[line.key][value] += part.height
            elif line.count == SUM:
                self.counts[line.key][value] += sum(int(cell) for cell in part[line.item] if cell.lstrip("-").isdigit())
            else:
                self.seen[line.key].setdefault(value, KeySet()).add(part[line.item].unique())

    def result(self) -> dict[str, int]:
        """The counts by the line's key, or ``key/value`` where a line is counted by value; values in order."""
        found: dict[str, int] = {}
        for line in self.definition.lines:
            counts = dict(self.counts[line.key])
            counts |= {value: len(set(keys.hashes)) for value, keys in self.seen[line.key].items()}
            if line.by:
                found |= {f"{line.key}{PLACE}{value}": counts[value] for value in sorted(counts)}
            else:
                found[line.key] = counts.get("", 0)
        return found


def _narrowed(frame: pl.DataFrame, where: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    for key, values in where.items():
        frame = frame.filter(frame[key].is_in(list(values)))
    return frame


@dataclass(frozen=True, slots=True)
class CountLine:
    """One line with both sides; ``theirs`` is None while the old system's count is not told."""

    key: str
    title_ja: str
    title_en: str
    unit_ja: str
    unit_en: str
    ours: int
    theirs: int | None = None
    explanation: str = ""
    required: bool = False

    @property
    def difference(self) -> int | None:
        """Ours less theirs; None while theirs is not told."""
        return None if self.theirs is None else self.ours - self.theirs

    @property
    def is_open(self) -> bool:
        """Whether this line stands against a signature: required and not told, or differing without a reason."""
        if self.theirs is None:
            return self.required
        return bool(self.difference) and not self.explanation.strip()


def lines_of(
    definition: SheetDefinition, ours: Mapping[str, int], told: Mapping[str, tuple[int | None, str]]
) -> tuple[CountLine, ...]:
    """Both sides line by line, in the order of the definition; ``told`` gives count and explanation by line key."""
    return tuple(
        CountLine(
            key,
            line.title_ja + (f" {value}" if value else ""),
            line.title_en + (f" {value}" if value else ""),
            line.unit_ja,
            line.unit_en,
            ours.get(key, 0),
            *told.get(key, (None, "")),
            required=line.required,
        )
        for line in definition.lines
        for key, value in _keys_of(line, ours, told)
    )


def _keys_of(line: LineDefinition, ours: Mapping[str, int], told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A line's key, or its key with each value that either side has."""
    if not line.by:
        yield line.key, ""
        return
    start = line.key + PLACE
    for key in sorted({key for key in (*ours, *told) if key.startswith(start)}):
        yield key, key.removeprefix(start) or "（なし）"
