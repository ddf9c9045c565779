"""Control records around a file's rows: a first line and a last line that say whose file it is and how long.

A record is written as a text with parts: ``H,{code},{date},{sequence}`` or ``T,{rows}``. A part reads digits; ``code``
reads letters too. What stands between the two is a file of the feed's layout, byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from machikumo.feeds.domain.errors import BadRule

PARTS = re.compile(r"\{(\w+)\}")
KNOWN = frozenset({"code", "date", "time", "sequence", "rows"})


@dataclass(frozen=True, slots=True)
class Control:
    """The two records; an empty text: files have none."""

    header: str = ""
    trailer: str = ""

    def check(self) -> None:
        """Raise BadRule for a part that cannot be read."""
        for text in (self.header, self.trailer):
            parts = PARTS.findall(text)
            wrong = sorted(set(parts) - KNOWN) or [part for part in parts if parts.count(part) > 1]
            if wrong:
                raise BadRule(
                    f"制御レコードの「{wrong[0]}」は使えないか、2回書かれています。",
                    f"A control record cannot hold {wrong[0]}, or holds it twice.",
                )


@dataclass(frozen=True, slots=True)
class Opened:
    """The rows' bytes, what the control records said (all values digits or letters), and which record was not there."""

    body: bytes
    said: dict[str, str] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()


def open_envelope(data: bytes, control: Control, charset: str) -> Opened:
    """The file without its control records."""
    said: dict[str, str] = {}
    lacking: list[str] = []
    if control.header:
        line, rest = _first_line(data)
        found = read_record(control.header, line, charset)
        if found is None:
            lacking.append("header")
        else:
            said |= found
            data = rest
    if control.trailer:
        rest, line = _last_line(data)
        found = read_record(control.trailer, line, charset)
        if found is None:
            lacking.append("trailer")
        else:
            said |= found
            data = rest
    return Opened(data, said, tuple(lacking))


def read_record(text: str, line: bytes, charset: str) -> dict[str, str] | None:
    """What a line says when it is that record; None when it is another line."""
    try:
        written = line.decode(charset).lstrip("\ufeff")
    except UnicodeDecodeError:
        return None
    pieces = PARTS.split(text)
    regex = "".join(
        f"(?P<{piece}>{'[0-9A-Za-z-]+' if piece == 'code' else '[0-9]+'})" if odd % 2 else re.escape(piece)
        for odd, piece in enumerate(pieces)
    )
    match = re.fullmatch(regex, written, re.ASCII)
    return match.groupdict() if match else None


def write_record(text: str, values: dict[str, str]) -> str:
    """The record with its values, for whoever makes such files."""
    return PARTS.sub(lambda part: values[part[1]], text)


def _first_line(data: bytes) -> tuple[bytes, bytes]:
    line, _, rest = data.partition(b"\n")
    return line.rstrip(b"\r"), rest


def _last_line(data: bytes) -> tuple[bytes, bytes]:
    """All but the last line, and the last line without its end."""
    end = len(data) - 1 if data.endswith(b"\n") else len(data)
    at = data.rfind(b"\n", 0, end) + 1
    return data[:at], data[at:end].rstrip(b"\r")
