"""Pages of the tenant's life: take everything with you, and make the training town anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.files.actions import open_file
from machikumo.kernel.files.queries import files_of
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs import queries as job_queries
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import choose, t, words
from machikumo.kernel.ui.tables import Column, Table, chip
from machikumo.operations import kinds, queries
from machikumo.operations.forms import PackageForm, ResetForm
from machikumo.operations.keeping import kept_until

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.jobs.queries import PeriodicWork
    from machikumo.kernel.scope import Scope

PACKAGE = "exit_package"
LATE = (
    "未実行・遅れ（処理を行うプログラムが動いているか確認してください）",
    "Not run in time: see whether the worker runs",
)


@require_GET
@work_page("operations.view", purpose="operations")
def home(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What is kept here, the packages that were made, and the training town."""
    facts = {
        "counts": queries.row_counts(scope),
        "packages": [(one, kept_until(one)) for one in files_of(scope, PACKAGE)[:10]],
        "periodic": periodic_table(scope),
        "may_manage": scope.has("operations.export"),
        "form": PackageForm(),
        "may_load": scope.has("operations.load") and queries.is_empty(scope),
        "former": queries.former_ledgers(scope) if scope.has("ledger.view") else [],
        "may_reset": scope.training and scope.has("operations.reset_training"),
    }
    return render(request, "operations/home.html", facts)


def periodic_table(scope: Scope) -> Table:
    """What runs by itself: when each last ran here, how it ended, and whether the worker seems to stand still."""
    columns = (
        Column("title", t("処理", "Work"), heading=True, cell=lambda work: words(work.title)),
        Column("every", t("間隔", "Every"), cell=lambda work: _every(work.every)),
        Column(
            "finished_at",
            t("前回の実行", "Last run"),
            kind="moment",
            cell=lambda work: work.last and work.last.finished_at,
        ),
        Column("state", t("結果", "Result"), cell=_ended),
        Column(
            "count",
            t("処理した件数", "Dealt with"),
            kind="number",
            cell=lambda work: work.last.count if work.last else 0,
        ),
    )
    works = job_queries.periodic_works(scope, timezone.now())
    return Table(columns, works, caption=t("自動で行う処理", "Work that runs by itself"))


def _every(every: dt.timedelta) -> str:
    if every.days:
        return choose(f"{every.days}日", f"{every.days} day(s)")
    minutes = every.seconds // 60
    return choose(f"{minutes}分", f"{minutes} min")


def _ended(work: PeriodicWork) -> Any:
    """How the last run ended, in words and colour; a late one says what to look at."""
    if work.is_late:
        return chip(*LATE, kind="warning", icon="warning")
    if work.last is None or work.last.state == "succeeded":
        return chip("正常", "Fine", kind="success", icon="check")
    note = choose(work.last.note_ja, work.last.note_en)
    return format_html("{} {}", chip("失敗", "Failed", kind="error", icon="warning"), note)


@require_POST
@work_page("operations.export", purpose="operations")
def start_exit_package(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Ask another person to approve the exit package; it is made once they have."""
    form = PackageForm(request.POST)
    if not form.is_valid():
        for told in (error for errors in form.errors.values() for error in errors):
            messages.error(request, str(told))
        return redirect("operations:home", scope.organisation_code)
    try:
        asked = kinds.ask_for_package(scope, **form.cleaned_data)
    except Conflict as error:
        messages.warning(request, words(error))
        return redirect("operations:home", scope.organisation_code)
    messages.success(
        request, t("承認を依頼しました。承認されると作り始めます。", "Sent for approval; it is made once approved.")
    )
    return redirect("approvals:detail", scope.organisation_code, asked.pk)


@require_GET
@work_page("operations.export", purpose="operations")
def download(_request: HttpRequest, scope: Scope, token: UUID) -> HttpResponse:
    """The package; the download is recorded."""
    stored, place = open_file(scope, token=token)
    if stored.purpose != PACKAGE:
        raise NotFound
    return FileResponse(place.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.media_type)  # type: ignore[return-value]  # a streaming answer is one too


@require_http_methods(["GET", "POST"])
@work_page("operations.reset_training", purpose="operations")
def reset_training(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Empty the training town and fill it with made-up people; says what will go before it goes."""
    if not scope.training:
        raise NotFound
    form = ResetForm(request.POST or None, expected=scope.organisation_code)
    if request.method == "POST" and form.is_valid():
        run = jobs.start(
            scope,
            kind="operations.reset_training",
            idempotency_key=f"operations.reset_training:{timezone.now():%Y%m%d%H%M%S}",
            arguments={"people": form.cleaned_data["people"], "seed": form.cleaned_data["seed"]},
        )
        messages.success(request, t("練習環境を作り直しています。", "The training town is being made anew."))
        return redirect("jobs:run", scope.organisation_code, run.pk)
    facts = {"form": form, "counts": queries.row_counts(scope)}
    return render(request, "operations/reset.html", facts)
