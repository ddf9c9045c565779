"""What certificates rest on: who certifies, the public address, and what is known only from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.certificates import actions, preview, queries, readiness
from machikumo.certificates.actions.certifying import ISSUER
from machikumo.certificates.domain.snapshot import CERTIFICATION
from machikumo.certificates.forms import ConfirmForm, IssuerForm
from machikumo.kernel.approvals import queries as approvals
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words

if TYPE_CHECKING:
    from django.http import HttpRequest

    from machikumo.certificates.domain.statements import Statement
    from machikumo.certificates.models import CertificateConfirmation
    from machikumo.kernel.scope import Scope

PRINTED = ("mayor_title", "mayor_name", "certification")


@require_GET
@work_page("certificates.confirm")
def settings(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Everything that has to be right before a certificate can be, and what is not yet."""
    confirmed = queries.confirmations(scope)
    rows = queries.issuers(scope)
    names = names_of(scope, [*(one.confirmed_by for one in confirmed.values()), *(row.set_by for row in rows)])
    facts = {
        "obstacles": [words(pair) for pair in readiness.obstacles(scope)],
        "address": installation.PUBLIC_ADDRESS,
        "present": queries.issuer_in_force(scope, timezone.localdate()),
        "issuers": [(row, names[row.set_by]) for row in rows],
        "waiting": approvals.open_for(scope, ISSUER, "certificates:issuer"),
        "statements": [_told(one, confirmed.get(one.key), names) for one in queries.statements()],
        "may_propose": scope.has("organisations.settings"),
    }
    return render(request, "certificates/settings.html", facts)


def _told(statement: Statement, known: CertificateConfirmation | None, names: dict[str, str]) -> dict[str, Any]:
    """A statement as it stands: with the form to confirm it, or with who did."""
    is_open = known is None and not statement.confirmed
    form = ConfirmForm(initial={"digest": statement.digest}, prefix=statement.key) if is_open else None
    return {"one": statement, "form": form, "known": known, "by": names[known.confirmed_by] if known else ""}


@require_POST
@work_page("certificates.confirm")
def confirm(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """Confirm one statement as it was shown."""
    statement = queries.statement_of(key)
    form = ConfirmForm(request.POST, prefix=key)
    if not form.is_valid():
        messages.error(request, t("照合した根拠を入力してください。", "Enter the source that you compared with."))
    else:
        actions.confirm_statement(scope, key=key, **form.cleaned_data)
        title = statement.title
        messages.success(request, t(f"「{title[0]}」を確認済みにしました。", f"Confirmed: {title[1]}."))
    return redirect("certificates:settings", scope.organisation_code)


@require_POST
@work_page("certificates.confirm")
def unconfirm(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """Take a confirmation back."""
    actions.withdraw_confirmation(scope, key=key)
    messages.success(request, t("未確認に戻しました。", "It is unconfirmed again."))
    return redirect("certificates:settings", scope.organisation_code)


@require_http_methods(["GET", "POST"])
@work_page("organisations.settings")
def issuer(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Type who certifies, see it printed, and ask another person to approve it."""
    form = IssuerForm(request.POST or None, initial=_present(scope))
    facts: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "ask":
            return _ask(request, scope, form)
        printed = urlencode({name: form.cleaned_data[name] for name in PRINTED})
        facts["preview"] = f"{reverse('certificates:specimen', args=[scope.organisation_code])}?{printed}"
        facts["sent"] = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
        facts["given"] = form.cleaned_data
    return render(request, "certificates/issuer.html", facts)


def _present(scope: Scope) -> dict[str, Any]:
    """What holds today, as a beginning."""
    row = queries.issuer_in_force(scope, timezone.localdate())
    today = timezone.localdate()
    if row is None:
        return {"certification": CERTIFICATION, "valid_from": today}
    facts = {name: getattr(row, name) for name in (*PRINTED, "source")}
    return facts | {"valid_from": today}


def _ask(request: HttpRequest, scope: Scope, form: IssuerForm) -> HttpResponse:
    try:
        asked = actions.propose_issuer(scope, **form.cleaned_data)
    except MachikumoError as error:
        messages.error(request, words(error))
        return redirect("certificates:settings", scope.organisation_code)
    messages.success(
        request, t("承認を依頼しました。承認されると適用されます。", "Sent for approval; it holds once approved.")
    )
    return redirect("approvals:detail", scope.organisation_code, asked.pk)


@require_GET
@work_page("approvals.view")
def specimen(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The specimen with the words of the address, else with what holds today; nobody's data is on it."""
    usual = {"mayor_title": "職名", "mayor_name": "氏名"} | _present(scope)
    given = {name: request.GET.get(name, "")[:200] or usual[name] for name in PRINTED}
    content = preview.specimen(scope, moment=timezone.localtime(), **given)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="specimen.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response
