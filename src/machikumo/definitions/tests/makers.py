"""Definitions and workbooks for tests: small ones by hand, and any at all by Hypothesis."""

from __future__ import annotations

import io
import tomllib
from dataclasses import replace
from typing import Any

import openpyxl
from hypothesis import strategies as st

from machikumo.definitions.domain.document import CodeRow, CodeSheet, Document, Form, Head, ItemSheet, Unread
from machikumo.definitions.domain.official.grid import Grid, read_grids
from machikumo.definitions.domain.official.reading import Origin
from machikumo.definitions.domain.tables import complete, document_of
from machikumo.kernel.official import data_folder
from machikumo.layouts.queries.catalogue import shipped

HEAD = Head("town-list", "1", "名簿", "名簿", "made for a test", "1")
TOP = [
    "データ項目ID", None, "データ項目", "データ項目\n（ローマ字）", "グループ", None, None, "クラス分類", None, None,
    "データ型", "桁数", "コード", "繰り返し", "データ出力条件", "項目定義", "項目説明", "標準仕様書関連箇所",
    "実装類型", "サンプル値", "備考",
]  # fmt: skip
SECOND = [None] * 4 + ["名称", "主キー", "外部キー", "LV１", "Lv2", "LV3"]
ORIGIN = Origin(file="list.xlsx", sha256="0" * 64, key="list", edition="1.0")


def item(key: str, **changes: Any) -> ItemSheet:
    """An item of half-width text, changed as said."""
    return replace(ItemSheet(f"T-{key}", key, key, key, "名簿", "X", 5), **changes)


def document(*items: ItemSheet, form: Form | None = None, codes: tuple[CodeSheet, ...] = (), **head: Any) -> Document:
    """A definition of these items."""
    return Document(replace(HEAD, **head), form or Form(), items, codes)


def code_sheet(key: str, *codes: str, **changes: Any) -> CodeSheet:
    """A code list of these codes."""
    rows = tuple(CodeRow(code, f"意味{code}") for code in codes)
    return replace(CodeSheet(key, key, "made for a test", "1", value=rows), **changes)


def shipped_document(key: str) -> Document:
    """A definition that comes with Machikumo, with its code lists."""
    path = data_folder() / "layouts" / f"{key}.toml"
    return complete(document_of(tomllib.loads(path.read_text("utf-8")), path.name), shipped().code_lists)


def row(
    number: int, name: str = "宛名番号", kind: Any = "X", length: Any = 15, required: str = "必須", **more: Any
) -> list[Any]:
    """A row of an item sheet: business 031 and a number."""
    found: list[Any] = ["031", number, name, more.get("romaji"), more.get("group", "基本情報"), more.get("key")]
    found += [more.get("foreign"), more.get("lv1"), None, None, kind, length, more.get("codes"), more.get("times")]
    found += [required, more.get("definition"), more.get("explanation"), None, more.get("output"), None]
    return [*found, more.get("remarks")]


def workbook(rows: list[list[Any]], *, codes: list[list[Any]] | None = None, more: Any = None) -> bytes:
    """A workbook in the official form; ``more`` may change it before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "項目定義書"
    sheet["B1"] = "■試験用 項目定義書"
    for place, line in enumerate([TOP, SECOND, *rows], 5):
        for column, value in enumerate(line, 2):
            sheet.cell(place, column, value)
    sheet.merge_cells("B5:C6")
    sheet.merge_cells("D5:D6")
    if codes is not None:
        listed = book.create_sheet("コード一覧（個別）")
        listed["A1"] = "コード一覧表"
        for place, line in enumerate([["コードID", "コード名", "コード値", "コード値の内容", "備考"], *codes], 4):
            for column, value in enumerate(line, 1):
                listed.cell(place, column, value)
    if more:
        more(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def grids(data: bytes) -> list[Grid]:
    """The sheets of a workbook's bytes."""
    return read_grids(io.BytesIO(data))


# ---- any definition at all -------------------------------------------------------------------------------------------
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
IDS = st.one_of(st.from_regex(r"[0-9]{8}", fullmatch=True), st.from_regex(r"[A-Z]{1,3}-[0-9]{1,4}", fullmatch=True))


@st.composite
def item_sheets(draw: Any, key: str, name: str) -> ItemSheet:
    """Any item of that key and name."""
    kind = draw(st.sampled_from(["X", "N", "9", "S9", "9V", "YEAR", "DATE", "TIME", "BOOL", "BLOB", "TEXT"]))
    required = draw(st.sampled_from(["required", "optional", "conditional"]))
    length: int | str = draw(st.integers(1, 300))
    words = draw(TEXTS) if required == "conditional" else ""
    return ItemSheet(
        id=draw(IDS), key=key, name=name, romaji=draw(TEXTS), group=draw(TEXTS), type=kind,
        length=f"{length},{draw(st.integers(1, 9))}" if kind == "9V" else length, required=required,
        confirmed=draw(st.booleans()), condition_text=words or ("とき" if required == "conditional" else ""),
        code_text=draw(TEXTS), open_end=draw(st.booleans()), occurrences=draw(st.integers(1, 999)),
        primary_key=draw(st.booleans()), foreign_key=draw(st.booleans()),
        sensitivity=draw(st.sampled_from(["plain", "personal", "vault"])),
        severity=draw(st.sampled_from(["error", "warning", "note"])),
        classes=tuple(draw(st.lists(TEXTS, max_size=3))), definition=draw(TEXTS), explanation=draw(TEXTS),
        reference=draw(TEXTS), output_item=draw(st.booleans()), sample=draw(TEXTS), remarks=draw(TEXTS),
    )  # fmt: skip


@st.composite
def documents(draw: Any) -> Document:
    """Any definition with up to five items, two code lists, and cells that were not read."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=5, unique=True))
    names = draw(st.lists(NAMES, min_size=len(keys), max_size=len(keys), unique=True))
    lists = draw(st.lists(st.from_regex(r"[a-z]{2,5}(?:-[0-9]{3})?", fullmatch=True), max_size=2, unique=True))
    codes = tuple(
        CodeSheet(
            key, draw(NAMES), draw(TEXTS), draw(TEXTS), draw(st.booleans()), number=draw(st.sampled_from(["", "001"])),
            value=tuple(CodeRow(code, draw(TEXTS), draw(TEXTS), draw(TEXTS)) for code in draw(
                st.lists(st.from_regex(r"[0-9A-Z]{1,3}", fullmatch=True), min_size=1, max_size=3, unique=True))),
        )
        for key in lists
    )  # fmt: skip
    items = []
    for key, name in zip(keys, names, strict=True):
        one = draw(item_sheets(key, name))
        if lists and draw(st.booleans()):
            one = replace(one, codes=draw(st.sampled_from(lists)))
        items.append(one)
    unread = tuple(Unread("表", "A1", text, "outside") for text in draw(st.lists(TEXTS, max_size=2)) if text.strip())
    head = Head(draw(KEYS), draw(NAMES), draw(NAMES), draw(NAMES), draw(TEXTS), draw(TEXTS), draw(st.booleans()))
    form = Form(draw(st.sampled_from(["utf-8", "cp932", "utf-16-le"])), draw(st.sampled_from(["lf", "crlf"])))
    rules = ({"kind": "unique", "items": [keys[0]]},) if draw(st.booleans()) else ()
    return Document(head, form, tuple(items), codes, rules, unread=unread)
