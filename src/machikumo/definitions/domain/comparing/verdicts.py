"""Whether files written under the old version still hold under the new one, field by field.

Three verdicts: compatible (old files are read as they are), rearrange (every value holds, but the file must be written
anew: other columns, names or bytes), breaking (a value, or its meaning, may no longer hold). Where it cannot be told,
the verdict is breaking.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.definitions.domain.document import ItemSheet


class Verdict(IntEnum):
    """How grave a change is; a greater one is graver."""

    COMPATIBLE = 0
    REARRANGE = 1
    BREAKING = 2


# what is told to people and changes no check and no byte
_WORDS = {
    "romaji", "group", "confirmed", "condition_text", "condition_confirmed", "code_text", "occurrences", "foreign_key",
    "sensitivity", "classes", "definition", "explanation", "reference", "output_item", "sample", "remarks",
}  # fmt: skip
_HEADERS = {"key", "name", "romaji"}
# each type can hold what these wrote
_WIDER = {("9", "S9"), ("9", "9V"), ("9", "X"), ("X", "TEXT"), ("N", "TEXT"), ("9", "TEXT"), ("S9", "TEXT")}
_COMPATIBLE_FORM = {"file_name"}


def judge_form(name: str, before: Any, after: Any) -> Verdict:
    """The verdict on a change of how files lie: their values stay, their bytes are others."""
    if name in _COMPATIBLE_FORM or (name == "max_quoted_lines" and after > before):
        return Verdict.COMPATIBLE
    if name == "gaiji":
        return Verdict.COMPATIBLE if after == "user_area" else Verdict.BREAKING
    return Verdict.REARRANGE


def judge_field(name: str, old: ItemSheet, new: ItemSheet, *, header: str) -> Verdict:
    """The verdict on a change of one field of an item; ``header`` says what the first line of a file carries."""
    if name in _HEADERS and name == header:
        return Verdict.REARRANGE
    if name in _WORDS or name in _HEADERS:
        return Verdict.COMPATIBLE
    holds = _JUDGES.get(name)
    return Verdict.COMPATIBLE if holds and holds(old, new) else Verdict.BREAKING


def _type(old: ItemSheet, new: ItemSheet) -> bool:
    return (old.type, new.type) in _WIDER and not new.pattern


def _length(old: ItemSheet, new: ItemSheet) -> bool:
    before, after = ([int(part) for part in str(item.length).split(",")] for item in (old, new))
    if new.codes or new.pattern:  # then the length is not what is checked
        return True
    if new.type in {"DATE", "WAREKI", "YEAR", "TIME", "BOOL"}:
        return True
    return after[0] >= before[0] and (len(before) == 1 or (len(after) > 1 and after[1] >= before[1]))


def _required(old: ItemSheet, new: ItemSheet) -> bool:
    if new.required == "optional" or old.required == "required":
        return True
    return new.required == "conditional" and (not new.condition or new.condition == old.condition)


def _condition(old: ItemSheet, new: ItemSheet) -> bool:
    return old.required == "required" or not new.condition


def _limit(name: str, better: Callable[[str, str], bool]) -> Callable[[ItemSheet, ItemSheet], bool]:
    def holds(old: ItemSheet, new: ItemSheet) -> bool:
        before, after = getattr(old, name), getattr(new, name)
        return not after or bool(before and old.type == new.type and better(after, before))

    return holds


def _not_more(one: str, other: str) -> bool:
    return _number(one) <= _number(other)


def _not_less(one: str, other: str) -> bool:
    return _number(one) >= _number(other)


def _number(text: str) -> tuple[int, str]:
    """A whole number, or a day in ISO form, in its order."""
    return (int(text), "") if text.lstrip("-").isdigit() else (0, text)


_ORDER = {"note": 0, "warning": 1, "error": 2}
_JUDGES: dict[str, Callable[[ItemSheet, ItemSheet], bool]] = {
    "type": _type,
    "length": _length,
    "required": _required,
    "condition": _condition,
    "codes": lambda old, new: bool(old.codes and new.codes),  # then the lists are compared code by code
    "minimum": _limit("minimum", _not_more),
    "maximum": _limit("maximum", _not_less),
    "check_digit": lambda _old, new: not new.check_digit,
    "open_end": lambda _old, new: new.open_end,
    "codes_on": lambda _old, new: not new.codes_on,
    "sentinels": lambda old, new: set(old.sentinels) <= set(new.sentinels),
    "selectors": lambda _old, new: new.selectors == "allow",
    "severity": lambda old, new: _ORDER[new.severity] <= _ORDER[old.severity],
}
