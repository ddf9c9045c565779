"""Mappings between two layouts and the 外字 maps they use, loaded from their files. See data/layouts/README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain import steps
from machikumo.layouts.domain.definition import Requirement, Source
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fields import Fields, canonical_digest, parse_toml
from machikumo.layouts.domain.watching import is_certain

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Table

    from machikumo.layouts.domain.definition import CodeList, Layout
    from machikumo.layouts.domain.steps import Step, Values

KINDS = (
    "copy", "constant", "code_map", "era_to_iso", "iso_to_era", "date_compact", "date_expand", "join_name",
    "split_name", "width_fold", "pad", "unpad", "strip", "put_in", "lookup", "gaiji_map",
)  # fmt: skip
_SIGNS = {"hyphen": "-", "space": " ", "slash": "/"}
_DECIDERS = 2


@dataclass(frozen=True, slots=True)
class Gaiji:
    """One user-defined character and what it is."""

    character: str
    text: str
    figure: str
    decided_by: tuple[str, ...]
    decided_on: str


@dataclass(frozen=True)
class GaijiMap:
    """The user-defined characters of one town's files. ``undecided`` gives a note for cells nobody has identified."""

    key: str
    version: str
    name: str
    organisation: str
    source: Source
    characters: tuple[Gaiji, ...]
    undecided: Table[str, str]
    digest: str

    @cached_property
    def table(self) -> dict[str, str]:
        """User-defined character to text."""
        return {found.character: found.text for found in self.characters}


@dataclass(frozen=True, slots=True)
class Move:
    """Columns of the source to columns of the target by steps.

    ``watched``: its steps are invertible, yet the source may hold values that would not come back (a number with zeros
    before it); the conversion lists such cells as it does for a lossy step.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    steps: tuple[Step, ...]
    watched: bool = False

    @property
    def tells_losses(self) -> bool:
        """Whether the conversion compares what would come back with what was there."""
        return bool(self.source) and (self.watched or not self.invertible)

    @property
    def invertible(self) -> bool:
        """Whether what goes there comes back."""
        return all(step.invertible for step in self.steps)

    def one(self, values: Values) -> Values:
        """Return the target's values for the source's; errors as for a step."""
        for step in self.steps:
            values = step.one(values)
        return values

    def inverse(self) -> Move:
        """Return the move back."""
        return Move(self.target, self.source, tuple(step.inverse() for step in reversed(self.steps)))


@dataclass(frozen=True)
class Mapping:
    """All moves from one layout to another; ``left_out`` gives the reason for source items dropped on purpose."""

    key: str
    version: str
    name: str
    name_en: str
    source: Layout
    target: Layout
    moves: tuple[Move, ...]
    gaiji: GaijiMap | None
    origin: Source
    digest: str
    left_out: Table[str, str] = field(default_factory=dict)

    def inverse(self) -> Mapping:
        """Return the mapping back: from the target's layout to the source's."""
        return replace(
            self, key=f"{self.key}-back", source=self.target, target=self.source,
            moves=tuple(move.inverse() for move in self.moves), left_out={},
        )  # fmt: skip

    @cached_property
    def mapped_characters(self) -> frozenset[str]:
        """The user-defined characters that have a decision."""
        return frozenset(self.gaiji.table) if self.gaiji else frozenset()

    @cached_property
    def dropped(self) -> tuple[str, ...]:
        """Source items that no move takes."""
        taken = {key for move in self.moves for key in move.source}
        return tuple(key for key in self.source.keys if key not in taken)

    def within(self, source_keys: tuple[str, ...]) -> Mapping:
        """Return the mapping for files that have only some of the source's columns."""
        keys = set(source_keys)
        return replace(
            self,
            source=self.source.subset(source_keys),
            moves=tuple(move for move in self.moves if set(move.source) <= keys),
        )


def load_gaiji(text: str, where: str) -> GaijiMap:
    """Return the 外字 map of a TOML text.

    Raises:
        BadDefinition: a field is wrong, a character stands twice, or fewer than two people decided it.
    """
    document = Fields(parse_toml(text, where), where)
    head = document.part("gaiji")
    characters = tuple(_gaiji(Fields(table, f"{where} [[character]]")) for table in document.tables("character"))
    open_cells = [Fields(table, f"{where} [[undecided]]") for table in document.tables("undecided")]
    found = GaijiMap(
        key=head.text("key"),
        version=head.text("version"),
        name=head.text("name"),
        organisation=head.text("organisation", ""),
        source=Source(head.text("source"), head.text("edition"), head.flag("confirmed")),
        characters=characters,
        undecided={_characters(row, "code"): row.text("note", "") for row in open_cells},
        digest=canonical_digest(document.table),
    )
    for row in open_cells:
        row.text("bytes", "")
        row.done()
    head.text("name_en", "")
    head.text("charset", "")
    head.done()
    document.done()
    if len(found.table) != len(characters) or set(found.table) & set(found.undecided):
        raise BadDefinition(where, "同じ外字が2回あります。", "a character stands twice.")
    return found


