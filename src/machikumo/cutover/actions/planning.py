"""Making a plan with its run sheet, saying which files are the real load, typing times, lifting the freeze."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.cutover.catalogue import sheet_for
from machikumo.cutover.domain.deeds import DEEDS
from machikumo.cutover.domain.errors import CutoverError
from machikumo.cutover.domain.freezing import checked, refuse_released
from machikumo.cutover.models import Plan, Step
from machikumo.cutover.queries import plans
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record
from machikumo.layouts.queries.move_ins import move_in_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from machikumo.kernel.scope import Scope


@action(permission="layouts.move_in")
def make_plan(
    scope: Scope,
    *,
    system: str,
    name: str,
    freeze_starts_at: datetime,
    freeze_ends_at: datetime,
    closed: Sequence[str],
) -> Plan:
    """A plan with the run sheet of that business system, its steps set out from the beginning of the freeze.

    Raises CutoverError when the freeze ends before it begins, lasts too long, or closes what nobody knows.
    """
    checked(freeze_starts_at, freeze_ends_at)
    unknown = sorted(set(closed) - set(DEEDS))
    if unknown:
        raise CutoverError(f"止める操作が分かりません: {unknown[0]}", f"Unknown deed: {unknown[0]}")
    plan = Plan.objects.add(
        scope,
        system=system,
        name=name,
        freeze_starts_at=freeze_starts_at,
        freeze_ends_at=freeze_ends_at,
        closed=sorted(closed),
        made_by=scope.person,
    )
    steps = [
        Step(
            organisation_id=scope.organisation_id,
            plan_id=plan.pk,
            number=number,
            title_ja=one.title[0],
            title_en=one.title[1],
            planned_start=freeze_starts_at + one.after if one.after is not None else None,
            planned_end=freeze_starts_at + one.until if one.until is not None else None,
            work=one.work,
            is_point_of_no_return=one.is_point_of_no_return,
        )
        for number, one in enumerate(sheet_for(system), 1)
    ]
    Step.objects.within(scope).bulk_create(steps)
    details = {"system": system, "from": freeze_starts_at.isoformat(), "to": freeze_ends_at.isoformat()}
    record(
        scope,
        event="cutover.planned",
        subject=f"cutover:{plan.pk}",
        ground="data_migration",
        details=details | {"closed": sorted(closed)},
    )
    return plan


@action(permission="layouts.move_in")
def link_files(scope: Scope, *, plan_id: int, move_in_ids: Sequence[int]) -> None:
    """Say which move-ins are the real load of the plan. Raises Conflict once the plan is released."""
    plan = plans.plan_of(scope, plan_id)
    refuse_released(plan.released_at)
    chosen = sorted({move_in_of(scope, one).pk for one in move_in_ids})
    Plan.objects.within(scope).filter(pk=plan.pk).update(move_ins=chosen)
    record(
        scope,
        event="cutover.files_linked",
        subject=f"cutover:{plan.pk}",
        ground="data_migration",
        details={"move_ins": chosen},
    )


@action(permission="layouts.move_in")
def change_step(
    scope: Scope,
    *,
    plan_id: int,
    step_id: int,
    owner: str,
    planned_start: datetime | None,
    planned_end: datetime | None,
) -> None:
    """Who does a step and when; CutoverError when it would end before it begins."""
    step = plans.step_of(scope, plan_id, step_id)
    if planned_start is not None and planned_end is not None and planned_end < planned_start:
        raise CutoverError("終わりの予定は始まりより後にしてください。", "A step ends after it begins: mend the times.")
    facts = {"owner": owner.strip(), "planned_start": planned_start, "planned_end": planned_end}
    Step.objects.within(scope).filter(pk=step.pk).update(**facts)
    record(scope, event="cutover.step_planned", subject=f"cutover:{plan_id}", details={"step": step.number})


@action(permission="layouts.move_in")
def start_step(scope: Scope, *, plan_id: int, step_id: int) -> None:
    """Say that a step begins now. Raises Conflict when its times come from the work, or it has begun."""
    step = _typed(scope, plan_id, step_id)
    if not Step.objects.within(scope).filter(pk=step.pk, started_at__isnull=True).update(started_at=timezone.now()):
        raise Conflict("この作業はすでに始まっています。", "This step has begun already.")
    record(scope, event="cutover.step_begun", subject=f"cutover:{plan_id}", details={"step": step.number})


@action(permission="layouts.move_in")
def end_step(scope: Scope, *, plan_id: int, step_id: int) -> None:
    """Say that a step is done now. Raises Conflict when its times come from the work, or it is not under way."""
    step = _typed(scope, plan_id, step_id)
    under_way = Step.objects.within(scope).filter(pk=step.pk, started_at__isnull=False, ended_at__isnull=True)
    if not under_way.update(ended_at=timezone.now()):
        raise Conflict("始まっていないか、すでに終わった作業です。", "This step has not begun, or is done already.")
    record(scope, event="cutover.step_ended", subject=f"cutover:{plan_id}", details={"step": step.number})


def _typed(scope: Scope, plan_id: int, step_id: int) -> Step:
    step = plans.step_of(scope, plan_id, step_id)
    if step.work:
        raise Conflict(
            "この作業の時刻は、実際の処理から自動で記録されます。", "The times of this step come from the work itself."
        )
    return step


@action(permission="layouts.move_in")
def lift_freeze(scope: Scope, *, plan_id: int, reason: str) -> None:
    """End a freeze before its time (the cut-over was put off, say); Conflict when it does not hold."""
    now = timezone.now()
    plan = plans.plan_of(scope, plan_id)
    if plan.freeze_lifted_at is not None or plan.freeze_ends_at <= now:
        raise Conflict("凍結はすでに終わっています。", "The freeze has ended already.")
    if not reason.strip():
        raise CutoverError("凍結を終える理由を書いてください。", "Please say why the freeze ends.")
    Plan.objects.within(scope).filter(pk=plan.pk).update(freeze_lifted_at=now, freeze_lifted_by=scope.person)
    record(
        scope,
        event="freeze.lifted",
        subject=f"cutover:{plan.pk}",
        ground="data_migration",
        after=reason,
        details={"planned_end": plan.freeze_ends_at.isoformat()},
    )
