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


def decoded(block: Block, charset: str) -> str:
    """Return the text of a block's good records; records that are not of the character set become defects."""
    try:
        return block.payload().decode(charset)
    except UnicodeDecodeError:
        _mark_undecodable(block, charset)
        return block.payload().decode(charset)


def _mark_undecodable(block: Block, charset: str) -> None:
    framing = block.frame()
    for record in list(block.good()):
        span = framing.spans[record]
        raw = block.data[span.start : span.end]
        try:
            raw.decode(charset)
        except UnicodeDecodeError as error:
            at_end = block.ends_file and record == block.records - 1 and error.end >= len(raw.rstrip(b"\r\n"))
            framing.defects[record] = Defect(
                "structure.decode",
                {
                    "charset": spoken(charset),
                    "bytes": raw[error.start : max(error.end, error.start + 1)].hex(" ").upper(),
                    "hint_ja": "。文字の途中でファイルが終わっています"
                    if at_end
                    else f"（行頭から {error.start} バイト目）",
                    "hint_en": "; the file ends within a character"
                    if at_end
                    else f" ({error.start} bytes into the line)",
                },
            )


def plain_rows(block: Block, layout: Layout) -> list[tuple[str, ...]]:
    """Return the values of a block's good records; empty values are empty texts."""
    block.frame()
    text = decoded(block, layout.physical.charset)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=layout.physical.delimiter)
    empty = layout.physical.empty
    if not empty:
        return [tuple(row) for row in rows if row]
    return [tuple("" if value == empty else value for value in row) for row in rows if row]


def columnar_rows(block: Block, layout: Layout) -> pl.DataFrame:
    """Return the same as a frame of text columns named by item key."""
    import polars as pl

    text = decoded(block, layout.physical.charset)
    payload = block.payload() if layout.physical.charset == "utf-8" else text.encode()
    try:
        frame = _parsed(payload, layout)
    except pl.exceptions.PolarsError:
        if block.framing:
            raise
        frame = pl.DataFrame()
    if block.framing is None and frame.height != block.records:
        # Counting could not see a long row beside a short one: look line by line.
        block.frame()
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
