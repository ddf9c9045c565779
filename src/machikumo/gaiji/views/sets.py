"""The sets of an organisation: bring a font, see its figures with the most people first, and how much is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from machikumo.gaiji import actions, queries
from machikumo.gaiji.domain.errors import UnreadableFont
from machikumo.gaiji.forms import ReceiveForm, ShowForm
from machikumo.gaiji.models import Status, Verdict
from machikumo.gaiji.words import STATUS_LOOKS, STATUSES, VERDICTS
from machikumo.kernel.errors import Conflict
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, link, page_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.gaiji.models import GaijiCandidate, GaijiFigure, GaijiSet
    from machikumo.kernel.scope import Scope


@require_GET
@work_page("layouts.view", purpose="data_migration")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All sets of the municipality."""

    def to_one(one: GaijiSet) -> Any:
        return link(one.system, reverse("gaiji:set", args=[scope.organisation_code, one.pk]))

    columns = (
        Column("system", t("旧システム", "Old system"), heading=True, cell=to_one),
        Column("key", t("キー", "Key"), kind="code"),
        Column("used_people", t("外字を使う人", "People concerned"), kind="number"),
        Column("created_at", t("受領", "Received"), kind="moment"),
    )
    page = page_of(request, queries.sets(scope), size=50)
    table = Table(columns, page, caption=t("外字セット", "Sets"), query=request.GET, total=page.paginator.count)
    may = {"may_decide": scope.has("layouts.gaiji"), "may_review": scope.has("layouts.approve")}
    return render(request, "gaiji/list.html", {"page": page, "table": table} | may)


@require_http_methods(["GET", "POST"])
@work_page("layouts.gaiji", purpose="data_migration")
def receive(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Take a font and a file, and start the machine's part."""
    form = ReceiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        one = _received(scope, form)
        if one is not None:
            actions.start(scope, set_id=one.pk)
            messages.success(request, t("受け取りました。図形の照合を始めます。", "Received; comparing begins."))
            return redirect("gaiji:set", scope.organisation_code, one.pk)
    return render(request, "gaiji/new.html", {"form": form})


def _received(scope: Scope, form: ReceiveForm) -> GaijiSet | None:
    """The new set; None when the font or the key is refused, which the form then says."""
    facts = form.cleaned_data
    font, data = facts["font"], facts["people_file"]
    stored = None
    if data:
        stored = store_file(
            scope, name=data.name, chunks=data.chunks(), purpose="gaiji_use", media_type="text/csv", expected=data.size
        )
    try:
        return actions.receive(
            scope,
            key=facts["key"],
            system=facts["system"],
            font_name=font.name,
            font=font.read(),
            data=stored,
            charset=facts["charset"],
            key_column=facts["key_column"],
        )
    except UnreadableFont as error:
        form.add_error("font", str(words(error)))
    except Conflict as error:
        form.add_error("key", str(words(error)))
    return None


@require_GET
@work_page("layouts.view", purpose="data_migration")
def one_set(request: HttpRequest, scope: Scope, set_id: int) -> HttpResponse:
    """One set: coverage, its figures with the most people first, and its published maps."""
    one = queries.set_of(scope, set_id)
    show = request.GET.get("show", "")
    page = page_of(request, queries.figures_of(scope, one, show=show), size=25)
    figures = list(page.object_list)
    nearest = queries.first_candidates(scope, figures)
    facts = {
        "one": one,
        "run": run_of(scope, one.job_run_id) if one.job_run_id and one.state != "ready" else None,
        "coverage": queries.coverage_of(scope, one),
        "page": page,
        "rows": [_row(figure, nearest.get(figure.pk)) for figure in figures],
        "form": ShowForm(request.GET),
        "versions": queries.versions_of(scope, one)[:20],
        "may_decide": scope.has("layouts.gaiji"),
        "may_publish": scope.has("layouts.approve"),
    }
    return render(request, "gaiji/set.html", facts)


def _row(figure: GaijiFigure, candidate: GaijiCandidate | None) -> dict[str, Any]:
    return {
        "figure": figure,
        "candidate": candidate,
        "status": STATUSES[figure.status],
        "look": STATUS_LOOKS[Status(figure.status)],
        "verdict": VERDICTS[Verdict(figure.verdict)],
    }
