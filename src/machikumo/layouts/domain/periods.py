"""The periods of a person (資格の取得から喪失まで) do not overlap and, where the rule says so, leave no gap."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from machikumo.layouts.domain.measures import as_day, day_reader
from machikumo.layouts.domain.setrules import Finding, order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Layout, SetRule

OPEN = date.max


class Period(NamedTuple):
    """One row's period; without an end it lasts for ever."""

    start: date
    row: int
    end: date


class Periods:
    """See the module; a SetChecker. Rows without a person or without a readable period are left to other rules."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self.rule = rule
        self.places = [layout.index[rule.roles[role]] for role in ("person", "start", "end")]
        self.read = PeriodReader(rule, layout)
        self.people: dict[str, list[Period]] = defaultdict(list)

    def add(self, block: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[Finding]:
        """See SetChecker."""
        for values, row in zip(block, numbers, strict=True):
            person, first, last = (values[place] for place in self.places)
            start, end = self.read.start(first), self.read.end(last)
            if person and start and end:
                self.people[person].append(Period(start, row, end))
        return []

    def close(self) -> list[Finding]:
        """See SetChecker."""
        found = [finding for periods in self.people.values() for finding in judge_periods(self.rule, periods)]
        return sorted(found, key=order)


class PeriodReader:
    """How the two days of a period are read; None where a row takes no part."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self._start, self._end = (day_reader(layout.by_key[rule.roles[role]], layout) for role in ("start", "end"))

    def start(self, text: str) -> date | None:
        """Return the first day."""
        return as_day(self._start(text))

    def end(self, text: str) -> date | None:
        """Return the last day, ``OPEN`` where there is none yet."""
        found = self._end(text) if text else None
        return OPEN if found is None else as_day(found)


def judge_periods(rule: SetRule, periods: Sequence[Period]) -> list[Finding]:
    """Return what is wrong with the periods of one person, in any order."""
    start, end = rule.roles["start"], rule.roles["end"]
    found = [Finding(one.row, "set.period_end", end, {}) for one in periods if one.end < one.start]
    whole = sorted(one for one in periods if one.end >= one.start)
    latest: tuple[date, int] | None = None
    for one in whole:
        if latest is not None:
            other = {"other": str(latest[1])}
            if one.start <= latest[0]:
                found.append(Finding(one.row, "set.period_overlap", start, other))
            elif rule.values["gapless"] and one.start - latest[0] > timedelta(days=1):
                found.append(Finding(one.row, "set.period_gap", start, other))
        latest = max(latest or (one.end, one.row), (one.end, one.row))
    return found
