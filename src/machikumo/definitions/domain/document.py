"""A definition as people write and hand it on: everything its file says, also what no check depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import CodeList, Layout

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code with its meaning."""

    code: str
    name: str
    name_en: str = ""
    remarks: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """A code list. ``number`` is its official id; an ``open`` list leaves the codes to the municipality."""

    key: str
    name: str
    source: str
    edition: str
    confirmed: bool = False
    name_en: str = ""
    number: str = ""
    open: bool = False
    value: tuple[CodeRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """One item. The fields are those of a definition file (data/layouts/README.md), the official words among them.

    ``classes`` are クラス分類 Lv1 to Lv3, ``output_item`` 実装類型 ○, ``occurrences`` 繰り返し, ``code_text`` the
    code column where it names no list of this definition.
    """

    id: str
    key: str
    name: str
    romaji: str
    group: str
    type: str
    length: int | str
    required: str = "optional"
    confirmed: bool = False
    condition: str = ""
    condition_text: str = ""
    condition_confirmed: bool = False
    codes: str = ""
    codes_on: str = ""
    sentinels: tuple[str, ...] = ()
    bytes: int = 0
    storage: str = "text"
    start: int = 0
    digits: int = 0
    zero: str = "value"
    code_text: str = ""
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    check_digit: str = ""
    open_end: bool = False
    selectors: str = "allow"
    repetition: int = 1
    occurrences: int = 1
    primary_key: bool = False
    foreign_key: bool = False
    sensitivity: str = "plain"
    severity: str = "error"
    classes: tuple[str, ...] = ()
    definition: str = ""
    explanation: str = ""
    reference: str = ""
    output_item: bool = False
    sample: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What a definition is called, which version it is, and where it comes from."""

    key: str
    version: str
    name: str
    group: str
    source: str
    edition: str
    confirmed: bool = False
    name_en: str = ""
    publisher: str = ""
    id_scheme: str = ""
    licence: str = ""
    credit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """How the bytes of its files lie; the fields of ``[physical]``."""

    charset: str = "utf-8"
    newline: str = "crlf"
    bom: bool = False
    delimiter: str = ","
    quoting: str = "minimal"
    header: str = "name"
    empty: str = ""
    date_form: str = "iso"
    era_codes: str = ""
    true_value: str = "1"
    false_value: str = "0"
    gaiji: str = "none"
    max_quoted_lines: int = 50
    file_name: str = ""
    form: str = "delimited"
    host: str = ""
    record_length: int = 0
    record_separator: str = "none"
    record_mark: str = ""
    records: tuple[str, ...] = ()
    plus_sign: str = "F"
    low_values: str = "refuse"
    part_header: str = "first"


@dataclass(frozen=True, slots=True)
class Workbook:
    """The file that a definition was read from."""

    file: str
    sha256: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that has no place in the model, word for word; ``reason`` is a word of ``official.reasons``."""

    sheet: str
    cell: str
    value: str
    reason: str


@dataclass(frozen=True)
class Document:
    """A whole definition with the code lists that belong to it alone."""

    head: Head
    form: Form
    items: tuple[ItemSheet, ...]
    codes: tuple[CodeSheet, ...] = ()
    set_rules: tuple[Table, ...] = ()
    workbook: Workbook | None = None
    unread: tuple[Unread, ...] = ()

    def code_sheet(self, key: str) -> CodeSheet | None:
        """The document's own code list of that key."""
        return next((sheet for sheet in self.codes if sheet.key == key), None)

    def content(self) -> Document:
        """The definition without the marks of the very file it was read from."""
        return replace(self, workbook=None)

    def layout(self, shared: Mapping[str, CodeList] | None = None) -> Layout:
        """The layout that the definition says, checked; ``shared`` are code lists kept elsewhere.

        Raises:
            BadDefinition: something in it cannot be understood.
        """
        from machikumo.definitions.domain.tables import code_tables, layout_tables
        from machikumo.layouts.domain.loading import code_list_of, layout_of

        own = {sheet.key: code_list_of(code_tables(sheet), f"codes/{sheet.key}") for sheet in self.codes}
        return layout_of(layout_tables(self), self.head.key, {**(shared or {}), **own})
