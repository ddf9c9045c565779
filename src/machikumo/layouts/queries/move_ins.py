"""Reading move-ins: the list, one of them, its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.errors import NotFound
from machikumo.layouts.models import MoveIn, MoveInBlock, MoveInIssue, MoveInState

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


def move_ins(scope: Scope) -> QuerySet[MoveIn]:
    """All move-ins of the municipality, newest first."""
    return MoveIn.objects.within(scope).select_related("file").order_by("-created_at", "-pk")


def move_in_of(scope: Scope, move_in_id: int) -> MoveIn:
    """One move-in; NotFound for any other municipality's."""
    found = move_ins(scope).select_related("quarantine", "reasons").filter(pk=move_in_id).first()
    if found is None:
        raise NotFound
    return found


def past_keeping(scope: Scope, limit: datetime) -> list[MoveIn]:
    """The move-ins that were proved before that moment, both sides agreeing, and whose source is still kept."""
    proved = MoveIn.objects.within(scope).filter(
        state=MoveInState.RECONCILED, finished_at__lte=limit, file__removed_at__isnull=True
    )
    found = proved.select_related("file", "quarantine", "reasons").order_by("pk")
    return [one for one in found if one.reconciliation.get("holds")]


def issues_of(scope: Scope, move_in: MoveIn, *, rule: str = "") -> QuerySet[MoveInIssue]:
    """The findings that are kept for reading, in the order of the file; of one rule when given."""
    issues = MoveInIssue.objects.within(scope).filter(move_in_id=move_in.pk).order_by("row", "pk")
    return issues.filter(rule=rule) if rule else issues


def loaded_blocks(scope: Scope, move_in: MoveIn) -> frozenset[int]:
    """Numbers of the blocks whose rows are in the register."""
    numbers = MoveInBlock.objects.within(scope).filter(move_in_id=move_in.pk).values_list("number", flat=True)
    return frozenset(numbers)
