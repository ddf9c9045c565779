"""The characters of hosts: a table of single bytes, two-byte codes, and the shift codes between them, all as data.

Two-byte codes are those of JIS X 0208 with the high bit of both bytes set, where a table says so; further codes are
listed one by one. The user-defined area becomes U+E000 and after, in order, as the one of CP932 does.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from machikumo.layouts.domain.definition import Source
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fields import Fields, canonical_digest, parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANK = 0x40
WIDE_BLANK = "\u3000"
_NONE = "\ufffe"
_USER_FIRST, _USER_LAST = 0xE000, 0xF8FF
_CELLS = 94
_ROWS = re.compile(r"(\d+)(?:-(\d+))?")
_HIGH = range(0xA1, 0xFF)
_ODD_LEADS = 0x3F


class BadText(NamedTuple):
    """Why bytes are no text: the rule, and the bytes at fault (from 0, end after the last)."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True)
class HostTable:
    """One vendor's characters. ``into`` and ``back`` are the shift codes, the first of each is the one written."""

    key: str
    name: str
    name_en: str
    source: Source
    single: str
    into: tuple[bytes, ...]
    back: tuple[bytes, ...]
    wide_blank: bytes
    rows: tuple[int, ...]
    user: tuple[int, int] | None
    pairs: tuple[tuple[bytes, str], ...] = ()
    digest: str = field(default="", compare=False)

    @cached_property
    def double(self) -> dict[bytes, str]:
        """Characters by two-byte code."""
        found = dict(_jis_cells(self.rows))
        found |= dict(_user_cells(*self.user)) if self.user else {}
        return found | dict(self.pairs) | {self.wide_blank: WIDE_BLANK}

    @cached_property
    def double_codes(self) -> dict[str, bytes]:
        """Two-byte codes by character: the table's own pairs before the user area, the table's blank for a blank."""
        found: dict[str, bytes] = {}
        for code, character in (*self.pairs, *self.double.items()):
            found.setdefault(character, code)
        return found | {WIDE_BLANK: self.wide_blank}

    @cached_property
    def single_codes(self) -> dict[str, int]:
        """Single bytes by character."""
        return {character: code for code, character in enumerate(self.single) if character != _NONE}

    def read_single(self, raw: bytes) -> str | BadText:
        """Return text of single bytes."""
        try:
            return codecs.charmap_decode(raw, "strict", self.single)[0]
        except UnicodeDecodeError as error:
            return BadText("cell.host_byte", error.start, error.end)

    def read_double(self, raw: bytes) -> str | BadText:
        """Return text of two-byte codes."""
        table = self.double
        found = [table.get(raw[at : at + 2]) for at in range(0, len(raw), 2)]
        if None not in found:
            return "".join(found)  # type: ignore[arg-type]  # no None is in it
        at = 2 * found.index(None)
        return BadText("cell.shift_odd" if at + 1 == len(raw) else "cell.host_code", at, min(at + 2, len(raw)))

    def read_mixed(self, raw: bytes) -> str | BadText:
        """Return text in which shift codes lead from single bytes to two-byte codes and back."""
        parts: list[str] = []
        place = 0
        for start, end, wide in self._stretches(raw):
            if end < start:
                return BadText("cell.shift_open", place, len(raw))
            part = self.read_double(raw[start:end]) if wide else self.read_single(raw[start:end])
            if isinstance(part, BadText):
                return BadText(part.rule, start + part.start, start + part.end)
            parts.append(part)
            place = end
        return "".join(parts)

    def _stretches(self, raw: bytes) -> Iterator[tuple[int, int, bool]]:
        """Yield the stretches between shift codes; one that is never closed ends before it begins."""
        place = 0
        while True:
            code, at = _first(raw, self.into, place)
            yield place, at, False
            if not code:
                return
            start = at + len(code)
            code, at = self._closing(raw, start)
            if not code:
                yield start, start - 1, True
                return
            yield start, at, True
            place = at + len(code)

    def _closing(self, raw: bytes, start: int) -> tuple[bytes, int]:
        """Return the shift code that ends a stretch of two-byte codes, and where; it may stand at an odd place."""
        place = start
        while place < len(raw):
            for code in self.back:
                if raw.startswith(code, place):
                    return code, place
            if place + 1 < len(raw) and any(raw.startswith(code, place + 1) for code in self.back):
                # No trail byte is as small as a shift code: the last code lost its second half.
                code = next(code for code in self.back if raw.startswith(code, place + 1))
                return code, place + 1
            place += 2
        return b"", len(raw)

    def write_single(self, text: str) -> bytes | str:
        """Return single bytes, or the characters that have none."""
        table = self.single_codes
        wrong = [character for character in text if character not in table]
        return "".join(wrong) if wrong else bytes(table[character] for character in text)

    def write_double(self, text: str) -> bytes | str:
        """Return two-byte codes, or the characters that have none."""
        table = self.double_codes
        wrong = [character for character in text if character not in table]
        return "".join(wrong) if wrong else b"".join(table[character] for character in text)

    def write_mixed(self, text: str) -> bytes | str:
        """Return single bytes and, between shift codes, two-byte codes; or the characters that have neither."""
        parts: list[bytes] = []
        wide = False
        for character in text:
            code = self.single_codes.get(character)
            pair = self.double_codes.get(character) if code is None else None
            if code is None and pair is None:
                return "".join(sign for sign in text if sign not in self.single_codes and sign not in self.double_codes)
            if wide != (code is None):
                parts.append((self.back if wide else self.into)[0])
                wide = not wide
            parts.append(bytes((code,)) if pair is None else pair)  # type: ignore[arg-type]  # one of both is there
        return b"".join([*parts, self.back[0] if wide else b""])


