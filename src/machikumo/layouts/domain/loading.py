"""From the text of a definition file to a checked Layout or CodeList."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.conditions import parse_condition
from machikumo.layouts.domain.definition import (
    PRINTABLE,
    CodeList,
    CodeValue,
    Era,
    Item,
    ItemType,
    Layout,
    Physical,
    Requirement,
    Sensitivity,
    SetRule,
    SetRuleKind,
    Severity,
    Source,
    Validity,
)
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fields import Fields, canonical_digest, parse_toml
from machikumo.layouts.domain.fixed.form import HOST, fixed_form, place_of, placed
from machikumo.layouts.domain.measures import DAYS, WHOLE
from machikumo.layouts.domain.rowrules import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CHARSETS = ("cp932", "utf-8", "euc_jp", "shift_jis", "shift_jis_2004", "utf-16-le", "utf-16-be", HOST)
CHECK_DIGITS = ("individual_number", "resident_record_code", "local_government_code")
_RANGED = {ItemType.INTEGER, ItemType.SIGNED, ItemType.YEAR, ItemType.DATE, ItemType.WAREKI}
# The part of regular expressions that Python and Rust read alike: no classes by letter, no looks, no references.
_SAFE_PATTERN = re.compile(r"(?:[A-Za-z0-9 _,:;/@#%&=<>~!'\"\[\]{}()|*+?^-]|\\[-.\\/+*?()\[\]{}|])*")
# Looks and flags, lazy and possessive repeats are not read alike; a negated class would let control characters pass,
# which every rule must refuse.
_UNSAFE_PATTERN = re.compile(r"\(\?(?!:)|\[\^|[*+?}][*+?]")
_ROLES: dict[SetRuleKind, tuple[str, ...]] = {
    SetRuleKind.UNIQUE: (),
    SetRuleKind.HOUSEHOLD_HEAD: ("household", "relationship", "latest", "state"),
    SetRuleKind.HISTORY_CHAIN: ("person", "number", "branch", "event"),
    SetRuleKind.ONE_LATEST: ("person", "number", "branch", "latest"),
    SetRuleKind.NOT_BEFORE: ("earlier", "later"),
    SetRuleKind.CROSS_FIELD: ("item",),
    SetRuleKind.COMPARE: ("left", "right"),
    SetRuleKind.UNCERTAIN: ("value", "flag", "text"),
    SetRuleKind.PERIODS: ("person", "start", "end"),
}
_ROLE_VALUES = {SetRuleKind.HOUSEHOLD_HEAD: ("head_values", "live_values")}
_HELD = {
    SetRuleKind.UNIQUE, SetRuleKind.NOT_BEFORE, SetRuleKind.CROSS_FIELD, SetRuleKind.COMPARE, SetRuleKind.UNCERTAIN,
}  # fmt: skip
_LONGEST_COMPARED = 18  # digits: numbers that fit 64 bits


def _source(fields: Fields) -> Source:
    return Source(fields.text("source"), fields.text("edition"), fields.flag("confirmed"))


def load_code_list(text: str, where: str) -> CodeList:
    """Return the code list of a TOML text.

    Raises:
        BadDefinition: a field is missing, unknown or of the wrong kind, or a code stands twice.
    """
    return code_list_of(parse_toml(text, where), where)


def code_list_of(table: Mapping[str, Any], where: str) -> CodeList:
    """Return the code list of a definition's tables; errors as for ``load_code_list``."""
    document = Fields(table, where)
    head = document.part("code_list")
    tables = [Fields(row, f"{where} [[value]]") for row in document.tables("value")]
    values = tuple(CodeValue(row.text("code"), row.text("name"), row.text("name_en", "")) for row in tables)
    eras = tuple(_era(row) for row in tables if "first_year" in row.table)
    history = tuple(span for row in tables if (span := _validity(row)))
    found = CodeList(
        head.text("key"), head.text("name"), head.text("name_en", ""), _source(head), values, eras, head.flag("open"),
        history,
    )  # fmt: skip
    head.text("number", "")
    for row in tables:
        row.text("remarks", "")
    for part in (document, head, *tables):
        part.done()
    _refuse_doubles(found, where)
    return found


