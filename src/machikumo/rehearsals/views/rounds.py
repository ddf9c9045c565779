"""One round: its steps, its files, what is open, the signatures and the report."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.approvals.blockers import Blocked
from machikumo.kernel.errors import Conflict
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.layouts.queries.held import account_of
from machikumo.layouts.queries.move_ins import move_ins
from machikumo.rehearsals import actions, queries, reporting, signing
from machikumo.rehearsals.domain.results import defects_in, differing_rows, sum_of
from machikumo.rehearsals.domain.steps import steps_of
from machikumo.rehearsals.forms import ExplainForm, HandOverForm, mapping_choices
from machikumo.rehearsals.models import RoundKind
from machikumo.rehearsals.systems import system_of
from machikumo.rehearsals.words import STATES, STEPS, file_state, pair, round_name, system_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Round

FREE_SHOWN = 20  # move-ins without a round that are offered


@require_GET
@work_page("layouts.view", purpose="data_migration")
def one_round(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """One round as the work says it stands."""
    one = queries.round_of(scope, round_id)
    files = queries.files_of(scope, one)
    facts = queries.facts_of(scope, one, files)
    signed = signing.signatures(scope, one)
    may_move = scope.has("layouts.move_in")
    page = {
        "one": one,
        "name": round_name(one),
        "system": system_name(one.move),
        "steps": [_step(step, state) for step, state in steps_of(facts).items()],
        "files": _files(scope, one, files),
        "facts": facts,
        "blockers": signing.open_blockers(scope, one),
        "signed": signed,
        "may_move": may_move,
        "may_change": may_move and not facts.signed,
        "may_sign": may_move and not signed.by_officer,
        "run": run_of(scope, one.job_run_id) if one.job_run_id and not facts.measured else None,
        "counts": _counts(one),
        "has_sheet": bool(queries.count_lines(scope, one)),
        "free": _free(scope) if may_move and not facts.signed else (),
    }
    return render(request, "rehearsals/round.html", page)


def _step(step: Any, state: Any) -> dict[str, Any]:
    ja, en, look = STATES[state]
    return {"name": pair(STEPS[step]), "state_ja": ja, "state_en": en, "look": look}


def _files(scope: Scope, one: Round, files: list[Any]) -> list[dict[str, Any]]:
    remarks = queries.remarks_of(scope, one)
    return [
        {
            "first": first,
            "run": run,
            "state": file_state(run.state),
            "mended": account_of(scope, first).mended,
            "holds": bool(run.reconciliation.get("holds")),
            "differs": bool(run.reconciliation) and not run.reconciliation.get("holds"),
            "remark": remarks.get(run.pk),
            "form": ExplainForm(initial={"text": remarks[run.pk].text if run.pk in remarks else ""}),
            "may_explain": one.kind != RoundKind.REAL,
        }
        for first, run in zip(queries.first_files_of(scope, one), files, strict=True)
    ]


def _counts(one: Round) -> dict[str, Any]:
    return {
        "read": sum_of(one.measured, "read"),
        "accepted": sum_of(one.measured, "accepted"),
        "held": sum_of(one.measured, "held_open"),
        "defects": defects_in(one.measured),
        "differing": differing_rows(one.difference),
        "changed_definitions": ", ".join(one.measured.get("changed_definitions", {})),
    }


def _free(scope: Scope) -> list[Any]:
    """Move-ins that belong to no round yet, the newest first; runs of mended rows come with their first file."""
    free = move_ins(scope).filter(mends__isnull=True).exclude(pk__in=queries.taken(scope))
    return list(free[:FREE_SHOWN])


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def hand_over(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """Take a file of the round and start its move-in."""
    one = queries.round_of(scope, round_id)
    mappings = mapping_choices(scope, system_of(one.move.system).layouts)
    form = HandOverForm(request.POST or None, request.FILES or None, mappings=mappings)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        actions.receive_file(
            scope,
            round_id=round_id,
            name=upload.name,
            chunks=upload.chunks(),
            expected=upload.size,
            mapping_key=form.cleaned_data["mapping"],
        )
        messages.success(request, t("受け取りました。検査と取込を始めます。", "Received; checking and loading begin."))
        return redirect("rehearsals:round", scope.organisation_code, round_id)
    return render(request, "rehearsals/hand_over.html", {"form": form, "one": one, "name": round_name(one)})


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def add(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """Give a move-in that was made before to the round."""
    number = request.POST.get("move_in", "")
    if not number.isdigit():
        raise Http404
    with _told(request, t("この回に加えました。", "Added to the round.")):
        actions.add_file(scope, round_id=round_id, move_in_id=int(number))
    return redirect("rehearsals:round", scope.organisation_code, round_id)


@contextlib.contextmanager
def _told(request: HttpRequest, done: Any) -> Iterator[None]:
    """Say that it is done, or why it is not."""
    try:
        yield
    except Conflict as error:
        messages.warning(request, words(error))
    else:
        messages.success(request, done)


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def measure(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """Count the round's files and compare them with the round before."""
    actions.start_measuring(scope, round_id=round_id)
    messages.success(request, t("集計と比較を始めました。", "Counting and comparing have begun."))
    return redirect("rehearsals:round", scope.organisation_code, round_id)


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def explain(request: HttpRequest, scope: Scope, round_id: int, move_in_id: int) -> HttpResponse:
    """Write down why a rehearsal goes on although a file's two sides differ."""
    form = ExplainForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    with _told(request, t("説明を保存しました。", "The reason is saved.")):
        actions.explain_file(scope, round_id=round_id, move_in_id=move_in_id, text=text)
    return redirect("rehearsals:round", scope.organisation_code, round_id)


@require_POST
@work_page("layouts.move_in", purpose="data_migration")
def sign(request: HttpRequest, scope: Scope, round_id: int) -> HttpResponse:
    """The officer's signature; another person's has to follow."""
    try:
        signing.sign(scope, round_id=round_id)
    except Blocked as error:
        messages.error(request, words(error))
    except Conflict as error:
        messages.warning(request, words(error))
    else:
        messages.success(
            request, t("署名しました。もう一人の確認を待っています。", "Signed; it waits for the second signature.")
        )
    return redirect("rehearsals:round", scope.organisation_code, round_id)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def report(_request: HttpRequest, scope: Scope, round_id: int, form: str) -> HttpResponse:
    """The officer's report as a workbook or a paper; the download is recorded."""
    if form not in reporting.FORMS:
        raise Http404
    made = reporting.download(scope, round_id=round_id, form=form)
    answer = HttpResponse(made.data, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer
