"""The practice town of a live organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.organisations import queries
from machikumo.organisations.practice import make_practice_town

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope


@require_GET
@work_page("organisations.settings", purpose="administration")
def practice(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What a practice town is, whether there is one, and the button that makes it."""
    return render(request, "organisations/practice.html", {"twin": queries.practice_town_of(scope.organisation_code)})


@require_POST
@work_page("organisations.settings", purpose="administration", in_steps=True)
def make_practice(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Make it, or let the newcomers in."""
    try:
        twin, new = make_practice_town(scope)
    except MachikumoError as error:
        messages.error(request, words(error))
    else:
        done = t(f"「{twin.name}」に{new}人が入れるようになりました。", f"{new} people can now enter {twin.name_en}.")
        messages.success(request, done)
    return redirect("organisations:practice", scope.organisation_code)
