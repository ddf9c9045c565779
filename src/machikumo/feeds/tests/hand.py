"""Differences written by hand: rows of the standard layout, one person or two."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from machikumo.feeds.actions.describing import Description, open_feed
from machikumo.feeds.actions.receiving import receive
from machikumo.feeds.delivering import file_of_rows
from machikumo.feeds.domain.envelope import Control
from machikumo.feeds.models import FeedRow, Via
from machikumo.feeds.queries import file_of, files_of, rows_left
from machikumo.feeds.working import apply_waiting
from machikumo.kernel.tenancy.doors import entered
from machikumo.register.models import PersonVersion
from machikumo.register.tests import rows as register

if TYPE_CHECKING:
    from machikumo.feeds.models import Feed, FeedArrival, FeedFile
    from machikumo.kernel.scope import Scope

CODE, FIRST_DAY = "182079", date(2026, 4, 2)
PERSON, OTHER = register.PLAIN["addressee_number"], "000000000000102"
NEEDED = {
    "event_date_uncertain": "0",
    "birth_date_uncertain": "0",
    "address_town_code": "0000000",
    "address_postal_code": "9160000",
}

GONE = {
    "resident_state": "3",
    "removed_on": "2026-04-02",
    "removed_on_uncertain": "0",
    "removal_notified_on": "2026-04-02",
}


def row(**items: str) -> dict[str, str]:
    """A whole row of the plain person, with these items instead."""
    return register.row(**(NEEDED | items))


def change(number: int, reason: str = "03", **items: str) -> dict[str, str]:
    """That person's version of that number."""
    usual = {"history_number": str(number), "event_reason": reason, "event_date": f"2026-04-{number:02d}"}
    return row(**(usual | items))


def lives_here(scope: Scope, **items: str) -> None:
    """The plain person is in the register with one version."""
    register.load(scope, row(**items))


def feed(scope: Scope, *, key: str = "std", as_of: date | None = FIRST_DAY - timedelta(days=1), **facts: Any) -> Feed:
    """A feed of standard rows."""
    usual: dict[str, Any] = {"name": "標準", "mapping_key": "", "pattern": "D_{date}_{sequence}.csv", "codes": (CODE,)}
    usual["control"] = Control("", "T,{rows}")
    return open_feed(scope, key=key, description=Description(**(usual | facts)), as_of=as_of)


def made(scope: Scope, one: Feed, number: int, *rows: dict[str, str]) -> tuple[str, bytes]:
    """The file of that number with these rows."""
    day = FIRST_DAY + timedelta(days=number - 1)
    with entered(scope):
        return file_of_rows(scope, one, rows, number=number, day=day)


def arrive(scope: Scope, one: Feed, name: str, data: bytes) -> FeedArrival:
    """A file comes."""
    return receive(scope, feed_id=one.pk, name=name, chunks=[data], via=Via.PAGE)


def bring(scope: Scope, one: Feed, number: int, *rows: dict[str, str]) -> FeedFile:
    """The file of that number comes, and what can be is applied; gives the file as it is then."""
    arrive(scope, one, *made(scope, one, number, *rows))
    apply_waiting(scope, one.pk)
    with entered(scope):
        found = files_of(scope, one).filter(position=number).get()
        return file_of(scope, found.pk)


def left(scope: Scope, file: FeedFile) -> list[FeedRow]:
    """The rows of a file that were left out."""
    with entered(scope):
        return list(rows_left(scope, file))


def present(scope: Scope, person: str = PERSON) -> PersonVersion:
    """The present version of somebody."""
    with entered(scope):
        return (
            PersonVersion.objects.within(scope)
            .select_related("person", "household")
            .get(person__addressee_number=person, is_latest=True, superseded_at__isnull=True)
        )


def history(scope: Scope, person: str = PERSON) -> list[tuple[int, int]]:
    """The keys of somebody's versions."""
    with entered(scope):
        versions = PersonVersion.objects.within(scope).filter(person__addressee_number=person)
        return list(
            versions.order_by("history_number", "history_branch").values_list("history_number", "history_branch")
        )
