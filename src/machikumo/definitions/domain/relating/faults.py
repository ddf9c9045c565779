"""What stands against publishing a sheet, and what people should know though it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from machikumo.definitions.domain.relating.sheets import tables_of
from machikumo.layouts.domain.definition import Requirement
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.mapping import mapping_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as Table

    from machikumo.definitions.domain.relating.sheets import MappingSheet
    from machikumo.layouts.domain.definition import CodeList, Item, Layout
    from machikumo.layouts.domain.mapping import GaijiMap, Mapping


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to look at: its kind (unanswered, required, codes, wrong, losses), its item, and what is to be said."""

    kind: str
    key: str
    message_ja: str
    message_en: str
    blocks: bool = True


@dataclass(frozen=True)
class Around:
    """What a sheet refers to."""

    source: Layout
    target: Layout
    code_lists: Table[str, CodeList]
    gaiji: Callable[[str], GaijiMap]

    def mapping(self, sheet: MappingSheet, *, partly: bool = False) -> Mapping:
        """The mapping of a sheet; ``partly`` lets required items of the target stay empty.

        Raises:
            BadDefinition: none can be made of it.
        """
        layouts = {sheet.head.source_layout: self.source}
        layouts[sheet.head.target_layout] = _eased(self.target) if partly else self.target
        return mapping_of(
            tables_of(sheet), sheet.head.key, layouts=layouts.__getitem__, code_lists=self.code_lists, gaiji=self.gaiji
        )


def _eased(layout: Layout) -> Layout:
    return replace(layout, items=tuple(replace(item, requirement=Requirement.OPTIONAL) for item in layout.items))


def unanswered(sheet: MappingSheet, source: Layout) -> tuple[Item, ...]:
    """The items of the source that nothing takes and for which nobody gave a reason."""
    taken = {key for move in sheet.moves for key in move.source} | set(sheet.dropped)
    return tuple(item for item in source.items if item.key not in taken)


def faults(sheet: MappingSheet, around: Around) -> list[Fault]:
    """All there is to say, what blocks first."""
    found = [
        Fault(
            "unanswered", item.key, f"移行元の項目「{item.name}」の行き先が決まっていません。", f"{item.name} is open."
        )
        for item in unanswered(sheet, around.source)
    ]
    fed = {key for move in sheet.moves for key in move.target}
    found += [
        Fault(
            "required", item.key, f"移行先の必須項目「{item.name}」に値が入りません。", f"{item.name} would be empty."
        )
        for item in around.target.items
        if item.requirement is Requirement.REQUIRED and item.key not in fed
    ]
    found += _codes(sheet, around)
    try:
        mapping = around.mapping(sheet, partly=True)
    except BadDefinition as error:
        return [Fault("wrong", "", error.message_ja, error.message_en), *found]
    for move in mapping.moves:
        if move.tells_losses:
            names = "＋".join(around.source.by_key[key].name for key in move.source)
            found.append(
                Fault(
                    "losses", move.target[0], f"「{names}」は元に戻らない値がありえます。該当セルを残らず記録します。",
                    f"Values of {names} may not come back; each such cell will be listed.", blocks=False,
                )
            )  # fmt: skip
    return sorted(found, key=lambda fault: not fault.blocks)


def _codes(sheet: MappingSheet, around: Around) -> Iterator[Fault]:
    for move in sheet.moves:
        for step in move.steps:
            if step["kind"] != "code_map" or len(move.source) != 1:
                continue
            pairs = dict(sheet.maps.get(step.get("table", ""), ()))
            item = around.source.by_key.get(move.source[0])
            lacking = sorted(item.code_list.codes - set(pairs)) if item and item.code_list else []
            if item and lacking:
                codes = ", ".join(lacking)
                yield Fault(
                    "codes", move.target[0], f"「{item.name}」のコード {codes} の対応がなく、その行は保留になります。",
                    f"Codes {codes} of {item.name} have no pair: such rows are set aside.", blocks=False,
                )  # fmt: skip
            goal = around.target.by_key.get(move.target[0])
            strange = sorted(set(pairs.values()) - goal.code_list.codes) if goal and goal.code_list else []
            if goal and strange and step is move.steps[-1]:
                codes = ", ".join(strange)
                yield Fault(
                    "wrong", move.target[0], f"「{goal.name}」にコード {codes} はありません。",
                    f"{goal.name} has no code {codes}.",
                )  # fmt: skip
