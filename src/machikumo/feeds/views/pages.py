"""Pages that show: the feeds, one feed with its calendar, one file; and handing a file in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.feeds import queries
from machikumo.feeds.actions.receiving import receive
from machikumo.feeds.domain.before import ACCEPTABLE
from machikumo.feeds.domain.picture import calendar, cells_of, shown_until, weeks_until
from machikumo.feeds.forms import HandInForm, MendForm
from machikumo.feeds.freshness import freshness_of
from machikumo.feeds.jobs import start_applying, start_if_due
from machikumo.feeds.models import FileState, Via
from machikumo.feeds.words import (
    EVENTS,
    KINDS,
    LEVELS,
    REASONS,
    REMEDIES,
    ROW_STATES,
    SIGNS,
    STATES,
    STOPS,
    VERDICTS,
    VIAS,
    WEEKDAYS,
    words_in,
)
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link, page_of

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from machikumo.feeds.domain.freshness import Freshness
    from machikumo.feeds.domain.sequence import Missing
    from machikumo.feeds.models import Feed, FeedArrival, FeedFile, FeedRow
    from machikumo.kernel.scope import Scope

WEEKS = 6
STATE_KINDS = {"waiting": "info", "stopped": "error", "applied": "success", "skipped": "neutral"}
STATE_ICONS = {"waiting": "clock", "stopped": "warning", "applied": "check", "skipped": "close"}
GET_AND_POST = ["GET", "POST"]


@require_GET
@work_page("layouts.view", purpose="daily_feed")
def listing(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The feeds of the town, and how fresh the register is by each."""

    def to_one(one: Feed) -> Any:
        return link(one.name, reverse("feeds:feed", args=[scope.organisation_code, one.pk]))

    found = [(one, freshness_of(one)) for one in queries.feeds(scope)]
    fresh = dict(found)
    columns = (
        Column("name", t("名称", "Name"), heading=True, cell=to_one),
        Column("level", t("鮮度", "Freshness"), cell=lambda one: _level_chip(fresh[one])),
        Column("as_of", t("台帳の時点", "As of"), kind="date", cell=lambda one: one.last_day),
        Column("gap", t("欠けているファイル", "Missing files"), kind="number", cell=lambda one: _gaps(scope, one)),
        Column("open", t("未処理の行", "Rows left out"), kind="number", cell=lambda one: _open(scope, one)),
    )
    rows = [one for one, _ in found]
    table = Table(columns, rows, caption=t("差分連携", "Daily differences"), total=len(rows))
    facts = {"table": table, "feeds": rows, "may_move_in": scope.has("layouts.move_in")}
    return render(request, "feeds/list.html", facts)


def _gaps(scope: Scope, one: Feed) -> int:
    return len(queries.missing_files(scope, one))


def _open(scope: Scope, one: Feed) -> int:
    return queries.open_row_count(scope, one)


def _level_chip(found: Freshness) -> Any:
    level = found.level.value
    return chip(LEVELS[level], LEVELS[level], kind=KINDS[level], icon="check" if level == "fresh" else "warning")


@require_GET
@work_page("layouts.view", purpose="daily_feed")
def feed(request: HttpRequest, scope: Scope, feed_id: int) -> HttpResponse:
    """One feed: how fresh it is, what to do, its calendar, its files and all that came."""
    one = queries.feed_of(scope, feed_id)
    found, missing = freshness_of(one), queries.missing_files(scope, one)
    page = page_of(request, queries.files_of(scope, one), size=40)
    stopped = list(queries.waiting_files(scope, one).filter(state=FileState.STOPPED))
    facts = {
        "one": one,
        "found": found,
        "level": LEVELS[found.level.value],
        "kind": KINDS[found.level.value],
        "missing": missing,
        "waiting": queries.waiting_files(scope, one).filter(state=FileState.WAITING).count(),
        "stopped": [(file, STOPS[file.stop]) for file in stopped],
        "open_rows": queries.open_row_count(scope, one),
        "drawing": _drawing(scope, one, found, missing),
        "signs": [(SIGNS[key], LEGEND[key]) for key in LEGEND],
        "page": page,
        "table": _file_table(scope, page),
        "arrivals": [_arrival(arrival) for arrival in queries.arrivals_of(scope, one)[:12]],
        "may_move_in": scope.has("layouts.move_in"),
    }
    return render(request, "feeds/feed.html", facts)


LEGEND = {
    "applied": t("反映済み（数字は行数）", "applied, with its rows"),
    "missing": t("届いていない（あとの番号が届いている）", "missing: a later one has come"),
    "waiting": t("前のファイルを待っている", "waits for one before it"),
    "stopped": t("確認待ち", "needs a word"),
    "skipped": t("欠番とした", "said not to exist"),
    "late": t("期限を過ぎて届いていない", "due, and not here"),
    "off": t("作られない日", "no file on that day"),
}


def _drawing(scope: Scope, one: Feed, found: Freshness, missing: list[Missing]) -> str:
    newest = queries.files_of(scope, one).exclude(day=None).values_list("day", flat=True).first()
    span = weeks_until(shown_until(timezone.localdate(), newest or one.last_day), WEEKS)
    files = queries.days_of(scope, one, span[0])
    states: dict[date, tuple[str, int]] = {day: (str(file.state), file.applied) for day, file in files.items()}
    first = queries.files_of(scope, one).last()
    started = first.day - timedelta(days=1) if first and first.day else one.last_day
    cells = cells_of(
        queries.rule_of(one),
        span,
        states,
        missing=frozenset(gap.day for gap in missing if gap.day),
        started=started,
        expected=found.expected,
    )
    signs = {key: str(word) for key, word in SIGNS.items()}
    title = str(t("差分ファイルの暦", "Calendar of difference files"))
    return calendar(title, cells, signs=signs, weekdays=[str(name) for name in WEEKDAYS])


