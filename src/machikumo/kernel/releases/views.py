"""Pages of releases: what was received and taken back, one copy with its signature, and what was released."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.kernel import ledger
from machikumo.kernel.errors import NotFound
from machikumo.kernel.releases import actions, queries
from machikumo.kernel.releases.domain.envelope import SignatureInvalid
from machikumo.kernel.releases.forms import WithdrawForm
from machikumo.kernel.releases.words import facts_of, release_words, title_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.parts.words import jst, number
from machikumo.kernel.ui.tables import Column, Table, link, page_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.releases.models import ReceivedRelease
    from machikumo.kernel.scope import Scope

LONGEST_SHOWN = 20_000


@require_GET
@work_page("releases.view", purpose="oversight")
def received(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The copies that can be read, and what was taken back."""

    def to_one(row: ReceivedRelease) -> Any:
        return link(words(title_of(row.name)), reverse("releases:detail", args=[scope.organisation_code, row.pk]))

    columns = (
        Column("name", t("データ", "Data"), heading=True, cell=to_one),
        Column("source_code", t("提供元", "Source"), cell=lambda row: t(row.source.name, row.source.name_en)),
        Column("version", t("版", "Version"), kind="number"),
        Column("issued_at", t("提供日時", "Released"), kind="moment"),
        Column("expires_at", t("期限", "Until"), kind="moment"),
    )
    page = page_of(request, queries.received(scope).select_related("source"))
    table = Table(
        columns, page, caption=t("受け取ったデータ", "Received"), query=request.GET, total=page.paginator.count
    )
    gone = [(title_of(row.name), row) for row in queries.withdrawals(scope).select_related("source")[:20]]
    facts = {"page": page, "table": table, "withdrawals": gone}
    return render(request, "releases/received.html", facts)


@require_GET
@work_page("releases.view", purpose="oversight")
def detail(request: HttpRequest, scope: Scope, release_id: int) -> HttpResponse:
    """One copy, with its signature checked now; the look is recorded."""
    row = queries.received_release(scope, release_id)
    refused = None
    content: dict[str, Any] = {}
    try:
        content = queries.checked_content(row)
    except SignatureInvalid as error:
        refused = error
    ledger.record(
        scope, event="release.read", subject=f"release:{row.name}:{row.version}", details={"source": row.source_code}
    )
    text = json.dumps(content, ensure_ascii=False, indent=2)
    facts = {
        "row": row,
        "title": title_of(row.name),
        "told": [(label, _told(value)) for label, value in facts_of(row.name, content)],
        "refused": refused,
        "is_bare": row.name not in release_words,
        "text": text[:LONGEST_SHOWN],
        "is_cut": len(text) > LONGEST_SHOWN,
    }
    return render(request, "releases/detail.html", facts)


def _told(value: Any) -> Any:
    """A fact as a reader takes it: yes or no, the time in Japan, figures with commas, a list in a line."""
    if isinstance(value, bool):
        return t("はい", "Yes") if value else t("いいえ", "No")
    if isinstance(value, int):
        return number(value)
    if isinstance(value, list):
        return t("、", ", ").join(map(str, value))
    moment = parse_datetime(value) if isinstance(value, str) else None
    return jst(moment) if moment else value


@require_GET
@work_page("releases.make", purpose="oversight")
def made(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What this organisation released, to whom, and what it took back."""
    page = page_of(request, queries.made(scope))
    rows = [(title_of(row.name), row) for row in page]
    return render(request, "releases/made.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@work_page("releases.withdraw", purpose="oversight")
def withdraw(request: HttpRequest, scope: Scope, made_id: int) -> HttpResponse:
    """Take one version back from one recipient, after a look at what that means and with a reason that he reads."""
    row = queries.made(scope).filter(pk=made_id, withdrawn_at__isnull=True).first()
    if row is None:
        raise NotFound
    form = WithdrawForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        facts = {"row": row, "title": title_of(row.name), "form": form}
        return render(request, "releases/withdraw.html", facts)
    reason = form.cleaned_data["reason"]
    actions.withdraw(scope, name=row.name, version=row.version, recipient=row.recipient.code, reason=reason)
    messages.success(
        request, t("取りやめました。相手はもう読めません。", "Withdrawn: the other side can no longer read it.")
    )
    return redirect("releases:made", scope.organisation_code)
