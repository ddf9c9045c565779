"""What a load's undoing means for its move-in: it is over, and nothing goes on with it by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel.registries import listeners
from machikumo.layouts.held import give_back
from machikumo.layouts.models import MoveIn, MoveInBlock, MoveInState

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

PREFIX = "move_in:"


def register_all() -> None:
    """Listen to loads that were undone."""
    listeners.register("load.undone", mark_undone)


def mark_undone(scope: Scope, *, source: str) -> None:
    """The move-in of that load is undone: its blocks are in no more; findings, counts and proof stay for reading."""
    if not source.startswith(PREFIX):
        return
    number = int(source.removeprefix(PREFIX))
    MoveInBlock.objects.within(scope).filter(move_in_id=number).delete()
    facts = {"state": MoveInState.UNDONE, "loaded": 0, "finished_at": timezone.now()}
    MoveIn.objects.within(scope).filter(pk=number).update(**facts)
    give_back(scope, number)
