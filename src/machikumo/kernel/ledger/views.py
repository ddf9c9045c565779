"""The auditor's pages: the rows, one row, the record of one subject, the seals."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.ledger import actions, queries
from machikumo.kernel.ledger.domain.words import CALL, finding_words
from machikumo.kernel.ledger.forms import LedgerFilterForm
from machikumo.kernel.ledger.words import (
    actor_words,
    event_words,
    ground_words,
    purpose_words,
    role_words,
    subject_words,
)
from machikumo.kernel.registries import former_logs, former_records
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, QueryDict

    from machikumo.kernel.ledger.models import Entry
    from machikumo.kernel.scope import Scope

A_PAGE = 50
MOST_VERIFIED_AT_ONCE = 300_000  # rows: about three seconds
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


@require_GET
@work_page("ledger.view", purpose="audit")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The rows, newest first, by person, event, subject and day; the look itself is a row."""
    form = _form(request.GET, scope)
    before, after = _id(request.GET.get("before")), _id(request.GET.get("after"))
    rows = actions.show_entries(scope, filters=form.filters(), before=before, after=after, limit=A_PAGE + 1)
    shown, is_more = rows[-A_PAGE:] if after else rows[:A_PAGE], len(rows) > A_PAGE
    facts = {
        "form": form,
        "entries": shown,
        "table": _table(scope, shown, request.GET),
        "newer": _address(request.GET, after=shown[0].id) if shown and (is_more if after else before) else "",
        "older": _address(request.GET, before=shown[-1].id) if shown and (after or is_more) else "",
    }
    return render(request, "ledger/list.html", facts)


@require_GET
@work_page("ledger.view", purpose="audit")
def entry(request: HttpRequest, scope: Scope, entry_id: UUID) -> HttpResponse:
    """One row with everything that it says, and its place under the seals."""
    place = actions.show_entry(scope, entry_id=entry_id)
    one = place.entry
    facts = {
        "place": place,
        "facts": one.facts,
        "entry": one,
        "actor": actor_words(scope, [one.actor])[one.actor],
        "role": role_words(one.facts.get("role", "")),
        "event": event_words(one.event),
        "purpose": purpose_words(one.purpose),
        "ground": ground_words(one.facts.get("ground", "")),
        "subject": subject_words(one.subject or ""),
        "details": json.dumps(one.facts.get("details", {}), ensure_ascii=False, indent=1),
        "number": None if place.index is None else place.index + 1,
    }
    return render(request, "ledger/entry.html", facts)


@require_GET
@work_page("ledger.view", purpose="audit")
def access_record(request: HttpRequest, scope: Scope, subject: str) -> HttpResponse:
    """Who viewed or changed what concerns one subject: what the person is told on asking."""
    before = _id(request.GET.get("before"))
    rows = actions.show_access_record(scope, subject=subject, before=before, limit=A_PAGE + 1)
    shown = rows[:A_PAGE]
    former = former_rows(scope, subject)
    facts = {
        "former": former,
        "former_table": _former_table(former),
        "subject": subject,
        "named": subject_words(subject),
        "entries": shown,
        "table": _table(scope, shown, request.GET),
        "older": _address(request.GET, before=shown[-1].id) if len(rows) > A_PAGE else "",
    }
    return render(request, "ledger/access_record.html", facts)


def former_rows(scope: Scope, subject: str) -> list[Any]:
    """What the ledgers of former installations tell of the subject, as the rooms that keep them give it."""
    return [row for _key, source in former_records.items() for row in source(scope, subject)]


