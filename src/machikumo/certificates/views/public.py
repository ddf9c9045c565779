"""The public check of a paper: says little, and a match only to somebody who holds the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.certificates import actions, queries
from machikumo.certificates.forms import CheckForm, CodeForm
from machikumo.kernel.tenancy.edge import public_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope

NOT_FOUND = 404


@require_GET
@public_page(purpose="certificate_check")
def enter(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Where somebody who holds a paper enters its code; leads on to the check of that paper."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("certificates:verify", scope.organisation_code, form.cleaned_data["code"])
    return render(request, "certificates/enter.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@public_page(purpose="certificate_check")
def verify(request: HttpRequest, scope: Scope, token: str) -> HttpResponse:
    """By whom, what and when, and whether it is valid; with two items from the paper, match or no match."""
    issued = queries.request_by_token(scope, token)
    form = CheckForm(request.POST or None)
    asked = request.method == "POST" and form.is_valid()
    matched = None
    if asked:
        matched = actions.check_paper(
            scope,
            token=token,
            number=form.cleaned_data["number"],
            birth_date=form.cleaned_data["birth_date"].isoformat(),
        )
    facts = {"issued": issued, "form": form, "asked": asked, "matched": matched}
    return render(request, "certificates/verify.html", facts, status=200 if issued else NOT_FOUND)
