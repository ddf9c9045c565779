"""What two people do together: a pass through the freeze, the release, the undoing of a load."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from machikumo.cutover.catalogue import items
from machikumo.cutover.domain.decisions import LONGEST_NOTE, against_release
from machikumo.cutover.domain.deeds import DEEDS, words_of
from machikumo.cutover.domain.errors import CutoverError, NotReleasable
from machikumo.cutover.domain.freezing import refuse_released
from machikumo.cutover.domain.undoing import LoadState, refuse_undoing
from machikumo.cutover.models import FreezePass, Load, Plan
from machikumo.cutover.queries import loads, plans, work
from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals.blockers import Signing, blockers_of
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds
from machikumo.kernel.errors import Conflict
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.ledger import record
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.ui.language import t, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.approvals.blockers import Blocker
    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope

EMERGENCY, RELEASE, UNDO = "cutover.emergency", "cutover.release", "cutover.undo"
PASS_HOURS = 2


def register_all() -> None:
    """Register the three kinds."""
    kinds = {
        EMERGENCY: ApprovalKind(
            "凍結中の緊急異動",
            "Emergency entry in the freeze",
            on_approved=_give_pass,
            ask_permission="register.edit",
            decide_permission="approvals.decide",
            days_open=1,
            describe=_told_of_pass,
        ),
        RELEASE: ApprovalKind(
            "切替の確定",
            "Release of a cut-over",
            on_approved=_release,
            ask_permission="layouts.move_in",
            decide_permission="layouts.approve",
            days_open=7,
            describe=_told_of_release,
        ),
        UNDO: ApprovalKind(
            "取込全体の取り消し",
            "Undoing a whole load",
            on_approved=_begin_undoing,
            ask_permission="layouts.move_in",
            decide_permission="layouts.approve",
            days_open=7,
            describe=_told_of_undoing,
        ),
    }
    for key, kind in kinds.items():
        approval_kinds.register(key, kind)


# A pass through the freeze


def ask_for_pass(scope: Scope, *, plan_id: int, deed: str, ground: str, reason: str) -> Approval:
    """Ask for one deed in spite of the freeze; another person has to approve it, then it may be done once, soon.

    Raises:
        CutoverError: no reason, or a deed that the freeze does not close.
        Conflict: nothing is frozen now.
    """
    with entered(scope):
        plan = plans.plan_of(scope, plan_id)
        freeze = plans.freeze_of(plan)
        if not freeze.holds_at(timezone.now()):
            raise Conflict(
                "いまは凍結していません。そのまま入力できます。", "Nothing is frozen now: enter it as usual."
            )
        if deed not in freeze.closed or deed not in DEEDS:
            raise CutoverError("凍結で止めている操作から選んでください。", "Choose a deed that the freeze closes.")
        if not reason.strip():
            raise CutoverError("待てない理由を書いてください。", "Say why it cannot wait.")
        ja, en = words_of(deed)
        payload = {"plan_id": plan.pk, "deed": deed, "ground": ground, "reason": reason.strip()[:LONGEST_NOTE]}
        return approvals.request(
            scope,
            kind=EMERGENCY,
            subject=f"cutover:{plan.pk}:{scope.person}:{deed}",
            payload=payload,
            title_ja=f"凍結中の緊急異動: {ja}",
            title_en=f"Emergency entry: {en}",
        )


def _give_pass(scope: Scope, *, payload: Mapping[str, Any], requested_by: str, **_given: Any) -> None:
    plan = plans.plan_of(scope, payload["plan_id"])
    one = FreezePass.objects.add(
        scope,
        plan_id=plan.pk,
        deed=payload["deed"],
        person=requested_by,
        ground=payload["ground"],
        approved_by=scope.person,
        valid_until=timezone.now() + dt.timedelta(hours=PASS_HOURS),
    )
    details = {"deed": one.deed, "pass": one.pk, "asked_by": requested_by}
    record(scope, event="freeze.pass_given", subject=f"cutover:{plan.pk}", ground=one.ground, details=details)


def _told_of_pass(_scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    return [
        ("操作", "Deed", words(words_of(payload["deed"]))),
        ("理由", "Reason", payload["reason"]),
        ("使える回数", "How often", t("1回", "Once")),
        ("使える時間", "How long", t(f"承認から{PASS_HOURS}時間", f"{PASS_HOURS} hours from approval")),
    ]


# The release


def stands_against(scope: Scope, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Everything that stands against the release, each (Japanese, English); empty when it may be given."""
    files = work.files_of(scope, plan)
    proved = sum(work.is_proved(scope, one) for one in files)
    said = plans.said(plans.latest_answers(scope, plan))
    open_things = [(one.title_ja, one.title_en) for one in open_things_of(scope, plan)]
    return against_release(items(), said, open_things=open_things, files=len(files), proved=proved)


