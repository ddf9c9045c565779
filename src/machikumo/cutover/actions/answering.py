"""Answering an item of go or no-go, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.cutover.catalogue import item_of
from machikumo.cutover.domain.decisions import LONGEST_NOTE, checked
from machikumo.cutover.domain.freezing import refuse_released
from machikumo.cutover.models import Answer
from machikumo.cutover.queries import plans
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from machikumo.cutover.domain.decisions import Verdict
    from machikumo.kernel.scope import Scope


@action(permission="layouts.view")
def answer(scope: Scope, *, plan_id: int, item: str, verdict: Verdict, note: str = "") -> Answer:
    """This person's go or no-go for an item, in the role held now; the latest answer counts, the former ones stay.

    Raises CutoverError when a no-go has no reason, NotFound for an unknown item, Conflict after the release.
    """
    plan = plans.plan_of(scope, plan_id)
    refuse_released(plan.released_at)
    one = item_of(item)
    checked(verdict, note)
    row = Answer.objects.add(
        scope,
        plan_id=plan.pk,
        item=one.key,
        verdict=verdict.value,
        person=scope.person,
        role=scope.role,
        note=note.strip()[:LONGEST_NOTE],
    )
    details = {"item": one.key, "verdict": verdict.value}
    record(scope, event="cutover.answered", subject=f"cutover:{plan.pk}", ground="data_migration", details=details)
    return row
