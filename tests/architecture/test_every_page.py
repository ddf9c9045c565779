"""Every address is guarded by an edge decorator, or stands on a short list of pages that anybody may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from machikumo.organisations.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN = {
    # name nobody's data; the sign-in pages decide for themselves whom they let in
    "": "the portal",
    "health/": "whether the database answers",
    "ui/": "the parts that pages are made of",
    "ui/pages/<slug:key>/": "examples of pages",
    "ui/bundle/<slug:digest>.<slug:kind>": "style and script",
    "ui/language/": "the reader's language",
    "ui/names/<slug:digest>.font": "shapes of characters, for whoever was shown the digest",
    "oversight/": "leads to the organisation that oversees",
    "sign-in/": "",
    "sign-in/where/": "",
    "sign-in/still-here/": "",
    "sign-out/": "",
    "demo/": "only while every organisation is a training one",
    "demo/sign-in/": "only while every organisation is a training one",
}
LIBRARY = ("accounts/",)  # sign-in and second factors, for the account itself


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from addresses(entry, route)


PAGES = dict(addresses(get_resolver()))
GUARDED = {route: view.machikumo_page for route, view in PAGES.items() if hasattr(view, "machikumo_page")}


def test_every_address_is_guarded_or_on_the_list() -> None:
    loose = {route for route in PAGES if route not in GUARDED and not route.startswith(LIBRARY)}
    assert loose == set(OPEN)


def test_no_address_of_an_organisation_is_on_the_list() -> None:
    assert [route for route in OPEN if "<slug:code>" in route] == []
    assert len(GUARDED) > 60


@pytest.mark.parametrize("route", [route for route in GUARDED if "/work/" in route])
def test_a_page_of_the_desk_is_for_people_who_work_there(route: str) -> None:
    assert GUARDED[route][0] == "work"


@pytest.mark.parametrize("route", GUARDED)
def test_the_permission_of_a_page_stands_in_the_list_of_roles(route: str) -> None:
    _kind, permission = GUARDED[route]
    assert not permission or permission in catalogue().permissions


def test_a_page_without_a_permission_is_public_or_chooses_a_role() -> None:
    without = {route for route, (kind, permission) in GUARDED.items() if kind == "work" and not permission}
    assert without == {"<slug:code>/work/role/"}
