"""A small town that was moved in, its feed, and the files of the days after."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.feeds.actions.describing import Description, open_feed
from machikumo.feeds.actions.receiving import receive
from machikumo.feeds.domain.envelope import Control
from machikumo.feeds.domain.reading import read_rows
from machikumo.feeds.models import FeedEvent, Via
from machikumo.feeds.queries import form_of
from machikumo.feeds.working import apply_waiting
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.registries import load_targets
from machikumo.kernel.tenancy.doors import entered
from machikumo.register.actions import correct
from machikumo.register.models import PersonVersion
from machikumo.synthetic.differences import HEADER, PATTERN, TRAILER, DailyFile, DailyOrder, daily_files, days_of
from machikumo.synthetic.domain.daily import Pace
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from machikumo.feeds.models import Feed, FeedArrival, FeedFile
    from machikumo.kernel.scope import Scope
    from machikumo.synthetic.domain.rows import Row

CODE, PEOPLE, SEED, AS_OF, MAPPING = "182079", 60, 5, date(2026, 4, 1), "kasumi-to-standard"
BUSY = Pace(births=2, deaths=1, moves_within=1, moves_out=1, moves_in=1)
VERSIONS = """
SELECT p.addressee_number, h.number, to_jsonb(v) - 'id' - 'person_id' - 'household_id' - 'organisation_id'
  - 'recorded_at' - 'superseded_at' - 'recorded_by'
FROM register_personversion v
JOIN register_person p ON p.organisation_id = v.organisation_id AND p.id = v.person_id
JOIN register_household h ON h.organisation_id = v.organisation_id AND h.id = v.household_id
WHERE v.organisation_id = %s ORDER BY 1, v.history_number, v.history_branch
"""


def order_of(days: int, **facts: Any) -> DailyOrder:
    """The order of so many days of the small town."""
    return DailyOrder(**({"code": CODE, "people": PEOPLE, "seed": SEED, "as_of": AS_OF, "vendor": Vendor.KASUMI,
                          "days": days, "pace": BUSY} | facts))  # fmt: skip


@cache
def files_of_days(days: int) -> tuple[DailyFile, ...]:
    """The files of so many days, as they should come."""
    return tuple(daily_files(order_of(days)))


@cache
def rows_of_days(days: int) -> tuple[dict[str, str], ...]:
    """Every row of so many days: the truth."""
    return tuple(row for day in days_of(order_of(days)) for row in day.rows)


def move_in(scope: Scope, folder: Path) -> int:
    """The town as it was exported, in the register; gives the rows."""
    made = make_export(Order(CODE, PEOPLE, SEED, AS_OF, Vendor.KASUMI), folder)
    reading = read_rows(made.file.read_bytes(), form_of(scope, MAPPING), training=True, file_name=made.file.name)
    with entered(scope):
        for frame in reading.frames:
            load_targets.get("resident-standard")(scope, frame, "test")
    return made.records


def description(**facts: Any) -> Description:
    """How the made-up vendor delivers."""
    usual: dict[str, Any] = {
        "name": "霞システム 日次差分",
        "mapping_key": MAPPING,
        "pattern": PATTERN,
        "codes": (CODE,),
        "control": Control(HEADER, TRAILER),
    }
    return Description(**(usual | facts))


def feed_in(scope: Scope, *, key: str = "juki", as_of: date | None = AS_OF, **facts: Any) -> Feed:
    """A feed of the town."""
    return open_feed(scope, key=key, description=description(**facts), as_of=as_of)


def hand_in(scope: Scope, feed: Feed, file: DailyFile, *, name: str = "", data: bytes | None = None) -> FeedArrival:
    """One file, by the page."""
    chunks = [file.data if data is None else data]
    return receive(scope, feed_id=feed.pk, name=name or file.name, chunks=chunks, via=Via.PAGE)


def come(scope: Scope, feed: Feed, *files: DailyFile) -> list[FeedFile]:
    """Files that come one by one, each applied if its turn is; gives those that were dealt with."""
    done = []
    for file in files:
        hand_in(scope, feed, file)
        done += apply_waiting(scope, feed.pk)
    return done


def versions(scope: Scope) -> list[tuple[Any, ...]]:
    """Every version in the register, with all that is in it but when and by whom it was written."""
    with entered(scope), connection.cursor() as cursor:
        cursor.execute(VERSIONS, [scope.organisation_id])
        return list(cursor.fetchall())


def events(scope: Scope) -> list[tuple[str, int, int, str]]:
    """Every event that was told: addressee number, history number, branch, kind."""
    with entered(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.addressee_number, e.history_number, e.history_branch, e.kind FROM feeds_feedevent e "
            "JOIN register_person p ON p.organisation_id = e.organisation_id AND p.token::text = e.subject "
            "WHERE e.organisation_id = %s ORDER BY 1, 2, 3",
            [scope.organisation_id],
        )
        found = list(cursor.fetchall())
        assert len(found) == FeedEvent.objects.within(scope).count()
    return found


def correct_somebody(scope: Scope, rows: Sequence[Row]) -> Row:
    """A clerk corrects the record of the first person here whose present version one of these rows goes on from."""
    for row in rows:
        with entered(scope):
            version = PersonVersion.objects.within(scope).filter(
                person__addressee_number=row["addressee_number"],
                history_number=int(row["history_number"]) - 1,
                is_latest=True,
                superseded_at__isnull=True,
            ).first()  # fmt: skip
        if version is not None:
            changes, ground = {"remarks": "確認"}, "resident_request"
            facts = {"person_id": version.person_id, "expected_version_id": version.pk}
            correct(scope, changes=changes, ground=ground, **facts)
            return row
    raise AssertionError("nobody of these rows is in the register")


def rows_of_file(days: int, number: int) -> list[Row]:
    """The standard rows of one file."""
    return list(tuple(days_of(order_of(days)))[number - 1].rows)


def numbers(scope: Scope) -> int:
    """How many numbers lie in the vault."""
    with entered(scope):
        return NumberRecord.objects.within(scope).count()