def _first(raw: bytes, wanted: tuple[bytes, ...], place: int) -> tuple[bytes, int]:
    found = [(raw.find(code, place), code) for code in wanted]
    at, code = min(((at, code) for at, code in found if at >= 0), default=(len(raw), b""))
    return code, at


def _jis_cells(rows: tuple[int, ...]) -> Iterator[tuple[bytes, str]]:
    """Yield JIS X 0208 cells with high bits. They read as CP932 reads them, so that files of both agree."""
    for row in rows:
        for cell in range(1, _CELLS + 1):
            try:
                yield bytes((row + 0xA0, cell + 0xA0)), _shift_jis(row, cell).decode("cp932")
            except UnicodeDecodeError:
                continue


def _shift_jis(row: int, cell: int) -> bytes:
    lead = (row + 1) // 2 + 0x80
    trail = cell + 0x9E if row % 2 == 0 else cell + 0x3F + (cell > _ODD_LEADS)
    return bytes((lead if lead <= 0x9F else lead + 0x40, trail))  # noqa: PLR2004 - the gap of Shift_JIS


def _user_cells(first: int, last: int) -> Iterator[tuple[bytes, str]]:
    number = _USER_FIRST
    for lead in range(first >> 8, (last >> 8) + 1):
        for trail in _HIGH:
            if first <= (lead << 8 | trail) <= last:
                yield bytes((lead, trail)), chr(number)
                number += 1


def load_host(text: str, where: str) -> HostTable:
    """Return the table of a TOML text; see data/layouts/hosts/README.md.

    Raises:
        BadDefinition: a field is missing, unknown or wrong.
    """
    document = Fields(parse_toml(text, where), where)
    head, single, double = document.part("host"), document.part("single"), document.part("double")
    found = HostTable(
        key=head.text("key"),
        name=head.text("name"),
        name_en=head.text("name_en", ""),
        source=Source(head.text("source"), head.text("edition"), head.flag("confirmed")),
        single=_single(single),
        into=_codes(double, "into"),
        back=_codes(double, "back"),
        wide_blank=_code(double, double.text("blank")),
        rows=_rows(double),
        user=_user(double),
        pairs=tuple(_pair(double, pair) for pair in double.rows("pairs")),
        digest=canonical_digest(document.table),
    )
    for part in (head, single, double, document):
        part.text("note", "")
        part.done()
    _check(found, where)
    return found