@require_POST
@work_page("ledger.view", purpose="audit")
def export(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The chosen rows as CSV for a spreadsheet, UTF-8 with a mark; times in the town's zone."""
    form = _form(request.POST, scope)
    rows = actions.export_entries(scope, filters=form.filters())
    named = actor_words(scope, {row.actor for row in rows})
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(["日時", "操作した人", "氏名", "役割", "操作", "操作名", "対象", "目的", "根拠", "詳細", "番号"])
    for row in rows:
        lines.writerow([_calm(cell) for cell in _cells(row, named)])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ledger-{scope.organisation_code}.csv"'
    return response


@require_http_methods(["GET", "POST"])
@work_page("ledger.view", purpose="audit")
def seals(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The last checkpoint and who has seen it; on POST the whole log is verified now."""
    state = queries.seal_state_of(scope)
    result = None
    if request.method == "POST" and state.size <= MOST_VERIFIED_AT_ONCE:
        result = actions.verify_log(scope)
    named = queries.bodies_named(seen.code for seen in state.witnesses)
    facts = {
        "state": state,
        "witnesses": [(named.get(seen.code), seen) for seen in state.witnesses],
        "root": state.root.hex(),
        "result": result,
        "findings": [finding_words(finding) for finding in result.findings] if result else [],
        "call": CALL,
        "former": [one for _key, source in former_logs.items() for one in source(scope)],
        "is_small": state.size <= MOST_VERIFIED_AT_ONCE,
        "may_verify": scope.has("ledger.verify"),
        "is_witnessed": any(seen.size == state.size for seen in state.witnesses),
        "is_ahead": any(seen.is_ahead for seen in state.witnesses),
    }
    return render(request, "ledger/seals.html", facts)


def _form(given: QueryDict, scope: Scope) -> LedgerFilterForm:
    actors = actor_words(scope, queries.actors_of(scope))
    events = [(event, event_words(event)) for event in queries.events_of(scope)]
    return LedgerFilterForm(given, actors=actors, events=events)


def _table(scope: Scope, rows: Sequence[Entry], query: QueryDict) -> Table:
    named = actor_words(scope, {row.actor for row in rows})
    code = scope.organisation_code

    def when(row: Entry) -> Any:
        moment = timezone.localtime(row.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
        return link(moment, reverse("ledger:entry", args=[code, row.id]))

    def subject(row: Entry) -> Any:
        if not row.subject:
            return ""
        place = reverse("ledger:access_record", args=[code, row.subject])
        return format_html('<a href="{}" title="{}">{}</a>', place, row.subject, words(subject_words(row.subject)))

    columns = (
        Column("recorded_at", t("日時", "When"), kind="code", heading=True, cell=when),
        Column("actor", t("操作した人", "Who"), kind="code", cell=lambda row: words(named[row.actor])),
        Column("event", t("操作", "What"), cell=lambda row: words(event_words(row.event))),
        Column("subject", t("対象", "Whom"), kind="code", cell=subject),
        Column("purpose", t("目的", "Purpose"), kind="code", cell=lambda row: words(purpose_words(row.purpose))),
        Column("ground", t("根拠", "Ground"), cell=lambda row: words(ground_words(row.facts.get("ground", "")))),
    )
    return Table(columns, rows, caption=t("証跡", "Ledger"), query=query)


def _former_table(rows: Sequence[Any]) -> Table:
    """Rows of former installations: they are sealed there, so they have no page of their own here."""

    def told(key: str, how: Any) -> Any:
        return lambda row: words(how(row.facts.get(key, "")))

    columns = (
        Column(
            "recorded_at",
            t("日時", "When"),
            kind="code",
            heading=True,
            cell=lambda row: timezone.localtime(row.recorded_at).strftime("%Y-%m-%d %H:%M:%S"),
        ),
        Column("actor", t("操作した人", "Who"), cell=lambda row: row.actor_name or row.facts["actor"]),
        Column("event", t("操作", "What"), cell=told("event", event_words)),
        Column("purpose", t("目的", "Purpose"), cell=told("purpose", purpose_words)),
        Column("ground", t("根拠", "Ground"), cell=told("ground", ground_words)),
    )
    return Table(columns, rows, caption=t("旧環境の記録", "Record of the former installation"))


def _cells(row: Entry, named: dict[str, tuple[str, str]]) -> list[str]:
    facts = row.facts
    return [
        timezone.localtime(row.recorded_at).isoformat(timespec="milliseconds"),
        row.actor,
        named[row.actor][0],
        facts["role"],
        row.event,
        event_words(row.event)[0],
        row.subject or "",
        purpose_words(row.purpose)[0],
        ground_words(facts.get("ground", ""))[0],
        json.dumps(facts["details"], ensure_ascii=False) if "details" in facts else "",
        str(row.id),
    ]


def _calm(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RISKY) else cell


def _id(text: str | None) -> UUID | None:
    """The row's id in the address; nothing for what is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _address(query: QueryDict, **place: UUID) -> str:
    """The same filters from another place on."""
    changed = query.copy()
    for name in ("before", "after"):
        changed.pop(name, None)
    for name, key in place.items():
        changed[name] = str(key)
    return f"?{changed.urlencode()}"
