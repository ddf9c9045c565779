"""Appointments in time: who holds which role on a day, and which roles must not meet in one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.organisations.domain.errors import IncompatibleRoles, PeriodError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from machikumo.organisations.domain.roles import Catalogue


@dataclass(frozen=True, slots=True)
class Holding:
    """A role held from a day to a day, both included; ``ends_on`` None is open."""

    role: str
    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse an end before the start."""
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise PeriodError(
                f"終了日（{self.ends_on}）が開始日（{self.starts_on}）より前です。日付を直してください。",
                f"The end ({self.ends_on}) is before the start ({self.starts_on}): correct the dates.",
            )

    def covers(self, day: date) -> bool:
        """Whether the role is held on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def meets(self, other: Holding) -> bool:
        """Whether both are held on at least one same day."""
        return self._starts_by_end_of(other) and other._starts_by_end_of(self)

    def _starts_by_end_of(self, other: Holding) -> bool:
        return other.ends_on is None or self.starts_on <= other.ends_on


def refuse_incompatible(catalogue: Catalogue, held: Iterable[Holding], new: Holding) -> None:
    """Raise IncompatibleRoles when one person would hold two roles of an incompatible pair on one day.

    Source: 指針9 (the CISO is independent of the CIO and of the head of systems); data/roles/roles.toml.
    """
    for holding in held:
        if not holding.meets(new):
            continue
        for pair in catalogue.incompatible:
            if pair.joins(holding.role, new.role):
                one, other = catalogue.role(new.role).title, catalogue.role(holding.role).title
                raise IncompatibleRoles(
                    f"「{one.ja}」と「{other.ja}」は同じ人が兼ねられません（{pair.reason.ja}）。"
                    "別の人を任命するか、先に一方を終了してください。",
                    f"One person cannot be both {one.en} and {other.en} ({pair.reason.en}). "
                    "Appoint somebody else, or end the other role first.",
                )


def chosen_role(roles: Iterable[str], wanted: str) -> str:
    """The wanted role when it is held, else the first one held; empty when none is held."""
    held = list(roles)
    if wanted in held:
        return wanted
    return held[0] if held else ""