def _refuse_doubles(found: CodeList, where: str) -> None:
    """A code may stand again for another time, but not for one that it had before."""
    once = len(found.values) - len(found.history)
    if len({value.code for value in found.values} - {span.code for span in found.history}) != once:
        raise BadDefinition(where, "同じコードが2回あります。", "a code stands twice.")
    spans = sorted(found.history, key=lambda span: (span.code, span.first or date.min))
    for before, after in pairwise(spans):
        if before.code == after.code and (before.last is None or after.first is None or after.first <= before.last):
            raise BadDefinition(
                where, f"コード {after.code} の期間が重なっています。", f"the times of the code {after.code} overlap."
            )


def _validity(row: Fields) -> Validity | None:
    first, last = (_day_in(row, key) for key in ("valid_from", "valid_to"))
    if first is None and last is None:
        return None
    if first and last and last < first:
        raise BadDefinition(row.where, "valid_to が valid_from より前です。", "valid_to lies before valid_from.")
    return Validity(row.text("code"), first, last)


def _day_in(row: Fields, key: str) -> date | None:
    text = row.text(key, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadDefinition(row.where, f"{key} が日付ではありません。", f"{key} is not a day.") from error


def _era(row: Fields) -> Era:
    start, end = (date.fromisoformat(row.text(key)) for key in ("start", "end"))
    return Era(row.text("code"), row.text("name"), row.text("letter"), row.number("first_year"), start, end)


def load_layout(text: str, where: str, code_lists: Mapping[str, CodeList]) -> Layout:
    """Return the layout of a TOML text with its code lists resolved.

    Raises:
        BadDefinition: anything in it cannot be understood; the message names the file and the field.
    """
    return layout_of(parse_toml(text, where), where, code_lists)


def layout_of(tables: Mapping[str, Any], where: str, code_lists: Mapping[str, CodeList]) -> Layout:
    """Return the layout of a definition's tables with its code lists resolved; errors as for ``load_layout``."""
    document = Fields(tables, where)
    head = document.part("layout")
    physical = _physical(document.part("physical"), code_lists)
    items = tuple(item for table in document.tables("item") for item in _items(table, where, physical, code_lists))
    items = placed(items, physical, where)
    rules = tuple(_set_rule(Fields(table, f"{where} [[set_rule]]")) for table in document.tables("set_rule"))
    used = sorted({item.code_list.key for item in items if item.code_list})
    layout = Layout(
        key=head.text("key"),
        version=head.text("version"),
        name=head.text("name"),
        name_en=head.text("name_en", ""),
        group=head.text("group"),
        publisher=head.text("publisher", ""),
        source=_source(head),
        physical=physical,
        items=items,
        set_rules=rules,
        digest=canonical_digest(_told(tables), [code_lists[key].told for key in used]),
    )
    for told in ("id_scheme", "licence", "credit", "note"):
        head.text(told, "")
    head.done()
    document.asked |= {"workbook", "unread"}  # where it came from, and what of that could not be read
    document.done()
    _check_whole(layout, where)
    return layout


def _told(tables: Mapping[str, Any]) -> dict[str, Any]:
    """What a layout's digest is made of: all that its definition says but the very file it was read from."""
    return {key: part for key, part in tables.items() if key != "workbook"}


def _physical(fields: Fields, code_lists: Mapping[str, CodeList]) -> Physical:
    eras = fields.text("era_codes", "")
    if eras and not (eras in code_lists and code_lists[eras].eras):
        raise BadDefinition(fields.where, f"元号表 {eras} がありません。", f"there is no era list {eras}.")
    found = Physical(
        charset=fields.choice("charset", CHARSETS),
        newline=fields.choice("newline", ("crlf", "lf")),
        bom=fields.flag("bom"),
        delimiter=fields.text("delimiter", ","),
        quote_all=fields.choice("quoting", ("all", "minimal")) == "all",
        header=fields.choice("header", ("key", "name", "romaji", "none")),
        empty=fields.text("empty", ""),
        date_form=fields.choice("date_form", ("iso", "compact", "wareki"), "iso"),
        eras=code_lists[eras].eras if eras else (),
        true_value=fields.text("true_value", "1"),
        false_value=fields.text("false_value", "0"),
        user_area=fields.choice("gaiji", ("user_area", "none"), "none") == "user_area",
        max_quoted_lines=fields.number("max_quoted_lines", 50),
        file_name=fields.text("file_name", ""),
        fixed=fixed_form(fields),
        part_header=fields.choice("part_header", ("first", "each"), "first"),
    )
    fields.done()
    if found.charset == HOST and found.fixed is None:
        raise BadDefinition(fields.where, "ebcdic は固定長だけです。", "ebcdic is for fixed-length files only.")
    if len(found.delimiter) != 1 or found.delimiter in '"\r\n' or not found.delimiter.isascii():
        raise BadDefinition(fields.where, "区切りは ASCII の1文字です。", "the delimiter must be one ASCII character.")
    return found


def _items(table: dict[str, Any], where: str, physical: Physical, code_lists: Mapping[str, CodeList]) -> Iterator[Item]:
    fields = Fields(table, f"{where} 項目 {table.get('key', '?')}")
    times = fields.number("repetition", 1)
    item = _item(fields, code_lists)
    fields.done()
    if item.type is ItemType.WAREKI and not physical.eras:
        raise BadDefinition(fields.where, "元号表（era_codes）がありません。", "the layout has no era_codes.")
    if times == 1:
        yield item
        return
    for number in range(1, times + 1):
        changed = {"key": f"{item.key}_{number}", "name": f"{item.name}{number}", "romaji": f"{item.romaji}{number}"}
        yield _replaced(item, changed)


def _replaced(item: Item, changed: dict[str, str]) -> Item:
    from dataclasses import replace

    return replace(item, **changed)  # type: ignore[arg-type]


def _item(fields: Fields, code_lists: Mapping[str, CodeList]) -> Item:
    where = fields.where
    kind = fields.choice("type", list(ItemType))
    length, fraction = _length(fields, kind)
    requirement = fields.choice("required", list(Requirement))
    condition, condition_text = fields.text("condition", ""), fields.text("condition_text", "")
    if bool(condition or condition_text) != (requirement is Requirement.CONDITIONAL):
        raise BadDefinition(where, "condition と required が合いません。", "condition and required disagree.")
    codes = fields.text("codes", "")
    if codes and codes not in code_lists:
        raise BadDefinition(where, f"コード表 {codes} がありません。", f"there is no code list {codes}.")
    _ask_words(fields)
    return Item(
        id=fields.text("id"),
        key=fields.text("key"),
        name=fields.text("name"),
        romaji=fields.text("romaji"),
        group=fields.text("group"),
        type=kind,
        length=length,
        fraction=fraction,
        requirement=requirement,
        confirmed=fields.flag("confirmed"),
        condition=parse_condition(condition, where) if condition else None,
        condition_text=condition_text,
        code_list=code_lists[codes] if codes and not code_lists[codes].open else None,
        pattern=_pattern(fields) or (_printable(length) if kind is ItemType.TEXT else ""),
        check_digit=fields.choice("check_digit", (*CHECK_DIGITS, ""), ""),
        open_end=fields.flag("open_end"),
        selectors=fields.choice("selectors", ("allow", "refuse"), "allow") == "allow",
        primary_key=fields.flag("primary_key"),
        sensitivity=fields.choice("sensitivity", list(Sensitivity), Sensitivity.PLAIN),
        place=place_of(fields),
        severity=fields.choice("severity", list(Severity), Severity.ERROR),
        codes_on=fields.text("codes_on", ""),
        sentinels=fields.texts("sentinels", []),
        minimum=_bound(fields, "minimum", kind),
        maximum=_bound(fields, "maximum", kind),
    )


def _ask_words(fields: Fields) -> None:
    """Ask for what a definition tells people about an item: it is kept and shown, and no check depends on it."""
    for told in ("definition", "explanation", "reference", "sample", "remarks", "code_text"):
        fields.text(told, "")
    for told in ("foreign_key", "output_item", "condition_confirmed"):
        fields.flag(told)
    fields.number("occurrences", 1)
    fields.texts("classes", [])


def _printable(length: int) -> str:
    return f"{PRINTABLE}{{0,{length}}}"


def _length(fields: Fields, kind: ItemType) -> tuple[int, int]:
    if kind is not ItemType.DECIMAL:
        return fields.number("length"), 0
    match = re.fullmatch(r"(\d+),(\d+)", str(fields.table.get("length", "")))
    if match is None or not int(match[2]):
        raise BadDefinition(
            fields.where, "9V の length は「5,2」の形です（小数部は1以上）。", "the length of 9V is written '5,2'."
        )
    fields.text("length")
    return int(match[1]), int(match[2])


def _pattern(fields: Fields) -> str:
    pattern = fields.text("pattern", "")
    try:
        re.compile(pattern)
    except re.error:
        pattern = "\\"
    if not _SAFE_PATTERN.fullmatch(pattern) or _UNSAFE_PATTERN.search(pattern):
        raise BadDefinition(
            fields.where, "pattern に使えない書き方があります。", "the pattern uses unsupported syntax."
        )
    return pattern


def _bound(fields: Fields, key: str, kind: ItemType) -> str:
    bound = fields.text(key, "")
    if bound and kind not in _RANGED:
        raise BadDefinition(fields.where, f"{key} はこの型に使えません。", f"{key} does not fit this type.")
    return bound


def _set_rule(fields: Fields) -> SetRule:
    kind = fields.choice("kind", list(SetRuleKind))
    roles = {role: fields.text(role) for role in _ROLES[kind]}
    values = {name: fields.texts(name) for name in _ROLE_VALUES.get(kind, ())}
    conditions = {}
    if kind is SetRuleKind.CROSS_FIELD:
        conditions["must"] = parse_condition(fields.text("must"), fields.where)
        values["words"] = (words,) if (words := fields.text("words", "")) else ()
    if kind is SetRuleKind.COMPARE:
        values["operator"] = (fields.choice("operator", tuple(OPERATORS)),)
    if kind is SetRuleKind.PERIODS:
        values["gapless"] = ("1",) if fields.flag("gapless") else ()
    if kind in {SetRuleKind.CROSS_FIELD, SetRuleKind.COMPARE} and (when := fields.text("when", "")):
        conditions["when"] = parse_condition(when, fields.where)
    rule = SetRule(
        kind=kind,
        items=fields.texts("items") if kind is SetRuleKind.UNIQUE else (),
        roles=roles,
        values=values,
        severity=fields.choice("severity", list(Severity), Severity.ERROR),
        quarantine=fields.flag("quarantine", default=kind in _HELD),
        conditions=conditions,
    )
    fields.done()
    return rule


def _check_whole(layout: Layout, where: str) -> None:
    """Refuse what only shows when all items are known: doubles, and keys that name no item."""
    for kind in ("id", "key", "name"):
        words = [getattr(item, kind) for item in layout.items]
        # A repeated item keeps one official id over all its columns.
        if kind != "id" and len(set(words)) != len(words):
            double = next(word for word in words if words.count(word) > 1)
            raise BadDefinition(where, f"{kind}「{double}」が2回あります。", f"the {kind} '{double}' stands twice.")
    if not layout.items:
        raise BadDefinition(where, "項目がありません。", "there are no items.")
    named = {key for rule in layout.set_rules for key in rule.keys}
    named |= {key for item in layout.items if item.condition for key in item.condition.keys()}  # noqa: SIM118
    named |= {item.codes_on for item in layout.items if item.codes_on}
    unknown = ", ".join(sorted(named - set(layout.keys)))
    if unknown:
        raise BadDefinition(where, f"項目 {unknown} がありません。", f"there is no item {unknown}.")
    _check_types(layout, where)


def _check_types(layout: Layout, where: str) -> None:
    """Refuse rules that would read an item as what it is not."""
    for rule in layout.set_rules:
        types = [layout.by_key[rule.roles[role]].type for role in _DAY_ROLES.get(rule.kind, ())]
        if not DAYS.issuperset(types):
            raise BadDefinition(where, f"{rule.kind} の項目が日付ではありません。", f"{rule.kind} needs dates.")
        if rule.kind is SetRuleKind.COMPARE:
            _check_compared(layout.by_key[rule.roles["left"]], layout.by_key[rule.roles["right"]], where)
    for item in layout.items:
        if item.codes_on and layout.by_key[item.codes_on].type not in DAYS:
            raise BadDefinition(where, f"{item.key} の codes_on が日付ではありません。", "codes_on must name a date.")


def _check_compared(left: Item, right: Item, where: str) -> None:
    numbers = all(item.type in WHOLE and item.length <= _LONGEST_COMPARED for item in (left, right))
    if not numbers and not DAYS.issuperset({left.type, right.type}):
        both = f"{left.key}, {right.key}"
        raise BadDefinition(where, f"{both} は比べられません。", f"{both}: only dates or whole numbers compare.")


_DAY_ROLES = {
    SetRuleKind.NOT_BEFORE: ("earlier", "later"),
    SetRuleKind.HISTORY_CHAIN: ("event",),
    SetRuleKind.PERIODS: ("start", "end"),
}
