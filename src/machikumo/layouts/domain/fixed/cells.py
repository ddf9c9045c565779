"""One item's bytes to its value and back. What cannot be read or written is told; nothing is cut or replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from machikumo.layouts.domain.charsets import spoken
from machikumo.layouts.domain.charwriter import encode, unwritable
from machikumo.layouts.domain.definition import Item, ItemType, Physical, Sensitivity
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fixed import numbers
from machikumo.layouts.domain.fixed.form import HOST, NUMBERS, FieldForm, FixedForm, Storage
from machikumo.layouts.domain.fixed.host import BLANK, WIDE_BLANK, BadText, HostTable
from machikumo.layouts.domain.issues import code_points
from machikumo.layouts.domain.vendor_rows import explained

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN_NUMBERS = frozenset({ItemType.INTEGER, ItemType.SIGNED, ItemType.DECIMAL})
_SIGNED = frozenset({ItemType.SIGNED, ItemType.DECIMAL})
_KEPT = 20_000
_SHOWN = 8


class Fault(NamedTuple):
    """Why a cell cannot be read or written: rule and facts of the issue."""

    rule: str
    facts: dict[str, str]


class CellCodec:
    """Reads and writes the bytes of one item; results of bytes seen before are kept, up to some thousands."""

    def __init__(self, item: Item, physical: Physical) -> None:
        place, form = item.place, physical.fixed
        assert place is not None  # noqa: S101 - a definition of fixed records is refused without it
        assert form is not None  # noqa: S101 - as above
        self.item, self.place, self.form = item, place, form
        self.text = text_codec(physical, form, place)
        self.is_host = physical.charset == HOST
        self.read_anew: Callable[[bytes], str | Fault] = self._number if place.storage in NUMBERS else self._text
        self.known: dict[bytes, str | Fault] = {}
        self.written: dict[str, bytes | Fault] = {}

    def read(self, raw: bytes) -> str | Fault:
        """Return the value of an item's bytes."""
        found = self.known.get(raw)
        if found is None:
            if len(self.known) >= _KEPT:
                self.known.clear()
            found = self.known[raw] = self.read_anew(raw)
        return found

    def write(self, value: str) -> bytes | Fault:
        """Return the item's bytes of a value, which read back as the same value."""
        found = self.written.get(value)
        if found is None:
            if len(self.written) >= _KEPT:
                self.written.clear()
            found = self.written[value] = self._write_anew(value)
        return found

    def _write_anew(self, value: str) -> bytes | Fault:
        found = self._write_number(value) if self.place.storage in NUMBERS else self.text.write(value)
        if isinstance(found, bytes) and self.read_anew(found) != value:
            return Fault("write.changed", {})
        return found

    # -- texts

    def _text(self, raw: bytes) -> str | Fault:
        if b"\0" in raw:
            return self._with_nul(raw)
        found = self.text.read(raw)
        return found if isinstance(found, str) else self._fault(raw, found)

    def _with_nul(self, raw: bytes) -> str | Fault:
        return "" if self.form.low_values and not raw.strip(b"\0") else Fault("cell.nul", {})

    def _fault(self, raw: bytes, bad: BadText) -> Fault:
        hint = explained(raw[bad.start :], self.text.charset) if bad.rule == "cell.decode" else ("", "")
        return Fault(
            bad.rule,
            {"table": self.text.name, "hint_ja": hint[0], "hint_en": hint[1]}
            | _where(raw, range(bad.start, bad.end), self.item),
        )

    # -- numbers

    def _number(self, raw: bytes) -> str | Fault:
        if not raw.strip(b"\0") and (self.form.low_values or self.place.storage is Storage.ZONED):
            return self._with_nul(raw)
        is_packed = self.place.storage is Storage.PACKED
        if not is_packed and not raw.strip(bytes((BLANK,)) if self.is_host else b" "):
            return ""
        found = numbers.read_packed(raw) if is_packed else numbers.read_zoned(raw, host=self.is_host)
        if isinstance(found, numbers.BadNumber):
            return Fault(f"cell.{self.place.storage}", _where(raw, found.places, self.item))
        return self._spelled(found)

    def _spelled(self, number: numbers.Number) -> str | Fault:
        """Return a number as the item's type writes it."""
        digits, item = number.digits, self.item
        significant = digits.lstrip("0")
        if len(significant) > self.place.digits:
            return Fault("cell.digits", {"limit": str(self.place.digits)})
        if not significant and self.place.zero_is_empty:
            return ""
        if number.is_negative and item.type not in _SIGNED:
            return Fault("cell.negative", {})
        if item.type not in _PLAIN_NUMBERS:
            return digits[-self.place.digits :].zfill(self.place.digits)
        sign = "-" if number.is_negative and significant else ""
        if item.type is not ItemType.DECIMAL:
            return sign + (significant or "0")
        whole, fraction = digits[: -item.fraction].lstrip("0"), digits[-item.fraction :]
        return f"{sign}{whole or '0'}.{fraction}"

    def _write_number(self, value: str) -> bytes | Fault:
        place = self.place
        if not value and place.storage is Storage.ZONED and not place.zero_is_empty:
            return bytes((BLANK,) if self.is_host else b" ") * place.size
        digits = value.removeprefix("-").replace(".", "", 1) if value else "0" * place.zero_is_empty
        if not (digits.isascii() and digits.isdecimal()) or len(digits.lstrip("0")) > place.digits:
            return Fault("write.number", {"storage": place.storage.value})
        # A number with a sign of its own says plus by C; others by what the file's machine writes.
        plus = "C" if self.item.type in _SIGNED else self.form.plus_sign
        sign = "D" if value.startswith("-") else plus
        digits = digits[-place.digits :]
        if place.storage is Storage.PACKED:
            return numbers.write_packed(digits, place.size, sign=sign)
        return numbers.write_zoned(
            digits, place.size, sign=sign if sign == "D" or plus == "C" else "F", host=self.is_host
        )


