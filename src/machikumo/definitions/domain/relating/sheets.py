"""The sheet: all that a mapping file says, as plain values that forms and files give and take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.definitions.domain.proposing.conversion import Pairs, StepTable
    from machikumo.definitions.domain.proposing.proposals import Proposals
    from machikumo.layouts.domain.definition import Layout

_HEAD = ("key", "version", "name", "name_en", "source_layout", "target_layout", "gaiji", "source", "edition")


@dataclass(frozen=True, slots=True)
class MappingHead:
    """What a mapping is called, between which layouts it goes, and where it comes from."""

    key: str
    version: str
    name: str
    source_layout: str
    target_layout: str
    source: str
    edition: str
    name_en: str = ""
    gaiji: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class MoveSheet:
    """Items of the source, items of the target, and the steps between them."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    steps: tuple[StepTable, ...]


@dataclass(frozen=True)
class MappingSheet:
    """A whole mapping. ``dropped`` gives a reason for each item of the source that is left behind on purpose."""

    head: MappingHead
    moves: tuple[MoveSheet, ...] = ()
    maps: Mapping[str, Pairs] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)

    def move_to(self, target: str) -> MoveSheet | None:
        """The move that feeds an item of the target."""
        return next((move for move in self.moves if target in move.target), None)

    def move_from(self, source: str) -> MoveSheet | None:
        """The move that takes an item of the source."""
        return next((move for move in self.moves if source in move.source), None)


def tables_of(sheet: MappingSheet) -> dict[str, Any]:
    """The tables of the sheet's file."""
    head = {name: value for name in _HEAD if (value := getattr(sheet.head, name)) or name != "gaiji"}
    tables: dict[str, Any] = {"mapping": head | {"confirmed": sheet.head.confirmed}}
    if sheet.maps:
        tables["code_map"] = [
            {"key": key, "pairs": [list(pair) for pair in pairs]} for key, pairs in sheet.maps.items()
        ]
    tables["move"] = [
        {"source": list(move.source), "target": list(move.target), "steps": [dict(step) for step in move.steps]}
        for move in sheet.moves
    ]
    if sheet.dropped:
        tables["dropped"] = [{"item": item, "reason": reason} for item, reason in sheet.dropped.items()]
    return tables


def sheet_from(tables: Mapping[str, Any], where: str) -> MappingSheet:
    """The sheet that tables say; whether a mapping can be made of it is told by ``faults``.

    Raises:
        BadDefinition: the tables are not those of a mapping at all.
    """
    try:
        head = tables["mapping"]
        return MappingSheet(
            MappingHead(**head),
            tuple(
                MoveSheet(tuple(one["source"]), tuple(one["target"]), tuple(dict(step) for step in one["steps"]))
                for one in tables.get("move", ())
            ),
            {one["key"]: tuple((str(a), str(b)) for a, b in one["pairs"]) for one in tables.get("code_map", ())},
            {one["item"]: one["reason"] for one in tables.get("dropped", ())},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadDefinition(where, "変換定義として読めません。", "this is not a mapping.") from error


def sheet_of(
    found: Proposals, source: Layout, target: Layout, *, key: str, name: str = "", gaiji: str = ""
) -> MappingSheet:
    """The sheet that takes over all proposals; the layouts are named by their own keys."""
    head = MappingHead(
        key=key, version="1", name=name or f"{source.name} → {target.name}", source_layout=source.key,
        target_layout=target.key, gaiji=gaiji, source="名称・型・値からの提案 / proposed from names, types and values",
        edition="draft",
    )  # fmt: skip
    moves = tuple(MoveSheet(one.source, one.target, one.steps) for one in found.moves)
    return MappingSheet(head, moves, dict(found.maps))
