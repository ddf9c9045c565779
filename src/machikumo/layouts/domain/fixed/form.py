"""The physical form of a file of fixed-length records: what a definition says of it, resolved and checked."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Item, Physical
    from machikumo.layouts.domain.fields import Fields
    from machikumo.layouts.domain.fixed.host import HostTable

HOST = "ebcdic"
SEPARATORS = {"none": b"", "crlf": b"\r\n", "lf": b"\n", "host_nl": b"\x15"}
_COUNT = re.compile(r"count=(\d+):(\d+):(zoned|packed|text)")
_MARK = re.compile(r"(\d+):(\d+)")
_UNFIT = ("utf-16-le", "utf-16-be")


class Storage(StrEnum):
    """How a value lies in its bytes.

    TEXT: one byte a character. KANJI: two bytes a character throughout (host charsets), no shift codes. MIXED: both,
    with shift codes in host charsets. PACKED: two digits a byte, the sign in the last half byte (COMP-3). ZONED: a
    digit a byte, the sign in the upper half of the last.
    """

    TEXT = "text"
    KANJI = "kanji"
    MIXED = "mixed"
    PACKED = "packed"
    ZONED = "zoned"


class Role(StrEnum):
    """What a record is for: data, or control around it."""

    HEADER = "header"
    DATA = "data"
    TRAILER = "trailer"
    END = "end"


NUMBERS = frozenset({Storage.PACKED, Storage.ZONED})


@dataclass(frozen=True, slots=True)
class FieldForm:
    """Where a value lies in its record: first byte (from 0), bytes, storage; ``digits`` for numbers only.

    ``zero_is_empty``: a number of zeros alone stands for no value, as hosts write dates that are not there.
    """

    start: int
    size: int
    storage: Storage
    digits: int = 0
    zero_is_empty: bool = False

    @property
    def end(self) -> int:
        """The byte after the last."""
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record, known by its mark; ``count`` is where a trailer tells how many data records there are."""

    role: Role
    mark: str
    count: FieldForm | None = None


@dataclass(frozen=True, slots=True)
class FixedForm:
    """The form of the records: ``length`` without the separator; ``mark`` (start, bytes) is where their kind stands."""

    length: int
    separator: bytes = b""
    mark: tuple[int, int] = (0, 0)
    kinds: tuple[RecordKind, ...] = ()
    host: str = ""
    plus_sign: str = "F"
    low_values: bool = False
    table: HostTable | None = field(default=None, compare=False)

    @property
    def stride(self) -> int:
        """The bytes of a record with its separator."""
        return self.length + len(self.separator)

    def kinds_of(self, role: Role) -> tuple[RecordKind, ...]:
        """The kinds of one role."""
        return tuple(kind for kind in self.kinds if kind.role is role)


def fixed_form(fields: Fields) -> FixedForm | None:
    """Return the form that ``[physical]`` tells, None for delimited files.

    Raises:
        BadDefinition: a field is wrong.
    """
    is_fixed = fields.choice("form", ("delimited", "fixed"), "delimited") == "fixed"
    length = fields.number("record_length", 0)
    separator = fields.choice("record_separator", tuple(SEPARATORS), "none")
    mark, records = fields.text("record_mark", ""), fields.texts("records", [])
    host = fields.text("host", "")
    plus = fields.choice("plus_sign", ("C", "F"), "F")
    low = fields.choice("low_values", ("empty", "refuse"), "refuse")
    if not is_fixed:
        return None
    place = _mark(fields, mark, length) if mark else (0, 0)
    kinds = tuple(_kind(fields, text, place, length) for text in records)
    found = FixedForm(length, SEPARATORS[separator], place, kinds, host, plus, low == "empty")
    _check(fields, found)
    return found


def _mark(fields: Fields, text: str, length: int) -> tuple[int, int]:
    match = _MARK.fullmatch(text)
    start, size = (int(match[1]) - 1, int(match[2])) if match else (-1, 0)
    if start < 0 or size < 1 or start + size > length:
        raise BadDefinition(
            fields.where, "record_mark は「1:1」（何バイト目から:何バイト）の形です。", "record_mark is written '1:1'."
        )
    return start, size


