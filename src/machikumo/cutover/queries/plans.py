"""Reading plans: their freeze, their run sheet with times from the work, their answers, and what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.cutover.domain.decisions import Answer as Said
from machikumo.cutover.domain.decisions import Verdict
from machikumo.cutover.domain.freezing import Freeze
from machikumo.cutover.models import Answer, FreezePass, Plan, Step
from machikumo.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


def plans(scope: Scope) -> QuerySet[Plan]:
    """All plans of the municipality, newest first."""
    return Plan.objects.within(scope).order_by("-pk")


def plan_of(scope: Scope, plan_id: int) -> Plan:
    """One plan; NotFound for any other municipality's."""
    found = plans(scope).filter(pk=plan_id).first()
    if found is None:
        raise NotFound
    return found


def frozen_at(scope: Scope, moment: datetime) -> QuerySet[Plan]:
    """The plans whose freeze holds at that moment."""
    return plans(scope).filter(freeze_starts_at__lte=moment, freeze_ends_at__gt=moment, freeze_lifted_at__isnull=True)


def freeze_of(plan: Plan) -> Freeze:
    """The freeze of a plan."""
    return Freeze(plan.freeze_starts_at, plan.freeze_ends_at, frozenset(plan.closed), plan.freeze_lifted_at)


def steps_of(scope: Scope, plan: Plan) -> list[Step]:
    """The run sheet in order."""
    return list(Step.objects.within(scope).filter(plan_id=plan.pk).order_by("number"))


def step_of(scope: Scope, plan_id: int, step_id: int) -> Step:
    """One step of that plan; NotFound otherwise."""
    found = Step.objects.within(scope).filter(plan_id=plan_id, pk=step_id).first()
    if found is None:
        raise NotFound
    return found


def answers_of(scope: Scope, plan: Plan) -> list[Answer]:
    """Every answer, newest first."""
    return list(Answer.objects.within(scope).filter(plan_id=plan.pk).order_by("-pk"))


def latest_answers(scope: Scope, plan: Plan) -> dict[str, Answer]:
    """The latest answer to each item that has one."""
    return {one.item: one for one in reversed(answers_of(scope, plan))}


def said(answers: dict[str, Answer]) -> dict[str, Said]:
    """The answers as the domain takes them."""
    return {key: Said(Verdict(one.verdict), one.person, one.role) for key, one in answers.items()}


def passes_of(scope: Scope, plan: Plan) -> list[FreezePass]:
    """The passes through the freeze, newest first."""
    return list(FreezePass.objects.within(scope).filter(plan_id=plan.pk).order_by("-pk"))
