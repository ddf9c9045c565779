"""Pages of a town that comes in: its package is loaded, and the ledgers of former installations stay readable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from machikumo.kernel.errors import Conflict, MachikumoError
from machikumo.kernel.ledger.words import event_words, ground_words, purpose_words, subject_words
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table
from machikumo.operations import actions, queries
from machikumo.operations.arriving.checks import refuse_unless_empty
from machikumo.operations.forms import LoadForm
from machikumo.operations.receiving import public_key

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.operations.queries import FormerRow

A_PAGE = 50


@require_http_methods(["GET", "POST"])
@work_page("operations.load", purpose="operations")
def load(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The key to close the package for, and the package itself; only while the town is empty."""
    try:
        refuse_unless_empty(scope)
    except Conflict as full:
        return render(request, "operations/load.html", {"full": words((full.message_ja, full.message_en))})
    form = LoadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = actions.receive_package(scope, name=file.name, chunks=file.chunks(), signer=form.cleaned_data["signer"])
        messages.success(request, t("検査して読み込んでいます。", "It is being verified and loaded."))
        return redirect("jobs:run", scope.organisation_code, run.pk)
    return render(request, "operations/load.html", {"form": form, "key": public_key()})


@require_http_methods(["GET", "POST"])
@work_page("ledger.view", purpose="audit")
def former(request: HttpRequest, scope: Scope, former_number: int) -> HttpResponse:
    """The ledger of a former installation, newest rows first; on POST it is verified with its old key now."""
    one = queries.former_ledger_of(scope, former_number)
    verified, fault = False, ""
    if request.method == "POST":
        try:
            actions.verify_former_ledger(scope, number=former_number)
            verified = True
        except MachikumoError as error:
            fault = words(error)
    before = request.GET.get("before", "")
    place = int(before) if before.isdecimal() else one.size
    rows = actions.show_former_entries(scope, number=former_number, before=place, limit=A_PAGE)
    facts = {
        "one": one,
        "table": former_table(rows),
        "older": f"?before={rows[-1].leaf_index}" if rows and rows[-1].leaf_index else "",
        "verified": verified,
        "fault": fault,
        "may_verify": scope.has("ledger.verify"),
    }
    return render(request, "operations/former.html", facts)


def former_table(rows: list[FormerRow]) -> Table:
    """The rows in words; people by the names that they had."""

    def told(key: str, how: Any) -> Any:
        return lambda row: words(how(row.facts.get(key, ""))) if row.facts.get(key) else ""

    columns = (
        Column("recorded_at", t("日時", "When"), kind="code", heading=True, cell=_when),
        Column("actor", t("操作した人", "Who"), cell=lambda row: row.actor_name or row.facts["actor"]),
        Column("event", t("操作", "What"), cell=told("event", event_words)),
        Column("subject", t("対象", "Whom"), cell=told("subject", subject_words)),
        Column("purpose", t("目的", "Purpose"), cell=told("purpose", purpose_words)),
        Column("ground", t("根拠", "Ground"), cell=told("ground", ground_words)),
    )
    return Table(columns, rows, caption=t("旧環境の記録", "Record of the former installation"))


def _when(row: FormerRow) -> str:
    return f"{timezone.localtime(row.recorded_at):%Y-%m-%d %H:%M:%S}"
