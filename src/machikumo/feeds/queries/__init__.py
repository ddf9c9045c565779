"""Reading feeds: the feeds of a town, their files, arrivals and rows left out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from machikumo.feeds.domain.arrivals import Taken
from machikumo.feeds.domain.envelope import Control, open_envelope
from machikumo.feeds.domain.reading import Form, read_rows
from machikumo.feeds.domain.sequence import Known, Order, SequenceRule, weekdays_of
from machikumo.feeds.models import Feed, FeedArrival, FeedEvent, FeedFile, FeedRow, FileState, RowState
from machikumo.kernel.errors import NotFound
from machikumo.kernel.files import store
from machikumo.layouts.own_layouts import mapping_for
from machikumo.layouts.queries.catalogue import STANDARD, shipped

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from machikumo.feeds.domain.reading import Reading
    from machikumo.feeds.domain.sequence import Missing
    from machikumo.kernel.scope import Scope


def feeds(scope: Scope) -> QuerySet[Feed]:
    """The feeds of a town by key."""
    return Feed.objects.within(scope).order_by("key")


def feed_of(scope: Scope, feed_id: int) -> Feed:
    """One feed; NotFound for any other town's."""
    found = Feed.objects.within(scope).filter(pk=feed_id).first()
    if found is None:
        raise NotFound
    return found


def feed_by_key(scope: Scope, key: str) -> Feed:
    """The feed of that key; NotFound when there is none."""
    found = Feed.objects.within(scope).filter(key=key).first()
    if found is None:
        raise NotFound(f"差分連携「{key}」はありません。", f"There is no feed {key}.")
    return found


def locked_feed(scope: Scope, feed_id: int) -> Feed:
    """The feed, held until the end of the transaction: files of a feed are taken and applied one after the other."""
    found = Feed.objects.within(scope).select_for_update().filter(pk=feed_id).first()
    if found is None:
        raise NotFound
    return found


def rule_of(feed: Feed) -> SequenceRule:
    """The rule of names and order."""
    return SequenceRule(feed.pattern, Order(feed.order), feed.width, weekdays_of(feed.days))


def control_of(feed: Feed) -> Control:
    """The control records."""
    return Control(feed.control_header, feed.control_trailer)


def form_of(scope: Scope, mapping_key: str) -> Form:
    """The layout and mapping of a feed's files; without a mapping they are standard rows."""
    if mapping_key in {"", *shipped().mapping_keys}:
        return _shipped_form(mapping_key)
    mapping = mapping_for(scope, mapping_key)
    return Form(mapping.source, mapping)


@cache
def _shipped_form(mapping_key: str) -> Form:
    """What comes with Machikumo is read once: a feed asks for it several times a file."""
    if not mapping_key:
        return Form(shipped().layout(STANDARD))
    mapping = shipped().mapping(mapping_key)
    return Form(mapping.source, mapping)


def file_of(scope: Scope, file_id: int) -> FeedFile:
    """One file of a sequence; NotFound for any other town's."""
    found = FeedFile.objects.within(scope).select_related("feed", "stored").filter(pk=file_id).first()
    if found is None:
        raise NotFound
    return found


def files_of(scope: Scope, feed: Feed) -> QuerySet[FeedFile]:
    """The files of a feed, newest place first."""
    return FeedFile.objects.within(scope).filter(feed=feed).order_by("-position")


def taken(scope: Scope, feed: Feed) -> tuple[Taken, ...]:
    """The places of the sequence that hold a file, with its hash."""
    rows = FeedFile.objects.within(scope).filter(feed=feed).exclude(state=FileState.SKIPPED)
    return tuple(Taken(*row) for row in rows.values_list("position", "sha256", "rows"))


def waiting_files(scope: Scope, feed: Feed) -> QuerySet[FeedFile]:
    """The files that are not applied yet, next first."""
    undone = (FileState.WAITING, FileState.STOPPED)
    return FeedFile.objects.within(scope).filter(feed=feed, state__in=undone).order_by("position")


def missing_files(scope: Scope, feed: Feed) -> list[Missing]:
    """The files that a later one proves to be missing, by name."""
    there = [Known(*row) for row in waiting_files(scope, feed).values_list("position", "day")]
    code = feed.codes[0] if feed.codes else scope.organisation_code
    at_last = files_of(scope, feed).filter(position=feed.last_position).values_list("day", flat=True).first()
    return rule_of(feed).missing(code, Known(feed.last_position, at_last or feed.last_day), there)


def arrivals_of(scope: Scope, feed: Feed) -> QuerySet[FeedArrival]:
    """What came for a feed, newest first."""
    return FeedArrival.objects.within(scope).filter(feed=feed).select_related("file", "stored").order_by("-pk")


def body_of(scope: Scope, file: FeedFile) -> bytes:
    """The bytes of a file without its control records; NotFound for a place without a file."""
    if file.stored is None:
        raise NotFound
    charset = form_of(scope, file.feed.mapping_key).layout.physical.charset
    data = store.place_of(scope, file.stored.token).read_bytes()
    return open_envelope(data, control_of(file.feed), charset).body


def rows_left(scope: Scope, file: FeedFile) -> QuerySet[FeedRow]:
    """The rows of a file that were left out, in its order."""
    return FeedRow.objects.within(scope).filter(file=file).order_by("row", "reason")


def open_rows(scope: Scope, file: FeedFile) -> QuerySet[FeedRow]:
    """Those of them that wait for somebody."""
    return rows_left(scope, file).filter(state=RowState.OPEN)


def open_row_count(scope: Scope, feed: Feed) -> int:
    """How many rows of all files of a feed wait for somebody."""
    return FeedRow.objects.within(scope).filter(file__feed=feed, state=RowState.OPEN).count()


def row_of(scope: Scope, row_id: int) -> FeedRow:
    """One row left out; NotFound for any other town's."""
    found = FeedRow.objects.within(scope).select_related("file", "file__feed").filter(pk=row_id).first()
    if found is None:
        raise NotFound
    return found


def events_of(scope: Scope, file: FeedFile) -> QuerySet[FeedEvent]:
    """The events that a file brought."""
    return FeedEvent.objects.within(scope).filter(file=file).order_by("pk")


def days_of(scope: Scope, feed: Feed, since: date) -> dict[date, FeedFile]:
    """The files of a feed by their day, from that day on."""
    rows = FeedFile.objects.within(scope).filter(feed=feed, day__gte=since).order_by("position")
    return {row.day: row for row in rows if row.day}


def next_file(scope: Scope, feed: Feed) -> FeedFile | None:
    """The file whose turn it is: here, not stopped, and nothing missing before it."""
    first = waiting_files(scope, feed).first()
    if first is None or first.state != FileState.WAITING or not feed.is_active:
        return None
    return first if rule_of(feed).is_next(feed.last_position, first.position) else None


def read_file(scope: Scope, file: FeedFile) -> Reading:
    """The rows of a stored file."""
    form = form_of(scope, file.feed.mapping_key)
    return read_rows(body_of(scope, file), form, training=scope.training, file_name=file.name)
