"""The list of moves, planning one, and its progress over the rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.kernel.errors import Conflict
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.svg.lines import Series, lines
from machikumo.kernel.ui.tables import Column, Table, chip, link
from machikumo.rehearsals import actions, queries
from machikumo.rehearsals.domain.results import defects_in, differing_rows, sum_of
from machikumo.rehearsals.domain.steps import State, Step, steps_of
from machikumo.rehearsals.forms import DatesForm, PlanForm
from machikumo.rehearsals.words import STATES, STEPS, pair, round_mark, round_name, system_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.domain.steps import RoundFacts
    from machikumo.rehearsals.models import Move, Round


@dataclass(frozen=True, slots=True)
class Standing:
    """A round and what the work says about it; ``step`` is the first that is not done, None once both signed."""

    one: Round
    facts: RoundFacts
    step: Step | None
    state: State

    @property
    def chip(self) -> Any:
        """Where the round stands, in words."""
        if self.step is None:
            return chip("確定", "Settled", kind="success")
        ja, en = STEPS[self.step]
        state_ja, state_en, look = STATES[self.state]
        return chip(f"{ja}: {state_ja}", f"{en}: {state_en}", kind=look)


def standing_of(scope: Scope, one: Round) -> Standing:
    """Where a round stands."""
    facts = queries.facts_of(scope, one)
    if facts.countersigned:  # what two people signed is settled; rows still set aside are the next round's
        return Standing(one, facts, None, State.DONE)
    for step, state in steps_of(facts).items():
        if state not in {State.DONE, State.NOT_NEEDED}:
            return Standing(one, facts, step, state)
    return Standing(one, facts, None, State.DONE)


@require_GET
@work_page("layouts.view", purpose="data_migration")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All moves of the municipality."""
    moves = [(one, _present(scope, one)) for one in queries.moves(scope)]
    columns = (
        Column("system", t("業務システム", "Business system"), heading=True, cell=lambda row: _to_move(scope, row[0])),
        Column("old_vendor", t("旧事業者", "Old vendor"), cell=lambda row: row[0].old_vendor),
        Column("new_vendor", t("新事業者", "New vendor"), cell=lambda row: row[0].new_vendor),
        Column("round", t("いまの回", "Present round"), cell=lambda row: round_name(row[1].one)),
        Column("planned_on", t("予定日", "Planned for"), kind="date", cell=lambda row: row[1].one.planned_on),
        Column("state", t("状態", "State"), cell=lambda row: row[1].chip),
    )
    table = Table(columns, moves, caption=t("移行する業務システム", "Moves"), total=len(moves), cards=True)
    return render(request, "rehearsals/list.html", {"moves": moves, "table": table, "may_plan": _may(scope)})


def _may(scope: Scope) -> bool:
    return scope.has("layouts.move_in")


def _to_move(scope: Scope, one: Move) -> Any:
    return link(system_name(one), reverse("rehearsals:move", args=[scope.organisation_code, one.pk]))


def _present(scope: Scope, one: Move) -> Standing:
    """The first round that is not complete, else the last."""
    found = [standing_of(scope, row) for row in queries.rounds_of(scope, one)]
    return next((row for row in found if row.step is not None), found[-1])


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def plan(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Plan the move of a business system."""
    taken = [one.system for one in queries.moves(scope)]
    form = PlanForm(request.POST or None, taken=taken, initial={"system": "resident_record", "rehearsals": 2})
    if request.method == "POST" and form.is_valid():
        one = actions.plan_move(scope, **form.cleaned_data)
        messages.success(request, t("移行を計画しました。", "The move is planned."))
        return redirect("rehearsals:move", scope.organisation_code, one.pk)
    return render(request, "rehearsals/new.html", {"form": form})


@require_GET
@work_page("layouts.view", purpose="data_migration")
def move(request: HttpRequest, scope: Scope, move_id: int) -> HttpResponse:
    """A move over its rounds: where each stands, and how the figures went."""
    one = queries.move_of(scope, move_id)
    found = [standing_of(scope, row) for row in queries.rounds_of(scope, one)]
    facts = {
        "move": one,
        "name": system_name(one),
        "rounds": [_line(row) for row in found],
        "drawing": _drawing([row for row in found if row.one.measured]),
        "may_plan": _may(scope),
    }
    return render(request, "rehearsals/move.html", facts)


def _line(row: Standing) -> dict[str, Any]:
    measured = row.one.measured
    return {
        "one": row.one,
        "name": round_name(row.one),
        "chip": row.chip,
        "measured": bool(measured),
        "read": sum_of(measured, "read"),
        "defects": defects_in(measured),
        "held": sum_of(measured, "held_open"),
        "differing": differing_rows(row.one.difference) if row.one.difference else None,
    }


def _drawing(rounds: Sequence[Standing]) -> str:
    """Findings, rows set aside and differences over the rounds; nothing before the first was counted."""
    if not rounds:
        return ""
    rows = [_line(row) for row in rounds]
    series = [
        Series(str(pair(words_of)), tuple(None if row[key] is None else float(row[key]) for row in rows))
        for key, words_of in (
            ("defects", ("見つかった不備", "Findings")),
            ("held", ("保留の行", "Rows set aside")),
            ("differing", ("前回と違う行", "Differing rows")),
        )
    ]
    return lines(str(t("回ごとの推移", "Over the rounds")), [str(round_mark(row["one"])) for row in rows], series)


@require_http_methods(["GET", "POST"])
@work_page("layouts.move_in", purpose="data_migration")
def dates(request: HttpRequest, scope: Scope, move_id: int) -> HttpResponse:
    """When each round is planned for."""
    one = queries.move_of(scope, move_id)
    form = DatesForm(request.POST or None, rounds=queries.rounds_of(scope, one))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_dates(scope, move_id=move_id, dates=form.dates())
        except Conflict as error:
            messages.warning(request, words(error))
        else:
            messages.success(request, t("日程を保存しました。", "The dates are saved."))
        return redirect("rehearsals:move", scope.organisation_code, move_id)
    return render(request, "rehearsals/dates.html", {"form": form, "move": one, "name": system_name(one)})
