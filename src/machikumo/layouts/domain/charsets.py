"""What a file's bytes look like. Only to warn: the layout's character set is the one that is used, always."""

from __future__ import annotations

import codecs

_NAMES = {
    "cp932": "CP932（Windows の Shift_JIS）", "shift_jis": "Shift_JIS", "euc_jp": "EUC-JP", "utf-8": "UTF-8",
    "utf-16-le": "UTF-16（LE）", "utf-16-be": "UTF-16（BE）",
}  # fmt: skip
_PLAUSIBLE = 0.5


def spoken(charset: str) -> str:
    """Return the name of a character set as people know it."""
    return _NAMES.get(charset, charset)


def utf16_mark(data: bytes) -> bool:
    """Whether the data begins with the byte order mark of UTF-16."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def looks_otherwise(sample: bytes, charset: str) -> str:
    """Return the name of the character set that a sample looks like when it is another than the layout says, else "".

    ``sample`` should end at a newline. Texts of ASCII alone look like everything.
    """
    if b"\x1b$" in sample:
        return "ISO-2022-JP"
    if sample.isascii():
        return ""
    if charset == "utf-8" and _score(sample, charset) > 0:
        return ""  # other bytes hardly ever read as UTF-8 by accident
    scores = {name: _score(sample, name) for name in ("utf-8", "euc_jp", "cp932")}
    best = max(scores, key=lambda name: scores[name])
    own = "cp932" if charset == "shift_jis" else charset
    if best == own or scores[best] < _PLAUSIBLE or scores[best] <= scores[own]:
        return ""
    return spoken(best)


def _count_beyond_ascii(data: bytes) -> int:
    return len(data.translate(None, bytes(range(0x80))))


def _score(sample: bytes, charset: str) -> float:
    """Return how much of the text beyond ASCII is everyday Japanese, or -1 when the bytes are not of this set."""
    try:
        text = sample.decode(charset)
    except UnicodeDecodeError as error:
        # Some bad rows must not hide what the rest is: judge the part before the first of them, if it is most.
        if 2 * _count_beyond_ascii(sample[: error.start]) < _count_beyond_ascii(sample):
            return -1.0
        text = sample[: error.start].decode(charset)
    beyond = [sign for sign in text if not sign.isascii()]
    if not beyond:
        return -1.0
    good = sum(
        "\u3000" <= sign <= "\u30ff" or "\u4e00" <= sign <= "\u9fff" or "\uff01" <= sign <= "\uff5e" for sign in beyond
    )
    # UTF-8 hardly ever reads by accident; half-width kana are what other bytes turn into under CP932.
    return (good + len(beyond)) / (2 * len(beyond)) if charset == "utf-8" else good / len(beyond)
