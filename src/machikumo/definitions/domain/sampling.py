"""From a file that somebody sends to a proposal of its layout: the officer decides, this only proposes.

The character set is tried, not guessed by statistics alone: a set is proposed when the whole sample decodes, and what
else would decode is named, so that the officer sees the choice.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from machikumo.definitions.domain.document import CodeRow, CodeSheet, Document, Form, Head, ItemSheet
from machikumo.layouts.domain.charsets import looks_otherwise, spoken
from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_TRIED = ("utf-8", "cp932", "euc_jp")
_DELIMITERS = (",", "\t", ";", "|")
TICKS = ("○", "◯", "〇", "✓", "●")
_HALF = re.compile("[ -~｡-ﾟ]*")
_NOT_FULL = re.compile("[ -~｡-ﾟ]")
_WHOLE, _DECIMAL = re.compile(r"[0-9]+"), re.compile(r"-?[0-9]+(?:\.([0-9]+))?")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")
_ROOM = 1.5  # a proposed length leaves room beyond the longest value seen
_MOST_CODES, _ROWS_A_CODE, _LONGEST_CODE = 12, 3, 12
_CODE_OF_PERSONS = 1  # where rows are of persons, what is longer may be a name
_LEAST_ROWS = 2
_PERSONS = re.compile("氏名|個人番号|生年月日|世帯|続柄|宛名|住民票")
_NUMBERS = re.compile("個人番号|住民票コード")
_SHAPES = (
    (re.compile("[0-9０-９]"), "9"), (re.compile("[A-Za-zＡ-Ｚａ-ｚ]"), "A"), (re.compile("[ァ-ヴｦ-ﾟ]"), "ア"),
    (re.compile("[ぁ-ゔ]"), "あ"), (re.compile("[一-\u9fff\U00020000-\U0003ffff]"), "漢"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed definition, how many rows it rests on, and what the officer should look at, in both languages."""

    document: Document
    rows: int
    doubts: tuple[tuple[str, str], ...]


def propose(data: bytes, *, key: str, name: str, file: str, whole: bool = True) -> Proposal:
    """The proposal for a sample; ``whole`` is False when it was cut, and then its last line does not count.

    Raises:
        BadDefinition: it is empty, or no character set that we know reads it.
    """
    charset, text, doubts = _decoded(data, file, whole=whole)
    bom = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    newline = "crlf" if "\r\n" in text else "lf"
    delimiter = _delimiter(text.partition("\n")[0])
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    if not rows:
        raise BadDefinition(file, "ファイルが空です。", "the file is empty.")
    titles, body = rows[0], rows[1:]
    if any(len(row) != len(titles) for row in body):
        doubts.append(
            ("列の数が見出しと違う行があります。", "Some rows have another number of columns than the header.")
        )
    columns = [[row[at] if at < len(row) else "" for row in body] for at in range(len(titles))]
    ticks = _ticks(columns)
    quoted = '"' in text and all(part.startswith('"') for part in _fields_of(text.partition("\n")[0], delimiter))
    form = Form(
        charset=charset, newline=newline, bom=bom, delimiter=delimiter, quoting="all" if quoted else "minimal",
        true_value=ticks or "1", false_value="" if ticks else "0", file_name=file,
    )  # fmt: skip
    names, renamed = _distinct(titles)
    doubts += renamed
    items, codes = _items(names, columns, key, ticks)
    head = Head(
        key=key, version="1", name=name, group=name, source=f"{file} の見本から提案 / proposed from a sample",
        edition=f"{len(body)} 行の見本", note="型・桁数・コードは見本からの提案。担当者が確かめて決める",
    )  # fmt: skip
    return Proposal(Document(head, form, tuple(items), tuple(codes)), len(body), tuple(doubts))


def _decoded(data: bytes, file: str, *, whole: bool) -> tuple[str, str, list[tuple[str, str]]]:
    charset = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    tried = [charset] if charset else [*_TRIED, *_wide(data)]
    texts = {name: text for name in tried if (text := _text(data, name, whole=whole)) is not None}
    if not texts or not data:
        known = ", ".join(map(spoken, _TRIED))
        raise BadDefinition(
            file, f"文字コードが分かりません（{known}, UTF-16 のどれでもない）。", "no known character set reads it."
        )
    best = next((name for name in texts if not looks_otherwise(data, name)), next(iter(texts)))
    if data[1::2].count(0) > len(data) // 8 or data[::2].count(0) > len(data) // 8:
        best = next((name for name in texts if name.startswith("utf-16")), best)
    others = [spoken(name) for name in texts if name != best and not data.isascii()]
    doubts = []
    if others and best != "utf-8":  # other bytes hardly ever read as UTF-8 by accident
        also = ", ".join(others)
        doubts.append(
            (f"文字コードは {spoken(best)} としましたが、{also} でも読めます。", f"{also} would read it too.")
        )
    return best, texts[best], doubts


def _wide(data: bytes) -> list[str]:
    """UTF-16 without a mark shows in the zero bytes of its commas and newlines."""
    if data[1::2].count(0) > data[::2].count(0):
        return ["utf-16-le"]
    return ["utf-16-be"] if data[::2].count(0) else []


def _text(data: bytes, charset: str, *, whole: bool) -> str | None:
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        text = decoder.decode(data, final=whole)
    except UnicodeDecodeError:
        return None
    return text if whole else text[: text.rfind("\n") + 1]


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _fields_of(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)


