"""The list, a plan with its run sheet and its go or no-go, its files, its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.cutover import actions, asking
from machikumo.cutover.catalogue import items, systems
from machikumo.cutover.domain.decisions import Verdict
from machikumo.cutover.domain.deeds import words_of
from machikumo.cutover.domain.sheet import Span, Work, standing_of
from machikumo.cutover.forms import FilesForm, PlanForm, ReasonForm, StepForm
from machikumo.cutover.queries import loads, plans, work
from machikumo.cutover.showing import evidence_of
from machikumo.cutover.words import (
    COUNTS,
    LOAD_LOOKS,
    LOAD_STATES,
    STANDING_LOOKS,
    STANDINGS,
    VERDICT_LOOKS,
    VERDICTS,
)
from machikumo.kernel.approvals.queries import open_for
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link
from machikumo.layouts.queries.move_ins import move_ins
from machikumo.layouts.words import STATES, group_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.cutover.models import Load, Plan, Step
    from machikumo.kernel.scope import Scope

MOST = 50


@require_GET
@work_page("layouts.view", purpose="data_migration")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All plans, and all loads that the register holds or held."""
    columns = (
        Column("name", t("計画", "Plan"), heading=True, cell=lambda one: link(one.name, _address(scope, one))),
        Column(
            "system", t("業務システム", "System"), cell=lambda one: words(systems().get(one.system, (one.system,) * 2))
        ),
        Column("freeze_starts_at", t("凍結の始まり", "Freeze begins"), kind="moment"),
        Column("freeze_ends_at", t("凍結の終わり", "Freeze ends"), kind="moment"),
        Column("released_at", t("確定", "Released"), kind="moment"),
    )
    found = list(plans.plans(scope)[:MOST])
    table = Table(columns, found, caption=t("切替計画", "Cut-over plans"), total=len(found))
    return render(request, "cutover/list.html", {"table": table, "plans": found, "loads": loads_table(scope)})


def _address(scope: Scope, one: Plan) -> str:
    return reverse("cutover:plan", args=[scope.organisation_code, one.pk])


