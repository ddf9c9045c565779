"""The portal, the page of each town, and the health of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from machikumo import __version__
from machikumo.kernel.official import LocalGovernmentCodeError, UnknownCode, municipality
from machikumo.kernel.registries import resident_tiles
from machikumo.kernel.tenancy.edge import public_page
from machikumo.site import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.official import Municipality
    from machikumo.kernel.scope import Scope

SHOWN = 50


@require_GET
def portal(request: HttpRequest) -> HttpResponse:
    """The first page: find your town. Towns on the platform first; every other body is found by its name."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    facts = {
        "asked": asked,
        "found": queries.municipalities_named(asked)[:SHOWN] if asked else [],
        "towns": queries.active_municipalities(),
        "others": queries.other_active_organisations(),
        "training": queries.all_are_training(),
    }
    return render(request, "site/portal.html", facts)


@require_GET
@public_page()
def town(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The page of one town for its residents."""
    tiles = [tile for _, give in sorted(resident_tiles.items()) if (tile := give(scope)) is not None]
    facts = {"tiles": tiles, "official": _official(scope.organisation_code)}
    return render(request, "site/town.html", facts)


def _official(code: str) -> Municipality | None:
    try:
        return municipality(code)
    except (UnknownCode, LocalGovernmentCodeError):  # a group's code is a word, not a number
        return None


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the database answers; tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})
