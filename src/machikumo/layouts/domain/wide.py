"""Files in UTF-16: read by way of UTF-8, because in UTF-16 a file cannot be cut at the bytes of a newline.

Both ways are exact. What is no character (a lone half of a pair, an odd byte at the end) stays undecodable in UTF-8
too, so the row in which it stands is refused like any other.
"""

from __future__ import annotations

import codecs
import contextlib
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from machikumo.layouts.domain.packed import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping

_WIDE = ("utf-16-le", "utf-16-be")
_CHUNK = 1 << 20
_NO_CHARACTER = b"\xff"


def is_wide(layout: Layout) -> bool:
    """Whether files of the layout must be read by way of UTF-8."""
    return layout.physical.charset in _WIDE


def narrowed(layout: Layout) -> Layout:
    """Return the same layout for the UTF-8 form of its files; a layout of another character set as it is."""
    if not is_wide(layout):
        return layout
    return replace(layout, physical=replace(layout.physical, charset="utf-8"))


def narrow(source: BinaryIO, target: BinaryIO, layout: Layout) -> BinaryIO:
    """Write the UTF-8 form of a UTF-16 file to ``target`` and return it, rewound. Rows and lines keep their numbers."""
    charset = layout.physical.charset
    decoder = codecs.getincrementaldecoder(charset)("surrogatepass")
    while chunk := source.read(_CHUNK):
        target.write(decoder.decode(chunk).encode("utf-8", "surrogatepass"))
    rest = decoder.getstate()[0]
    whole = len(rest) - len(rest) % 2
    target.write(rest[:whole].decode(charset, "surrogatepass").encode("utf-8", "surrogatepass"))
    if rest[whole:]:
        target.write(_NO_CHARACTER + rest[whole:].decode("latin-1").encode())
    target.seek(0)
    return target


@contextlib.contextmanager
def readable(source: BinaryIO, layout: Layout) -> Iterator[BinaryIO]:
    """Give a stream that can be read by ``narrowed(layout)``: the file itself, or its UTF-8 form while that is used."""
    with unpacked(source, layout) as bare:
        if not is_wide(layout):
            yield bare
            return
        with tempfile.TemporaryFile() as place:
            yield narrow(bare, place, layout)


def narrowed_mapping(mapping: Mapping) -> Mapping:
    """Return the same mapping for the UTF-8 form of the files that it reads."""
    return replace(mapping, source=narrowed(mapping.source)) if is_wide(mapping.source) else mapping


class Widened:
    """A place to write UTF-8 rows that stores them in the layout's own character set."""

    def __init__(self, target: BinaryIO, layout: Layout) -> None:
        self.target, self.layout = target, layout

    def write(self, data: bytes) -> int:
        """Write whole characters; what is no character goes back to the bytes it came from."""
        if not is_wide(self.layout):
            return self.target.write(data)
        text, _, odd = data.partition(_NO_CHARACTER)
        wide = text.decode("utf-8", "surrogatepass").encode(self.layout.physical.charset, "surrogatepass")
        return self.target.write(wide + odd.decode().encode("latin-1"))
