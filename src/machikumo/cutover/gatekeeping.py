"""Keeps the gate before every change: refuses what is frozen, and notes the first change after a load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.functions import Now
from django.utils import timezone

from machikumo.cutover.domain.errors import BeingUndone
from machikumo.cutover.domain.freezing import refusal
from machikumo.cutover.domain.undoing import LoadState
from machikumo.cutover.models import FreezePass, Load
from machikumo.cutover.queries import plans
from machikumo.kernel.ledger import record

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def keep(scope: Scope, deed: str) -> None:
    """Let a change through, or raise.

    The first change after a load is noted with it in the same transaction: from then on the load cannot be undone. The
    note waits for an undoing that begins at the same moment, and is asked for after it, so one of both loses.

    Raises:
        Frozen: changes are frozen, and this person has no pass for this deed.
        BeingUndone: a load is being undone.
    """
    _refuse_frozen(scope, deed)
    facts = {"first_change": deed, "first_change_at": Now(), "first_change_by": scope.person}
    Load.objects.within(scope).filter(state=LoadState.OPEN, first_change="").update(**facts)
    refuse_while_undoing(scope)


def refuse_while_undoing(scope: Scope) -> None:
    """Raise BeingUndone while a load of this town is being undone."""
    if Load.objects.within(scope).filter(state=LoadState.UNDOING).exists():
        raise BeingUndone


def _refuse_frozen(scope: Scope, deed: str) -> None:
    now = timezone.now()
    for plan in plans.frozen_at(scope, now):
        freeze = plans.freeze_of(plan)
        if freeze.closes(deed, now) and not _use_pass(scope, plan.pk, deed):
            raise refusal(deed, freeze, timezone.get_current_timezone())


def _use_pass(scope: Scope, plan_id: int, deed: str) -> bool:
    """Use up this person's pass for the deed, if there is one; the ledger names both people and the ground."""
    now = timezone.now()
    passes = FreezePass.objects.within(scope).filter(
        plan_id=plan_id, person=scope.person, deed=deed, used_at__isnull=True, valid_until__gt=now
    )
    one = passes.select_for_update().order_by("pk").first()
    if one is None:
        return False
    passes.filter(pk=one.pk).update(used_at=now)
    details = {"deed": deed, "pass": one.pk, "approved_by": one.approved_by}
    record(scope, event="freeze.passed", subject=f"cutover:{plan_id}", ground=one.ground, details=details)
    return True