def _file_table(scope: Scope, page: Any) -> Table:
    def to_one(one: FeedFile) -> Any:
        return link(one.name, reverse("feeds:file", args=[scope.organisation_code, one.pk]))

    columns = (
        Column("name", t("ファイル", "File"), heading=True, cell=to_one),
        Column("day", t("日", "Day"), kind="date"),
        Column("state", t("状態", "State"), cell=_state_chip),
        Column("rows", t("行", "Rows"), kind="number"),
        Column("applied", t("反映", "Applied"), kind="number"),
        Column("left_out", t("残した行", "Left out"), kind="number"),
        Column("applied_at", t("反映日時", "Applied at"), kind="moment"),
    )
    return Table(columns, page, caption=t("ファイル", "Files"), total=page.paginator.count)


def _state_chip(one: FeedFile) -> Any:
    state = str(one.state)
    return chip(STATES[state], STATES[state], kind=STATE_KINDS[state], icon=STATE_ICONS[state])


def _arrival(one: FeedArrival) -> dict[str, Any]:
    file = one.file
    return {
        "one": one,
        "verdict": VERDICTS[one.verdict],
        "via": VIAS[str(one.via)],
        "kind": {"taken": "success", "repeated": "info", "withdrawn": "neutral"}.get(one.verdict, "error"),
        "remedy": REMEDIES.get(one.verdict, ""),
        "applied_at": file.applied_at if file and one.verdict == "repeated" else None,
        "file": file,
    }


@require_http_methods(GET_AND_POST)
@work_page("layouts.move_in", purpose="daily_feed")
def hand_in(request: HttpRequest, scope: Scope, feed_id: int) -> HttpResponse:
    """Take a file in; it is applied at once when it is its turn."""
    one = queries.feed_of(scope, feed_id)
    form = HandInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            arrival = receive(
                scope,
                feed_id=one.pk,
                name=upload.name,
                chunks=upload.chunks(),
                expected=upload.size,
                via=Via.PAGE,
            )
        except MachikumoError as error:
            form.add_error(None, words(error))
        else:
            start_if_due(scope, one)
            tell = messages.success if arrival.verdict in {"taken", "repeated"} else messages.warning
            tell(request, _told(arrival))
            return redirect("feeds:feed", scope.organisation_code, one.pk)
    return render(request, "feeds/hand_in.html", {"one": one, "form": form})


def _told(arrival: FeedArrival) -> Any:
    """What became of a file, in words; of a repeated one when it was applied."""
    verdict, remedy = VERDICTS[arrival.verdict], REMEDIES.get(arrival.verdict, "")
    file = arrival.file
    if arrival.verdict == "repeated" and file and file.applied_at:
        when = f"{timezone.localtime(file.applied_at):%Y-%m-%d %H:%M}"
        return t(
            f"「{arrival.name}」は {when} に反映済みです。もう一度は反映しません。",
            f"{arrival.name} was applied at {when} already. It is not applied again.",
        )
    return f"{arrival.name}: {verdict} {remedy}".strip()


@require_POST
@work_page("layouts.move_in", purpose="daily_feed")
def apply_now(request: HttpRequest, scope: Scope, feed_id: int) -> HttpResponse:
    """Apply what waits, now."""
    one = queries.feed_of(scope, feed_id)
    start_applying(scope, one, f"asked-{timezone.now():%Y%m%d%H%M%S}")
    messages.success(request, t("反映を始めました。", "Applying has begun."))
    return redirect("feeds:feed", scope.organisation_code, one.pk)


@require_GET
@work_page("layouts.view", purpose="daily_feed")
def file(request: HttpRequest, scope: Scope, file_id: int) -> HttpResponse:
    """One file: its counts, its events, the rows left out and what can be done with them."""
    one = queries.file_of(scope, file_id)
    page = page_of(request, queries.rows_left(scope, one), size=50)
    still_open = queries.open_rows(scope, one)
    facts = {
        "one": one,
        "state": STATES[str(one.state)],
        "state_kind": STATE_KINDS[str(one.state)],
        "stop": STOPS.get(str(one.stop), ""),
        "events": [(EVENTS[kind], count) for kind, count in one.events.items()],
        "page": page,
        "rows": [_row(row) for row in page],
        "broken": still_open.filter(broken=True).count(),
        "conflicts": still_open.filter(broken=False).count(),
        "mend_form": MendForm(),
        "may_move_in": scope.has("layouts.move_in"),
    }
    return render(request, "feeds/file.html", facts)


def _row(row: FeedRow) -> dict[str, Any]:
    broken = t("レイアウトの規則に合わない", "Breaks a rule of the layout")
    return {
        "one": row,
        "reason": broken if row.broken else words_in(REASONS, row.reason),
        "message": t(row.message_ja, row.message_en),
        "state": ROW_STATES[str(row.state)],
        "is_open": row.state == "open",
        "may_accept": not row.broken and row.reason in ACCEPTABLE,
        "history": "" if row.history_number is None else f"{row.history_number}-{row.history_branch}",
    }