def _check(table: HostTable, where: str) -> None:
    if table.single[BLANK] != " ":
        raise BadDefinition(where, "単バイトの40は空白です。", "byte 40 must be the blank.")
    if len(set(table.single_codes)) != len(table.single.replace(_NONE, "")):
        raise BadDefinition(where, "同じ文字が2つのバイトにあります。", "a character has two bytes.")
    codes = [code for code, _ in table.pairs]
    if len(set(codes)) != len(codes):
        raise BadDefinition(where, "同じ2バイトコードが2回あります。", "a two-byte code stands twice.")


def _single(fields: Fields) -> str:
    rows = [row.split() for row in fields.texts("rows")]
    flat = [word for row in rows for word in row]
    if len(flat) != 256 or any(word != "--" and not re.fullmatch("[0-9A-F]{4}", word) for word in flat):  # noqa: PLR2004 - one a byte
        raise BadDefinition(
            fields.where,
            "rows は256個のコードポイント（なければ --）です。",
            "rows has 256 code points, or -- for none.",
        )
    return "".join(_NONE if word == "--" else chr(int(word, 16)) for word in flat)


def _codes(fields: Fields, key: str) -> tuple[bytes, ...]:
    found = fields.texts(key)
    if not found or any(not re.fullmatch("(?:[0-9A-F]{2}){1,2}", code) for code in found):
        raise BadDefinition(fields.where, f"{key} は「28」「0A42」の形です。", f"{key} is written '28' or '0A42'.")
    return tuple(bytes.fromhex(code) for code in found)


def _code(fields: Fields, text: object) -> bytes:
    if not isinstance(text, str) or not re.fullmatch("[0-9A-F]{4}", text):
        raise BadDefinition(fields.where, "2バイトコードは「A1A1」の形です。", "two-byte codes are written 'A1A1'.")
    return bytes.fromhex(text)


def _rows(fields: Fields) -> tuple[int, ...]:
    rows: list[int] = []
    for text in fields.texts("jis_rows", []):
        match = _ROWS.fullmatch(text)
        last = int(match[2] or match[1]) if match else 0
        if match is None or not 1 <= int(match[1]) <= last <= _CELLS:
            raise BadDefinition(fields.where, "jis_rows は「16-84」の形です。", "jis_rows are written '16-84'.")
        rows += range(int(match[1]), last + 1)
    return tuple(rows)


def _user(fields: Fields) -> tuple[int, int] | None:
    texts = fields.texts("user_area", [])
    if not texts:
        return None
    first, last = (int.from_bytes(_code(fields, text)) for text in (texts[0], texts[-1]))
    cells = ((last >> 8) - (first >> 8) + 1) * _CELLS
    if len(texts) != 2 or first > last or cells > _USER_LAST - _USER_FIRST + 1:  # noqa: PLR2004 - first and last
        raise BadDefinition(fields.where, "user_area は最初と最後の2つです。", "user_area is its first and last code.")
    return first, last


def _pair(fields: Fields, pair: list[object]) -> tuple[bytes, str]:
    code, to = pair if len(pair) == 2 else ("", "")  # noqa: PLR2004 - a pair
    if not isinstance(to, str) or not re.fullmatch("U\\+[0-9A-F]{4,6}", to):
        raise BadDefinition(
            fields.where, "pairs は「41A1」と「U+9AD9」の組です。", "pairs are written '41A1' and 'U+9AD9'."
        )
    return _code(fields, code), chr(int(to.removeprefix("U+"), 16))
