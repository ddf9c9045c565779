"""A household while it is being made: who, under which names, where, and what happened when."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from machikumo.synthetic.domain.households import FATHER, HEAD, MOTHER, Members
from machikumo.synthetic.domain.names import Written
from machikumo.synthetic.domain.rows import JAPANESE, Row


class Identity(NamedTuple):
    """A name with the items that go with it: 本籍 for Japanese, nationality and status for foreign residents."""

    name: Written
    items: Row
    kind: str = JAPANESE


class Event(NamedTuple):
    """What changed for one person on one day (ordinal), by which reason."""

    day: int
    reason: str
    changes: Row


class Ground(Enum):
    """Why somebody is protected (支援措置の対象)."""

    SPOUSAL_VIOLENCE = "spousal_violence"
    STALKING = "stalking"
    CHILD_ABUSE = "child_abuse"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ProtectionBlock:
    """支援措置 for one person; days in ISO form, the last day is the one on which it ends."""

    addressee_number: str
    household_number: str
    ground: Ground
    starts_on: str
    ends_on: str


@dataclass(slots=True)
class Draft:
    """A household in the making; lists run parallel to `members`, the head of today first.

    `arrived` is the day on which the household came, `moved` that of a 転居 or 0, `before` the address until then.
    """

    index: int
    today: int
    members: Members
    identities: list[Identity]
    home: Row
    before: Row
    arrived: int
    moved: int
    is_native: bool
    events: list[list[Event]] = field(default_factory=list)
    traits: set[str] = field(default_factory=set)
    uncertain_arrival: bool = False
    uncertain_birth: bool = False
    protection: Ground | None = None
    has_left: bool = False
    departed: int = 0

    def __post_init__(self) -> None:
        self.events = [[] for _ in self.members]

    def is_born_here(self, place: int) -> bool:
        """Tell whether a member was registered here by birth."""
        member = self.members[place]
        if member.birth >= self.arrived:
            return True
        if place == 0 and (self.uncertain_arrival or self.uncertain_birth):
            return False
        return self.is_native and member.relation in _NATIVES

    def settled(self) -> int:
        """Return the first day after which nothing has happened yet."""
        return max(self.arrived, self.moved, *(member.birth for member in self.members)) + 15


_NATIVES = (HEAD, FATHER, MOTHER)
