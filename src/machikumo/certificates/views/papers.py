"""The book of certificates, one request with its steps, its paper, and what a person decides about it."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.certificates import actions, issuing, queries, readiness, words
from machikumo.certificates.domain.options import Options
from machikumo.certificates.domain.states import ISSUED, OPEN, State
from machikumo.certificates.forms import WithdrawForm
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t
from machikumo.kernel.ui.language import words as in_language
from machikumo.kernel.ui.tables import Column, Table, chip, link, page_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope


def _columns(scope: Scope) -> tuple[Column, ...]:
    def to_detail(row: CertificateRequest) -> Any:
        text = row.number or t("番号なし", "No number")
        return link(text, reverse("certificates:detail", args=[scope.organisation_code, row.pk]))

    return (
        Column("number", t("発行番号", "Number"), heading=True, cell=to_detail),
        Column("received_at", t("受付", "Received"), kind="moment"),
        Column("kind", t("請求する人", "Who asks"), cell=lambda row: words.KIND[row.kind]),
        Column("requester_name", t("請求者", "Requester")),
        Column("channel", t("経路", "Channel"), cell=lambda row: words.CHANNEL[row.channel]),
        Column("people", t("人数", "People"), kind="number", cell=lambda row: len(row.person_ids)),
        Column("state", t("状態", "State"), cell=state_chip),
    )


def state_chip(row: CertificateRequest) -> Any:
    """The state as a chip with its sign."""
    if row.withdrawn_at:
        return chip("無効", "Void", kind="error", icon="warning")
    words_ja, words_en = words.STATE_PAIRS[row.state]
    return chip(
        words_ja, words_en, kind=words.STATE_KINDS.get(row.state, "info"), icon=words.STATE_ICONS.get(row.state, "")
    )


def _midnight() -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


@require_GET
@work_page("certificates.view")
def requests(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Requests of today, and the channels at which issuing is stopped."""
    page = page_of(request, queries.requests_since(scope, _midnight()))
    actions.show_requests(scope, requests=page.object_list)
    table = Table(
        _columns(scope),
        page,
        caption=t("今日の請求", "Requests of today"),
        query=request.GET,
        total=page.paginator.count,
    )
    stops = [(stop, words.CHANNEL[stop.channel]) for stop in queries.open_stops(scope)]
    facts = {"page": page, "table": table, "stops": stops, "may_reopen": scope.has("certificates.cancel")}
    facts |= {
        "obstacles": [in_language(pair) for pair in readiness.obstacles(scope)],
        "may_confirm": scope.has("certificates.confirm"),
    }
    return render(request, "certificates/list.html", facts)


@require_GET
@work_page("certificates.view")
def detail(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """One request: what was asked, how far it is, and what can be done now."""
    row = actions.show_request(scope, request_id=request_id)
    options = Options.from_json(row.options)
    state = State(row.state)
    waits = issuing.waits_for_approval(row)
    facts = {
        "row": row,
        "state_chip": state_chip(row),
        "kind": words.KIND[row.kind],
        "channel": words.CHANNEL[row.channel],
        "layout": words.LAYOUT[options.layout.value],
        "identity": words.IDENTITY.get(row.identity_check, row.identity_check),
        "items": words.option_words(options),
        "people": [person.name for person in queries.snapshot_of(row).persons] if row.snapshot else [],
        "steps": [(step, words.STATE_PAIRS[step.state]) for step in queries.steps_of(scope, row.pk)],
        "reason": words.reason_words("held_back" if waits else row.end_reason),
        "is_issued": state in ISSUED,
        "is_released": state is State.RELEASED,
        "is_open": state in OPEN,
        "waits": waits,
        "may_approve": waits and scope.has("register.view_protected") and row.received_by != scope.person,
        "may_continue": bool(row.approved_by) and state is State.RECEIVED and scope.has("certificates.issue"),
        "may_withdraw": state in ISSUED and not row.withdrawn_at and scope.has("certificates.cancel"),
        "may_release": scope.has("certificates.release"),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "certificates/detail.html", facts)


@require_GET
@work_page("certificates.view")
def state(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """The request's state for programs: a caller that lost its answer asks here."""
    del request
    row = queries.request_of(scope, request_id)
    return JsonResponse({"id": str(row.pk), "state": row.state, "reason": row.end_reason, "number": row.number})


@require_GET
@work_page("certificates.release")
def document(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """The released paper of that very request, for printing; never kept by a browser or a proxy."""
    row, content = actions.open_document(scope, request_id=request_id)
    disposition = "attachment" if "download" in request.GET else "inline"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'{disposition}; filename="certificate-{row.number}.pdf"'
    response["Cache-Control"] = "no-store, private"
    response["X-Certificate-Request"] = str(row.pk)
    return response


def _back(scope: Scope, request_id: UUID) -> HttpResponse:
    return redirect("certificates:detail", scope.organisation_code, request_id)


@require_POST
@work_page("certificates.issue", in_steps=True)
def go_on(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """Take an approved request on to its release."""
    del request
    with entered(scope):
        fencing = queries.request_of(scope, request_id).fencing
    issuing.carry_on(scope, request_id=request_id, fencing=fencing)
    return _back(scope, request_id)


@require_POST
@work_page("register.view_protected")
def approve(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """Approve a request that was held back."""
    fencing = queries.request_of(scope, request_id).fencing
    actions.approve_request(scope, request_id=request_id, fencing=fencing)
    messages.success(request, t("承認しました。窓口で続きの処理ができます。", "Approved; the desk can go on."))
    return _back(scope, request_id)


@require_POST
@work_page("certificates.release")
def deliver(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """Handed over, and the fee taken."""
    fencing = queries.request_of(scope, request_id).fencing
    actions.deliver_request(scope, request_id=request_id, fencing=fencing)
    messages.success(request, t("交付済みにしました。", "Marked as handed over."))
    return _back(scope, request_id)


@require_POST
@work_page("certificates.issue")
def cancel(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """Cancel a request that is not issued yet."""
    fencing = queries.request_of(scope, request_id).fencing
    actions.cancel_request(scope, request_id=request_id, fencing=fencing, reason="requester")
    messages.success(request, t("請求を取り消しました。", "The request is cancelled."))
    return _back(scope, request_id)


@require_http_methods(["POST"])
@work_page("certificates.cancel")
def withdraw(request: HttpRequest, scope: Scope, request_id: UUID) -> HttpResponse:
    """Declare an issued paper void."""
    form = WithdrawForm(request.POST)
    if form.is_valid():
        actions.withdraw_certificate(scope, request_id=request_id, reason=form.cleaned_data["reason"])
        messages.success(request, t("無効にしました。真偽の確認では「無効」と表示されます。", "Void from now on."))
    return _back(scope, request_id)


@require_POST
@work_page("certificates.cancel")
def reopen(request: HttpRequest, scope: Scope, stop_id: int) -> HttpResponse:
    """Open a stopped channel again."""
    actions.reopen_channel(scope, stop_id=stop_id)
    messages.success(request, t("発行を再開しました。", "Issuing is open again."))
    return redirect("certificates:list", scope.organisation_code)
