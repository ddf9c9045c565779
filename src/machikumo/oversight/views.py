"""Pages of the prefecture, the group and the ministry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from machikumo.kernel.ledger import record
from machikumo.kernel.tenancy.edge import to_sign_in, work_page
from machikumo.kernel.tenancy.models import OrganisationKind
from machikumo.organisations.queries import workplaces_of
from machikumo.oversight import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope

WATCHERS = {OrganisationKind.PREFECTURE, OrganisationKind.GROUP, OrganisationKind.MINISTRY}


@require_GET
def door(request: HttpRequest) -> HttpResponse:
    """The oversight door: to the first organisation of the account that looks after towns."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    for place in workplaces_of(request.user):
        if place.kind in WATCHERS:
            return redirect("oversight:move_ins", place.code)
    raise Http404


@require_GET
@work_page("oversight.view", purpose="oversight")
def move_ins(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Which towns have moved in, by what they released."""
    states = queries.move_in_states(scope, timezone.localdate())
    record(scope, event="oversight.viewed", ground="follow_up", details={"towns": len(states)})
    facts = {
        "states": states,
        "moved": sum(state.has_moved for state in states),
        "total": len(states),
    }
    return render(request, "oversight/move_ins.html", facts)
