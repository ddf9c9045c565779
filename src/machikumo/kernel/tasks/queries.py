"""Asks every registered source; one room's fault never takes the others' entries away."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.registries import searches, tasks
from machikumo.kernel.tasks.domain import SearchResult, Task, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from machikumo.kernel.scope import Scope

logger = logging.getLogger(__name__)
Entry = TypeVar("Entry", Task, SearchResult)
FROM_EACH = 50
GROUND_IN_SESSION = "register_ground"  # the ground that the person at work chose last


@dataclass(frozen=True, slots=True)
class Gathered:
    """The entries, and the keys of sources that failed (shown as a notice: the list is not complete)."""

    entries: list[Any]
    failed: tuple[str, ...]


def open_tasks(scope: Scope) -> Gathered:
    """What waits for this person in this role, most urgent first."""
    entries: list[Task] = []
    failed = []
    for key, source in tasks.items():
        found = _ask(key, lambda source=source: source(scope))  # type: ignore[misc]
        if found is None:
            failed.append(key)
            continue
        entries += [task for task in found if not task.waiting_for or scope.has(task.waiting_for)]
    return Gathered(in_order(entries), tuple(failed))


def search(scope: Scope, words: str, *, ground: str = "") -> Gathered:
    """What is found by the words in every room, in the order of registration.

    A source that shows persons has a true ``takes_ground`` and is told the ground that the person at work chose last.
    """
    entries: list[SearchResult] = []
    failed = []
    if not words.strip():
        return Gathered([], ())
    for key, source in searches.items():
        told = {"ground": ground} if getattr(source, "takes_ground", False) else {}
        found = _ask(key, lambda source=source, told=told: source(scope, words, **told))  # type: ignore[misc]
        if found is None:
            failed.append(key)
            continue
        entries += found
    return Gathered(entries, tuple(failed))


def _ask(key: str, ask: Callable[[], Iterable[Entry]]) -> list[Entry] | None:
    """The source's entries; nothing when the role may not ask, None when the source failed (logged, rolled back)."""
    try:
        with transaction.atomic():
            return list(islice(ask(), FROM_EACH))
    except Forbidden:
        return []
    except Exception:
        logger.exception("source %s failed", key)
        return None
