"""Answering an item, lifting the freeze, the release, a load and its undoing, the emergency at the desk."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from machikumo.cutover import actions, asking
from machikumo.cutover.catalogue import item_of
from machikumo.cutover.domain.decisions import Verdict
from machikumo.cutover.domain.deeds import words_of
from machikumo.cutover.domain.errors import NotUndoable
from machikumo.cutover.domain.undoing import refuse_undoing
from machikumo.cutover.forms import AnswerForm, PassForm, ReasonForm
from machikumo.cutover.queries import loads, plans
from machikumo.cutover.queries.states import from_json
from machikumo.cutover.queries.work import names_of_sources
from machikumo.cutover.showing import evidence_of
from machikumo.cutover.words import LOAD_LOOKS, LOAD_STATES, TABLES, VERDICT_LOOKS, VERDICTS
from machikumo.kernel.approvals.queries import asked_by, open_for
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.cutover.models import Answer, Load
    from machikumo.kernel.scope import Scope


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose="data_migration")
def item(request: HttpRequest, scope: Scope, plan_id: int, item: str) -> HttpResponse:
    """One item of go or no-go: its evidence, this person's answer, and all former ones."""
    plan, one = plans.plan_of(scope, plan_id), item_of(item)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verdict = Verdict(form.cleaned_data["verdict"])
            actions.answer(scope, plan_id=plan.pk, item=one.key, verdict=verdict, note=form.cleaned_data["note"])
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, t("回答しました。", "Answered."))
            return redirect("cutover:plan", scope.organisation_code, plan.pk)
    rows = [row for row in plans.answers_of(scope, plan) if row.item == one.key]
    facts = {
        "plan": plan,
        "title": words(one.title),
        "owner": words(one.owner),
        "evidence": evidence_of(scope, one),
        "answers": _answers(scope, rows),
        "form": form,
    }
    return render(request, "cutover/item.html", facts)


def _answers(scope: Scope, rows: list[Answer]) -> list[dict[str, Any]]:
    names = names_of(scope, {row.person for row in rows})
    return [
        {
            "row": row,
            "by": names[row.person],
            "verdict": VERDICTS[Verdict(row.verdict)],
            "look": VERDICT_LOOKS[Verdict(row.verdict)],
        }
        for row in rows
    ]


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def lift(request: HttpRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """End the freeze before its time."""
    try:
        actions.lift_freeze(scope, plan_id=plan_id, reason=request.POST.get("reason", ""))
    except MachikumoError as error:
        _tell(request, error)
    else:
        messages.success(request, t("凍結を終えました。", "The freeze has ended."))
    return redirect("cutover:plan", scope.organisation_code, plan_id)


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def release(request: HttpRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """Ask for the release."""
    try:
        asking.ask_for_release(scope, plan_id=plan_id)
    except MachikumoError as error:
        _tell(request, error)
    else:
        messages.success(request, t("確定の承認を依頼しました。", "Another person is asked to approve the release."))
    return redirect("cutover:plan", scope.organisation_code, plan_id)


def _tell(request: HttpRequest, error: MachikumoError) -> None:
    """Say what was wrong, unless it is that there is no such thing here."""
    if error.status == 404:  # noqa: PLR2004 - HTTP's own number
        raise error
    messages.error(request, words(error))


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose="data_migration")
def load(request: HttpRequest, scope: Scope, load_id: int) -> HttpResponse:
    """One load: what it put in, whether it can still be undone, asking for that, and the proof once it is undone."""
    one = loads.load_of(scope, load_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask_to_undo(scope, load_id=one.pk, reason=form.cleaned_data["reason"])
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, t("取り消しの承認を依頼しました。", "Another person is asked to approve it."))
            return redirect("cutover:load", scope.organisation_code, one.pk)
    return render(request, "cutover/load.html", _facts(scope, one) | {"form": form})


def _facts(scope: Scope, one: Load) -> dict[str, Any]:
    names = names_of(scope, [one.first_change_by, one.undo_asked_by, one.undo_approved_by])
    return {
        "load": one,
        "name": names_of_sources(scope).get(one.source, one.source),
        "state": LOAD_STATES[one.state],
        "look": LOAD_LOOKS[one.state],  # type: ignore[index]  # a state's value is the state
        "why_not": _why_not(scope, one),
        "first_change": words(words_of(one.first_change)) if one.first_change else "",
        "changed_by": names[one.first_change_by],
        "asked_by": names[one.undo_asked_by],
        "approved_by": names[one.undo_approved_by],
        "asked": open_for(scope, asking.UNDO, f"load:{one.pk}"),
        "did": _did(scope, one),
        "proof": loads.proof_of(one),
        "tables": _tables(one),
        "run": run_of(scope, one.undo_run_id) if one.undo_run_id else None,
        "may_ask": scope.has("layouts.move_in"),
    }


def _why_not(scope: Scope, one: Load) -> str:
    try:
        refuse_undoing(loads.facts_of(scope, one))
    except NotUndoable as error:
        return words(error)
    return ""


def _did(scope: Scope, one: Load) -> list[dict[str, Any]]:
    """How many rows came in and were changed, by table; of search keys only those of people who were there before."""
    counts: Counter[tuple[str, str]] = Counter()
    for change in loads.changes_of(scope, one):
        counts[change.table, change.kind] += len(change.ids) or len(change.rows or [])
    tables = sorted({table for table, _ in counts})
    return [
        {"table": TABLES.get(table, table), "inserted": counts[table, "insert"], "updated": counts[table, "update"]}
        for table in tables
    ]


def _tables(one: Load) -> list[dict[str, Any]]:
    """Each table that has rows or had some, before the load and after the undoing."""
    before, after = from_json(one.before), from_json(one.after)
    return [
        {
            "table": TABLES.get(table, table),
            "before": before.get(table),
            "after": after.get(table),
            "is_equal": before.get(table) == after.get(table),
        }
        for table in sorted({*before, *after})
        if table in TABLES or (after and before.get(table) != after.get(table))
    ]


@require_http_methods(["GET", "POST"])
@work_page("register.edit")
def emergency(request: HttpRequest, scope: Scope) -> HttpResponse:
    """At the desk: what is closed until when, and asking for what cannot wait."""
    frozen = plans.frozen_at(scope, timezone.now()).first()
    form = PassForm(request.POST or None, closed=frozen.closed if frozen else [])
    if request.method == "POST" and frozen is not None and form.is_valid():
        try:
            asking.ask_for_pass(scope, plan_id=frozen.pk, **form.cleaned_data)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(
                request,
                t(
                    "承認を依頼しました。承認されると、1回だけ入力できます。",
                    "Asked. Once approved, you may do it once.",
                ),
            )
            return redirect("cutover:emergency", scope.organisation_code)
    facts = {
        "frozen": frozen,
        "closed": [words(words_of(deed)) for deed in frozen.closed] if frozen else [],
        "form": form,
        "mine": _mine(scope),
    }
    return render(request, "cutover/emergency.html", facts)


def _mine(scope: Scope) -> list[dict[str, Any]]:
    rows = asked_by(scope).filter(kind=asking.EMERGENCY).order_by("-pk")[:10]
    return [
        {"row": row, "deed": words(words_of(row.payload["deed"])), "state": words(row.state_titles)} for row in rows
    ]
