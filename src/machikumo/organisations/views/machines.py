"""Pages of machines: which there are, what they may, and their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link
from machikumo.organisations.actions import machines as actions
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.machine_forms import MachineForm, TokenForm
from machikumo.organisations.queries import machines as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.organisations.models.machines import Machine, MachineToken

GET_AND_POST = ["GET", "POST"]


@require_http_methods(GET_AND_POST)
@work_page("organisations.settings", purpose="administration")
def machines(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The machines, and a form for another."""
    form = MachineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_machine(scope, **form.cleaned_data)
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            messages.success(
                request, t("登録しました。次にトークンを発行してください。", "Registered. Now issue a token.")
            )
            return redirect("organisations:machine", scope.organisation_code, made.pk)

    def to_one(one: Machine) -> Any:
        return link(one.name, reverse("organisations:machine", args=[scope.organisation_code, one.pk]))

    columns = (
        Column("name", t("名称", "Name"), heading=True, cell=to_one),
        Column("key", t("キー", "Key"), kind="code"),
        Column("permissions", t("許すこと", "What it may"), cell=allowed_of),
        Column("state", t("状態", "State"), cell=_open_or_closed),
    )
    found = list(queries.machines(scope))
    table = Table(columns, found, caption=t("機械アカウント", "Machine accounts"), total=len(found))
    return render(request, "organisations/machines.html", {"form": form, "table": table, "found": found})


def allowed_of(one: Machine) -> Any:
    """What a machine may, in words."""
    titles = [catalogue().permissions[key] for key in one.permissions if key in catalogue().permissions]
    return t("、".join(title.ja for title in titles), ", ".join(title.en for title in titles))


def _open_or_closed(one: Machine) -> Any:
    closed = one.closed_at is not None
    return chip("閉鎖", "Closed", kind="neutral") if closed else chip("利用中", "In use", kind="success", icon="check")


@require_http_methods(GET_AND_POST)
@work_page("organisations.settings", purpose="administration")
def machine(request: HttpRequest, scope: Scope, machine_id: int) -> HttpResponse:
    """One machine: its tokens; a new token is shown on this answer only."""
    one = queries.machine_of(scope, machine_id)
    form, fresh = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _row, fresh = actions.issue_token(scope, machine_id=one.pk, **form.cleaned_data)
        except MachikumoError as error:
            form.add_error(None, words(error))
    tokens = [(token, _standing(token)) for token in queries.tokens_of(scope, one)]
    facts = {"one": one, "form": form, "fresh": fresh, "tokens": tokens, "allowed": allowed_of(one)}
    return render(request, "organisations/machine.html", facts)


def _standing(token: MachineToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= timezone.now() else "valid"


@require_POST
@work_page("organisations.settings", purpose="administration")
def revoke_token(request: HttpRequest, scope: Scope, machine_id: int, token_id: int) -> HttpResponse:
    """End a token at once."""
    actions.revoke_token(scope, machine_id=machine_id, token_id=token_id)
    messages.success(request, t("トークンを失効させました。", "The token was revoked."))
    return redirect("organisations:machine", scope.organisation_code, machine_id)


@require_POST
@work_page("organisations.settings", purpose="administration")
def close_machine(request: HttpRequest, scope: Scope, machine_id: int) -> HttpResponse:
    """Close the machine's account."""
    actions.close_machine(scope, machine_id=machine_id)
    messages.success(request, t("機械アカウントを閉じました。", "The machine's account was closed."))
    return redirect("organisations:machine", scope.organisation_code, machine_id)
