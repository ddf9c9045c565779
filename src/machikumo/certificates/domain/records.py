"""What the issuing core needs of the register: a household as it stands, in the standard resident row's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """One member: ``row`` is the present standard row (values as text, "" where empty), ``history`` older ones first.

    ``person_key`` names the person in the number vault; ``versions`` are the ids of the records that were read.
    """

    person_id: int
    row: Mapping[str, str]
    history: tuple[Mapping[str, str], ...] = ()
    person_key: str = ""
    versions: tuple[int, ...] = ()

    def text(self, key: str) -> str:
        """The value of that item, "" where the row has none."""
        return self.row.get(key, "")


@dataclass(frozen=True, slots=True)
class HouseholdRecord:
    """A household with its present members in the register's order, the head first."""

    household_id: int
    members: tuple[MemberRecord, ...]
    head_name: str = ""
    incomplete: bool = False  # somebody may be missing: no paper may claim to show the whole household

    @property
    def person_ids(self) -> tuple[int, ...]:
        """The members' ids."""
        return tuple(member.person_id for member in self.members)

    @property
    def versions(self) -> tuple[int, ...]:
        """The ids of every record that was read for the household, in ascending order."""
        return tuple(sorted(version for member in self.members for version in member.versions))

    def chosen(self, person_ids: tuple[int, ...]) -> tuple[MemberRecord, ...]:
        """These members in the household's order; NotFound when one of them does not belong to it."""
        if not person_ids or not set(person_ids) <= set(self.person_ids):
            raise NotFound
        return tuple(member for member in self.members if member.person_id in person_ids)
