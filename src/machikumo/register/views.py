"""The desk's pages: find a person, see the record and its history, correct it, block it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.errors import Conflict
from machikumo.kernel.tasks.queries import GROUND_IN_SESSION
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t
from machikumo.kernel.ui.tables import Column, Table, link
from machikumo.register import actions, queries
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.forms import BlockForm, CorrectForm, FindForm
from machikumo.register.grounds import ground_or_usual, grounds
from machikumo.register.models import ProtectionBlock
from machikumo.register.words import sex_words, state_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope


def _columns(scope: Scope) -> tuple[Column, ...]:
    def to_person(found: Any) -> Any:
        return link(found.name, reverse("register:person", args=[scope.organisation_code, found.person_id]))

    return (
        Column("name", t("氏名", "Name"), heading=True, cell=to_person),
        Column("name_kana", t("フリガナ", "Kana")),
        Column("birth_date", t("生年月日", "Date of birth"), kind="date"),
        Column("sex", t("性別", "Sex"), cell=lambda found: sex_words(found.sex)),
        Column("address", t("住所", "Address")),
        Column("resident_state", t("状態", "State"), cell=lambda found: state_words(found.resident_state)),
        Column("addressee_number", t("宛名番号", "Number"), kind="code"),
    )


@require_http_methods(["GET", "POST"])
@work_page("register.search")
def find(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Search by POST, so that no name lies in an address, a log or a browser's history."""
    form = FindForm(
        request.POST or None, initial={"ground": request.session.get(GROUND_IN_SESSION, "resident_request")}
    )
    found: list[queries.Found] | None = None
    if request.method == "POST" and form.is_valid():
        request.session[GROUND_IN_SESSION] = form.cleaned_data["ground"]
        found = actions.search(scope, terms=form.search(form.cleaned_data), ground=form.cleaned_data["ground"])
    table = Table(_columns(scope), found or [], caption=t("見つかった方", "People found"))
    return render(request, "register/find.html", {"form": form, "found": found, "table": table})


def _ground(request: HttpRequest) -> str:
    return ground_or_usual(request.session.get(GROUND_IN_SESSION, ""))


@require_GET
@work_page("register.view")
def person(request: HttpRequest, scope: Scope, person_id: int) -> HttpResponse:
    """The present record, the household and the history of one person; the look is recorded with its ground."""
    ground = _ground(request)
    consulted = actions.consult(scope, person_id=person_id, ground=ground)
    facts = {
        "consulted": consulted,
        "version": consulted.version,
        "person_text": str(person_id),
        "address": queries.address_line(consulted.version),
        "ground": grounds()[ground],
        "blocks": _visible_blocks(scope, person_id),
    }
    return render(request, "register/person.html", facts)


def _visible_blocks(scope: Scope, person_id: int) -> list[ProtectionBlock]:
    if not scope.has("register.view_protected"):
        return []
    return list(ProtectionBlock.objects.within(scope).filter(person_id=person_id).order_by("closed_at", "-starts_on"))


@require_http_methods(["GET", "POST"])
@work_page("register.edit")
def correct(request: HttpRequest, scope: Scope, person_id: int) -> HttpResponse:
    """Correct the present record; when a colleague was first, both versions are shown and nothing is lost."""
    shown = actions.consult(scope, person_id=person_id, ground=_ground(request)).version
    initial = {item: getattr(shown, item) for item in CorrectForm.ITEMS}
    initial |= {"version": shown.pk, "ground": "notification"}
    form = CorrectForm(request.POST or None, initial=initial)
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        changes = form.changes(shown)
        if not changes:
            messages.info(request, t("変更はありませんでした。", "Nothing was changed."))
            return redirect("register:person", scope.organisation_code, person_id)
        try:
            actions.correct(
                scope,
                person_id=person_id,
                expected_version_id=form.cleaned_data["version"],
                changes=changes,
                ground=form.cleaned_data["ground"],
            )
        except Conflict as clash:
            conflict = clash
        else:
            messages.success(
                request, t("修正しました。前の記録は履歴に残ります。", "Corrected; the former record is kept.")
            )
            return redirect("register:person", scope.organisation_code, person_id)
    facts = {"form": form, "version": shown, "conflict": conflict}
    return render(request, "register/correct.html", facts, status=409 if conflict else 200)


@require_http_methods(["GET", "POST"])
@work_page("register.protect")
def add_block(request: HttpRequest, scope: Scope, person_id: int) -> HttpResponse:
    """Put a protection block on a person."""
    version = actions.consult(scope, person_id=person_id, ground=_ground(request)).version
    form = BlockForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        actions.add_block(
            scope,
            person_id=person_id,
            level=BlockLevel(form.cleaned_data["level"]),
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
            section=form.cleaned_data["section"],
        )
        messages.success(request, t("支援措置を設定しました。", "The protection block is set."))
        return redirect("register:person", scope.organisation_code, person_id)
    return render(request, "register/block.html", {"form": form, "version": version})


@require_POST
@work_page("register.protect")
def close_block(request: HttpRequest, scope: Scope, person_id: int, block_id: int) -> HttpResponse:
    """Lift a block."""
    actions.close_block(scope, block_id=block_id, person_id=person_id)
    messages.success(request, t("支援措置を解除しました。", "The protection block is lifted."))
    return redirect("register:person", scope.organisation_code, person_id)


@require_POST
@work_page("register.edit")
def confirm_household(request: HttpRequest, scope: Scope, person_id: int) -> HttpResponse:
    """Say that nobody is missing from the person's household."""
    version = queries.present_version_of(scope, person_id)
    actions.confirm_household(scope, household_id=version.household_id, ground=_ground(request))
    messages.success(request, t("世帯を確認済みにしました。", "The household is confirmed."))
    return redirect("register:person", scope.organisation_code, person_id)