def _gaiji(fields: Fields) -> Gaiji:
    found = Gaiji(
        character=_characters(fields, "code"),
        text=_characters(fields, "to"),
        figure=fields.text("figure", ""),
        decided_by=fields.texts("decided_by"),
        decided_on=fields.text("decided_on"),
    )
    for further in ("bytes", "shown", "ground"):
        fields.text(further, "")
    fields.done()
    if len(set(found.decided_by)) < _DECIDERS:
        raise BadDefinition(fields.where, "決定者が二人いません。", "two people must have decided it.")
    return found


def _characters(fields: Fields, key: str) -> str:
    text = fields.text(key)
    if not re.fullmatch(r"U\+[0-9A-F]{4,6}(?: U\+[0-9A-F]{4,6})*", text):
        raise BadDefinition(fields.where, f"{key} は「U+E000」の形です。", f"{key} is written as 'U+E000'.")
    return "".join(chr(int(part.removeprefix("U+"), 16)) for part in text.split())


def load_mapping(
    text: str,
    where: str,
    *,
    layouts: Callable[[str], Layout],
    code_lists: Table[str, CodeList],
    gaiji: Callable[[str], GaijiMap],
) -> Mapping:
    """Return the mapping of a TOML text, with its layouts, tables and 外字 map resolved.

    Raises:
        BadDefinition: a field is wrong, a column is moved twice or unknown, a required target item gets nothing, or a
            step that is called invertible is not.
    """
    return mapping_of(parse_toml(text, where), where, layouts=layouts, code_lists=code_lists, gaiji=gaiji)


def mapping_of(
    tables: Table[str, Any],
    where: str,
    *,
    layouts: Callable[[str], Layout],
    code_lists: Table[str, CodeList],
    gaiji: Callable[[str], GaijiMap],
) -> Mapping:
    """Return the mapping that tables say; errors as for ``load_mapping``."""
    document = Fields(tables, where)
    head = document.part("mapping")
    gaiji_key = head.text("gaiji", "")
    maps = {
        row.text("key"): _pairs(row)
        for row in (Fields(table, f"{where} [[code_map]]") for table in document.tables("code_map"))
    }
    source = layouts(head.text("source_layout"))
    parts = _Parts(maps, code_lists, gaiji(gaiji_key) if gaiji_key else None)
    found = Mapping(
        key=head.text("key"),
        version=head.text("version"),
        name=head.text("name"),
        name_en=head.text("name_en", ""),
        source=source,
        target=layouts(head.text("target_layout")),
        moves=tuple(_watching(_move(table, where, parts), source) for table in document.tables("move")),
        gaiji=parts.gaiji,
        origin=Source(head.text("source"), head.text("edition"), head.flag("confirmed")),
        digest=canonical_digest(document.table, parts.gaiji.digest if parts.gaiji else ""),
        left_out=dict(_left_out(Fields(row, f"{where} [[dropped]]")) for row in document.tables("dropped")),
    )
    head.done()
    document.done()
    _check_mapping(found, where)
    return found


def _left_out(fields: Fields) -> tuple[str, str]:
    item, reason = fields.text("item"), fields.text("reason").strip()
    fields.done()
    if not reason:
        raise BadDefinition(fields.where, f"項目 {item} を移さない理由がありません。", f"{item} needs a reason.")
    return item, reason


