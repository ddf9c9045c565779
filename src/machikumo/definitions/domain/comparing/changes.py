"""The differences between two versions of a definition: items by id, then fields, code lists, rules and file form."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from machikumo.definitions.domain.comparing.verdicts import Verdict, judge_field, judge_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.definitions.domain.document import CodeRow, CodeSheet, Document, Form, Head, ItemSheet


class Kind(StrEnum):
    """What happened to a part of the definition."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``part`` is item, code, rule, form or head; ``which`` is the item's id or the code list's key."""

    kind: Kind
    part: str
    which: str
    name: str
    field: str
    before: str
    after: str
    verdict: Verdict


def changes(old: Document, new: Document) -> list[Change]:
    """All differences, in the order of the new definition; nothing when they say the same."""
    return [
        *_head(old.head, new.head),
        *_form(old.form, new.form),
        *_items(old, new),
        *_codes(old, new),
        *_rules(old, new),
    ]


def verdict_of(found: list[Change]) -> Verdict:
    """The gravest verdict of the changes."""
    return max((change.verdict for change in found), default=Verdict.COMPATIBLE)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "○" if value else ""
    return "／".join(value) if isinstance(value, tuple) else str(value)


def _differing(old: Any, new: Any, without: tuple[str, ...] = ()) -> Iterator[tuple[str, Any, Any]]:
    for one in fields(old):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if before != after and one.name not in without:
            yield one.name, before, after


def _head(old: Head, new: Head) -> Iterator[Change]:
    for name, before, after in _differing(old, new):
        yield Change(Kind.CHANGED, "head", "", "", name, _text(before), _text(after), Verdict.COMPATIBLE)


def _form(old: Form, new: Form) -> Iterator[Change]:
    for name, before, after in _differing(old, new):
        verdict = judge_form(name, before, after)
        yield Change(Kind.CHANGED, "form", "", "", name, _text(before), _text(after), verdict)


def _items(old: Document, new: Document) -> Iterator[Change]:
    before, after = _by_id(old), _by_id(new)
    for number, item in before.items():
        if number not in after:
            yield Change(Kind.REMOVED, "item", number, item.name, "", item.name, "", Verdict.BREAKING)
    kept = [number for number in before if number in after]
    order = {number: place for place, number in enumerate(number for number in after if number in before)}
    for number, item in after.items():
        if number not in before:
            verdict = Verdict.REARRANGE if item.required == "optional" or not _checked(item) else Verdict.BREAKING
            yield Change(Kind.ADDED, "item", number, item.name, "", "", item.name, verdict)
            continue
        if kept.index(number) != order[number]:
            places = (str(kept.index(number) + 1), str(order[number] + 1))
            yield Change(Kind.MOVED, "item", number, item.name, "place", *places, Verdict.REARRANGE)
        yield from _fields((old, new), before[number], item, number)


def _checked(item: ItemSheet) -> bool:
    """Whether a file can break the item's requirement: a condition in words alone is not checked."""
    return item.required == "required" or bool(item.condition)


def _fields(versions: tuple[Document, Document], old: ItemSheet, new: ItemSheet, number: str) -> Iterator[Change]:
    for name, before, after in _differing(old, new, ("id",)):
        verdict = judge_field(name, old, new, header=versions[1].form.header)
        if name == "codes" and not (versions[0].code_sheet(before) and versions[1].code_sheet(after)):
            verdict = Verdict.BREAKING  # a list that is not here cannot be compared
        yield Change(Kind.CHANGED, "item", number, new.name, name, _text(before), _text(after), verdict)


def _by_id(document: Document) -> dict[str, ItemSheet]:
    """Items by id; further ones of the same id are told apart by their count."""
    found: dict[str, ItemSheet] = {}
    for item in document.items:
        number, count = item.id, 1
        while number in found:
            count += 1
            number = f"{item.id} #{count}"
        found[number] = item
    return found


def _codes(old: Document, new: Document) -> Iterator[Change]:
    """Changes of the codes that items may have, list by list as the items name them."""
    seen: set[tuple[str, str]] = set()
    before = _by_id(old)
    for number, item in _by_id(new).items():
        pair = (before[number].codes, item.codes) if number in before else ("", "")
        lists = old.code_sheet(pair[0]), new.code_sheet(pair[1])
        if lists[0] and lists[1] and pair not in seen:
            seen.add(pair)
            yield from _rows(lists[0], lists[1])


def _rows(old: CodeSheet, new: CodeSheet) -> Iterator[Change]:
    before, after = ({row.code: row for row in sheet.value} for sheet in (old, new))
    if old.open != new.open:
        verdict = Verdict.COMPATIBLE if new.open else Verdict.BREAKING
        yield Change(Kind.CHANGED, "code", new.key, new.name, "open", _text(old.open), _text(new.open), verdict)
    free = Verdict.COMPATIBLE if new.open else Verdict.BREAKING
    for code in [*before, *(code for code in after if code not in before)]:
        yield from _row(new, before.get(code), after.get(code), free)


def _row(sheet: CodeSheet, old: CodeRow | None, new: CodeRow | None, gone: Verdict) -> Iterator[Change]:
    if old is None and new is not None:
        yield Change(
            Kind.ADDED, "code", sheet.key, sheet.name, new.code, "", f"{new.code} {new.name}", Verdict.COMPATIBLE
        )
    elif old is not None and new is None:
        yield Change(Kind.REMOVED, "code", sheet.key, sheet.name, old.code, f"{old.code} {old.name}", "", gone)
    elif old is not None and new is not None and old.name != new.name:
        # the same code with another meaning: what was written reads differently from now on
        yield Change(
            Kind.CHANGED, "code", sheet.key, sheet.name, new.code, old.name, new.name, Verdict.BREAKING
        )  # fmt: skip


def _rules(old: Document, new: Document) -> Iterator[Change]:
    before, after = ([_rule(rule) for rule in document.set_rules] for document in (old, new))
    for rule in before:
        if rule not in after:
            yield Change(Kind.REMOVED, "rule", "", "", "", rule, "", Verdict.COMPATIBLE)
    for rule in after:
        if rule not in before:
            yield Change(Kind.ADDED, "rule", "", "", "", "", rule, Verdict.BREAKING)


def _rule(rule: Any) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(rule.items()))
