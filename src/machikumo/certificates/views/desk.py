"""The order at the desk: typed, looked at once more, and issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from machikumo.certificates import checking, issuing, queries, readiness, words
from machikumo.certificates.domain.fees import fee_for
from machikumo.certificates.domain.requests import Channel
from machikumo.certificates.errors import InProgress
from machikumo.certificates.forms import OrderForm
from machikumo.kernel.errors import MachikumoError, NotFound
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import words as in_language
from machikumo.register import actions as register_actions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.certificates.domain.orders import Order
    from machikumo.certificates.domain.records import HouseholdRecord
    from machikumo.certificates.domain.statements import Asked
    from machikumo.kernel.scope import Scope

GROUND = "resident_request"


def _person_id(request: HttpRequest) -> int:
    given = request.POST.get("person") or request.GET.get("person", "")
    if not given.isascii() or not given.isdigit():
        raise NotFound
    return int(given)


def _form(request: HttpRequest, household: HouseholdRecord, person_id: int) -> OrderForm:
    member = next((one for one in household.members if one.person_id == person_id), household.members[0])
    initial = {"person": person_id, "requester_name": member.text("name")}
    return OrderForm(request.POST or None, household=household, initial=initial)


@require_http_methods(["GET", "POST"])
@work_page("certificates.issue")
def new(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The order form for one household, and then the same order to look at once more; nothing is issued here."""
    person_id = _person_id(request)
    register_actions.consult(scope, person_id=person_id, ground=GROUND)
    household = checking.register.household_of(scope, person_id)
    form = _form(request, household, person_id)
    facts: dict[str, Any] = {"form": form, "person_id": person_id, "head_name": household.head_name}
    facts |= standing(scope, readiness.ANYTHING)
    facts |= {"unconfirmed": queries.unconfirmed_at(scope, Channel.DESK), "brief": True}
    if request.method == "POST" and form.is_valid():
        order = form.order()
        facts |= standing(scope, readiness.asked_by(order)) | _summary(order, household, form) | {"brief": False}
        facts["fee_confirmed"] = queries.is_fee_confirmed(scope, facts["fee"])
        return render(request, "certificates/confirm.html", facts)
    return render(request, "certificates/new.html", facts)


def standing(scope: Scope, asked: Asked) -> dict[str, Any]:
    """What the clerk sees of obstacles and of texts that nobody has confirmed yet."""
    return {
        "obstacles": [in_language(pair) for pair in readiness.obstacles(scope, asked)],
        "unconfirmed": queries.unconfirmed(scope, asked),
        "may_confirm": scope.has("certificates.confirm"),
    }


def _summary(order: Order, household: HouseholdRecord, form: OrderForm) -> dict[str, Any]:
    fee = fee_for(queries.fees(), order.certificate, order.channel, timezone.localdate())
    return {
        "order": order,
        "people": household.chosen(order.person_ids),
        "kind": words.KIND[order.kind.value],
        "layout": words.LAYOUT[order.options.layout.value],
        "identity": words.IDENTITY[order.identity_check],
        "handover": words.HANDOVER[order.handover.value],
        "items": words.option_words(order.options),
        "fee": fee,
        "sent": [(name, value) for name in form.fields for value in _values(form, name)],
    }


def _values(form: OrderForm, name: str) -> list[str]:
    bound = form[name].value()
    return [str(value) for value in bound] if isinstance(bound, list) else [str(bound or "")]


@require_POST
@work_page("certificates.issue", in_steps=True)
def issue(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Receive the order and take it to its end, each step in its own transaction; the same key does it once."""
    person_id = _person_id(request)
    with entered(scope):
        form = _form(request, checking.register.household_of(scope, person_id), person_id)
        valid = form.is_valid()
    if not valid:
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect(f"{reverse('certificates:new', args=[scope.organisation_code])}?person={person_id}")
    key = form.cleaned_data["key"]
    try:
        done = issuing.issue(scope, order=form.order(), idempotency_key=key)
    except InProgress:
        return _to_known(scope, key)
    except MachikumoError as error:
        return _told(request, scope, key, error)
    return redirect("certificates:detail", scope.organisation_code, done.pk)


def _to_known(scope: Scope, key: str) -> HttpResponse:
    with entered(scope):
        known = queries.request_by_key(scope, key)
    if known is None:
        raise NotFound
    return redirect("certificates:detail", scope.organisation_code, known.pk)


def _told(request: HttpRequest, scope: Scope, key: str, error: MachikumoError) -> HttpResponse:
    """The request's page with what went wrong; where there is no request, the error's own page."""
    with entered(scope):
        known = queries.request_by_key(scope, key)
    if known is None:
        raise error
    messages.error(request, in_language(error))
    return redirect("certificates:detail", scope.organisation_code, known.pk)
