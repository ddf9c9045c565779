"""What the first town's officer has begun: a rehearsal, a question to the old vendor, a feed, a cut-over's plan."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.cutover import actions as cutover
from machikumo.cutover.domain.deeds import USUALLY_CLOSED
from machikumo.feeds.actions.describing import Description, open_feed
from machikumo.feeds.actions.receiving import receive
from machikumo.feeds.domain.envelope import Control
from machikumo.feeds.models import Via
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.questions import actions as questions
from machikumo.questions.domain.rules import Party
from machikumo.rehearsals import actions as rehearsals
from machikumo.rehearsals import queries
from machikumo.synthetic import differences

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

SYSTEM = "resident_record"
AHEAD = timedelta(days=60)
EVENING = time(17, 30)
CLOSED_FOR = timedelta(hours=63)  # from Friday evening to Monday morning


def begin(scope: Scope, *, move_in_id: int, mapping_key: str, order: differences.DailyOrder) -> bool:
    """Make it once; False when it is there already."""
    with entered(scope):
        if queries.moves(scope):
            return False
    _rehearse(scope, move_in_id)
    _ask(scope)
    _feed(scope, mapping_key, order)
    _plan(scope)
    return True


def _rehearse(scope: Scope, move_in_id: int) -> None:
    move = rehearsals.plan_move(
        scope, system=SYSTEM, old_vendor="霞システム（架空）", new_vendor="まちくも運用（架空）", rehearsals=2
    )
    with entered(scope):
        first = queries.rounds_of(scope, move)[0]
    rehearsals.add_file(scope, round_id=first.pk, move_in_id=move_in_id)
    perform(scope.organisation_id, rehearsals.start_measuring(scope, round_id=first.pk).pk)


def _ask(scope: Scope) -> None:
    questions.ask(
        scope,
        asked_of=Party.OLD_VENDOR,
        about="column?layout=vendor-kasumi-juki&item=ido_ymd",
        title="異動日の空欄の意味",
        body="異動日が空欄の行は、異動日が不明ということですか。それとも未入力ですか。",
        due_on=timezone.localdate() + timedelta(days=14),
        blocks=True,
        files=[],
    )


def _feed(scope: Scope, mapping_key: str, order: differences.DailyOrder) -> None:
    """The second day's difference has come and the first has not: it waits, and the gap has a name."""
    described = Description(
        name="霞　日次差分",
        mapping_key=mapping_key,
        pattern=differences.PATTERN,
        codes=(scope.organisation_code,),
        control=Control(differences.HEADER, differences.TRAILER),
        stop_percent=100,
    )
    feed = open_feed(scope, key="daily", description=described, as_of=order.as_of)
    for file in differences.daily_files(order):
        if file.number != 1:
            receive(scope, feed_id=feed.pk, name=file.name, chunks=[file.data], via=Via.PAGE)


def _plan(scope: Scope) -> None:
    day = _friday(timezone.localdate() + AHEAD)
    start = datetime.combine(day, EVENING, timezone.get_current_timezone())
    cutover.make_plan(
        scope,
        system=SYSTEM,
        name="住民記録　本番切替",
        freeze_starts_at=start,
        freeze_ends_at=start + CLOSED_FOR,
        closed=USUALLY_CLOSED,
    )


def _friday(day: date) -> date:
    return day + timedelta(days=(4 - day.weekday()) % 7)
