"""The edge: where a request becomes a Scope, or nothing."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from machikumo.kernel.registries import scope_sources
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

STAFF = "staff"  # key of the scope source that the organisations room registers


def organisation_or_404(code: str) -> Organisation:
    """The active organisation with that code; Http404 for any other, without saying why."""
    try:
        return Organisation.objects.get(code=code, is_active=True)
    except Organisation.DoesNotExist:
        raise Http404 from None


def visitor_scope(organisation: Organisation, purpose: str = "public_information") -> Scope:
    """The scope of somebody who has not signed in: an organisation and no permission at all."""
    return Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person="visitor",
        role="visitor",
        purpose=purpose,
        training=organisation.is_training,
    )


def work_page(
    permission: str = "", *, purpose: str = "resident_service", in_steps: bool = False
) -> Callable[[View], View]:
    """A page for people who work in the organisation of the URL: ``view(request, scope, …)`` in one transaction.

    Not signed in: to the sign-in page. No role in this organisation: 404. Role without the permission: Forbidden (403).
    With ``in_steps`` the view runs outside every transaction, each of its actions makes its own, and it must answer
    without reading rows (by a redirect): for work of which every step has to be kept even when a later one fails.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, code: str, *args: Any, **keywords: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            organisation = organisation_or_404(code)
            with entered(visitor_scope(organisation, purpose)):
                scope: Scope | None = scope_sources.get(STAFF)(request, organisation, purpose)
                if scope is None:
                    raise Http404
                request.organisation = organisation  # type: ignore[attr-defined]
                request.scope = scope  # type: ignore[attr-defined]
                if permission:
                    scope.require(permission)
                if not in_steps:
                    with entered(scope):
                        return _forgotten(_rendered(view(request, scope, *args, **keywords)))
            return _forgotten(view(request, scope, *args, **keywords))

        page.machikumo_page = ("work", permission)  # type: ignore[attr-defined]
        return page

    return decorate


def public_page(*, purpose: str = "public_information") -> Callable[[View], View]:
    """A page of the organisation for anybody: ``view(request, scope, …)`` with a visitor's scope."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, code: str, *args: Any, **keywords: Any) -> HttpResponse:
            organisation = organisation_or_404(code)
            scope = visitor_scope(organisation, purpose)
            request.organisation = organisation  # type: ignore[attr-defined]
            request.scope = scope  # type: ignore[attr-defined]
            with entered(scope):
                return _rendered(view(request, scope, *args, **keywords))

        page.machikumo_page = ("public", "")  # type: ignore[attr-defined]
        return page

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; the target is the same whether the page exists or not."""
    return redirect(f"{resolve_url('sign_in')}?{urlencode({'next': request.get_full_path()})}")


def _forgotten(response: HttpResponse) -> HttpResponse:
    """Kept by no browser: at a shared desk "back" after the sign-out must not show a resident."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def _rendered(response: Any) -> HttpResponse:
    """Render inside the transaction, so that a lazy template reads within the scope."""
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    result: HttpResponse = response
    return result
