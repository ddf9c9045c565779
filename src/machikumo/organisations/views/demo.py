"""The demo's door: one button a role, without a password, and only where every organisation is a training one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from machikumo.organisations import queries, sessions
from machikumo.organisations.demo import people_to_show, way_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_GET
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """The buttons; 404 as soon as one organisation is live."""
    _refuse_unless_open()
    return render(request, "organisations/demo.html", {"people": people_to_show()})


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo account of that name and go to where the role works."""
    _refuse_unless_open()
    account = queries.account_named(request.POST.get("account", ""), demo=True)
    if account is None:
        raise Http404
    if request.user.is_authenticated:
        sessions.note_end(request)
    request.session.flush()
    login(request, account, backend=BACKEND)
    return redirect(way_of(account))


def _refuse_unless_open() -> None:
    if not queries.demo_is_open():
        raise Http404