def _where(raw: bytes, places: range | tuple[int, ...], item: Item) -> dict[str, str]:
    """Return where the bytes at fault stand, counted from 1, and the bytes, as far as they may be shown."""
    first = places[0] + 1 if places else 1
    facts = {"where_ja": f"{first} バイト目", "where_en": f"byte {first}", "bytes": ""}
    if item.sensitivity is not Sensitivity.VAULT and places:
        # Of a person's item only the bytes at fault are told, of a plain one all.
        told = raw if item.sensitivity is Sensitivity.PLAIN else raw[places[0] : places[-1] + 1]
        cut = "…" if len(told) > _SHOWN else ""
        facts["bytes"] = f": {told[:_SHOWN].hex(' ').upper()}{cut}"
    return facts


class TextCodec:
    """Texts of one storage in a charset of Python: padded with blanks at the end."""

    def __init__(self, charset: str, place: FieldForm) -> None:
        self.charset, self.size = charset, place.size
        self.name = spoken(charset)
        self.pad = WIDE_BLANK if place.storage is Storage.KANJI else " "
        self.blanks = WIDE_BLANK + " " if place.storage is Storage.KANJI else " "
        self.is_single = place.storage is Storage.TEXT

    def read(self, raw: bytes) -> str | BadText:
        """Return the text without the blanks at its end."""
        try:
            return raw.decode(self.charset).rstrip(self.blanks)
        except UnicodeDecodeError as error:
            # A lead byte whose rest is not there is half a character; codecs say so in words of their own.
            is_cut = error.end >= len(raw) and ("incomplete" in error.reason or "unexpected end" in error.reason)
            return BadText("cell.cut" if is_cut else "cell.decode", error.start, max(error.end, error.start + 1))

    def write(self, text: str) -> bytes | Fault:
        """Return the bytes, filled up with blanks."""
        try:
            found = encode(text, self.charset)
            pad = encode(self.pad, self.charset)
        except UnicodeEncodeError:
            return _unmappable(unwritable(text, self.charset), self.name)
        rest = self.size - len(found)
        if rest < 0:
            return Fault("write.too_long", {"count": str(len(found)), "limit": str(self.size)})
        return found + pad * (rest // len(pad)) + b" " * (rest % len(pad))


class HostCodec:
    """The same in a host's table."""

    charset = HOST

    def __init__(self, table: HostTable, place: FieldForm) -> None:
        self.size, self.name = place.size, table.name
        self.storage = place.storage
        self.table = table
        wide = place.storage is Storage.KANJI
        self.pad = table.wide_blank if wide else bytes((BLANK,))
        self.reader = {
            Storage.TEXT: table.read_single, Storage.KANJI: table.read_double, Storage.MIXED: table.read_mixed,
        }.get(place.storage, table.read_single)  # fmt: skip
        self.writer = {
            Storage.TEXT: table.write_single, Storage.KANJI: table.write_double, Storage.MIXED: table.write_mixed,
        }.get(place.storage, table.write_single)  # fmt: skip

    def read(self, raw: bytes) -> str | BadText:
        """Return the text without the blanks at its end."""
        if self.storage is not Storage.KANJI:
            found = self.reader(raw.rstrip(b"\x40") if self.storage is Storage.TEXT else raw)
            return found if isinstance(found, BadText) else found.rstrip(" ")
        # When that takes the second half of a character, it is given back.
        bare = raw.rstrip(b"\x40")
        found = self.reader(raw[: len(bare) + len(bare) % 2])
        return found if isinstance(found, BadText) else found.rstrip(WIDE_BLANK)

    def write(self, text: str) -> bytes | Fault:
        """Return the bytes, filled up with blanks."""
        found = self.writer(text)
        if isinstance(found, str):
            return _unmappable(found, self.name)
        rest = self.size - len(found)
        if rest < 0:
            return Fault("write.too_long", {"count": str(len(found)), "limit": str(self.size)})
        return found + self.pad * (rest // len(self.pad))


def _unmappable(characters: str | list[str], charset: str) -> Fault:
    return Fault("write.unmappable", {"characters": code_points(characters), "charset": charset})


def text_codec(physical: Physical, form: FixedForm, place: FieldForm) -> TextCodec | HostCodec:
    """Return what reads and writes texts of a place.

    Raises:
        BadDefinition: the host's table is not known.
    """
    if physical.charset != HOST:
        return TextCodec(physical.charset, place)
    if form.table is None:
        raise BadDefinition(
            form.host,
            "文字表がありません。hosts フォルダに置いてください。",
            "there is no such table of host characters.",
        )
    return HostCodec(form.table, place)
