"""Finds pages of the work area by the words of their titles, within the person's rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from machikumo.kernel.registries import Navigation, navigation
from machikumo.kernel.tasks.domain import SearchResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

WORK = "work"
HOME = "work_home"


def work_pages(scope: Scope) -> list[tuple[Navigation, str]]:
    """The pages of the work area that the role may open, with their address, in the order of the navigation."""
    entries = [entry for _key, entry in navigation.items() if entry.area == WORK]
    allowed = [entry for entry in entries if not entry.permission or scope.has(entry.permission)]
    placed = [(entry, _address(entry, scope)) for entry in sorted(allowed, key=lambda entry: entry.order)]
    return [(entry, url) for entry, url in placed if url]


def tiles(scope: Scope) -> list[tuple[Navigation, str]]:
    """The pages to choose from on the first page: all but itself."""
    return [(entry, url) for entry, url in work_pages(scope) if entry.url_name != HOME]


def find_pages(scope: Scope, words: str) -> Iterator[SearchResult]:
    """The pages whose title or section has every word, in either language, capitals and small letters alike."""
    wanted = words.casefold().split()
    for entry, url in work_pages(scope):
        text = f"{entry.title_ja} {entry.title_en} {entry.section}".casefold()
        if all(word in text for word in wanted):
            yield SearchResult("page", entry.title_ja, entry.title_en, url)


def _address(entry: Navigation, scope: Scope) -> str:
    try:
        return reverse(entry.url_name, kwargs={"code": scope.organisation_code})
    except NoReverseMatch:
        return ""
