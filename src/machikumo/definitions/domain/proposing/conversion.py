"""The steps that turn values of one item into values of another, as far as the two layouts and a sample tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.definitions.domain.proposing.vocabulary import plain
from machikumo.layouts.domain.definition import ItemType

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from machikumo.layouts.domain.definition import CodeList, Item, Layout

StepTable = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]
_HALF_SIGN = re.compile("[ -~｡-ﾟ]")
_FULL_SIGN = re.compile("[^ -~｡-ﾟ]")
_FIXED = re.compile(r"\[0-9\]\{([0-9]+)\}")
_HYPHEN = re.compile(r"\[0-9\]\{([0-9]+)\}-\[0-9\]\{[0-9]+\}")
_WIDE = (ItemType.FULL, ItemType.TEXT)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Proposed steps, the code maps that they name, and what people should look at, in both languages."""

    steps: tuple[StepTable, ...]
    maps: Mapping[str, Pairs]
    doubts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sides:
    """Both layouts and what steps may refer to; ``gaiji`` is the key of a 外字 map, "" for none."""

    source: Layout
    target: Layout
    code_lists: Mapping[str, CodeList]
    gaiji: str = ""

    def eras(self, layout: Layout) -> str:
        """The key of the list of eras of a layout's files."""
        return next((key for key, one in self.code_lists.items() if one.eras and one.eras == layout.physical.eras), "")


def step(kind: str, *, invertible: bool = True, **facts: Any) -> StepTable:
    """A step as a mapping file has it."""
    return {"kind": kind, **facts, "invertible": invertible}


def conversion(sides: Sides, source: Item, target: Item, values: Collection[str], *, fill: bool = False) -> Conversion:
    """The steps from one item to one other; ``fill`` says that zeros fill such numbers to the target's length."""
    for way in (_codes, _flags, _days):
        found = way(sides, source, target)
        if found is not None:
            return found
    steps, doubts = [], []
    for part in (_hyphen, _fold, _gaiji):
        made = part(sides, source, target, values)
        if made is not None:
            steps.append(made)
    if fill and target.length > source.length and source.type in {ItemType.HALF, ItemType.INTEGER}:
        steps.append(_filled(source, target, values))
    if sides.source.physical.user_area and not sides.gaiji and target.type in _WIDE and source.type in _WIDE:
        doubts.append(
            ("外字を含むことがあります。外字対応表を選んでください。", "It may hold 外字: choose a 外字 map.")
        )
    return Conversion(tuple(steps) or (step("copy"),), {}, tuple(doubts))


def joined(sides: Sides, first: Item, second: Item, target: Item, values: Collection[str]) -> Conversion:
    """Two columns to one, and the width of the whole."""
    fold = [made for item in (first, second) if (made := _fold(sides, item, target, values)) is not None]
    return Conversion((step("join_name"), *fold[:1]), {})


def parted() -> Conversion:
    """One column to two."""
    return Conversion((step("split_name"),), {})


def code_pairs(source: CodeList, target: CodeList) -> tuple[Pairs, tuple[str, ...]]:
    """Codes of both lists that mean the same, and the source's codes without a counterpart."""
    by_meaning: dict[str, str] = {}
    for value in target.values:
        by_meaning.setdefault(plain(value.name), value.code)
    pairs = tuple((one.code, by_meaning[plain(one.name)]) for one in source.values if plain(one.name) in by_meaning)
    known = {code for code, _ in pairs}
    return pairs, tuple(one.code for one in source.values if one.code not in known)


def _codes(_sides: Sides, source: Item, target: Item) -> Conversion | None:
    if source.code_list is None or target.code_list is None:
        return None
    pairs, lacking = code_pairs(source.code_list, target.code_list)
    if pairs and not lacking and all(one == other for one, other in pairs):
        return Conversion((step("copy"),), {})
    key = f"{source.code_list.key}-to-{target.code_list.key}".replace("_", "-")
    doubts = [
        (
            f"コード {code}「{source.code_list.name_of(code)}」に当たるものが移行先にありません。",
            f"code {code} has no counterpart in the target.",
        )
        for code in lacking
    ]
    sure = len({code for _, code in pairs}) == len(pairs)
    return Conversion((step("code_map", invertible=sure, table=key),), {key: pairs}, tuple(doubts))


