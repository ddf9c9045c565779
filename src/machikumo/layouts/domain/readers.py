"""Which reader a layout's files need: of lines with delimiters, or of records of fixed length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.layouts.domain.blocks import Reader, Start, block_of
from machikumo.layouts.domain.fixed.reader import FixedReader

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout


def reader_of(stream: BinaryIO, layout: Layout, *, block_size: int) -> Any:
    """Return the reader of a layout's files."""
    reader: type[Reader | FixedReader] = FixedReader if layout.physical.fixed else Reader
    return reader(stream, layout, block_size=block_size)


def block_again(reader: Any, data: bytes, start: Start) -> Any:
    """Return a block that an earlier run finished, from its bytes; None when there is no record in them."""
    if isinstance(reader, FixedReader):
        return reader.again(data, start)
    return block_of(data, start, reader.shape, final=True)
