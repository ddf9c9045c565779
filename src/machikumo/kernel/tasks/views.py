"""The first page of every role, and the one search box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.kernel.tasks import pages, queries
from machikumo.kernel.tasks.domain import urgency_of
from machikumo.kernel.tenancy.edge import work_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tasks.queries import Gathered

LONGEST_QUESTION = 100
SHOWN_AT_HOME = 8


@require_GET
@work_page("work.enter")
def home(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What must I do now, and where can I go."""
    gathered = queries.open_tasks(scope)
    facts = _tasks(gathered, SHOWN_AT_HOME) | {"pages": pages.tiles(scope)}
    return render(request, "tasks/home.html", facts)


@require_GET
@work_page("work.enter")
def task_list(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Everything that waits for me."""
    gathered = queries.open_tasks(scope)
    return render(request, "tasks/tasks.html", _tasks(gathered, len(gathered.entries)))


@require_http_methods(["GET", "POST"])
@work_page("work.enter")
def search(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Persons, procedures, pages and settings that the words find, as far as the role may see them.

    By POST, so that no name lies in an address, a log or a browser's history; words in an address are not searched.
    """
    words = request.POST.get("q", "").strip()[:LONGEST_QUESTION]
    gathered = queries.search(scope, words, ground=request.session.get(queries.GROUND_IN_SESSION, ""))
    return render(request, "tasks/search.html", {"q": words, "found": gathered.entries, "failed": gathered.failed})


def _tasks(gathered: Gathered, shown: int) -> dict[str, object]:
    today = timezone.localdate()
    entries = [(task, urgency_of(task.due, today).value) for task in gathered.entries]
    return {
        "tasks": entries[:shown],
        "count": sum(task.count for task in gathered.entries),
        "more": len(entries) > shown,
        "failed": gathered.failed,
    }