def open_things_of(scope: Scope, plan: Plan) -> tuple[Blocker, ...]:
    """What other rooms name as open against signing this cut-over."""
    files = work.files_of(scope, plan)
    signing = Signing(
        subject=f"cutover:{plan.pk}",
        system=plan.system,
        round_number=max((one.rehearsal for one in files), default=1),
        is_real=True,
        move_in_ids=tuple(one.pk for one in files),
        mapping_keys=tuple(sorted({one.mapping_key for one in files})),
    )
    return blockers_of(scope, signing)


def ask_for_release(scope: Scope, *, plan_id: int) -> Approval:
    """Ask for the release of a cut-over, which another person has to approve.

    Raises NotReleasable, naming everything that stands against it; Conflict when it is released already.
    """
    with entered(scope):
        plan = plans.plan_of(scope, plan_id)
        _refuse(scope, plan)
        return approvals.request(
            scope,
            kind=RELEASE,
            subject=f"cutover:{plan.pk}",
            payload={"plan_id": plan.pk, "move_ins": plan.move_ins},
            title_ja=f"切替の確定: {plan.name}",
            title_en=f"Release the cut-over: {plan.name}",
        )


def _refuse(scope: Scope, plan: Plan) -> None:
    refuse_released(plan.released_at)
    reasons = stands_against(scope, plan)
    if reasons:
        raise NotReleasable(reasons)


def _release(scope: Scope, *, payload: Mapping[str, Any], requested_by: str, **_given: Any) -> None:
    """Asked once more at the second signature: an answer may have become a no-go meanwhile."""
    plan = plans.plan_of(scope, payload["plan_id"])
    _refuse(scope, plan)
    facts: dict[str, Any] = {"released_at": Now(), "released_by": scope.person}
    if plan.freeze_lifted_at is None and plan.freeze_ends_at > timezone.now():
        facts |= {"freeze_lifted_at": Now(), "freeze_lifted_by": scope.person}
    Plan.objects.within(scope).filter(pk=plan.pk).update(**facts)
    details = {"move_ins": plan.move_ins, "asked_by": requested_by, "freeze_lifted": "freeze_lifted_at" in facts}
    record(scope, event="cutover.released", subject=f"cutover:{plan.pk}", ground="data_migration", details=details)


def _told_of_release(scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    plan = plans.plan_of(scope, payload["plan_id"])
    address = reverse("cutover:plan", args=[scope.organisation_code, plan.pk])
    return [
        ("切替計画", "Plan", format_html('<a href="{}">{}</a>', address, plan.name)),
        ("取込", "Loads", f"{len(payload['move_ins']):,}"),
        ("確定すると", "Then", t("異動の凍結を終え、業務を始めます。", "The freeze ends and work begins.")),
    ]


# Undoing a load


def ask_to_undo(scope: Scope, *, load_id: int, reason: str) -> Approval:
    """Ask for a whole load to be undone, which another person has to approve.

    Raises NotUndoable, saying why it cannot be (any more); CutoverError without a reason.
    """
    with entered(scope):
        load = loads.load_of(scope, load_id)
        refuse_undoing(loads.facts_of(scope, load))
        if not reason.strip():
            raise CutoverError("取り消す理由を書いてください。", "Please say why it is to be undone.")
        return approvals.request(
            scope,
            kind=UNDO,
            subject=f"load:{load.pk}",
            payload={"load_id": load.pk, "source": load.source, "reason": reason.strip()[:LONGEST_NOTE]},
            title_ja=f"取込全体の取り消し: {load.source}",
            title_en=f"Undo the whole load: {load.source}",
        )


def _begin_undoing(scope: Scope, *, payload: Mapping[str, Any], requested_by: str, **_given: Any) -> None:
    load = loads.held_load(scope, payload["load_id"])
    refuse_undoing(loads.facts_of(scope, load))
    key = f"{UNDO}:{load.pk}"
    run = jobs.start(scope, kind=UNDO, idempotency_key=key, arguments={"load_id": load.pk})
    facts = {
        "state": LoadState.UNDOING,
        "undo_asked_by": requested_by,
        "undo_approved_by": scope.person,
        "undo_run_id": run.pk,
    }
    Load.objects.within(scope).filter(pk=load.pk).update(**facts)
    details = {"source": load.source, "asked_by": requested_by}
    record(scope, event="load.undoing_begun", subject=f"load:{load.pk}", ground="data_migration", details=details)


def _told_of_undoing(scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    load = loads.load_of(scope, payload["load_id"])
    address = reverse("cutover:load", args=[scope.organisation_code, load.pk])
    return [
        ("取込", "Load", format_html('<a href="{}">{}</a>', address, load.source)),
        ("ブロック", "Blocks", f"{load.blocks:,}"),
        ("理由", "Reason", payload["reason"]),
        (
            "承認すると",
            "Then",
            t("この取込が台帳に入れたものを、すべて取り消します。", "All that the load put in is taken out."),
        ),
    ]