def loads_table(scope: Scope) -> Table | None:
    """The loads as a table; None when there is none."""
    names = work.names_of_sources(scope)

    def to_one(one: Load) -> Any:
        address = reverse("cutover:load", args=[scope.organisation_code, one.pk])
        return link(names.get(one.source, one.source), address)

    def state(one: Load) -> Any:
        said = LOAD_STATES[one.state]
        return chip(said, said, kind=LOAD_LOOKS[one.state])  # type: ignore[index]  # a state's value is the state

    def change(one: Load) -> str:
        return words(words_of(one.first_change)) if one.first_change else ""

    columns = (
        Column("source", t("取込", "Load"), heading=True, cell=to_one),
        Column("state", t("状態", "State"), cell=state),
        Column("blocks", t("ブロック", "Blocks"), kind="number"),
        Column("started_at", t("開始", "Begun"), kind="moment"),
        Column("first_change", t("最初の業務変更", "First change after it"), cell=change),
        Column("first_change_at", t("その日時", "At"), kind="moment"),
    )
    found = list(loads.loads(scope)[:MOST])
    return Table(columns, found, caption=t("取込", "Loads"), total=len(found)) if found else None


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def new_plan(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Make a plan."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_plan(scope, **form.cleaned_data)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, t("計画を作りました。", "The plan is made."))
            return redirect("cutover:plan", scope.organisation_code, made.pk)
    return render(request, "cutover/new.html", {"form": form})


@require_GET
@work_page("layouts.view", purpose="data_migration")
def plan(request: HttpRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """One plan: freeze, run sheet, files and what differs from the last rehearsal, go or no-go, the release."""
    one = plans.plan_of(scope, plan_id)
    now = timezone.now()
    facts = {
        "plan": one,
        "system": words(systems().get(one.system, (one.system, one.system))),
        "is_frozen": plans.freeze_of(one).holds_at(now),
        "is_over": one.freeze_lifted_at is not None or one.freeze_ends_at <= now,
        "closed": [words(words_of(deed)) for deed in one.closed],
        "steps": _steps(scope, one),
        "files": [_file(scope, each) for each in work.files_of(scope, one)],
        "items": _items(scope, one),
        "against": [words(pair) for pair in asking.stands_against(scope, one)],
        "open_things": asking.open_things_of(scope, one),
        "asked": open_for(scope, asking.RELEASE, f"cutover:{one.pk}"),
        "passes": _passes(scope, one),
        "may_plan": scope.has("layouts.move_in"),
        "reason_form": ReasonForm(),
    }
    return render(request, "cutover/plan.html", facts)


def _steps(scope: Scope, one: Plan) -> list[dict[str, Any]]:
    spans, now = work.spans(scope, one), timezone.now()
    return [
        _step(step, spans[Work(step.work)] if step.work else Span(step.started_at, step.ended_at), now)
        for step in plans.steps_of(scope, one)
    ]


def _step(step: Step, actual: Span, now: Any) -> dict[str, Any]:
    if step.work == Work.FROZEN:
        actual = Span(
            *(moment if moment is not None and moment <= now else None for moment in (actual.began, actual.ended))
        )
    standing = standing_of(Span(step.planned_start, step.planned_end), actual, now)
    return {
        "row": step,
        "title": words((step.title_ja, step.title_en)),
        "actual": actual,
        "standing": STANDINGS[standing],
        "look": STANDING_LOOKS[standing],
    }


def _file(scope: Scope, one: Any) -> dict[str, Any]:
    since = work.since_last_rehearsal(scope, one)
    load = work.load_for(scope, one)
    return {
        "row": one,
        "state": STATES.get(one.state, one.state),
        "is_proved": work.is_proved(scope, one),
        "load": load,
        "before": since[0] if since else None,
        "changed": [_changed(figure) for figure in since[1]] if since else [],
    }


def _changed(figure: Any) -> dict[str, Any]:
    if figure.group == "finding":
        name = words((figure.name_ja, figure.name_en)) if figure.name_ja else figure.key
    else:
        name = COUNTS.get(figure.key) or group_words(figure.key)
    return {"figure": figure, "name": name}


def _items(scope: Scope, one: Plan) -> list[dict[str, Any]]:
    answers = plans.latest_answers(scope, one)
    names = names_of(scope, {answer.person for answer in answers.values()})
    return [
        {
            "item": each,
            "title": words(each.title),
            "owner": words(each.owner),
            "answer": answers.get(each.key),
            "by": names.get(answers[each.key].person, "") if each.key in answers else "",
            "verdict": VERDICTS[Verdict(answers[each.key].verdict)] if each.key in answers else "",
            "look": VERDICT_LOOKS[Verdict(answers[each.key].verdict)] if each.key in answers else "",
            "evidence": evidence_of(scope, each),
        }
        for each in items()
    ]


def _passes(scope: Scope, one: Plan) -> list[dict[str, Any]]:
    rows = plans.passes_of(scope, one)
    names = names_of(scope, {person for row in rows for person in (row.person, row.approved_by)})
    return [
        {"row": row, "deed": words(words_of(row.deed)), "by": names[row.person], "approved_by": names[row.approved_by]}
        for row in rows
    ]


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def files(request: HttpRequest, scope: Scope, plan_id: int) -> HttpResponse:
    """Say which move-ins are the real load."""
    one = plans.plan_of(scope, plan_id)
    known = [each for each in move_ins(scope)[:MOST] if each.state != "undone" and each.mends_id is None]
    choices = [
        (str(each.pk), t(f"{each.file.name}（{each.rehearsal}回目）", f"attempt {each.rehearsal}: {each.file.name}"))
        for each in known
    ]
    form = FilesForm(request.POST or None, choices=choices, initial={"move_ins": [str(key) for key in one.move_ins]})
    if request.method == "POST" and form.is_valid():
        actions.link_files(scope, plan_id=one.pk, move_in_ids=[int(key) for key in form.cleaned_data["move_ins"]])
        messages.success(request, t("本番の取込を決めました。", "The real load is settled."))
        return redirect("cutover:plan", scope.organisation_code, one.pk)
    return render(request, "cutover/files.html", {"form": form, "plan": one, "choices": choices})


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def step(request: HttpRequest, scope: Scope, plan_id: int, step_id: int) -> HttpResponse:
    """One step: owner and planned times; begin and end where the work itself does not tell."""
    one, row = plans.plan_of(scope, plan_id), plans.step_of(scope, plan_id, step_id)
    initial = {"owner": row.owner, "planned_start": row.planned_start, "planned_end": row.planned_end}
    do = request.POST.get("do", "")
    form = StepForm(request.POST if do == "save" else None, initial=initial)
    if request.method == "POST" and (do in {"start", "end"} or form.is_valid()):
        try:
            _do_step(scope, do, one.pk, row.pk, form)
        except MachikumoError as error:
            messages.error(request, words(error))
        else:
            return redirect("cutover:plan", scope.organisation_code, one.pk)
    return render(
        request,
        "cutover/step.html",
        {"form": form, "plan": one, "step": row, "title": words((row.title_ja, row.title_en))},
    )


def _do_step(scope: Scope, do: str, plan_id: int, step_id: int, form: StepForm) -> None:
    if do == "start":
        actions.start_step(scope, plan_id=plan_id, step_id=step_id)
    elif do == "end":
        actions.end_step(scope, plan_id=plan_id, step_id=step_id)
    else:
        actions.change_step(scope, plan_id=plan_id, step_id=step_id, **form.cleaned_data)
