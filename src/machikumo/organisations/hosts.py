"""An organisation by the name of its host: the front page is its own, and no other organisation answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.http.request import split_domain_port
from django.shortcuts import redirect

from machikumo.organisations import queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class TenantHost:
    """At a host that belongs to one organisation: its page at ``/``, and 404 for every address of another one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lead to the organisation's own page, refuse another's, and let everything else be."""
        code = queries.code_at_host(split_domain_port(request.get_host())[0])
        if code:
            first = request.path_info.split("/")[1]
            if not first:
                return redirect(f"/{code}/")
            if first != code and queries.is_organisation(first):
                request.foreign_host = True  # type: ignore[attr-defined]  # answered where errors become pages
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Say of another organisation's address what is said of one that there is not."""
        if getattr(request, "foreign_host", False):
            raise Http404
