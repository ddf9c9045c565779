"""What people decide: a stopped file, a file that does not exist, rows left out. Each answers with a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from machikumo.feeds import queries
from machikumo.feeds.actions import settling as actions
from machikumo.feeds.forms import MendForm
from machikumo.feeds.jobs import start_if_due
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest

    from machikumo.kernel.scope import Scope


def _try(request: HttpRequest, done: Any, act: Callable[[], object]) -> bool:
    """Do it and say so; say what is wrong when it cannot be done."""
    try:
        act()
    except MachikumoError as error:
        messages.error(request, words(error))
        return False
    messages.success(request, done)
    return True


def _ground(request: HttpRequest) -> str:
    return request.POST.get("ground", "")[:1_000]


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def skip(request: HttpRequest, scope: Scope, feed_id: int) -> HttpResponse:
    """Say that the first missing file does not exist."""
    asked = request.POST.get("position", "")
    position = int(asked) if asked.isdecimal() else 0
    done = t("欠番としました。続きを反映します。", "It is said not to exist; the others go on.")
    if _try(request, done, lambda: actions.skip(scope, feed_id=feed_id, position=position, ground=_ground(request))):
        start_if_due(scope, queries.feed_of(scope, feed_id))
    return redirect("feeds:feed", scope.organisation_code, feed_id)


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def confirm(request: HttpRequest, scope: Scope, file_id: int) -> HttpResponse:
    """Let a stopped file go on."""
    done = t("確認しました。反映します。", "Confirmed; it is applied.")
    if _try(request, done, lambda: actions.confirm_stop(scope, file_id=file_id, ground=_ground(request))):
        start_if_due(scope, queries.file_of(scope, file_id).feed)
    return redirect("feeds:file", scope.organisation_code, file_id)


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def withdraw(request: HttpRequest, scope: Scope, file_id: int) -> HttpResponse:
    """Take a file back that is not applied."""
    feed_id = queries.file_of(scope, file_id).feed_id
    done = t("取り下げました。", "It is withdrawn.")
    if _try(request, done, lambda: actions.withdraw(scope, file_id=file_id, ground=_ground(request))):
        return redirect("feeds:feed", scope.organisation_code, feed_id)
    return redirect("feeds:file", scope.organisation_code, file_id)


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def again(request: HttpRequest, scope: Scope, file_id: int) -> HttpResponse:
    """Judge the rows left out anew."""
    done = t("残りの行をもう一度確かめました。", "The rows left out were judged anew.")
    _try(request, done, lambda: actions.try_again(scope, file_id=file_id))
    return redirect("feeds:file", scope.organisation_code, file_id)


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def fetch(request: HttpRequest, scope: Scope, file_id: int) -> HttpResponse:
    """The broken rows to be mended; the fetching is recorded."""
    try:
        name, data = actions.fetch_broken(scope, file_id=file_id)
    except MachikumoError as error:
        messages.error(request, words(error))
        return redirect("feeds:file", scope.organisation_code, file_id)
    answer = HttpResponse(data, content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def mend(request: HttpRequest, scope: Scope, file_id: int) -> HttpResponse:
    """Apply rows that were mended."""
    form = MendForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        done = t("直した行を反映しました。", "The mended rows were applied.")
        facts = {"file_id": file_id, "name": upload.name, "chunks": upload.chunks()}
        _try(request, done, lambda: actions.mend(scope, **facts))
    else:
        messages.error(request, t("直した行のファイルを選んでください。", "Choose the file of mended rows."))
    return redirect("feeds:file", scope.organisation_code, file_id)


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def settle(request: HttpRequest, scope: Scope, row_id: int) -> HttpResponse:
    """Put a row in, or keep the register against it."""
    file_id = queries.row_of(scope, row_id).file_id
    act = actions.accept_row if request.POST.get("do") == "accept" else actions.keep_row
    done = t("行を処理しました。", "The row is settled.")
    _try(request, done, lambda: act(scope, row_id=row_id, ground=_ground(request)))
    return redirect("feeds:file", scope.organisation_code, file_id)
