"""Applying the files of a feed: each in its turn, each in one transaction, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.functions import Now

from machikumo.feeds import queries
from machikumo.feeds.domain.arrivals import ZeroRows, is_suspicious
from machikumo.feeds.domain.errors import NotNow
from machikumo.feeds.models import Feed, FeedFile, FeedRow, FileState, Stop
from machikumo.feeds.putting_in import (
    GROUND,
    ITEMS_LENGTH,
    households_left,
    mark_incomplete,
    put_in,
    row_left,
    sort_rows,
)
from machikumo.kernel.ledger import action, record
from machikumo.layouts.moving import households_of

if TYPE_CHECKING:
    from machikumo.feeds.domain.reading import Reading
    from machikumo.feeds.putting_in import LeftOut, PutIn
    from machikumo.kernel.scope import Scope

FEW = 5  # so many rows left out never stop a file


@action(permission="layouts.move_in")
def apply_file(scope: Scope, *, file_id: int) -> FeedFile:
    """Apply one file whose turn it is, or stop it with the reason; gives the file as it then is.

    Raises:
        NotNow: it is applied already, or its turn has not come.
    """
    file = queries.file_of(scope, file_id)
    feed = queries.locked_feed(scope, file.feed_id)
    file = queries.file_of(scope, file_id)
    turn = queries.next_file(scope, feed)
    if turn is None or turn.pk != file.pk:
        raise NotNow("このファイルの順番ではありません。", "It is not this file's turn.")
    reading = queries.read_file(scope, file)
    stop = _stop_before(scope, feed, file, reading)
    if stop is not Stop.NONE:
        return _stopped(scope, file, stop)
    rows = list(zip(reading.numbers, reading.rows, strict=True))
    sorted_rows = sort_rows(scope, rows)
    left = len(reading.rejects) + len(sorted_rows.left_out)
    too_many = left >= FEW and left * 100 > feed.stop_percent * max(reading.records, 1)
    if too_many and Stop.TOO_MANY not in file.confirmed:
        _keep_rows(scope, file, reading, sorted_rows.left_out)
        return _stopped(scope, file, Stop.TOO_MANY, left_out=left)
    done = put_in(scope, file, sorted_rows)
    _keep_rows(scope, file, reading, done.left_out)
    incomplete = households_left(done.left_out) | _households_of_rejects(reading, scope, feed)
    mark_incomplete(scope, incomplete, file)
    return _applied(scope, feed, file, reading, done)


def _stop_before(scope: Scope, feed: Feed, file: FeedFile, reading: Reading) -> Stop:
    """Why the file must wait for somebody before a row is looked at."""
    if reading.fatal:
        return Stop.UNREADABLE
    digest = queries.form_of(scope, feed.mapping_key).digest
    if digest != file.digest and Stop.DEFINITIONS not in file.confirmed:
        return Stop.DEFINITIONS
    weekday = file.day.weekday() if file.day else None
    empty = reading.records == 0 and is_suspicious(ZeroRows(feed.zero_rows), weekday)
    return Stop.ZERO_ROWS if empty and Stop.ZERO_ROWS not in file.confirmed else Stop.NONE


def _stopped(scope: Scope, file: FeedFile, stop: Stop, **facts: Any) -> FeedFile:
    FeedFile.objects.within(scope).filter(pk=file.pk).update(state=FileState.STOPPED, stop=stop, **facts)
    details = {"position": file.position, "reason": str(stop)}
    record(scope, event="feed.stopped", subject=f"feed:{file.feed_id}", ground=GROUND, details=details)
    return queries.file_of(scope, file.pk)


def _keep_rows(scope: Scope, file: FeedFile, reading: Reading, left_out: list[LeftOut]) -> None:
    """Keep what was left out, in place of what an earlier attempt kept."""
    queries.rows_left(scope, file).delete()
    rows = [*_broken_rows(scope, file, reading), *(row_left(scope, file, one) for one in left_out)]
    FeedRow.objects.within(scope).bulk_create(rows, batch_size=500)


def _broken_rows(scope: Scope, file: FeedFile, reading: Reading) -> list[FeedRow]:
    rows = []
    for reject in reading.rejects:
        first = reject.issues[0]
        names = "、".join(dict.fromkeys(issue.item_name for issue in reject.issues if issue.item_name))
        rows.append(
            FeedRow(
                organisation_id=scope.organisation_id,
                file=file,
                row=reject.place.row,
                offset=reject.place.offset,
                length=len(reject.place.raw),
                broken=True,
                reason=first.rule,
                items=names[:ITEMS_LENGTH],
                message_ja=f"{first.message_ja} {first.remedy_ja}".strip(),
                message_en=f"{first.message_en} {first.remedy_en}".strip(),
            )
        )
    return rows


def _households_of_rejects(reading: Reading, scope: Scope, feed: Feed) -> set[str]:
    mapping = queries.form_of(scope, feed.mapping_key).mapping
    if mapping is None:
        return set()
    return set().union(*(households_of(result, mapping) for result in reading.results if result.rejects))


def _applied(scope: Scope, feed: Feed, file: FeedFile, reading: Reading, done: PutIn) -> FeedFile:
    left = len(reading.rejects) + len(done.left_out)
    facts: dict[str, Any] = {
        "state": FileState.APPLIED,
        "stop": Stop.NONE,
        "rows": reading.records,
        "applied": done.applied,
        "already": done.already,
        "left_out": left,
        "events": {kind.value: count for kind, count in sorted(done.events.items())},
        "applied_at": Now(),
    }
    FeedFile.objects.within(scope).filter(pk=file.pk).update(**facts)
    days = [day for day in (feed.last_day, file.day) if day]
    moved = {"last_position": file.position, "last_day": max(days, default=None), "applied_at": Now()}
    Feed.objects.within(scope).filter(pk=feed.pk).update(**moved)
    details = {
        "position": file.position,
        "sha256": file.sha256,
        "rows": reading.records,
        "applied": done.applied,
        "already": done.already,
        "left_out": left,
    }
    record(scope, event="feed.applied", subject=f"feed:{feed.pk}", ground=GROUND, details=details)
    return queries.file_of(scope, file.pk)