def _kind(fields: Fields, text: str, place: tuple[int, int], length: int) -> RecordKind:
    role, _, rest = text.partition(" ")
    mark, _, told = rest.partition(" ")
    count = _COUNT.fullmatch(told)
    if role not in list(Role) or (told and count is None) or len(mark) != place[1]:
        words = "records は「trailer 8 count=2:8:zoned」の形です。", "records are written 'trailer 8 count=2:8:zoned'."
        raise BadDefinition(fields.where, *words)
    if count is None:
        return RecordKind(Role(role), mark)
    start, size, storage = int(count[1]) - 1, int(count[2]), Storage(count[3])
    if start < 0 or start + size > length:
        raise BadDefinition(fields.where, "件数がレコードの外にあります。", "the count lies outside the record.")
    digits = 2 * size - 1 if storage is Storage.PACKED else size
    return RecordKind(Role(role), mark, FieldForm(start, size, storage, digits))


def _check(fields: Fields, form: FixedForm) -> None:
    wrong = ""
    if form.length < 1:
        wrong = "record_length"
    elif form.kinds and (not form.kinds_of(Role.DATA) or len({kind.mark for kind in form.kinds}) != len(form.kinds)):
        wrong = "records"
    elif (fields.table.get("charset") == HOST) != bool(form.host):
        wrong = "host"
    elif fields.table.get("charset") in _UNFIT or fields.table.get("bom"):
        wrong = "charset"
    elif fields.table.get("header") != "none" or fields.table.get("empty"):
        wrong = "header, empty"
    if wrong:
        raise BadDefinition(
            fields.where, f"固定長ファイルの {wrong} が正しくありません。", f"{wrong} does not fit a fixed-length file."
        )


def place_of(fields: Fields) -> FieldForm | None:
    """Return what an item says of its bytes, ``start`` -1 when it follows the item before; None without bytes."""
    size = fields.number("bytes", 0)
    storage = fields.choice("storage", list(Storage), Storage.TEXT)
    start, digits = fields.number("start", 0), fields.number("digits", 0)
    zero = fields.choice("zero", ("empty", "value"), "value")
    if not size:
        return None
    return FieldForm(start - 1, size, storage, digits, zero == "empty")


def placed(items: Sequence[Item], physical: Physical, where: str) -> tuple[Item, ...]:
    """Return the items with their places in the record.

    Raises:
        BadDefinition: an item of a fixed-length file has no bytes, two share a byte, or one lies outside the record.
    """
    form = physical.fixed
    if form is None:
        return tuple(items)
    found, end = [], 0
    for item in items:
        if item.place is None:
            raise BadDefinition(f"{where} {item.key}", "bytes がありません。", "it says nothing of its bytes.")
        place = replace(
            item.place,
            start=end if item.place.start < 0 else item.place.start,
            digits=item.place.digits or (item.length if item.place.storage in NUMBERS else 0),
        )
        end = max(end, place.end)
        _check_place(f"{where} {item.key}", place, form, host=physical.charset == HOST)
        found.append(replace(item, place=place))
    _check_apart(found, form, where)
    return tuple(found)


def _check_place(where: str, place: FieldForm, form: FixedForm, *, host: bool) -> None:
    holds = {Storage.PACKED: 2 * place.size - 1, Storage.ZONED: place.size}
    if place.storage in NUMBERS and not 0 < place.digits <= holds[place.storage]:
        raise BadDefinition(where, "digits が bytes に収まりません。", "the digits do not fit the bytes.")
    if place.end > form.length:
        raise BadDefinition(where, "レコードの外にあります。", "it lies outside the record.")
    if host and place.storage is Storage.KANJI and place.size % 2:
        raise BadDefinition(where, "漢字項目の bytes は偶数です。", "kanji items have an even number of bytes.")


def _check_apart(items: Sequence[Item], form: FixedForm, where: str) -> None:
    taken = sorted((item.place.start, item.place.end, item.key) for item in items if item.place)
    if form.mark[1]:
        taken = sorted([*taken, (form.mark[0], sum(form.mark), "record_mark")])
    for before, after in itertools.pairwise(taken):
        if after[0] < before[1]:
            raise BadDefinition(where, f"{after[2]} が {before[2]} に重なっています。", f"{after[2]} overlaps.")
