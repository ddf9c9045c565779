"""Lists and ways: tables, pages, breadcrumbs, steps, tabs, progress, search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.kernel.ui.parts.rendering import pair, part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.paginator import Page
    from django.template import Context
    from django.utils.safestring import SafeString

    from machikumo.kernel.ui.tables import Table

FULL = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure: ``state`` is done, here or later."""

    number: int
    title: str
    state: str


def datatable(table: Table) -> SafeString:
    """The table with its caption, sort links and cells; on a phone each row is a card."""
    return table.markup()


def pagination(context: Context, page: Page[Any]) -> SafeString:
    """The pages of a list; the rest of the address (search, filter, sort) stays."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    address = _address(query)
    return part(
        "pagination",
        page=page,
        links=list(_page_links(page, query)),
        previous=address(page.previous_page_number()) if page.has_previous() else "",
        next=address(page.next_page_number()) if page.has_next() else "",
    )


def _address(query: Any) -> Any:
    def of(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return of


def _page_links(page: Page[Any], query: Any) -> Iterator[tuple[int | None, str]]:
    """Number and address of each page to show; None stands for a gap."""
    address = _address(query)
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        yield (number, address(number)) if isinstance(number, int) else (None, "")


def breadcrumbs(context: Context, content: str) -> SafeString:
    """The way back up: the front door, the ``crumb`` tags between, and the page itself."""
    return part(
        "breadcrumbs", content=content, home=context.get("home_url", ""), page_title=context.get("page_title", "")
    )


def crumb(ja: str, en: str = "", href: str = "") -> SafeString:
    """One page above this one; with a bilingual title the address may be given by ``href=``."""
    return part("crumb", title=pair(ja, en), href=href)


def steps(here: int, *titles: str) -> SafeString:
    """Steps of a procedure: the number of the step one is at, then pairs of titles, Japanese and English."""
    shown = [
        Step(place, pair(*titles[2 * place - 2 : 2 * place]), _state(place, here))
        for place in range(1, len(titles) // 2 + 1)
    ]
    current = next((step for step in shown if step.state == "here"), None)
    return part("steps", steps=shown, current=current, total=len(shown))


def _state(place: int, here: int) -> str:
    if place == here:
        return "here"
    return "done" if place < here else "later"


def tabs(context: Context, *triples: str, current: str = "") -> SafeString:
    """Tabs as links: triples of Japanese, English and address; the one of this page is marked."""
    request = context.get("request")
    here = current or (request.path if request else "")
    items = [
        (pair(*triples[place : place + 2]), triples[place + 2], triples[place + 2] == here)
        for place in range(0, len(triples) - 2, 3)
    ]
    return part("tabs", items=items)


def progress(done: int, total: int, ja: str, en: str = "", note: str = "") -> SafeString:
    """How far long work has come: a bar, the count and the share; without a total the bar only shows that it runs."""
    share = done * FULL // total if total else None
    return part("progress", done=done, total=total, share=share, title=pair(ja, en), note=note)


def search_box(
    context: Context,
    ja: str,
    en: str = "",
    *,
    name: str = "q",
    value: str = "",
    action: str = "",
    large: bool = False,
    private: bool = False,
) -> SafeString:
    """A search box: a form with one input; the words are its label and stay visible as a hint.

    A ``private`` one is sent by POST: what is typed may be a resident's name, which must not lie in an address, a log
    or a browser's history. Any other is a GET form, whose result can be kept as a bookmark.
    """
    facts = {"name": name, "value": value, "action": action, "large": large, "private": private}
    return part("search_box", label=pair(ja, en), csrf_token=context.get("csrf_token", ""), **facts)
