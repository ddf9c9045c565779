"""What the work on a plan's files tells: times for the run sheet, results to compare, whether all is proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.cutover.domain.difference import COUNTS, Result, difference
from machikumo.cutover.domain.sheet import MoveFacts, Span, spans_of
from machikumo.cutover.queries.loads import loads
from machikumo.kernel.approvals.queries import latest_for
from machikumo.kernel.jobs.queries import run_of
from machikumo.layouts.queries.move_ins import move_ins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.cutover.domain.difference import Changed
    from machikumo.cutover.domain.sheet import Work
    from machikumo.cutover.models import Load, Plan
    from machikumo.kernel.scope import Scope

MOST = 200
ACCEPTANCE = "layouts.acceptance"  # the kind under which a move-in's report is signed by two


def files_of(scope: Scope, plan: Plan) -> list[Any]:
    """The plan's move-ins, in order of their receipt."""
    return list(move_ins(scope).filter(pk__in=plan.move_ins).order_by("pk"))


def names_of_sources(scope: Scope) -> dict[str, str]:
    """The names of the files of the newest move-ins, by the source under which their loads are known."""
    return {f"move_in:{one.pk}": f"{one.file.name} ({one.rehearsal})" for one in move_ins(scope)[:MOST]}


def load_for(scope: Scope, one: Any) -> Load | None:
    """The load of a move-in; None before its first block."""
    return loads(scope).filter(source=f"move_in:{one.pk}").first()


def spans(scope: Scope, plan: Plan) -> Mapping[Work, Span]:
    """When each kind of work began and ended."""
    ended = plan.freeze_lifted_at or plan.released_at
    facts = [_facts(scope, one) for one in files_of(scope, plan)]
    return spans_of(facts, Span(plan.freeze_starts_at, ended or plan.freeze_ends_at), plan.released_at)


def _facts(scope: Scope, one: Any) -> MoveFacts:
    load, run = load_for(scope, one), run_of(scope, one.job_run_id) if one.job_run_id else None
    signed = latest_for(scope, ACCEPTANCE, f"move_in:{one.pk}")
    return MoveFacts(
        received=one.created_at,
        began=run.started_at if run else None,
        first_block=load.started_at if load else None,
        last_block=load.last_block_at if load else None,
        reconciled=one.finished_at if one.state == "reconciled" else None,
        signed_first=signed.requested_at if signed and signed.state in {"requested", "approved"} else None,
        signed_second=signed.decided_at if signed and signed.state == "approved" else None,
    )


def is_proved(scope: Scope, one: Any) -> bool:
    """Whether the move-in was reconciled, both sides agree, and two people have signed it."""
    signed = latest_for(scope, ACCEPTANCE, f"move_in:{one.pk}")
    holds = one.state == "reconciled" and bool(one.reconciliation.get("holds"))
    return holds and signed is not None and signed.state == "approved"


def since_last_rehearsal(scope: Scope, one: Any) -> tuple[Any, list[Changed]] | None:
    """The attempt before with the same mapping, and every figure that is another one now; None for the first."""
    earlier = move_ins(scope).filter(mapping_key=one.mapping_key, rehearsal__lt=one.rehearsal)
    before = earlier.exclude(reconciliation={}).order_by("-rehearsal").first()
    return (before, difference(_result(before), _result(one))) if before is not None else None


def _result(one: Any) -> Result:
    return Result({name: getattr(one, name) for name in COUNTS}, one.findings, one.reconciliation)
