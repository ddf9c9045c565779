"""What becomes of a file that arrives: taken into the sequence, already there, or refused with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from machikumo.feeds.domain.sequence import Named


class Verdict(StrEnum):
    """What was said of an arrival. Refused files are kept, and leave their place in the sequence free."""

    TAKEN = "taken"
    REPEATED = "repeated"
    OTHER_CONTENT = "other_content"
    OLDER = "older"
    WRONG_NAME = "wrong_name"
    WRONG_TOWN = "wrong_town"
    TRUNCATED = "truncated"
    CONTROL_DIFFERS = "control_differs"
    UNREADABLE = "unreadable"
    WITHDRAWN = "withdrawn"  # taken, and taken back by somebody before it was applied


class ZeroRows(StrEnum):
    """What a file without a row means."""

    NO_CHANGE = "no_change"
    ON_DAYS_OFF = "on_days_off"  # no change on Saturday and Sunday, else somebody has to say so
    SUSPICIOUS = "suspicious"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that holds a place of the sequence already."""

    position: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Content:
    """What was read in a file: how many rows, what its control records said or lacked, whose addresses are in it."""

    rows: int
    said: dict[str, str]
    lacking: tuple[str, ...]
    ends_whole: bool
    readable: bool
    municipalities: frozenset[str]


def by_name(
    named: Named | None, position: int, sha256: str, *, codes: frozenset[str], last: int, taken: tuple[Taken, ...]
) -> tuple[Verdict, Taken | None] | None:
    """The verdict that name and hash allow already, with the file it is about; None: the content must be read.

    A file with rows that came under another number is a repeat too; an empty one is not, as all empty ones are alike.
    """
    same = next((one for one in taken if one.sha256 == sha256 and (one.rows or one.position == position)), None)
    if same is not None:
        return Verdict.REPEATED, same
    if named is None:
        return Verdict.WRONG_NAME, None
    if named.code and named.code not in codes:
        return Verdict.WRONG_TOWN, None
    there = next((one for one in taken if one.position == position), None)
    if there is not None:
        return Verdict.OTHER_CONTENT, there
    return (Verdict.OLDER, None) if position <= last else None


def by_content(named: Named, content: Content, *, codes: frozenset[str], ends_with_newline: bool) -> Verdict:
    """The verdict of a file whose name is in order."""
    if content.lacking or (ends_with_newline and not content.ends_whole):
        return Verdict.TRUNCATED
    if not content.readable:
        return Verdict.UNREADABLE
    if "rows" in content.said and int(content.said["rows"]) != content.rows:
        return Verdict.TRUNCATED
    if content.said.get("code", next(iter(codes))) not in codes:
        return Verdict.WRONG_TOWN
    if content.municipalities and not content.municipalities & codes:
        return Verdict.WRONG_TOWN
    return Verdict.CONTROL_DIFFERS if _differs(named, content.said) else Verdict.TAKEN


def _differs(named: Named, said: dict[str, str]) -> bool:
    """Whether day or number inside are not those of the name."""
    other_day = named.day is not None and said.get("date", f"{named.day:%Y%m%d}") != f"{named.day:%Y%m%d}"
    other_number = named.number is not None and int(said.get("sequence", named.number)) != named.number
    return other_day or other_number


def is_suspicious(meaning: ZeroRows, weekday: int | None) -> bool:
    """Whether a file without a row needs somebody's word; without a day in its name it is as on a working day."""
    if meaning is ZeroRows.NO_CHANGE:
        return False
    return meaning is ZeroRows.SUSPICIOUS or weekday is None or weekday < SATURDAY


SATURDAY = 5
