"""Whole files that are broken, made from a sound one, with the rules of which a check must report at least one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.layouts.domain.definition import Layout


class Fault(StrEnum):
    """What is wrong with a file as a whole."""

    EMPTY = "empty"
    HEADER_ONLY = "header_only"
    OTHER_HEADER = "other_header"
    OTHER_CHARSET = "other_charset"
    UTF16 = "utf16"
    TORN = "torn"
    OPEN_QUOTE = "open_quote"


@dataclass(frozen=True, slots=True)
class Broken:
    """The bytes of a broken file, and the rule by which a check must find it out."""

    data: bytes
    rule: str


def broken(fault: Fault, data: bytes, layout: Layout) -> Broken:
    """Return a sound file of a layout with this fault; the file must have a header and at least four records."""
    return _MAKERS[fault](data, layout)


def _empty(_data: bytes, _layout: Layout) -> Broken:
    return Broken(b"", "file.empty")


def _header_only(data: bytes, _layout: Layout) -> Broken:
    return Broken(data.splitlines(keepends=True)[0], "file.header_only")


def _other_header(data: bytes, _layout: Layout) -> Broken:
    header, rest = data.split(b"\n", 1)
    first, second, others = header.split(b",", 2)
    return Broken(b",".join((second, first, others)) + b"\n" + rest, "file.header")


def _other_charset(data: bytes, layout: Layout) -> Broken:
    charset = layout.physical.charset
    other = "cp932" if charset == "utf-8" else "utf-8"
    return Broken(data.decode(charset).encode(other, errors="ignore"), "file.charset")


def _utf16(data: bytes, layout: Layout) -> Broken:
    return Broken(data.decode(layout.physical.charset).encode("utf-16"), "file.utf16")


def _torn(data: bytes, layout: Layout) -> Broken:
    # The transfer ended within a character of the last record.
    last = data.splitlines(keepends=True)[-1]
    cut = len(last) // 2
    while _is_whole(last[:cut], layout.physical.charset):
        cut += 1
    return Broken(data[: len(data) - len(last) + cut], "file.last_newline")


def _is_whole(data: bytes, charset: str) -> bool:
    try:
        data.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _open_quote(data: bytes, layout: Layout) -> Broken:
    lines = data.splitlines(keepends=True)
    place = len(lines) // 2
    if layout.physical.quote_all:
        # The next quote of the same record is taken for the closing one, so only this record is lost.
        lines[place] = lines[place].replace(b'",', b",", 1)
        return Broken(b"".join(lines), "structure.quote")
    lines[place] = lines[place].replace(b",", b',"', 1)
    return Broken(b"".join(lines), "structure.quote_open")


_MAKERS: Final[dict[Fault, Callable[[bytes, Layout], Broken]]] = {
    Fault.EMPTY: _empty,
    Fault.HEADER_ONLY: _header_only,
    Fault.OTHER_HEADER: _other_header,
    Fault.OTHER_CHARSET: _other_charset,
    Fault.UTF16: _utf16,
    Fault.TORN: _torn,
    Fault.OPEN_QUOTE: _open_quote,
}