def _flags(sides: Sides, source: Item, target: Item) -> Conversion | None:
    if source.type is not ItemType.BOOLEAN or target.type is not ItemType.BOOLEAN:
        return None
    sources, targets = (
        (layout.physical.true_value, layout.physical.false_value) for layout in (sides.source, sides.target)
    )
    if sources == targets:
        return Conversion((step("copy"),), {})
    pairs = tuple((one, other) for one, other in zip(sources, targets, strict=True) if one)
    doubts: tuple[tuple[str, str], ...] = ()
    if not all(sources):
        doubts = (("空の値は空のまま移ります（偽の値になりません）。", "An empty value stays empty: not false."),)
    sure = len({other for _, other in pairs}) == len(pairs)
    return Conversion((step("code_map", invertible=sure, table="flag"),), {"flag": pairs}, doubts)


def _days(sides: Sides, source: Item, target: Item) -> Conversion | None:
    kinds = (ItemType.DATE, ItemType.WAREKI)
    if source.type not in kinds or target.type not in kinds:
        return None
    compact = [layout.physical.date_form == "compact" for layout in (sides.source, sides.target)]
    steps: list[StepTable] = []
    if source.type is ItemType.WAREKI and target.type is ItemType.DATE:
        steps = [step("era_to_iso", eras=sides.eras(sides.source))]
        steps += [step("date_expand")] if compact[1] else []
    elif source.type is ItemType.DATE and target.type is ItemType.WAREKI:
        steps = [step("date_compact")] if compact[0] else []
        steps.append(step("iso_to_era", eras=sides.eras(sides.target)))
    elif source.type is ItemType.WAREKI:
        same = sides.source.physical.eras == sides.target.physical.eras
        between = [step("era_to_iso", eras=sides.eras(sides.source)), step("iso_to_era", eras=sides.eras(sides.target))]
        steps = [] if same else between
    elif compact[0] != compact[1]:
        steps = [step("date_compact" if compact[0] else "date_expand")]
    return Conversion(tuple(steps) or (step("copy"),), {})


def _hyphen(_sides: Sides, source: Item, target: Item, values: Collection[str]) -> StepTable | None:
    """A hyphen that stands in one of both forms only, always at the same place."""
    here, there = _place(source, values), _place(target, ())
    if here and not there and (_FIXED.fullmatch(target.pattern) or target.type is ItemType.INTEGER):
        return step("strip", what="hyphen", at=here)
    if there and not here and (_FIXED.fullmatch(source.pattern) or source.type is ItemType.INTEGER):
        return step("put_in", what="hyphen", at=there)
    return None


def _place(item: Item, values: Collection[str]) -> int:
    found = _HYPHEN.fullmatch(item.pattern)
    if found:
        return int(found[1])
    places = {value.find("-") for value in values}
    return places.pop() if len(places) == 1 and all(value.count("-") == 1 for value in values) else 0


def _fold(_sides: Sides, source: Item, target: Item, values: Collection[str]) -> StepTable | None:
    if target.type is ItemType.FULL and source.type is not ItemType.FULL:
        halves: Callable[[str], object] = _HALF_SIGN.search
        if source.type is not ItemType.TEXT or not values or any(map(halves, values)):
            return step("width_fold", to="full")
    if target.type is ItemType.HALF and source.type in _WIDE and not target.pattern:
        wide: Callable[[str], object] = _FULL_SIGN.search
        if source.type is ItemType.FULL or any(map(wide, values)):
            return step("width_fold", to="half")
    return None


def _gaiji(sides: Sides, source: Item, target: Item, _values: Collection[str]) -> StepTable | None:
    held = sides.gaiji and sides.source.physical.user_area
    return step("gaiji_map") if held and source.type is ItemType.FULL and target.type in _WIDE else None


def _filled(source: Item, target: Item, values: Collection[str]) -> StepTable:
    fixed = _FIXED.fullmatch(source.pattern)
    lengths = {len(value) for value in values}
    length = int(fixed[1]) if fixed else lengths.pop() if len(lengths) == 1 and source.type is ItemType.HALF else 0
    return step("pad", length=target.length, source_length=length, fill="0")
