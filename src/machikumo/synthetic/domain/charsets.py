"""Characters as an old vendor's file holds them: 外字 in the user area, CP932 as Windows writes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_IBM_BLOCK: Final = range(0xFA, 0xFD)


def windows_forms() -> dict[str, bytes]:
    """Return the characters that Windows writes in the IBM block and Python's codec elsewhere, with their bytes.

    髙 and 372 others lie twice in CP932; both bytes read the same. Windows writes FBFC for 髙, Python EEE0.
    """
    forms = {}
    for lead in _IBM_BLOCK:
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            cell = bytes((lead, trail))
            try:
                character = cell.decode("cp932")
            except UnicodeDecodeError:
                continue
            if character.encode("cp932")[0] in {0xED, 0xEE}:
                forms[character] = cell
    return forms


class Charset:
    """Encodes text; user-defined characters stand for sequences that the charset lacks.

    `gaiji` gives the sequence (base and selector, or a character beyond the charset) to its user-area character.
    """

    def __init__(self, name: str, gaiji: Mapping[str, str]) -> None:
        self._name = name
        self._gaiji = gaiji if name == "cp932" else {}
        self._beyond = re.compile("|".join(sorted(map(re.escape, self._gaiji), key=len, reverse=True)) or r"(?!)")
        self._forms = windows_forms() if name == "cp932" else {}
        self._twice = re.compile(f"([{''.join(self._forms)}])" if self._forms else r"(?!)")

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text.

        Raises:
            UnicodeEncodeError: a character has neither a cell of the charset nor one of the user area.
        """
        if self._name == "utf-8":
            return text.encode()
        if self._beyond.search(text):
            text = self._beyond.sub(self._user_area, text)
        if self._twice.search(text):
            return b"".join(self._forms.get(piece) or piece.encode("cp932") for piece in self._twice.split(text))
        return text.encode("cp932")

    def _user_area(self, match: re.Match[str]) -> str:
        return self._gaiji[match[0]]