def _watching(move: Move, source: Layout) -> Move:
    items = [source.by_key[key] for key in move.source if key in source.by_key]
    return replace(move, watched=not all(is_certain(move.steps, item, source.physical) for item in items))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What steps refer to by name."""

    tables: Table[str, tuple[tuple[str, str], ...]]
    code_lists: Table[str, CodeList]
    gaiji: GaijiMap | None


def _pairs(fields: Fields) -> tuple[tuple[str, str], ...]:
    pairs = tuple((str(pair[0]), str(pair[1])) for pair in fields.rows("pairs"))
    fields.text("key")
    fields.done()
    if len({source for source, _ in pairs}) != len(pairs):
        raise BadDefinition(fields.where, "同じ値が2回あります。", "a source value stands twice.")
    return pairs


def _move(table: dict[str, Any], where: str, parts: _Parts) -> Move:
    fields = Fields(table, f"{where} {table.get('source')}→{table.get('target')}")
    source, target = fields.texts("source", []), fields.texts("target", [])
    found = tuple(_step(Fields(step, fields.where), parts, source, target) for step in fields.tables("steps"))
    fields.done()
    if not found:
        raise BadDefinition(fields.where, "手順がありません。", "there are no steps.")
    return Move(source, target, found)


def move_of(
    table: dict[str, Any], where: str, maps: Table[str, tuple[tuple[str, str], ...]], code_lists: Table[str, CodeList]
) -> Move:
    """Return one move by itself, without a 外字 map; errors as for ``load_mapping``."""
    return _move(table, where, _Parts(maps, code_lists, None))


def _step(fields: Fields, parts: _Parts, source: tuple[str, ...], target: tuple[str, ...]) -> steps.Step:
    kind = fields.choice("kind", KINDS)
    step = _BUILDERS[kind](fields, parts)
    if isinstance(step, steps.Constant):
        given = steps.Constant(tuple(step.gives * len(target)), len(source), tuple(step.back * len(source)))
        step = given
    if fields.flag("invertible") and not step.invertible:
        raise BadDefinition(fields.where, f"手順 {kind} は元に戻せません。", f"the step {kind} is not invertible.")
    fields.done()
    return step


def _constant(fields: Fields, _parts: _Parts) -> steps.Step:
    return steps.Constant((fields.text("value", ""),), 0, (fields.text("source_value", ""),))


def _code_map(fields: Fields, parts: _Parts) -> steps.Step:
    key = fields.text("table")
    if key not in parts.tables:
        raise BadDefinition(fields.where, f"対応表 {key} がありません。", f"there is no code map {key}.")
    pairs = parts.tables[key]
    back: dict[str, str] = {}
    for source, target in pairs:
        back.setdefault(target, source)
    return steps.CodeMap(key, dict(pairs), back, invertible=len(back) == len(pairs))


def _lookup(fields: Fields, parts: _Parts) -> steps.Step:
    key = fields.text("table")
    if key not in parts.tables:
        raise BadDefinition(fields.where, f"対応表 {key} がありません。", f"there is no table {key}.")
    return steps.Lookup(key, dict(parts.tables[key]), fields.text("default", ""))


def _era(fields: Fields, parts: _Parts) -> steps.EraToIso:
    key = fields.text("eras")
    if key not in parts.code_lists or not parts.code_lists[key].eras:
        raise BadDefinition(fields.where, f"元号表 {key} がありません。", f"there is no era list {key}.")
    return steps.EraToIso(parts.code_lists[key].eras)


def _gaiji_step(fields: Fields, parts: _Parts) -> steps.Step:
    if parts.gaiji is None:
        raise BadDefinition(fields.where, "外字対応表（gaiji）がありません。", "the mapping names no 外字 map.")
    table = parts.gaiji.table
    if len(set(table.values())) != len(table):
        raise BadDefinition(fields.where, "二つの外字が同じ文字になります。", "two characters become the same one.")
    return steps.MapGaiji(table)


def _pad(fields: Fields, _parts: _Parts) -> steps.Pad:
    return steps.Pad(fields.text("fill", "0"), fields.number("length"), fields.number("source_length", 0))


def _strip(fields: Fields, _parts: _Parts) -> steps.TakeOut:
    return steps.TakeOut(_SIGNS[fields.choice("what", tuple(_SIGNS))], fields.number("at"))


_BUILDERS: dict[str, Callable[[Fields, _Parts], steps.Step]] = {
    "copy": lambda _fields, _parts: steps.Copy(),
    "constant": _constant,
    "code_map": _code_map,
    "era_to_iso": _era,
    "iso_to_era": lambda fields, parts: _era(fields, parts).inverse(),
    "date_compact": lambda _fields, _parts: steps.DateForm(to_iso=True),
    "date_expand": lambda _fields, _parts: steps.DateForm(to_iso=False),
    "join_name": lambda _fields, _parts: steps.JoinName(),
    "split_name": lambda _fields, _parts: steps.SplitName(),
    "width_fold": lambda fields, _parts: steps.WidthFold(fields.choice("to", ("full", "half")) == "full"),
    "pad": _pad,
    "unpad": lambda fields, parts: _pad(fields, parts).inverse(),
    "strip": _strip,
    "put_in": lambda fields, parts: _strip(fields, parts).inverse(),
    "lookup": _lookup,
    "gaiji_map": _gaiji_step,
}


def _check_mapping(mapping: Mapping, where: str) -> None:
    for side, layout in (("source", mapping.source), ("target", mapping.target)):
        keys = [key for move in mapping.moves for key in getattr(move, side)]
        unknown = set(keys) - set(layout.keys)
        if unknown or len(set(keys)) != len(keys):
            names = ", ".join(sorted(unknown)) or next(key for key in keys if keys.count(key) > 1)
            raise BadDefinition(
                where, f"項目 {names} がないか、2回使われています。", f"{names} is unknown or moved twice."
            )
    taken = {key for move in mapping.moves for key in move.source}
    wrong = sorted(set(mapping.left_out) & taken | set(mapping.left_out) - set(mapping.source.keys))
    if wrong:
        names = ", ".join(wrong)
        raise BadDefinition(
            where, f"移さないとした項目 {names} がないか、移しています。", f"{names} is unknown, or moved after all."
        )
    given = {key for move in mapping.moves for key in move.target}
    lacking = [
        item.key for item in mapping.target.items if item.requirement is Requirement.REQUIRED and item.key not in given
    ]
    if lacking:
        names = ", ".join(lacking)
        raise BadDefinition(where, f"必須の項目 {names} に値が入りません。", f"the required {names} would be empty.")
