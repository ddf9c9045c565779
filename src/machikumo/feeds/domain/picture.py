"""A calendar of the last weeks: for each day whether its file came and was applied. Text in, markup out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from machikumo.kernel.ui.svg.elements import drawing, rectangle, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from machikumo.feeds.domain.sequence import SequenceRule

WIDTH, CELL, ROW, TOP = 490.0, 70.0, 40.0, 22.0
WEEK = 7


class Sign(StrEnum):
    """What a day of the calendar shows."""

    APPLIED = "applied"
    MISSING = "missing"
    WAITING = "waiting"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    LATE = "late"  # due, and nothing later proves it missing
    OFF = "off"
    FUTURE = "future"


COLOURS = {Sign.APPLIED: "a", Sign.WAITING: "c", Sign.SKIPPED: "d", Sign.OFF: "", Sign.FUTURE: ""}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day: its sign, and how many rows were applied."""

    day: date
    sign: Sign
    rows: int = 0


def weeks_until(last: date, weeks: int) -> tuple[date, date]:
    """The first and last day of so many whole weeks, Monday to Sunday, that end with the week of that day."""
    sunday = last + timedelta(days=WEEK - 1 - last.weekday())
    return sunday - timedelta(days=WEEK * weeks - 1), sunday


def shown_until(today: date, newest: date | None) -> date:
    """The last day to show: today, or two weeks after the newest file where nothing has come for long."""
    return today if newest is None else min(today, newest + timedelta(days=2 * WEEK))


def cells_of(
    rule: SequenceRule,
    span: tuple[date, date],
    states: Mapping[date, tuple[str, int]],
    *,
    missing: frozenset[date],
    started: date | None,
    expected: date,
) -> list[DayCell]:
    """The days of the span. ``states``: state and rows of the files by day; ``expected``: the last day that is due."""
    first, last = span
    cells = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        state = states.get(day)
        if state is not None:
            cells.append(DayCell(day, Sign(state[0]), state[1]))
        elif day in missing:
            cells.append(DayCell(day, Sign.MISSING))
        elif started is None or day <= started:
            cells.append(DayCell(day, Sign.FUTURE))  # before the feed began nothing is said either
        elif not rule.is_due_on(day):
            cells.append(DayCell(day, Sign.OFF))
        else:
            cells.append(DayCell(day, Sign.LATE if day <= expected else Sign.FUTURE))
    return cells


def calendar(title: str, cells: Sequence[DayCell], *, signs: Mapping[str, str], weekdays: Sequence[str]) -> str:
    """The drawing: a row a week, a cell a day; each cell says its sign in a word, with the rows applied."""
    weeks = (len(cells) + WEEK - 1) // WEEK
    told = "、".join(f"{one.day:%m/%d} {_said(one, signs)}" for one in cells if _said(one, signs))
    return drawing(WIDTH, TOP + ROW * weeks, title, told, _elements(cells, signs, weekdays))


def _said(one: DayCell, signs: Mapping[str, str]) -> str:
    word = signs[one.sign.value]
    return f"{word} {one.rows}" if one.sign is Sign.APPLIED else word


def _elements(cells: Sequence[DayCell], signs: Mapping[str, str], weekdays: Sequence[str]) -> Iterator[str]:
    for place, name in enumerate(weekdays):
        yield text(CELL * place + 10, TOP - 8, name, kind="quiet")
    for place, one in enumerate(cells):
        left, top = CELL * (place % WEEK), TOP + ROW * (place // WEEK)
        colour = COLOURS.get(one.sign, "b")
        if colour:
            yield rectangle(left + 1, top + 2, 5, ROW - 8, colour)
        yield text(left + 10, top + 13, f"{one.day.month}/{one.day.day}", kind="quiet")
        yield text(left + 10, top + 29, _said(one, signs), kind="strong" if colour else "quiet")
