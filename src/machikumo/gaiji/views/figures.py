"""One figure beside its candidates, the decision, its history; and what waits for a second reviewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.gaiji import actions, queries
from machikumo.gaiji.asked_about import address_to_ask
from machikumo.gaiji.domain.decisions import State
from machikumo.gaiji.forms import KEEP, OTHER, DecideForm, ReviewForm
from machikumo.gaiji.models import Status, Verdict
from machikumo.gaiji.words import GROUNDS, OUTCOMES, REDUCED_TO, STATES, STATUS_LOOKS, STATUSES, VERDICTS
from machikumo.kernel.characters import MissingFont, ipamj
from machikumo.kernel.characters.cp932 import is_user_area, user_cell_of
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.text import strip_selectors
from machikumo.kernel.ui.language import t
from machikumo.kernel.ui.tables import page_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.gaiji.models import GaijiCandidate, GaijiDecision, GaijiFigure
    from machikumo.kernel.scope import Scope


def exact_writing(figure: str) -> str:
    """How IPAmj Mincho writes a figure, with its selector where it has one; empty when unknown here."""
    try:
        writings = ipamj().characters_of(figure)
    except MissingFont:
        return ""
    exact = [written for written in writings if strip_selectors(written) != written]
    return (exact or writings or [""])[0]


@require_http_methods(["GET", "POST"])
@work_page("layouts.view", purpose="data_migration")
def figure(request: HttpRequest, scope: Scope, figure_id: int) -> HttpResponse:
    """One figure: its picture beside those of its candidates, and the form of the first decision."""
    one = queries.figure_of(scope, figure_id)
    candidates = queries.candidates_of(scope, one)
    form = DecideForm(
        request.POST or None,
        candidates=[(row.name, row.text) for row in candidates if row.text],
        writing=exact_writing,
        initial={"choice": KEEP if one.verdict == Verdict.NO_CANDIDATE else None},
    )
    if request.method == "POST" and form.is_valid() and form.decision:
        actions.propose(scope, figure_id=figure_id, decision=form.decision)
        messages.success(request, t("決定しました。別の人の確認を待ちます。", "Decided; another person confirms it."))
        following = queries.next_open(scope, one)
        if following is not None:
            return redirect("gaiji:figure", scope.organisation_code, following.pk)
        return redirect("gaiji:set", scope.organisation_code, one.gaiji_set_id)
    return render(request, "gaiji/figure.html", _page_of_figure(scope, one, candidates, form))


def _page_of_figure(
    scope: Scope, one: GaijiFigure, candidates: list[GaijiCandidate], form: DecideForm
) -> dict[str, Any]:
    reduced = queries.reduced_forms(scope, [row.name for row in candidates])
    chosen = form["choice"].value()
    return {
        "one": one,
        "cell": user_cell_of(chr(one.code)).hex().upper() if is_user_area(chr(one.code)) else "",
        "columns": sorted(one.columns.items(), key=lambda pair: (-pair[1], pair[0])),
        "status": STATUSES[one.status],
        "look": STATUS_LOOKS[Status(one.status)],
        "verdict": VERDICTS[Verdict(one.verdict)],
        "candidates": [
            {
                "row": row,
                "is_chosen": chosen == row.name,
                "points": " ".join(f"U+{ord(sign):04X}" for sign in row.text),
                "reduced": [
                    {"text": other.text, "set": REDUCED_TO[other.reduced_to], "ground": GROUNDS[other.ground]}
                    for other in reduced.get(row.name, [])
                ],
            }
            for row in candidates
        ],
        "form": form,
        "chosen": chosen,
        "other": OTHER,
        "keep": KEEP,
        "history": _history(scope, one),
        "ask_about": address_to_ask(scope, one) if scope.has("questions.take_part") else "",
        "may_decide": scope.has("layouts.gaiji") and one.status != Status.PROPOSED,
    }


def _history(scope: Scope, one: GaijiFigure) -> list[dict[str, Any]]:
    rows = list(queries.decisions_of(scope, one))
    names = names_of(scope, {person for row in rows for person in (row.decided_by, row.reviewed_by) if person})
    return [_decision(scope, row, names) for row in rows]


def _decision(scope: Scope, row: GaijiDecision, names: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "state": STATES[State(row.state)],
        "outcome": OUTCOMES[row.outcome],
        "reduced_to": REDUCED_TO.get(row.reduced_to, ""),
        "ground": GROUNDS.get(row.ground, ""),
        "decided_by": names[row.decided_by],
        "reviewed_by": names.get(row.reviewed_by, ""),
        "may_review": row.state == State.PROPOSED and row.decided_by != scope.person and scope.has("layouts.approve"),
    }


@require_GET
@work_page("layouts.approve", purpose="data_migration")
def review(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Other people's decisions that wait, those that touch the most people first, with both pictures."""
    page = page_of(request, queries.to_review(scope), size=20)
    rows = list(page.object_list)
    names = names_of(scope, {row.decided_by for row in rows})
    entries = [
        _decision(scope, row, names) | {"candidate": queries.candidate_named(scope, row.figure, row.name)}
        for row in rows
    ]
    return render(request, "gaiji/review.html", {"page": page, "entries": entries, "form": ReviewForm()})


@require_POST
@work_page("layouts.approve", purpose="data_migration")
def decide(request: HttpRequest, scope: Scope, decision_id: int) -> HttpResponse:
    """Confirm a decision, or give it back with the reason."""
    note = request.POST.get("note", "")
    if request.POST.get("do") == "confirm":
        actions.confirm(scope, decision_id=decision_id, note=note)
        messages.success(request, t("確認しました。", "Confirmed."))
    else:
        actions.return_to(scope, decision_id=decision_id, note=note)
        messages.success(request, t("差し戻しました。", "Given back."))
    return redirect("gaiji:review", scope.organisation_code)
