"""Names of difference files as data: which town, day and number a name tells, what comes next, and what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from machikumo.feeds.domain.errors import BadRule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

PARTS = re.compile(r"\{(\w+)\}")
EVERY_DAY = frozenset(range(7))
MOST_NAMED = 60  # missing files that are named one by one
UNKNOWN_DAY = "????????"


class Order(StrEnum):
    """What says which file comes after which: a running number, or one file a day."""

    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Named:
    """What a file's name tells."""

    code: str = ""
    day: date | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A file that is there: its place in the sequence, and its day as far as the name has one."""

    position: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that should be there: its place, its day where it can be told, and its name (? where it cannot)."""

    position: int
    day: date | None
    name: str


@dataclass(frozen=True, slots=True)
class SequenceRule:
    """The pattern of names (``{code}`` ``{date}`` ``{time}`` ``{sequence}``), what orders them, and on which weekdays.

    ``width`` is the number's digits (0: as many as it has); ``days`` are weekdays with a file, Monday is 0. A place in
    the sequence (position) is the running number, or the day's ordinal.
    """

    pattern: str
    order: Order = Order.NUMBER
    width: int = 4
    days: frozenset[int] = EVERY_DAY

    def check(self) -> None:
        """Raise BadRule when the pattern cannot tell the order, or says a part that there is not."""
        parts = PARTS.findall(self.pattern)
        unknown = sorted(set(parts) - set(self._forms()))
        if unknown:
            raise BadRule(
                f"ファイル名の型の「{unknown[0]}」は使えません。使えるのは code, date, time, sequence です。",
                f"The pattern of names may hold code, date, time and sequence, not {unknown[0]}.",
            )
        needed = "sequence" if self.order is Order.NUMBER else "date"
        if parts.count(needed) != 1 or len(set(parts)) != len(parts):
            raise BadRule(
                f"ファイル名の型に {{{needed}}} を1回だけ書いてください（ほかの部分も2回は書けません）。",
                f"The pattern of names needs {{{needed}}} exactly once, and no part twice.",
            )
        if not self.days:
            raise BadRule("ファイルが作られる曜日を選んでください。", "Choose the weekdays on which a file is made.")

    def _forms(self) -> dict[str, str]:
        number = rf"\d{{{self.width}}}" if self.width else r"\d{1,12}"
        return {"code": r"[0-9A-Za-z-]+", "date": r"\d{8}", "time": r"\d{6}", "sequence": number}

    def read(self, name: str) -> Named | None:
        """What the name tells, or None when it is not a name of this rule."""
        forms = self._forms()
        pieces = PARTS.split(self.pattern)
        regex = "".join(
            f"(?P<{piece}>{forms[piece]})" if odd % 2 else re.escape(piece) for odd, piece in enumerate(pieces)
        )
        match = re.fullmatch(regex, name, re.ASCII)
        if match is None:
            return None
        found = match.groupdict()
        day = _day(found["date"]) if "date" in found else None
        if "date" in found and day is None:
            return None
        return Named(found.get("code", ""), day, int(found["sequence"]) if "sequence" in found else None)

    def position(self, named: Named) -> int:
        """The place of a file in the sequence."""
        if self.order is Order.NUMBER:
            return named.number or 0
        return named.day.toordinal() if named.day else 0

    def name(self, code: str, position: int, day: date | None) -> str:
        """The file's name; question marks where the day, or the time of day, is not known."""
        if self.order is Order.DAY:
            day = date.fromordinal(position)
        values = {
            "code": code,
            "date": f"{day:%Y%m%d}" if day else UNKNOWN_DAY,
            "time": "??????",
            "sequence": f"{position:0{self.width}d}",
        }
        return PARTS.sub(lambda part: values.get(part[1], ""), self.pattern)

    def is_due_on(self, day: date) -> bool:
        """Whether a file is made on that day."""
        return day.weekday() in self.days

    def between(self, after: int, before: int) -> Iterator[int]:
        """The places strictly between two that must hold a file."""
        for position in range(after + 1, before):
            if self.order is Order.NUMBER or self.is_due_on(date.fromordinal(position)):
                yield position

    def is_next(self, last: int, position: int) -> bool:
        """Whether nothing must come between the last place that was dealt with and this one."""
        return position > last and next(self.between(last, position), None) is None

    def missing(self, code: str, last: Known, there: Sequence[Known]) -> list[Missing]:
        """The files that must lie between the last one dealt with and those that are there, by name; at most 60."""
        found: list[Missing] = []
        for left, right in pairwise([last, *sorted(there, key=lambda known: known.position)]):
            places = list(self.between(left.position, right.position))[: MOST_NAMED - len(found)]
            days = self._days_of(left.day, right.day, len(places))
            found += [Missing(place, day, self.name(code, place, day)) for place, day in zip(places, days, strict=True)]
        return found

    def _days_of(self, left: date | None, right: date | None, count: int) -> list[date | None]:
        """The days of so many files between two days, where there is one way only to give them one each."""
        if self.order is Order.NUMBER and left and right:
            days = [day for day in days_between(left, right) if self.is_due_on(day)]
            if len(days) == count:
                return list(days)
        return [None] * count


def days_between(after: date, before: date) -> Iterator[date]:
    """The days strictly between two."""
    for offset in range(1, (before - after).days):
        yield after + timedelta(days=offset)


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def weekdays_of(values: Collection[int]) -> frozenset[int]:
    """Weekdays as a rule keeps them: what is none is left out."""
    return frozenset(values) & EVERY_DAY
