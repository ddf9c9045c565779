"""Pages of approvals: what waits, one request with its facts, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from machikumo.kernel.approvals import actions, queries
from machikumo.kernel.approvals.domain.rules import STATE_TITLES, ApprovalState
from machikumo.kernel.approvals.kinds import approval_kinds
from machikumo.kernel.errors import Conflict, MachikumoError, NotFound
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link, page_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope

LOOKS = {
    "requested": "info",
    "approved": "success",
    "rejected": "warning",
    "withdrawn": "neutral",
    "expired": "warning",
}
LISTS = {"waiting": queries.waiting, "mine": queries.asked_by, "decided": queries.decided}


@require_GET
@work_page("approvals.view")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What waits for me, what I asked for, what was decided: one list at a time."""
    shown = request.GET.get("list", "waiting")
    rows = LISTS.get(shown, queries.waiting)(scope)

    def to_one(row: Approval) -> Any:
        return link(words((row.title_ja, row.title_en or row.title_ja)), address_of(scope, row.pk))

    columns = (
        Column("title", t("依頼", "Request"), heading=True, cell=to_one),
        Column("kind", t("種類", "Kind"), cell=lambda row: kind_words(row.kind)),
        Column("requested_at", t("依頼日時", "Asked"), kind="moment"),
        Column("expires_at", t("期限", "Until"), kind="moment"),
        Column("state", t("状態", "State"), cell=state_chip),
    )
    page = page_of(request, rows)
    table = Table(columns, page, caption=t("承認", "Approvals"), query=request.GET, total=page.paginator.count)
    here = reverse("approvals:list", args=[scope.organisation_code])
    tabs = {name: f"{here}?list={name}" for name in LISTS}
    current = tabs.get(shown, tabs["waiting"])
    return render(request, "approvals/list.html", {"page": page, "table": table, "tabs": tabs, "current": current})


@require_GET
@work_page("approvals.view")
def detail(request: HttpRequest, scope: Scope, approval_id: int) -> HttpResponse:
    """One request: what was asked, by whom, and the buttons that this person may press."""
    row = queries.approval(scope, approval_id)
    _refuse_unrelated(scope, row)
    is_open = row.state == ApprovalState.REQUESTED and row.expires_at > timezone.now()
    is_mine = row.requested_by == scope.person
    names = names_of(scope, [row.requested_by, row.decided_by])
    facts = {
        "row": row,
        "kind": kind_words(row.kind),
        "state": words(STATE_TITLES[ApprovalState(row.state)]),
        "look": LOOKS[row.state],
        "facts": facts_of(scope, row),
        "asked_by": names[row.requested_by],
        "decided_by": names[row.decided_by],
        "may_decide": is_open and not is_mine and _may_decide(scope, row),
        "may_withdraw": is_open and is_mine,
    }
    return render(request, "approvals/detail.html", facts)


@require_POST
@work_page("approvals.view")
def decide(request: HttpRequest, scope: Scope, approval_id: int) -> HttpResponse:
    """Approve, reject or withdraw; who came second is told so."""
    note = request.POST.get("note", "").strip()[:400]
    chosen = request.POST.get("do", "")
    try:
        if chosen == "approve":
            actions.approve(scope, approval_id=approval_id, note=note)
            messages.success(request, t("承認しました。", "Approved."))
        elif chosen == "reject":
            actions.reject(scope, approval_id=approval_id, note=note)
            messages.success(request, t("差し戻しました。", "Rejected."))
        elif chosen == "withdraw":
            actions.withdraw(scope, approval_id=approval_id)
            messages.success(request, t("取り下げました。", "Withdrawn."))
    except Conflict as error:
        messages.warning(request, words(error))
    except MachikumoError as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, words(error))
    return redirect(address_of(scope, approval_id))


def address_of(scope: Scope, approval_id: int) -> str:
    """The address of one request."""
    return reverse("approvals:detail", args=[scope.organisation_code, approval_id])


def kind_words(key: str) -> str:
    """What is asked for, in the reader's language; the key when its room is not installed."""
    if key not in approval_kinds:
        return key
    kind = approval_kinds.get(key)
    return words((kind.title_ja, kind.title_en))


def facts_of(scope: Scope, row: Approval) -> list[tuple[str, Any]]:
    """What was asked for, as the kind describes it, in the reader's language."""
    if row.kind not in approval_kinds:
        return sorted(row.payload.items())
    described = approval_kinds.get(row.kind).describe(scope, row.payload)
    return [(words((ja, en)), value) for ja, en, value in described]


def state_chip(row: Approval) -> Any:
    """The state as a chip."""
    ja, en = row.state_titles
    return chip(ja, en, kind=LOOKS[row.state])


def _may_decide(scope: Scope, row: Approval) -> bool:
    return row.kind in approval_kinds and scope.has(approval_kinds.get(row.kind).decide_permission)


def _refuse_unrelated(scope: Scope, row: Approval) -> None:
    """A request is shown to who asked and to who may decide; to others it is not there."""
    if row.requested_by != scope.person and not _may_decide(scope, row):
        raise NotFound
