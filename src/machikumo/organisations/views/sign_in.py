"""Signing in and out, choosing where to work and in which role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.views import LoginView
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from machikumo.kernel.errors import NotFound
from machikumo.kernel.tenancy.edge import work_page
from machikumo.organisations import queries, sessions
from machikumo.organisations.forms import SignInForm
from machikumo.organisations.scopes import IDLE_IN_SESSION, ROLES_IN_SESSION, providers

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope


class SignIn(LoginView):  # type: ignore[misc]  # untyped library
    """Name and password; the second factor follows where the account has one. A failure never says which was wrong."""

    form_class = SignInForm
    template_name = "organisations/sign_in.html"

    def get_context_data(self, **keywords: Any) -> dict[str, Any]:
        """The form, and whether the demo's door is open."""
        context: dict[str, Any] = super().get_context_data(**keywords)
        return context | {"demo_open": queries.demo_is_open(), "providers": providers()}


sign_in = SignIn.as_view()


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, tell every organisation that it entered, and show the sign-in page."""
    if request.user.is_authenticated:
        sessions.note_end(request)
    logout(request)
    return redirect("sign_in")


@require_GET
@never_cache
@login_required
def choose_workplace(request: HttpRequest) -> HttpResponse:
    """The organisations whose door the account may try; straight on when there is one only."""
    places = queries.workplaces_of(request.user)  # type: ignore[arg-type]  # signed in
    if len(places) == 1:
        return redirect("work_home", code=places[0].code)
    return render(request, "organisations/workplaces.html", {"places": places})


@require_POST
@work_page()
def choose_role(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Act in another of one's roles in this organisation, until the session ends or another is chosen."""
    wanted = request.POST.get("role", "")
    if wanted not in {role.key for role in getattr(request, "roles_held", ())}:
        raise NotFound
    chosen = request.session.get(ROLES_IN_SESSION, {}) | {scope.organisation_code: wanted}
    request.session[ROLES_IN_SESSION] = chosen
    sessions.note_role(scope, wanted)
    return redirect("work_home", code=scope.organisation_code)


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Keep the session open: what the warning's button asks for. Gives the minutes that it lasts from now on."""
    minutes = request.session.get(IDLE_IN_SESSION, 0) if request.user.is_authenticated else 0
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"minutes": minutes})
    return redirect(reverse("choose_workplace"))
