"""What people decide when a feed does not go on by itself: stopped files, files that do not exist, rows left out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Now

from machikumo.feeds import queries
from machikumo.feeds.domain.arrivals import Verdict
from machikumo.feeds.domain.before import ACCEPTABLE, Reason
from machikumo.feeds.domain.errors import FeedError, NotNow
from machikumo.feeds.domain.left_out import require_words
from machikumo.feeds.domain.reading import read_rows
from machikumo.feeds.models import Feed, FeedArrival, FeedFile, FeedRow, FileState, RowState, Stop
from machikumo.feeds.putting_in import GROUND, Sorted, key_of, put_in, row_left, sort_rows
from machikumo.kernel.files import store
from machikumo.kernel.files.actions import open_file, store_file
from machikumo.kernel.ledger import action, record
from machikumo.layouts.domain.quarantine import header_bytes
from machikumo.layouts.domain.wide import Widened, narrowed, readable
from machikumo.register import queries as register

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from machikumo.feeds.putting_in import PutIn, Row
    from machikumo.kernel.scope import Scope

MENDED = "daily_feed_mended"


@action(permission="layouts.move_in")
def confirm_stop(scope: Scope, *, file_id: int, ground: str) -> FeedFile:
    """Say that a stopped file is right, so that it is applied in its turn. NotNow when it cannot be."""
    words = require_words(ground)
    file = _held(scope, file_id)
    if file.state != FileState.STOPPED or file.stop == Stop.UNREADABLE:
        raise NotNow("このファイルは確認待ちではありません。", "This file does not wait for a word.")
    confirmed = sorted({*file.confirmed, file.stop})
    facts: dict[str, Any] = {"confirmed": confirmed, "state": FileState.WAITING, "stop": Stop.NONE, "note": words}
    if file.stop == Stop.DEFINITIONS:
        facts["digest"] = queries.form_of(scope, file.feed.mapping_key).digest
    FeedFile.objects.within(scope).filter(pk=file.pk).update(**facts)
    details = {"position": file.position, "reason": file.stop}
    record(scope, event="feed.confirmed", subject=f"feed:{file.feed_id}", ground=GROUND, after=words, details=details)
    return queries.file_of(scope, file_id)


@action(permission="layouts.move_in")
def withdraw(scope: Scope, *, file_id: int, ground: str) -> None:
    """Take back a file that is not applied: its place is free for another. Its bytes are kept with its arrival."""
    words = require_words(ground)
    file = _held(scope, file_id)
    if file.state not in {FileState.WAITING, FileState.STOPPED}:
        raise NotNow("反映したファイルは取り下げられません。", "A file that was applied cannot be taken back.")
    FeedArrival.objects.within(scope).filter(file=file, verdict=Verdict.TAKEN).update(verdict=Verdict.WITHDRAWN)
    FeedArrival.objects.within(scope).filter(file=file).update(file=None)
    queries.rows_left(scope, file).delete()
    FeedFile.objects.within(scope).filter(pk=file.pk).delete()
    details = {"position": file.position, "sha256": file.sha256}
    record(scope, event="feed.withdrawn", subject=f"feed:{file.feed_id}", ground=GROUND, after=words, details=details)


@action(permission="layouts.move_in")
def skip(scope: Scope, *, feed_id: int, position: int, ground: str) -> FeedFile:
    """Say that the first missing file does not exist, so that those after it go on. NotNow for any other place."""
    words = require_words(ground)
    feed = queries.locked_feed(scope, feed_id)
    missing = queries.missing_files(scope, feed)
    if not missing or missing[0].position != position:
        raise NotNow(
            "欠番にできるのは、いちばん先に欠けているファイルだけです。",
            "Only the first missing file can be said not to exist.",
        )
    first = missing[0]
    file = FeedFile.objects.add(
        scope, feed=feed, position=position, day=first.day, name=first.name, state=FileState.SKIPPED, note=words
    )
    Feed.objects.within(scope).filter(pk=feed.pk).update(last_position=position)
    details = {"position": position}
    record(scope, event="feed.skipped", subject=f"feed:{feed.pk}", ground=GROUND, after=words, details=details)
    return file


@action(permission="layouts.move_in")
def keep_row(scope: Scope, *, row_id: int, ground: str) -> FeedRow:
    """Leave the register as it is against a row, for a reason that is kept."""
    words = require_words(ground)
    row = _open_row(scope, row_id)
    _settle(scope, [row.pk], RowState.KEPT, words)
    details = {"row": row.row, "reason": row.reason, "position": row.file.position}
    record(
        scope, event="feed.row_kept", subject=f"feed:{row.file.feed_id}", ground=GROUND, after=words, details=details
    )
    return queries.row_of(scope, row_id)


@action(permission="layouts.move_in")
def accept_row(scope: Scope, *, row_id: int, ground: str) -> FeedRow:
    """Put a row in although the register says something else, for a reason that is kept.

    Raises:
        NotNow: the row is settled, or is of a kind that cannot be accepted (broken, or there with other contents).
    """
    words = require_words(ground)
    row = _open_row(scope, row_id)
    if row.broken or row.reason not in ACCEPTABLE:
        raise NotNow(
            "この行はこのままでは受け入れられません。台帳か行を直してください。",
            "This row cannot be accepted as it is: mend the register or the row.",
        )
    chosen = [entry for entry in _rows_again(scope, row.file) if entry[0] == row.row]
    standing = register.standings(scope, [row.addressee_number]).get(row.addressee_number)
    if standing and tuple(key_of(chosen[0][1])) in standing.keys:
        raise NotNow("この履歴はもう台帳にあります。", "This version is in the register by now.")
    done = put_in(scope, row.file, Sorted(entering=chosen))
    _settle(scope, [row.pk], RowState.APPLIED, words)
    _keep_further(scope, row.file, done)
    details = {"row": row.row, "reason": row.reason, "position": row.file.position}
    subject = f"feed:{row.file.feed_id}"
    record(scope, event="feed.row_accepted", subject=subject, ground=GROUND, after=words, details=details)
    return queries.row_of(scope, row_id)


@action(permission="layouts.move_in")
def try_again(scope: Scope, *, file_id: int) -> int:
    """Judge the rows left out anew, after the register or a map was mended; gives how many are settled by it."""
    file = _held(scope, file_id)
    _require_applied(file)
    rows = {row.row: row for row in queries.open_rows(scope, file) if not row.is_of_number}
    again = [entry for entry in _rows_again(scope, file) if entry[0] in rows]
    settled = _judge_again(scope, file, again, {number: row.pk for number, row in rows.items()})
    details = {"position": file.position, "tried": len(again), "settled": settled}
    record(scope, event="feed.tried_again", subject=f"feed:{file.feed_id}", ground=GROUND, details=details)
    return settled


@action(permission="layouts.move_in")
def fetch_broken(scope: Scope, *, file_id: int) -> tuple[str, bytes]:
    """The broken rows in their original bytes under the layout's header, to be mended; the name and the bytes."""
    file = _held(scope, file_id)
    rows = list(queries.open_rows(scope, file).filter(broken=True))
    if not rows or file.stored is None:
        raise NotNow("直す行はありません。", "There is no row to mend.")
    open_file(scope, token=file.stored.token)
    layout = queries.form_of(scope, file.feed.mapping_key).layout
    with readable(io.BytesIO(queries.body_of(scope, file)), layout) as stream:
        body = stream.read()
    out = io.BytesIO()
    Widened(out, layout).write(
        header_bytes(narrowed(layout)) + b"".join(body[row.offset : row.offset + row.length] for row in rows)
    )
    details = {"position": file.position, "rows": len(rows)}
    record(scope, event="feed.rows_fetched", subject=f"feed:{file.feed_id}", ground=GROUND, details=details)
    return f"mend-{file.name}", out.getvalue()


