"""Handing open work over from one person to another, in every room that keeps work by person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel import ledger
from machikumo.kernel.registries import tasks

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


@ledger.action(permission="organisations.manage_people")
def hand_over(scope: Scope, *, leaving: str, successor: str) -> dict[str, int]:
    """Give one person's open work (tokens such as ``account:12``) to another; gives how many things of which source.

    A task source that keeps work by person has a method ``hand_over(scope, leaving, successor) -> int``. A source
    without one gives its work to everybody of a role, so that nothing of it hangs on a person; the ledger says that
    work was handed over only where some was.
    """
    moved = {}
    for key, source in tasks.items():
        give = getattr(source, "hand_over", None)
        if give is not None:
            moved[key] = int(give(scope, leaving, successor))
    event = "work.handed_over" if any(moved.values()) else "work.none_to_hand_over"
    ledger.record(scope, event=event, subject=leaving, details={"to": successor} | moved)
    return moved
