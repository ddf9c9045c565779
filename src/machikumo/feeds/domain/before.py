"""Whether a row of a difference goes on from what the register holds of the person, or tells of another past.

A row brings the next version of a person's record. The codes are those of the standard layout (event_reason,
resident_state; data/layouts/codes).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

LIVING = "1"
ENTERING = frozenset({"01", "02", "08", "09", "10"})  # birth, move in, entry by the office, nationality, naturalisation
ARRIVING = frozenset({"01", "02"})
AFTERWARDS = frozenset({"06", "07", "08", "99"})  # what may still be written of somebody who has left or died


class Key(NamedTuple):
    """Which version of a person's record: history number and branch."""

    number: int
    branch: int


class Standing(StrEnum):
    """What a row is to the register."""

    NEW = "new"  # a person who was not there
    NEXT = "next"  # goes on from the present version
    KNOWN = "known"  # a version that is there already
    CONFLICT = "conflict"


class Reason(StrEnum):
    """Why a row cannot be applied."""

    UNKNOWN_PERSON = "unknown_person"
    MISSING_VERSION = "missing_version"
    OLDER_VERSION = "older_version"
    CORRECTED_HERE = "corrected_here"
    NOT_LIVING = "not_living"
    LIVES_HERE = "lives_here"
    AFTER_CONFLICT = "after_conflict"
    OTHER_CONTENT = "other_content"
    NUMBER_CLASH = "number_clash"
    NUMBER_REFUSED = "number_refused"


#: reasons for which a person may say that the row is right and is to go in
ACCEPTABLE = frozenset(
    {
        Reason.UNKNOWN_PERSON,
        Reason.MISSING_VERSION,
        Reason.CORRECTED_HERE,
        Reason.NOT_LIVING,
        Reason.LIVES_HERE,
        Reason.AFTER_CONFLICT,
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """What the judgement needs of a row."""

    addressee_number: str
    key: Key
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class Present:
    """What the register holds of a person: the present version, its state, all its versions' keys.

    ``corrected``: the present version was written by a clerk here, after the last one of the old system.
    """

    key: Key
    state: str
    keys: frozenset[Key]
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a row is; of a conflict the reason, and the version that was expected where there is one."""

    standing: Standing
    reason: Reason | None = None
    expected: Key | None = None

    @property
    def goes_in(self) -> bool:
        """Whether the row brings a version that is to be written."""
        return self.standing in {Standing.NEW, Standing.NEXT}


class Judge:
    """Judges the rows of one file in their order: what goes in is the present of the rows after it."""

    def __init__(self, present: dict[str, Present]) -> None:
        self._present = dict(present)
        self._stopped: set[str] = set()

    def judge(self, change: Change) -> Judgement:
        """What the row is; once a person's row is a conflict, so is every later version of that person in the file."""
        person = change.addressee_number
        present = self._present.get(person)
        found = _judgement(change, present)
        if found.goes_in and person in self._stopped:
            found = Judgement(Standing.CONFLICT, Reason.AFTER_CONFLICT)
        if found.standing is Standing.CONFLICT:
            self._stopped.add(person)
        if found.goes_in:
            keys = (present.keys if present else frozenset()) | {change.key}
            self._present[person] = Present(change.key, change.state, keys)
        return found


def _judgement(change: Change, present: Present | None) -> Judgement:
    if present is None:
        if change.key.number == 1 and change.reason in ENTERING:
            return Judgement(Standing.NEW)
        return Judgement(Standing.CONFLICT, Reason.UNKNOWN_PERSON)
    if change.key in present.keys:
        return Judgement(Standing.KNOWN)
    against = _against(change, present)
    expected = Key(present.key.number + 1, 0)
    return Judgement(Standing.CONFLICT, against, expected) if against else Judgement(Standing.NEXT)


def _against(change: Change, present: Present) -> Reason | None:
    """What in the register speaks against the row."""
    if change.key < present.key:
        return Reason.OLDER_VERSION
    if present.corrected:
        return Reason.CORRECTED_HERE
    if change.key.number > present.key.number + 1:
        return Reason.MISSING_VERSION
    return _against_state(change, present)


def _against_state(change: Change, present: Present) -> Reason | None:
    """Why the event cannot happen to somebody of that state; a corrected version may say anything."""
    if change.key.number == present.key.number:
        return None
    if present.state == LIVING:
        return Reason.LIVES_HERE if change.reason in ARRIVING else None
    back = change.reason in ENTERING and change.reason != "01"
    return None if back or change.reason in AFTERWARDS else Reason.NOT_LIVING
