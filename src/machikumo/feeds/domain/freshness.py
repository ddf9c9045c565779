"""How fresh the register is: the day up to which differences are applied, against the day that should be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from machikumo.feeds.domain.sequence import SequenceRule


class Level(StrEnum):
    """How it stands."""

    FRESH = "fresh"
    LATE = "late"  # a file that was due has not been applied
    STALE = "stale"  # so many that nobody should rely on the register without asking
    NONE = "none"  # nothing was ever applied


@dataclass(frozen=True, slots=True)
class Freshness:
    """``as_of``: the day of the last file applied; ``expected``: the day that should be; ``behind``: files between."""

    level: Level
    as_of: date | None
    expected: date
    behind: int
    age_days: int | None


def expected_day(rule: SequenceRule, now: datetime, *, due_after_days: int, due_hour: int) -> date:
    """The last day whose file should be here by now (local time): it comes so many days later, by that hour."""
    day = now.date() - timedelta(days=due_after_days + (0 if now.hour >= due_hour else 1))
    while not rule.is_due_on(day):
        day -= timedelta(days=1)
    return day


def freshness(rule: SequenceRule, as_of: date | None, expected: date, today: date, *, stale_after: int) -> Freshness:
    """How fresh it is; stale from so many files behind."""
    if as_of is None:
        return Freshness(Level.NONE, None, expected, 0, None)
    behind = sum(
        rule.is_due_on(as_of + timedelta(days=offset)) for offset in range(1, max((expected - as_of).days, 0) + 1)
    )
    level = Level.FRESH if behind == 0 else Level.STALE if behind >= stale_after else Level.LATE
    return Freshness(level, as_of, expected, behind, (today - as_of).days)
