"""Changes that people make to a draft, each giving a new document; what is wrong is told before it is kept."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from machikumo.definitions.domain.document import CodeRow, CodeSheet, Document, Head, ItemSheet
from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.layouts.domain.definition import CodeList

KEY = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
ITEM_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


def renamed(document: Document, key: str, name: str) -> Document:
    """The document under another key and name, as the first draft of a layout of its own.

    Raises:
        BadDefinition: the key is not made of small letters, digits and hyphens.
    """
    if not KEY.fullmatch(key):
        raise BadDefinition(
            key,
            "キーは英小文字・数字・ハイフン（3〜40字）です。",
            "a key has 3 to 40 small letters, digits and hyphens.",
        )
    return replace(document, head=replace(document.head, key=key, name=name or document.head.name, version="draft"))


def with_item(document: Document, place: int, item: ItemSheet) -> Document:
    """The document with an item put at a place (from 1), or added at the end when there is none (0)."""
    items = list(document.items)
    if place:
        items[place - 1] = item
    else:
        items.append(item)
    return replace(document, items=tuple(items))


def without_item(document: Document, place: int) -> Document:
    """The document without the item at a place (from 1).

    Raises:
        BadDefinition: it is the last one: a layout has at least one item.
    """
    if len(document.items) == 1:
        raise BadDefinition(document.head.key, "最後の項目は廃止できません。", "the only item cannot be removed.")
    return replace(document, items=(*document.items[: place - 1], *document.items[place:]))


def moved_item(document: Document, place: int, *, up: bool) -> Document:
    """The document with an item and its neighbour exchanged; at the edge nothing changes."""
    other = place - 1 if up else place + 1
    if not 1 <= other <= len(document.items):
        return document
    items = list(document.items)
    items[place - 1], items[other - 1] = items[other - 1], items[place - 1]
    return replace(document, items=tuple(items))


def with_codes(document: Document, item: ItemSheet, text: str) -> tuple[Document, ItemSheet]:
    """The document and item with the codes of a text: a line each, the code, a comma and its meaning; none when empty.

    Raises:
        BadDefinition: a code stands twice.
    """
    rows = tuple(
        CodeRow(line[0].strip(), ",".join(line[1:]).strip() or line[0].strip())
        for line in csv.reader(io.StringIO(text))
        if line and line[0].strip()
    )
    known = document.code_sheet(item.codes)
    if not rows:
        return _tidied(document, replace(item, codes="")), replace(item, codes="")
    if len({row.code for row in rows}) != len(rows):
        raise BadDefinition(item.name, "同じコードが2回あります。", "a code stands twice.")
    shared = sum(other.codes == item.codes and other.id != item.id for other in document.items)
    if known and codes_text(known) == codes_text(replace(known, value=rows)):
        return document, item
    key = known.key if known and not shared else f"{document.head.key}-{item.key}".replace("_", "-")
    sheet = CodeSheet(key, item.name, document.head.source, document.head.edition, value=rows)
    others = tuple(one for one in document.codes if one.key != key)
    return replace(document, codes=(*others, sheet)), replace(item, codes=key)


def _tidied(document: Document, item: ItemSheet) -> Document:
    """The document without code lists that no item but this one names."""
    named = {other.codes for other in document.items if other.id != item.id} | {item.codes}
    return replace(document, codes=tuple(sheet for sheet in document.codes if sheet.key in named))


def codes_text(sheet: CodeSheet | None) -> str:
    """The codes as lines for a text field."""
    out = io.StringIO(newline="")
    if sheet:
        csv.writer(out, lineterminator="\n").writerows((row.code, row.name) for row in sheet.value)
    return out.getvalue()


def new_item(document: Document) -> ItemSheet:
    """An empty item with a free id and key, as the form of a new one begins."""
    at = len(document.items) + 1
    taken = {item.id for item in document.items} | {item.key for item in document.items}
    while f"{document.head.key}-{at:03d}" in taken or f"column_{at:02d}" in taken:
        at += 1
    return ItemSheet(f"{document.head.key}-{at:03d}", f"column_{at:02d}", "", f"column_{at:02d}", "", "TEXT", 100)


def checked(document: Document, shared: Mapping[str, CodeList]) -> Document:
    """The document, when a layout can be made of it.

    Raises:
        BadDefinition: it cannot; the message names the item and the field.
    """
    for item in document.items:
        if not ITEM_KEY.fullmatch(item.key):
            raise BadDefinition(
                item.name, f"キー「{item.key}」は英小文字・数字・下線です。", "a key has small letters, digits and _."
            )
        if not item.name or any(sign in item.name for sign in "\r\n"):
            raise BadDefinition(item.key, "名称は1行の文字です。", "the name must be one line of text.")
    document.layout(shared)
    return document


def numbered(document: Document, number: int) -> Document:
    """The document as the edition of that number."""
    head: Head = replace(document.head, version=str(number))
    return replace(document, head=head)
