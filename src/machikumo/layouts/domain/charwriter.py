"""Text to bytes of a file's character set: exactly the bytes that Windows writes, and never a substitute.

CP932 has 398 cells with a double; for characters of the IBM block Windows writes that block (FA40-FC4B), Python the
NEC selection (ED40-EEFC). Source: both codecs' tables, compared cell by cell.
"""

from __future__ import annotations

import re
from functools import lru_cache

_IBM_FIRST, _IBM_LAST = 0xFA40, 0xFC4B
_NEC_LEADS = (0xED, 0xEE)


@lru_cache(maxsize=1)
def ibm_preferences() -> dict[str, bytes]:
    """Return the characters for which CP932 is to be written with the IBM block, and their bytes."""
    found: dict[str, bytes] = {}
    for code in range(_IBM_FIRST, _IBM_LAST + 1):
        cell = code.to_bytes(2)
        try:
            character = cell.decode("cp932")
        except UnicodeDecodeError:
            continue
        if len(character) == 1 and character.encode("cp932")[0] in _NEC_LEADS:
            found[character] = cell
    return found


@lru_cache
def lookalikes(charset: str) -> frozenset[str]:
    """Return the characters that the codec writes as another one without a word (¢ as ￠, for instance)."""
    found = set()
    for character in map(chr, (*range(0xD800), *range(0xE000, 0x10000))):
        try:
            if character.encode(charset).decode(charset) != character:
                found.add(character)
        except UnicodeError:
            continue
    return frozenset(found)


@lru_cache
def _lookalike(charset: str) -> re.Pattern[str]:
    return re.compile(
        "[" + "".join(map(re.escape, sorted(lookalikes(charset)))) + "]" if lookalikes(charset) else "(?!)"
    )


@lru_cache(maxsize=1)
def _preferred() -> re.Pattern[str]:
    return re.compile("[" + "".join(map(re.escape, ibm_preferences())) + "]")


def encode(text: str, charset: str) -> bytes:
    """Return the bytes of a text.

    Raises:
        UnicodeEncodeError: a character is not in the set; nothing is put in its place.
    """
    if charset.startswith("utf-"):
        return text.encode(charset)
    if charset == "ebcdic":
        charset = "cp932"  # what a host's table may have at most; the table itself decides, see fixed.host
    wrong = _lookalike(charset).search(text)
    if wrong:
        raise UnicodeEncodeError(charset, text, wrong.start(), wrong.end(), "it would be written as another character")
    if charset != "cp932":
        return text.encode(charset)
    if _preferred().search(text) is None:
        return text.encode("cp932")
    table = ibm_preferences()
    parts, place = [], 0
    for match in _preferred().finditer(text):
        parts += [text[place : match.start()].encode("cp932"), table[match[0]]]
        place = match.end()
    return b"".join([*parts, text[place:].encode("cp932")])


def unwritable(text: str, charset: str) -> list[str]:
    """Return the characters of a text that the character set has no place for, in order."""
    wrong = []
    for sign in text:
        try:
            encode(sign, charset)
        except UnicodeEncodeError:
            wrong.append(sign)
    return wrong
