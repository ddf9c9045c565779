"""The approved map as the layouts engine reads it: a TOML text with a digest, written and read without loss.

The form is that of data/layouts/gaiji/*.toml: ``[gaiji]``, ``[[character]]`` for what is identified, ``[[undecided]]``
for the rest, so that a cell that nobody decided on is refused by name and never passes in silence.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.gaiji.domain.errors import UnreadableFile, WrongDecision
from machikumo.kernel.characters.cp932 import is_user_area, user_cell_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CODES = re.compile(r"U\+[0-9A-F]{4,6}(?: U\+[0-9A-F]{4,6})*")
_REVIEWERS = 2
_FIRST_PRINTABLE = 0x20
_DELETE = 0x7F


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of a map."""

    key: str
    version: str
    name: str
    organisation: str
    source: str
    edition: str
    charset: str = "cp932"


@dataclass(frozen=True, slots=True)
class Line:
    """One identified character of a map."""

    code: int
    text: str
    figure: str
    decided_by: tuple[str, ...]
    decided_on: str
    ground: str


@dataclass(frozen=True, slots=True)
class ApprovedMap:
    """A whole map; ``undecided`` gives a note for each character that is not identified."""

    head: Head
    lines: tuple[Line, ...]
    undecided: Mapping[int, str]


def written(approved: ApprovedMap) -> str:
    """The map as TOML.

    Raises:
        WrongDecision: two characters lead to one, which no file could tell apart afterwards; both are named.
    """
    _refuse_doubled(approved.lines)
    parts = ["[gaiji]", *_assigned(_head_pairs(approved.head)), "confirmed = true"]
    for line in sorted(approved.lines, key=lambda one: one.code):
        parts += ["", "[[character]]", *_assigned(_line_pairs(line))]
    for code, note in sorted(approved.undecided.items()):
        parts += ["", "[[undecided]]", *_assigned([*_code_pairs(code), ("note", _quoted(note))])]
    return "\n".join(parts) + "\n"


def _assigned(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{key} = {value}" for key, value in pairs]


def _head_pairs(head: Head) -> list[tuple[str, str]]:
    keys = ("key", "version", "name", "organisation", "charset", "source", "edition")
    return [(key, _quoted(getattr(head, key))) for key in keys]


def _code_pairs(code: int) -> list[tuple[str, str]]:
    cell = user_cell_of(chr(code)).hex().upper() if is_user_area(chr(code)) else ""
    return [("code", f'"U+{code:04X}"'), *([("bytes", f'"{cell}"')] if cell else [])]


def _line_pairs(line: Line) -> list[tuple[str, str]]:
    return [
        *_code_pairs(line.code),
        ("to", _quoted(" ".join(f"U+{ord(sign):04X}" for sign in line.text))),
        ("shown", _quoted(line.text)),
        ("figure", _quoted(line.figure)),
        ("decided_by", f"[{', '.join(_quoted(person) for person in line.decided_by)}]"),
        ("decided_on", _quoted(line.decided_on)),
        ("ground", _quoted(line.ground)),
    ]


def _quoted(text: str) -> str:
    """A basic string of TOML; what it may not hold as it is becomes an escape."""
    return f'"{"".join(_escaped(sign) for sign in text)}"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return f"\\u{ord(sign):04X}" if ord(sign) < _FIRST_PRINTABLE or ord(sign) == _DELETE else sign


def _refuse_doubled(lines: Iterable[Line]) -> None:
    by_text: defaultdict[str, list[int]] = defaultdict(list)
    for line in lines:
        by_text[line.text].append(line.code)
    doubled = [codes for codes in by_text.values() if len(codes) > 1]
    if doubled:
        named = " / ".join(" = ".join(f"U+{code:04X}" for code in sorted(codes)) for codes in doubled)
        raise WrongDecision(
            f"別の外字が同じ文字になっています（{named}）。どちらかを決定し直すか、図形のまま残してください。",
            f"Different characters lead to one ({named}). Decide one of them anew or keep it as a figure.",
        )


def digest_of(text: str) -> str:
    """The digest that names a version of a map."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> ApprovedMap:
    """The map in a TOML text.

    Raises:
        UnreadableFile: it is no such map, a character stands twice, or fewer than two people decided on one.
    """
    try:
        document = tomllib.loads(text)
        lines = tuple(_line(row) for row in document.get("character", []))
        undecided = [(_one(str(row["code"])), str(row.get("note", ""))) for row in document.get("undecided", [])]
        found = ApprovedMap(_head(document["gaiji"]), lines, dict(undecided))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise UnreadableFile(
            f"外字対応表として読めません: {error}", f"This cannot be read as a map of user-defined characters: {error}"
        ) from None
    codes = [*(line.code for line in lines), *(code for code, _ in undecided)]
    if len(set(codes)) != len(codes):
        raise UnreadableFile("同じ外字が2回あります。", "A character stands twice.")
    return found


def _head(table: Mapping[str, Any]) -> Head:
    needed = {key: str(table[key]) for key in ("key", "version", "name", "source", "edition")}
    return Head(**needed, organisation=str(table.get("organisation", "")), charset=str(table.get("charset", "cp932")))


def _line(row: Mapping[str, Any]) -> Line:
    people = tuple(str(person) for person in row["decided_by"])
    if len(set(people)) < _REVIEWERS:
        raise ValueError(f"{row['code']}: two people must have decided")
    return Line(
        _one(str(row["code"])),
        _characters(str(row["to"])),
        str(row.get("figure", "")),
        people,
        str(row["decided_on"]),
        str(row.get("ground", "")),
    )


def _one(text: str) -> int:
    found = _characters(text)
    if len(found) != 1:
        raise ValueError(text)
    return ord(found)


def _characters(text: str) -> str:
    if not _CODES.fullmatch(text):
        raise ValueError(text)
    return "".join(chr(int(part.removeprefix("U+"), 16)) for part in text.split())
