"""Pages of long work: the list, one run with its progress and log, and its three buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from machikumo.kernel.jobs import actions, queries
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t
from machikumo.kernel.ui.tables import Column, Table, link, page_of

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope

TITLES = {
    "layouts.move_in": t("データ移行", "Move in"),
    "layouts.export": t("旧システムの様式での書き出し", "Export to an old system's layout"),
    "operations.exit_package": t("持ち出しパッケージの作成", "Exit package"),
    "operations.reset_training": t("練習環境の作り直し", "Training reset"),
    "numbers.reencrypt": t("番号の保管庫の鍵の取り替え", "New key of the number vault"),
    "gaiji.identify": t("外字の同定", "Identifying gaiji"),
    "operations.load_package": t("持ち出しパッケージの読み込み", "Loading an exit package"),
    "rehearsals.measure": t("移行リハーサルの集計", "Counting a rehearsal"),
    "feeds.apply": t("日次差分の反映", "Applying daily differences"),
    "cutover.undo": t("取込の取消し", "Undoing a load"),
    "jobs.count": t("動作確認（数え上げ）", "Trial of the worker (counting)"),
}


def title_of(kind: str) -> Any:
    """The words for a kind of work."""
    return TITLES.get(kind, kind)


@require_GET
@work_page("jobs.view")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All runs of the organisation."""

    def to_run(run: Any) -> Any:
        return link(title_of(run.kind), reverse("jobs:run", args=[scope.organisation_code, run.pk]))

    columns = (
        Column("kind", t("処理", "Work"), heading=True, cell=to_run),
        Column("state", t("状態", "State"), cell=lambda run: STATES.get(run.state, run.state)),
        Column("percent", t("進み具合", "Progress"), cell=lambda run: f"{run.percent}%"),
        Column("created_at", t("開始", "Started"), kind="moment"),
    )
    page = page_of(request, queries.runs(scope), size=50)
    table = Table(columns, page, caption=t("処理", "Work"), query=request.GET, total=page.paginator.count)
    return render(request, "jobs/list.html", {"page": page, "table": table})


STATES = {
    "queued": t("待機中", "Queued"),
    "running": t("実行中", "Running"),
    "pausing": t("一時停止中…", "Pausing…"),
    "paused": t("一時停止", "Paused"),
    "succeeded": t("完了", "Done"),
    "failed": t("失敗", "Failed"),
    "cancelled": t("取消", "Cancelled"),
}


@require_GET
@work_page("jobs.view")
def run(request: HttpRequest, scope: Scope, run_id: int) -> HttpResponse:
    """One run; with htmx only the part that changes is asked for again."""
    one = queries.run_of(scope, run_id)
    facts = {
        "run": one,
        "title": title_of(one.kind),
        "state": STATES.get(one.state, one.state),
        "note": t(one.note_ja, one.note_en or one.note_ja),
        "may_manage": scope.has("jobs.manage"),
        "lines": queries.log_of(scope, one),
    }
    template = "jobs/run_part.html" if request.headers.get("HX-Request") else "jobs/run.html"
    return render(request, template, facts)


@require_POST
@work_page("jobs.manage")
def pause(_request: HttpRequest, scope: Scope, run_id: int) -> HttpResponse:
    """Ask the run to pause."""
    actions.pause(scope, run_id=run_id)
    return redirect("jobs:run", scope.organisation_code, run_id)


@require_POST
@work_page("jobs.manage")
def resume(_request: HttpRequest, scope: Scope, run_id: int) -> HttpResponse:
    """Go on."""
    actions.resume(scope, run_id=run_id)
    return redirect("jobs:run", scope.organisation_code, run_id)


@require_POST
@work_page("jobs.manage")
def cancel(_request: HttpRequest, scope: Scope, run_id: int) -> HttpResponse:
    """End it for good."""
    actions.cancel(scope, run_id=run_id)
    return redirect("jobs:run", scope.organisation_code, run_id)
