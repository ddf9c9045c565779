"""The edge for machines: a token in place of a person; answers are JSON, and every use is told in the ledger.

A token goes in the header ``Authorization: Bearer …``, never in an address. There is no session and no cookie, so there
is nothing that another site could make a browser do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.registries import scope_sources
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope

    View = Callable[..., HttpResponse]

MACHINE = "machine"  # key of the scope source that the organisations room registers
SCHEME = "bearer"
UNKNOWN, TOO_MANY = 401, 429


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a token opens an organisation: the scope, or the status of the answer and in how many seconds again."""

    scope: Scope | None
    status: int = 200
    retry_after: int = 0


class NoEntry(MachikumoError):
    """The token is none of this organisation, or is not valid any more; says no more, on purpose."""

    status = UNKNOWN

    def __init__(self) -> None:
        super().__init__(
            "トークンが正しくないか、期限が切れています。", "The token is not valid, or is not valid any more."
        )


class TooManyUses(MachikumoError):
    """The machine asks more often than it may."""

    status = TOO_MANY

    def __init__(self) -> None:
        super().__init__("回数の上限を超えました。少し待ってください。", "Too many requests: please wait a little.")


def token_of(request: HttpRequest) -> str:
    """The token of a request; empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == SCHEME else ""


def machine_page(permission: str, *, purpose: str) -> Callable[[View], View]:
    """An address for machines: ``view(request, scope, …)`` in one transaction of the organisation of the address.

    Without a valid token 401 (whether there is such an organisation or not); without the permission 403; too often 429.
    An error of ours becomes its status with its words in both languages.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def page(request: HttpRequest, code: str, *args: Any, **keywords: Any) -> HttpResponse:
            organisation = Organisation.objects.filter(code=code, is_active=True).first()
            admission = Admission(None, UNKNOWN)
            if organisation is not None:
                admission = scope_sources.get(MACHINE)(organisation, token_of(request), purpose)
            if admission.scope is None:
                return _refused(admission)
            scope = admission.scope
            try:
                scope.require(permission)
                with entered(scope):
                    return _kept_nowhere(view(request, scope, *args, **keywords))
            except MachikumoError as error:
                return problem(error)
            except Http404:
                return problem(MachikumoError("見つかりません。", "Not found."), status=404)

        page.machikumo_page = ("machine", permission)  # type: ignore[attr-defined]
        return page

    return decorate


def _refused(admission: Admission) -> HttpResponse:
    answer = problem(TooManyUses() if admission.status == TOO_MANY else NoEntry())
    if admission.retry_after:
        answer["Retry-After"] = str(admission.retry_after)
    if admission.status == UNKNOWN:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def problem(error: MachikumoError, *, status: int = 0) -> HttpResponse:
    """An error as machines read it."""
    content = {"error": type(error).__name__, "message": error.message_ja, "message_en": error.message_en}
    return told(content, status=status or error.status)


def told(content: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """An answer for machines, kept by no cache."""
    answer = JsonResponse(
        content, status=status, json_dumps_params={"ensure_ascii": False}, content_type="application/json;charset=utf-8"
    )
    return _kept_nowhere(answer)


def _kept_nowhere(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
