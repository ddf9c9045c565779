"""What the page frame knows of a request, for every template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.ui.language import ENGLISH, active, choose
from machikumo.kernel.ui.navigation import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest

VISITOR = "visitor"
SEARCH = "/work/search/"


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame shows: organisation, languages, who is here; each may be absent from the request."""
    scope = getattr(request, "scope", None)
    organisation = getattr(request, "organisation", None)
    return {
        "kept": {},  # what the frame made already for this page
        "scope": scope,
        "organisation": organisation,
        "town_name": town_name(organisation),
        "is_training": bool(getattr(organisation, "is_training", False)),
        "language": active(),
        "html_language": "en" if active() == ENGLISH else "ja",
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "who": who(request),
        "task_count": lambda: task_count(request),  # asked only where the header shows it
        "asked": request.POST.get("q", "") if request.path.endswith(SEARCH) else "",
        **doors(request.path, organisation.code if organisation else ""),
        "sign_in_url": address_of("sign_in", ""),
        "sign_out_url": address_of("sign_out", ""),
    }


def doors(path: str, code: str) -> dict[str, str]:
    """Where the frame's own links lead: the front door one came in by, the search and the task list."""
    for front in ("/oversight/", "/operator/", "/ui/"):
        if path.startswith(front):
            return {"home_url": front, "search_url": "", "tasks_url": ""}
    work = f"/{code}/work/"
    if code and path.startswith(work):
        return {"home_url": work, "search_url": f"{work}search/", "tasks_url": f"{work}tasks/"}
    return {"home_url": f"/{code}/" if code else "/", "search_url": "", "tasks_url": ""}


def town_name(organisation: Any) -> str:
    """The organisation's name in the reader's language; empty without an organisation."""
    if organisation is None:
        return ""
    return choose(organisation.name, organisation.name_en or organisation.name)


def who(request: HttpRequest) -> dict[str, str] | None:
    """Name and role of the person who is signed in; None for a visitor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    scope = getattr(request, "scope", None)
    role = getattr(request, "role_title", "") or (scope.role if scope and scope.role != VISITOR else "")
    return {"name": str(getattr(request, "person_name", "") or user.get_username()), "role": str(role)}


def task_count(request: HttpRequest) -> int | None:
    """How much waits for the person in this role; None where nobody is at work."""
    scope = getattr(request, "scope", None)
    given = getattr(request, "task_count", None)
    if given is not None:
        return int(given() if callable(given) else given)
    if scope is None or scope.role == VISITOR:
        return None
    from machikumo.kernel.tasks.queries import open_tasks

    return sum(int(task.count) for task in open_tasks(scope).entries)
