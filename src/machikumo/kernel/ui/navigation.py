"""The navigation of the four front doors, from what the rooms registered, within the reader's rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from machikumo.kernel.registries import Navigation
from machikumo.kernel.registries import navigation as registered
from machikumo.kernel.ui.icons import PATHS
from machikumo.kernel.ui.language import EASY, LANGUAGES, active, choose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SECTIONS = {
    "today": ("今日の仕事", "Today"),
    "residents": ("住民", "Residents"),
    "counter": ("窓口", "Counter"),
    "services": ("手続き・サービス", "Services"),
    "move": ("データ移行", "Moving in"),
    "planning": ("計画・調達", "Planning"),
    "data": ("データの公開", "Open data"),
    "people": ("人と役割", "People and roles"),
    "organisation": ("団体", "Organisation"),
    "records": ("記録と監査", "Records and audit"),
    "security": ("安全と継続", "Security and continuity"),
    "system": ("システム", "System"),
    "": ("", ""),
}
ICON_ALIASES = {"gear": "settings", "user": "person", "users": "people", "file": "document", "task-list": "task"}
FALLBACK_ICON = "chevron-right"


@dataclass(frozen=True, slots=True)
class Item:
    """One link: its words, icon, address and whether the reader is in that part now."""

    title: str
    icon: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A headed group of links."""

    title: str
    items: tuple[Item, ...]


def address_of(url_name: str, code: str) -> str:
    """The address of a page of that organisation, or of one that belongs to none; empty when there is no such page."""
    if code:
        try:
            return reverse(url_name, kwargs={"code": code})
        except NoReverseMatch:
            pass
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def entries(area: str, scope: Scope | None) -> list[Navigation]:
    """The registered entries of a front door that the reader may open, in their order."""
    return sorted(
        (
            entry
            for _, entry in registered.items()
            if entry.area == area and (not entry.permission or (scope is not None and scope.has(entry.permission)))
        ),
        key=lambda entry: (entry.order, entry.title_en),
    )


def _title(section: str) -> str:
    return choose(*SECTIONS.get(section, (section, section)))


def _placed(found: Iterable[Navigation], code: str) -> list[tuple[Navigation, str]]:
    placed = ((entry, address_of(entry.url_name, code)) for entry in found)
    return [(entry, href) for entry, href in placed if href]


def _current(path: str, addresses: Iterable[str]) -> str:
    """The longest address that the path lies under: the part of the site that the reader is in."""
    under = [href for href in addresses if path == href or (href.endswith("/") and path.startswith(href))]
    return max(under, key=len, default="")


def sections(
    area: str, scope: Scope | None, organisation: Organisation | None, request: HttpRequest | None
) -> list[Section]:
    """The front door's navigation for this reader; sections in the order of their first entry."""
    placed = _placed(entries(area, scope), organisation.code if organisation else "")
    current = _current(request.path if request else "", [href for _, href in placed])
    grouped: dict[str, list[Item]] = {}
    for entry, href in placed:
        item = Item(choose(entry.title_ja, entry.title_en), _icon(entry.icon), href, href == current)
        grouped.setdefault(entry.section, []).append(item)
    return [Section(_title(key), tuple(items)) for key, items in grouped.items()]


def _icon(name: str) -> str:
    known = ICON_ALIASES.get(name, name)
    return known if known in PATHS else FALLBACK_ICON


def language_choices(*, easy: bool) -> list[dict[str, Any]]:
    """The languages to choose from: code, own name, and whether it is the one in use."""
    using = active()
    if not easy and using == EASY:
        using = "ja"
    return [
        {"code": code, "name": name, "html": "en" if code == "en" else "ja", "is_current": code == using}
        for code, name in LANGUAGES.items()
        if easy or code != EASY
    ]