@action(permission="layouts.move_in")
def mend(scope: Scope, *, file_id: int, name: str, chunks: Iterable[bytes]) -> int:
    """Apply broken rows that were mended: as many as were fetched, in their order; gives how many are settled.

    Raises:
        FeedError: not as many rows, or one still breaks a rule; nothing is applied then.
    """
    file = _held(scope, file_id)
    _require_applied(file)
    broken = list(queries.open_rows(scope, file).filter(broken=True))
    stored = store_file(scope, name=name, chunks=chunks, purpose=MENDED, media_type="text/csv")
    form = queries.form_of(scope, file.feed.mapping_key)
    data = store.place_of(scope, stored.token).read_bytes()
    reading = read_rows(data, form, training=scope.training, file_name=stored.name)
    if reading.records != len(broken) or reading.fatal:
        raise FeedError(
            f"直す行は {len(broken)} 行ですが、届いたファイルは {reading.records} 行です。行を増減させないでください。",
            f"{len(broken)} rows are to be mended, but the file has {reading.records}. Please keep their number.",
        )
    if reading.rejects:
        issue = reading.rejects[0].issues[0]
        raise FeedError(
            f"{reading.rejects[0].place.row} 行目がまだ直っていません: {issue.message_ja}",
            f"Row {reading.rejects[0].place.row} still breaks a rule: {issue.message_en}",
        )
    numbered = [(broken[place].row, row) for place, row in enumerate(reading.rows)]
    settled = _judge_again(scope, file, numbered, {row.row: row.pk for row in broken})
    details = {"position": file.position, "rows": len(broken), "settled": settled, "sha256": stored.sha256}
    record(scope, event="feed.mended", subject=f"feed:{file.feed_id}", ground=GROUND, details=details)
    return settled


