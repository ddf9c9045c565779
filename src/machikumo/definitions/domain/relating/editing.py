"""Changes that people make to a sheet, each giving a new one; an item is never taken twice in silence."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from machikumo.definitions.domain.relating.sheets import MappingSheet, MoveSheet
from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from machikumo.definitions.domain.proposing.conversion import Conversion, Pairs, StepTable
    from machikumo.layouts.domain.definition import Layout

MAP_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def with_move(
    sheet: MappingSheet, source: tuple[str, ...], target: tuple[str, ...], made: Conversion, names: Mapping[str, str]
) -> MappingSheet:
    """The sheet with a move in place of those that fed its targets; ``names`` are names of source items for messages.

    Raises:
        BadDefinition: a source item goes elsewhere already, or two items of the source are the same one.
    """
    others = tuple(move for move in sheet.moves if not set(move.target) & set(target))
    for key in source:
        if source.count(key) > 1 or any(key in move.source for move in others):
            name = names.get(key, key)
            raise BadDefinition(
                sheet.head.key, f"「{name}」はもう使っています。先にそちらを外してください。", f"{key} is used already."
            )
    dropped = {key: reason for key, reason in sheet.dropped.items() if key not in source}
    maps = {**sheet.maps, **{key: pairs for key, pairs in made.maps.items() if key not in sheet.maps}}
    moved = MoveSheet(source, target, made.steps)
    return _tidied(replace(sheet, moves=(*others, moved), maps=maps, dropped=dropped))


def without_move(sheet: MappingSheet, target: str) -> MappingSheet:
    """The sheet in which nothing feeds an item of the target."""
    return _tidied(replace(sheet, moves=tuple(move for move in sheet.moves if target not in move.target)))


def with_steps(sheet: MappingSheet, target: str, steps: Iterable[StepTable]) -> MappingSheet:
    """The sheet with other steps in the move that feeds an item of the target.

    Raises:
        BadDefinition: no step is left, or nothing feeds that item.
    """
    made, move = tuple(steps), sheet.move_to(target)
    if move is None or not made:
        raise BadDefinition(sheet.head.key, "手順は一つ以上要ります。", "at least one step is needed.")
    moves = tuple(replace(one, steps=made) if one is move else one for one in sheet.moves)
    return _tidied(replace(sheet, moves=moves))


def with_step(sheet: MappingSheet, target: str, step: StepTable) -> MappingSheet:
    """The sheet with a step at the end of a move; it takes the place of a bare copy. Errors as ``with_steps``."""
    move = sheet.move_to(target)
    kept = [one for one in (move.steps if move else ()) if one["kind"] != "copy"]
    named = step.get("table")
    maps = dict(sheet.maps)
    if isinstance(named, str) and step["kind"] in {"code_map", "lookup"}:
        if not MAP_KEY.fullmatch(named):
            raise BadDefinition(
                sheet.head.key,
                "対応表の名前は英小文字・数字・ハイフンです。",
                "a map has small letters, digits, hyphens.",
            )
        maps.setdefault(named, ())
    return with_steps(replace(sheet, maps=maps), target, [*kept, step])


def without_step(sheet: MappingSheet, target: str, place: int) -> MappingSheet:
    """The sheet without the step at a place (from 1) of a move; without the last one it copies."""
    move = sheet.move_to(target)
    steps = [one for at, one in enumerate(move.steps if move else (), 1) if at != place]
    return with_steps(sheet, target, steps or [{"kind": "copy", "invertible": True}])


def with_map(sheet: MappingSheet, key: str, text: str) -> MappingSheet:
    """The sheet with the pairs of a text in a code map: a line each, the source's code, a comma, the target's.

    Raises:
        BadDefinition: there is no such map, a line is no pair, or a code of the source stands twice.
    """
    if key not in sheet.maps:
        raise BadDefinition(key, "この対応表はありません。", "there is no such map.")
    pairs = []
    for line in csv.reader(io.StringIO(text)):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if len(cells) != 2 or not all(cells):  # noqa: PLR2004 - a pair
            raise BadDefinition(
                key, f"「{','.join(line)}」は「移行元,移行先」の形ではありません。", "a line is no pair."
            )
        pairs.append((cells[0], cells[1]))
    if len({source for source, _ in pairs}) != len(pairs):
        raise BadDefinition(key, "移行元の同じコードが2回あります。", "a code of the source stands twice.")
    return _tidied(replace(sheet, maps={**sheet.maps, key: tuple(pairs)}))


def map_text(pairs: Pairs) -> str:
    """The pairs of a map as lines for a text field."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(pairs)
    return out.getvalue()


def with_answers(sheet: MappingSheet, reasons: Mapping[str, str], source: Layout) -> MappingSheet:
    """The sheet with reasons for items of the source that are left behind; an empty reason takes the answer back."""
    moved = {key for move in sheet.moves for key in move.source}
    given = {**sheet.dropped, **{key: reason.strip() for key, reason in reasons.items()}}
    kept = {key: given[key] for key in source.keys if given.get(key) and key not in moved}
    return replace(sheet, dropped=kept)


def _tidied(sheet: MappingSheet) -> MappingSheet:
    """The sheet without maps that no step names, and with each step saying truly whether it can be turned back."""
    named = {str(step["table"]) for move in sheet.moves for step in move.steps if "table" in step}
    maps = {key: pairs for key, pairs in sheet.maps.items() if key in named}
    moves = tuple(replace(move, steps=tuple(_honest(step, maps) for step in move.steps)) for move in sheet.moves)
    return replace(sheet, moves=moves, maps=maps)


def _honest(step: StepTable, maps: Mapping[str, Pairs]) -> StepTable:
    from machikumo.definitions.domain.relating.wording import is_lossy

    return {**step, "invertible": not is_lossy(step, maps)}
