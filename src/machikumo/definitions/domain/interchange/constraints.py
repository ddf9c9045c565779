"""What both forms need of an item: which values it takes, as far as they can say it, and what they cannot say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.definition import ItemType, Requirement

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Item, Layout

HALF = "[ -~｡-ﾟ]*"
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_TEXTS = {ItemType.HALF, ItemType.FULL, ItemType.TEXT, ItemType.PICTURE}
_ERA_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """An item for outsiders. ``kind`` is string, integer, date or boolean; an empty limit is no limit.

    ``unsaid`` are the checks of ours that neither form can say.
    """

    name: str
    title: str
    description: str
    kind: str
    required: bool
    longest: int = 0
    pattern: str = ""
    codes: tuple[str, ...] = ()
    minimum: str = ""
    maximum: str = ""
    unsaid: tuple[str, ...] = field(default=())


def columns(layout: Layout) -> list[Column]:
    """The layout's items for outsiders, in order; the names are what the header says, where it says something."""
    return [_column(item, layout) for item in layout.items]


def _column(item: Item, layout: Layout) -> Column:
    header = layout.physical.header
    facts = _facts(item, layout)
    codes = tuple(sorted(item.code_list.codes)) if item.code_list else ()
    if codes:
        facts |= {"kind": "string", "pattern": "", "longest": 0, "minimum": "", "maximum": ""}
    elif item.pattern and item.type is not ItemType.TEXT:
        facts |= {"kind": "string", "pattern": item.pattern, "longest": 0, "minimum": "", "maximum": ""}
    return Column(
        name=item.key if header == "none" else getattr(item, header),
        title=item.name,
        description=_description(item),
        required=item.requirement is Requirement.REQUIRED,
        codes=codes,
        unsaid=tuple(_unsaid(item, facts)),
        **facts,
    )


def _description(item: Item) -> str:
    """The id, the group and the condition in words."""
    words = [f"ID {item.id}", item.group, item.condition_text]
    return "・".join(word for word in words if word)


def _facts(item: Item, layout: Layout) -> dict[str, Any]:
    limits = {"minimum": item.minimum, "maximum": item.maximum}
    if item.type is ItemType.BOOLEAN:
        return {"kind": "boolean"}
    if item.type is ItemType.DATE and not item.open_end:
        return {"kind": "date"} | limits
    if item.type in {ItemType.INTEGER, ItemType.SIGNED} and any(limits.values()):
        return {"kind": "integer"} | limits
    if item.type in _TEXTS:
        half = item.type in {ItemType.HALF, ItemType.PICTURE}
        return {"kind": "string", "longest": item.length, "pattern": HALF if half else ""}
    return {"kind": "string", "pattern": _form(item, layout)}


def _form(item: Item, layout: Layout) -> str:
    """The form of what is written in digits: leading zeros and open ends are kept, so it stays a text."""
    era = len(layout.physical.eras[0].code) if layout.physical.eras else 0
    return {
        ItemType.INTEGER: f"[0-9]{{1,{item.length}}}",
        ItemType.SIGNED: f"-?[0-9]{{1,{item.length}}}",
        ItemType.DECIMAL: f"-?[0-9]{{1,{item.length}}}(?:\\.[0-9]{{1,{item.fraction}}})?",
        ItemType.YEAR: "[0-9]{4}",
        ItemType.TIME: TIME,
        ItemType.DATE: _day_form(layout),
        ItemType.WAREKI: f"[0-9A-Z]{{{era}}}[0-9]{{{_ERA_DIGITS}}}",
    }[item.type]


def _day_form(layout: Layout) -> str:
    return "[0-9]{8}" if layout.physical.date_form == "compact" else "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _unsaid(item: Item, facts: dict[str, Any]) -> list[str]:
    found = []
    if item.type is ItemType.FULL and not item.code_list:
        found.append("full width only, no user-defined characters without a decision")
    if item.type in _TEXTS and not item.code_list and not facts.get("pattern"):
        found.append("variation selectors are not counted in the length")
    if item.type is ItemType.WAREKI or (item.type is ItemType.DATE and item.open_end):
        found.append("the day must exist (and lie in its era)")
    if item.condition:
        found.append("filled when its condition holds")
    if item.check_digit:
        found.append(f"check digit: {item.check_digit}")
    return found
