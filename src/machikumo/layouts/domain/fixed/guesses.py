"""What the first bytes of a file of fixed records look like. Only to warn, but for lengths that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.layouts.domain import charsets
from machikumo.layouts.domain.fixed.form import HOST, NUMBERS

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.fixed.form import FixedForm

_HOST_DIGITS = bytes(range(0xF0, 0xFA))
_PLAIN_DIGITS = b"0123456789"
_ENOUGH = 0.05
_AGREE = 3


def looks_otherwise(sample: bytes, layout: Layout) -> str:
    """Return the name of the charset that a sample looks like when it is another than the layout says, else ""."""
    host, plain = _share(sample, _HOST_DIGITS, b"\x40"), _share(sample, _PLAIN_DIGITS, b" ")
    if layout.physical.charset == HOST:
        return "ASCII / CP932" if plain > _ENOUGH and plain > 2 * host else ""
    if host > _ENOUGH and host > 2 * plain:
        return "EBCDIC"
    packed = any(item.place and item.place.storage in NUMBERS for item in layout.items)
    return "" if packed else charsets.looks_otherwise(sample, layout.physical.charset)


def _share(sample: bytes, digits: bytes, blank: bytes) -> float:
    """How much of a sample is digits and blanks of a family."""
    return 1 - len(sample.translate(None, digits + blank)) / len(sample)


def other_length(sample: bytes, form: FixedForm) -> tuple[str, str] | None:
    """Return how long the first records are when their newlines agree on another length than the layout's."""
    if not form.separator or sample[form.length : form.stride] == form.separator:
        return None
    lines = sample.split(form.separator)[:-1][:_AGREE]
    lengths = {len(line) for line in lines}
    if not lines:
        if len(sample) < form.stride:
            return None
        return "改行がありません", "there are no newlines"
    if len(lengths) > 1 or (len(lines) == 1 and len(sample) > len(lines[0]) + 2 * form.stride):
        return None
    length = lengths.pop()
    return f"はじめのレコードは {length} バイト", f"the first records have {length} bytes"
