"""From a block's bytes to its values: decoded strictly, parsed by Polars or by the standard library."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from machikumo.layouts.domain.charsets import spoken
from machikumo.layouts.domain.framing import Defect

if TYPE_CHECKING:
    import polars as pl

    from machikumo.layouts.domain.blocks import Block
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.framing import Segment


def utf8(block: Block, charset: str) -> bytes:
    """Return a block's good records in UTF-8; what is not of the character set becomes a defect.

    Small pieces stay in the processor's cache between decoding and encoding.
    """
    found: list[bytes] = []
    for segment in block.segments:
        try:
            found.append(_recoded(segment.payload(block.defects_of(segment)), charset))
        except UnicodeDecodeError:
            if not block.look_at(segment):
                return utf8(block, charset)
            _mark_undecodable(block, segment, charset)
            found.append(_recoded(segment.payload(block.defects_of(segment)), charset))
    return b"".join(found)


def _recoded(data: bytes, charset: str) -> bytes:
    """Return the data in UTF-8; what is that already is only proved."""
    text = data.decode(charset)
    return data if charset == "utf-8" else text.encode()


def _mark_undecodable(block: Block, segment: Segment, charset: str) -> None:
    for record in range(segment.first_record, segment.first_record + segment.records):
        if record in block.defects:
            continue
        span = block.span(record)
        raw = block.data[span.start : span.end]
        try:
            raw.decode(charset)
        except UnicodeDecodeError as error:
            block.undecodable[record] = block.defects[record] = _decode_defect(block, record, raw, error)


def _decode_defect(block: Block, record: int, raw: bytes, error: UnicodeDecodeError) -> Defect:
    start, end = error.start, max(error.end, error.start + 1)
    at_end = block.ends_file and record == block.records - 1 and end >= len(raw.rstrip(b"\r\n"))
    return Defect(
        "structure.decode",
        {
            "charset": spoken(error.encoding),
            "bytes": raw[start:end].hex(" ").upper(),
            "hint_ja": "。文字の途中でファイルが終わっています" if at_end else f"（行頭から {start} バイト目）",
            "hint_en": "; the file ends within a character" if at_end else f" ({start} bytes into the line)",
        },
    )


def plain_rows(block: Block, layout: Layout) -> list[tuple[str, ...]]:
    """Return the values of a block's good records; empty values are empty texts."""
    if not block.is_proved:
        block.look_closely()
    text = utf8(block, layout.physical.charset).decode()
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=layout.physical.delimiter)
    empty = layout.physical.empty
    if not empty:
        return [tuple(row) for row in rows if row]
    return [tuple("" if value == empty else value for value in row) for row in rows if row]


def columnar_rows(block: Block, layout: Layout) -> pl.DataFrame:
    """Return the same as a frame of text columns named by item key."""
    import polars as pl

    payload = utf8(block, layout.physical.charset)
    try:
        frame = _parsed(payload, layout)
    except pl.exceptions.PolarsError:
        if block.is_proved:
            raise
        frame = pl.DataFrame()
    if frame.height != len(block.good()) and not block.is_proved:
        # Counting could not see a long row beside a short one, or a lone LF: look line by line.
        block.look_closely()
        return columnar_rows(block, layout)
    return frame


def _parsed(payload: bytes, layout: Layout) -> pl.DataFrame:
    import polars as pl

    schema = dict.fromkeys(layout.keys, pl.String)
    if not payload:
        return pl.DataFrame(schema=schema)
    empty = layout.physical.empty
    frame = pl.read_csv(
        payload,
        has_header=False,
        schema=schema,
        separator=layout.physical.delimiter,
        quote_char='"' if b'"' in payload else None,
        empty_string_is_null=False,
        null_values=[empty] if empty else None,
        extra_columns="raise",
        glob=False,
    )
    return frame.with_columns(pl.all().fill_null("")) if empty else frame