def _distinct(titles: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The headings, each once; what had to be renamed is said, because then the file's header no longer fits."""
    names: list[str] = []
    doubts = []
    for at, title in enumerate(titles, 1):
        name = title or f"列{at}"
        if name in names or not title:
            name = f"{name}（{at}列目）"
            doubts.append(
                (f"{at}列目の見出し「{title}」を「{name}」としました。", f"Column {at} was renamed '{name}'.")
            )
        names.append(name)
    return names, doubts


def _ticks(columns: Iterable[Sequence[str]]) -> str:
    """The sign that stands for 'yes' in columns that hold nothing else, when one sign does."""
    found = {only for values in columns if len(marks := {value for value in values if value}) == 1 for only in marks}
    return next((tick for tick in TICKS if tick in found), "")


def _items(
    names: Sequence[str], columns: Sequence[Sequence[str]], key: str, ticks: str
) -> tuple[list[ItemSheet], list[CodeSheet]]:
    items: list[ItemSheet] = []
    codes: list[CodeSheet] = []
    persons = any(map(_PERSONS.search, names))
    for at, (name, values) in enumerate(zip(names, columns, strict=True), 1):
        filled = [value for value in values if value]
        own = _own_key(name, at, {item.key for item in items})
        item = ItemSheet(f"{key}-{at:03d}", own, name, own, "", "TEXT", 100)
        item = _typed(item, filled, ticks)
        if filled and len(filled) == len(values) and len(values) >= _LEAST_ROWS and item.type != "BOOL":
            item = replace(item, required="required")
        if filled:
            item = replace(item, sample=shape(filled[0][:60]))
        sheet = _code_list(item, filled, key, longest=_CODE_OF_PERSONS if persons else _LONGEST_CODE)
        if sheet:
            codes.append(sheet)
            item = replace(item, codes=sheet.key)
        items.append(item)
    return _guarded(items), codes


def shape(value: str) -> str:
    """The form of a value without the value: 9 for a digit, A for a letter, ア, あ and 漢 for theirs."""
    return "".join(next((sign for form, sign in _SHAPES if form.match(character)), character) for character in value)


def _guarded(items: list[ItemSheet]) -> list[ItemSheet]:
    """Where the headings speak of persons, all that may tell who somebody is will be masked in reports."""
    if not any(_PERSONS.search(item.name) for item in items):
        return items
    return [
        replace(
            item, sensitivity="vault" if _NUMBERS.search(item.name) else "plain" if item.codes or item.type == "BOOL"
            else "personal",
        )
        for item in items
    ]  # fmt: skip


def _own_key(name: str, at: int, taken: set[str]) -> str:
    word = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", unicodedata.normalize("NFKC", name)).lower())
    key = word.strip("_")
    if not key or not key.isidentifier() or key in taken or not name.isascii():
        return f"column_{at:02d}"
    return key


def _typed(item: ItemSheet, filled: Sequence[str], ticks: str) -> ItemSheet:
    if not filled:
        return item
    if ticks and set(filled) == {ticks}:
        return replace(item, type="BOOL", length=1)
    if all(map(_is_day, filled)):
        return replace(item, type="DATE", length=10)
    if all(map(_TIME.fullmatch, filled)):
        return replace(item, type="TIME", length=8)
    return _number(item, filled) or _worded(item, filled)


def _number(item: ItemSheet, filled: Sequence[str]) -> ItemSheet | None:
    if all(map(_WHOLE.fullmatch, filled)):
        # what begins with 0 is a number's name, not a number
        kind = "X" if any(value.startswith("0") and len(value) > 1 for value in filled) else "9"
        return replace(item, type=kind, length=max(map(len, filled)))
    if not all(map(_DECIMAL.fullmatch, filled)):
        return None
    parts = [value.lstrip("-").partition(".") for value in filled]
    return replace(item, type="9V", length=f"{max(len(one[0]) for one in parts)},{_fraction(parts)}")


def _worded(item: ItemSheet, filled: Sequence[str]) -> ItemSheet:
    longest = max(map(len, filled))
    room = max(int(longest * _ROOM + 0.5), longest + 1)
    if all(map(_HALF.fullmatch, filled)):
        return replace(item, type="X", length=room)
    full = not any(map(_NOT_FULL.search, filled)) and not any("\n" in value for value in filled)
    return replace(item, type="N" if full else "TEXT", length=room)


def _fraction(parts: Iterable[tuple[str, str, str]]) -> int:
    return max((len(one[2]) for one in parts), default=0) or 1


def _is_day(value: str) -> bool:
    try:
        return value == date.fromisoformat(value).isoformat()
    except ValueError:
        return False


def _code_list(item: ItemSheet, filled: Sequence[str], key: str, *, longest: int) -> CodeSheet | None:
    """A list of the few values that come again and again; ISO days, ticks and figures are none."""
    found = sorted(set(filled))
    short = bool(found) and max(map(len, found)) <= longest
    few = 1 < len(found) <= _MOST_CODES and len(filled) >= _ROWS_A_CODE * len(found)
    if not (short and few) or item.type in {"BOOL", "DATE", "TIME", "9V", "9"}:
        return None
    rows = tuple(CodeRow(value, value) for value in found)
    source = f"{item.name} の見本にあった値 / values of the sample"
    return CodeSheet(f"{key}-{item.key}".replace("_", "-"), item.name, source, "sample", value=rows)
