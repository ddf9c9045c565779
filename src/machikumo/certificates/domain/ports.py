"""What the issuing core asks of other rooms; they are given to it, it never looks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from machikumo.certificates.domain.records import HouseholdRecord
    from machikumo.kernel.scope import Scope
    from machikumo.register.domain.blocks import Block


@dataclass(frozen=True, slots=True)
class Numbers:
    """The two numbers of one person, opened for one printing and never kept."""

    individual_number: str = ""
    resident_record_code: str = ""


class RegisterSource(Protocol):
    """The register of residents, as the issuing core sees it."""

    def household_of(self, scope: Scope, person_id: int, *, history: bool = False) -> HouseholdRecord:
        """The household in which the person lives now; NotFound when there is none in this organisation."""

    def blocks_on(self, scope: Scope, person_ids: Iterable[int]) -> list[Block]:
        """Every block on these people that is not closed, read in the present transaction.

        The rows of the people are locked for share until its end, so that a block set meanwhile waits for us.
        """


class NumberSource(Protocol):
    """The number vault, as the issuing core sees it."""

    def open_numbers(
        self, scope: Scope, people: Mapping[int, str], *, individual: bool, record_code: bool, ground: str
    ) -> dict[int, Numbers]:
        """The asked numbers by person id; ``people`` maps ids to the vault's keys. Each opening is in the ledger."""
