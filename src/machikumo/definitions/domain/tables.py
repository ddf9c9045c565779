"""Between a Document and the plain tables of a definition file (TOML, JSON): what equals its default is left out."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from machikumo.definitions.domain.document import (
    CodeRow,
    CodeSheet,
    Document,
    Form,
    Head,
    ItemSheet,
    Unread,
    Workbook,
)
from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from machikumo.layouts.domain.definition import CodeList, CodeValue, Validity

Part = TypeVar("Part")
# what a file must say however plain it is
_ALWAYS = {"confirmed", "required", "charset", "newline", "quoting", "header"}
_KNOWN = {"layout", "physical", "workbook", "item", "set_rule", "unread", "code_list"}


def layout_tables(document: Document) -> dict[str, Any]:
    """The tables of the definition's own file, without its code lists."""
    tables: dict[str, Any] = {"layout": _plain(document.head), "physical": _plain(document.form)}
    if document.workbook:
        tables["workbook"] = _plain(document.workbook)
    tables["item"] = [_plain(item) for item in document.items]
    if document.set_rules:
        tables["set_rule"] = [dict(rule) for rule in document.set_rules]
    if document.unread:
        tables["unread"] = [_plain(cell) for cell in document.unread]
    return tables


def code_tables(sheet: CodeSheet) -> dict[str, Any]:
    """The tables of a code list's file."""
    head = _plain(replace(sheet, value=()))
    return {"code_list": head, "value": [_plain(row) for row in sheet.value]}


def whole_tables(document: Document) -> dict[str, Any]:
    """Everything in one: the definition's tables and ``code_list``, a list of the tables of its code lists."""
    return layout_tables(document) | {"code_list": [code_tables(sheet) for sheet in document.codes]}


def document_of(tables: Mapping[str, Any], where: str, codes: Iterable[CodeSheet] = ()) -> Document:
    """The definition that tables say; code lists may stand in them (as ``whole_tables`` gives) or be given.

    Raises:
        BadDefinition: a part is missing, or a field is unknown or of the wrong kind.
    """
    if set(tables) - _KNOWN:
        names = ", ".join(sorted(set(tables) - _KNOWN))
        raise BadDefinition(where, f"知らない項目があります（{names}）。", f"unknown fields: {names}.")
    own = [code_sheet_of(table, where) for table in tables.get("code_list", ())]
    workbook = tables.get("workbook")
    return Document(
        head=_read(Head, tables.get("layout"), f"{where} [layout]"),
        form=_read(Form, tables.get("physical"), f"{where} [physical]"),
        items=tuple(_read(ItemSheet, table, f"{where} [[item]]") for table in tables.get("item", ())),
        codes=(*codes, *own),
        set_rules=tuple(dict(rule) for rule in tables.get("set_rule", ())),
        workbook=_read(Workbook, workbook, f"{where} [workbook]") if workbook else None,
        unread=tuple(_read(Unread, cell, f"{where} [[unread]]") for cell in tables.get("unread", ())),
    )


def code_sheet_of(tables: Mapping[str, Any], where: str) -> CodeSheet:
    """The code list that tables say; errors as for ``document_of``."""
    head = _read(CodeSheet, tables.get("code_list"), f"{where} [code_list]")
    rows = tuple(_read(CodeRow, row, f"{where} [[value]]") for row in tables.get("value", ()))
    return replace(head, value=rows)


def sheet_of_list(found: CodeList) -> CodeSheet:
    """The sheet of a code list that is kept elsewhere, so that a document can carry it along."""
    spans = {code: [span for span in found.history if span.code == code] for code in found.codes}
    rows = tuple(_code_row(value, spans[value.code]) for value in found.values)
    source = found.source
    return CodeSheet(
        found.key, found.name, source.text, source.edition, source.confirmed, found.name_en, open=found.open, value=rows
    )


def _code_row(value: CodeValue, spans: list[Validity]) -> CodeRow:
    """The row of a code; one that stands several times takes its times in order."""
    row = CodeRow(value.code, value.name, value.name_en)
    if not spans:
        return row
    span = spans.pop(0)
    return replace(row, valid_from=_iso(span.first), valid_to=_iso(span.last))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def complete(document: Document, shared: Mapping[str, CodeList]) -> Document:
    """The document with the code lists that its items name and that are kept elsewhere."""
    own = {sheet.key for sheet in document.codes}
    wanted = sorted({item.codes for item in document.items if item.codes} - own)
    return replace(document, codes=(*document.codes, *(sheet_of_list(shared[key]) for key in wanted if key in shared)))


def _plain(part: Any) -> dict[str, Any]:
    found = {}
    for one in fields(part):
        value = getattr(part, one.name)
        if one.default is MISSING or value != one.default or one.name in _ALWAYS:
            found[one.name] = list(value) if isinstance(value, tuple) else value
    return found


def _read(kind: type[Part], table: Any, where: str) -> Part:
    if not isinstance(table, dict):
        raise BadDefinition(where, "表がありません。", "the table is missing.")
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]  # each kind is a dataclass
    unknown = ", ".join(sorted(set(table) - set(known)))
    if unknown:
        raise BadDefinition(where, f"知らない項目があります（{unknown}）。", f"unknown fields: {unknown}.")
    lacking = ", ".join(name for name, one in known.items() if one.default is MISSING and name not in table)
    if lacking:
        raise BadDefinition(where, f"項目 {lacking} がありません。", f"the field {lacking} is missing.")
    for name, value in table.items():
        if not _fits(str(known[name].type), value):
            raise BadDefinition(where, f"項目 {name} の型が違います。", f"the field {name} has the wrong type.")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in table.items()})


def _fits(kind: str, value: Any) -> bool:
    if kind.startswith("tuple"):
        return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
    if kind == "bool":
        return isinstance(value, bool)
    wanted: tuple[type, ...] = {"int": (int,), "str": (str,)}.get(kind, (int, str))
    return isinstance(value, wanted) and not isinstance(value, bool)
