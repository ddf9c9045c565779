"""A task and a search result; tasks are ordered by what is late, then by date, then by kind."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

SOON_DAYS = 3


class Urgency(enum.StrEnum):
    """How a due day looks from today."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person: what, where to do it, until when, and who may do it.

    ``waiting_for`` is a permission (``approvals.decide``); empty: everybody who was given it by the source.
    """

    title_ja: str
    title_en: str
    url: str
    kind: str
    due: date | None = None
    waiting_for: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One thing found; ``kind`` is person, procedure, page, setting or what the room calls it."""

    kind: str
    title_ja: str
    title_en: str
    url: str
    detail: str = ""


def urgency_of(due: date | None, today: date) -> Urgency:
    """How the due day looks from today; OPEN when there is none."""
    if due is None:
        return Urgency.OPEN
    days = (due - today).days
    if days < 0:
        return Urgency.LATE
    if days == 0:
        return Urgency.TODAY
    return Urgency.SOON if days <= SOON_DAYS else Urgency.LATER


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """What is due first stands first; without a due day last; then by kind and title, so that the order is steady."""
    return sorted(tasks, key=lambda task: (task.due is None, str(task.due or ""), task.kind, task.title_ja))