def _judge_again(scope: Scope, file: FeedFile, rows: Sequence[tuple[int, Row]], ids: dict[int, int]) -> int:
    """Apply what goes in now; what still does not keeps its row with the newest reason. ``ids``: rows by number."""
    found = sort_rows(scope, rows)
    done = put_in(scope, file, found)
    settled = [number for number, _ in (*found.entering, *found.known)]
    _settle(scope, [ids[number] for number in settled], RowState.APPLIED, "")
    for one in found.left_out:
        fresh = row_left(scope, file, one)
        kept = FeedRow.objects.within(scope).filter(pk=ids[one.number])
        kept.filter(broken=False).update(reason=fresh.reason)
        kept.update(items=fresh.items, message_ja=fresh.message_ja, message_en=fresh.message_en)
    _keep_further(scope, file, done)
    return len(settled)


def _keep_further(scope: Scope, file: FeedFile, done: PutIn) -> None:
    """Count what went in later, and keep numbers that were left out on the way."""
    numbers = [one for one in done.left_out if one.reason in {Reason.NUMBER_CLASH, Reason.NUMBER_REFUSED}]
    FeedRow.objects.within(scope).bulk_create([row_left(scope, file, one) for one in numbers], ignore_conflicts=True)
    events = dict(file.events)
    for kind, count in done.events.items():
        events[kind.value] = events.get(kind.value, 0) + count
    facts = {"applied": file.applied + done.applied, "events": events}
    FeedFile.objects.within(scope).filter(pk=file.pk).update(**facts)


def _rows_again(scope: Scope, file: FeedFile) -> list[tuple[int, Row]]:
    reading = queries.read_file(scope, file)
    return list(zip(reading.numbers, reading.rows, strict=True))


def _held(scope: Scope, file_id: int) -> FeedFile:
    """The file, with its feed held until the end of the transaction."""
    queries.locked_feed(scope, queries.file_of(scope, file_id).feed_id)
    return queries.file_of(scope, file_id)


def _open_row(scope: Scope, row_id: int) -> FeedRow:
    queries.locked_feed(scope, queries.row_of(scope, row_id).file.feed_id)
    row = queries.row_of(scope, row_id)
    _require_applied(row.file)
    if row.state != RowState.OPEN:
        raise NotNow("この行はもう処理されています。", "This row is settled already.")
    return row


def _require_applied(file: FeedFile) -> None:
    if file.state != FileState.APPLIED:
        raise NotNow(
            "ファイルを反映してから行を処理してください。", "Please apply the file first, then settle its rows."
        )


def _settle(scope: Scope, ids: Sequence[int], state: RowState, ground: str) -> None:
    facts = {"state": state, "settled_by": scope.person, "settled_at": Now(), "ground": ground}
    FeedRow.objects.within(scope).filter(pk__in=ids, state=RowState.OPEN).update(**facts)
