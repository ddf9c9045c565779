"""Rows of a difference into the register: judged against what it holds, written, told to whoever listens. Once.

All within the caller's transaction: rows, numbers of the vault, events and ledger come together or not at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from machikumo.feeds.domain.before import Change, Judge, Judgement, Key, Present, Reason, Standing
from machikumo.feeds.domain.errors import FeedError
from machikumo.feeds.domain.events import happened
from machikumo.feeds.domain.left_out import words_of, words_of_judgement, written
from machikumo.feeds.domain.reading import frame_of
from machikumo.feeds.models import FeedEvent, FeedRow
from machikumo.kernel.ledger import record_many
from machikumo.kernel.registries import listeners, load_targets
from machikumo.register import queries as register
from machikumo.register.loading import load_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.feeds.domain.events import Happened
    from machikumo.feeds.models import FeedFile
    from machikumo.kernel.scope import Scope
    from machikumo.register.loading import LoadCounts

TARGET = "resident-standard"
GROUND = "daily_feed"
ITEMS_LENGTH = 200

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not applied, or whose number was not stored, and why."""

    number: int  # of the file's data rows
    row: Row
    reason: Reason
    message: tuple[str, str]
    items: tuple[str, ...] = ()


@dataclass(slots=True)
class Sorted:
    """The rows of a file by what is to be done with them; each with its number in the file."""

    entering: list[tuple[int, Row]] = field(default_factory=list)
    known: list[tuple[int, Row]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(slots=True)
class PutIn:
    """What was written: how many versions, how many were there as they are, the events by kind, and what is left."""

    applied: int = 0
    already: int = 0
    events: Counter[Happened] = field(default_factory=Counter)
    left_out: list[LeftOut] = field(default_factory=list)


def key_of(row: Row) -> Key:
    """The history key of a standard row."""
    return Key(int(row["history_number"] or 0), int(row["history_branch"] or 0))


def sort_rows(scope: Scope, rows: Sequence[tuple[int, Row]]) -> Sorted:
    """Judge the rows in the file's order against the register, which stands still until the transaction ends."""
    standings = register.standings(scope, [row["addressee_number"] for _, row in rows])
    present = {
        number: Present(Key(*one.key), one.state, frozenset(Key(*key) for key in one.keys), one.by_clerk)
        for number, one in standings.items()
    }
    judge, found = Judge(present), Sorted()
    for number, row in rows:
        change = Change(row["addressee_number"], key_of(row), row["event_reason"], row["resident_state"])
        judgement = judge.judge(change)
        if judgement.goes_in:
            found.entering.append((number, row))
        elif judgement.standing is Standing.KNOWN:
            found.known.append((number, row))
        else:
            found.left_out.append(_conflict(number, row, judgement))
    found.left_out += _differing(scope, found)
    return found


def _conflict(number: int, row: Row, judgement: Judgement) -> LeftOut:
    return LeftOut(number, row, judgement.reason or Reason.AFTER_CONFLICT, words_of_judgement(judgement, key_of(row)))


def _differing(scope: Scope, found: Sorted) -> list[LeftOut]:
    """Those of the known rows that the register holds with other contents; they are taken from the known ones."""
    if not found.known:
        return []
    with transaction.atomic():  # compared by the loader itself, and nothing of it stays
        counts = load_frame(scope, frame_of([row for _, row in found.known]))
        transaction.set_rollback(True)
    differing = {
        (one.addressee_number, Key(one.history_number, one.history_branch)): one.items for one in counts.differing_rows
    }
    if counts.differing > len(differing):
        raise FeedError(
            "台帳と内容の違う行が多すぎます。別の町か、別の時点のファイルではありませんか。",
            "Too many rows differ from the register: is this another town's file, or of another time?",
        )
    left = []
    for number, row in found.known:
        items = differing.get((row["addressee_number"], key_of(row)))
        # the mark of the newest version is our own to move on
        if items and items != ("is_latest",):
            words = words_of(Reason.OTHER_CONTENT, items="、".join(items))
            left.append(LeftOut(number, row, Reason.OTHER_CONTENT, words, items))
    gone = {one.number for one in left}
    found.known = [entry for entry in found.known if entry[0] not in gone]
    return left


def put_in(scope: Scope, file: FeedFile, found: Sorted) -> PutIn:
    """Write what goes in, and tell what happened; gives the counts and all that was left out."""
    done = PutIn(already=len(found.known), left_out=list(found.left_out))
    if not found.entering:
        return done
    rows = _marked(found.entering)
    counts: LoadCounts = load_targets.get(TARGET)(scope, frame_of([row for _, row in rows]), f"feed:{file.feed_id}")
    if counts.versions != len(rows):
        raise FeedError(
            "台帳が同時に変わったため、反映を取りやめました。もう一度実行してください。",
            "The register changed at the same moment; nothing was applied. Please try again.",
        )
    done.applied = counts.versions
    done.left_out += _numbers_left(rows, counts)
    _tell(scope, file, rows, counts, done)
    return done


def _marked(entering: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
    """The rows with the mark of the newest version on the last one of each person, whatever the file says."""
    last = {row["addressee_number"]: number for number, row in entering}
    return [
        (number, row | {"is_latest": "1" if last[row["addressee_number"]] == number else "0"})
        for number, row in entering
    ]


def _numbers_left(rows: list[tuple[int, Row]], counts: LoadCounts) -> list[LeftOut]:
    by_person = {row["addressee_number"]: (number, row) for number, row in rows}
    left = []
    for one in counts.numbers_left_out:
        number, row = by_person[one.addressee_number]
        reason = Reason.NUMBER_CLASH if one.holder else Reason.NUMBER_REFUSED
        left.append(LeftOut(number, row, reason, words_of(reason, holder=one.holder), (one.kind,)))
    return left


def _tell(scope: Scope, file: FeedFile, rows: list[tuple[int, Row]], counts: LoadCounts, done: PutIn) -> None:
    """Keep each event once, tell the ledger of each person, then whoever listens, all in this transaction."""
    events = []
    for _, row in rows:
        key = key_of(row)
        kind = happened(row["event_reason"], key.branch)
        done.events[kind] += 1
        events.append(
            FeedEvent(
                organisation_id=scope.organisation_id,
                file=file,
                kind=kind.value,
                subject=counts.tokens[row["addressee_number"]],
                history_number=key.number,
                history_branch=key.branch,
                event_date=date.fromisoformat(row["event_date"]) if row["event_date"] else None,
            )
        )
    FeedEvent.objects.within(scope).bulk_create(events, batch_size=500)
    lines: list[dict[str, Any]] = [
        {"subject": f"person:{one.subject}", "details": {"kind": one.kind, "position": file.position}} for one in events
    ]
    record_many(scope, lines, event="person.loaded", ground=GROUND)
    for one in events:
        facts = {"subject": one.subject, "event_date": one.event_date}
        listeners.tell(
            f"resident.{one.kind}", scope, **facts, history=written(Key(one.history_number, one.history_branch))
        )


def households_left(left_out: Sequence[LeftOut]) -> set[str]:
    """The households of rows that were not applied: no paper may claim to show them whole."""
    ours = {Reason.NUMBER_CLASH, Reason.NUMBER_REFUSED}
    return {one.row["household_number"] for one in left_out if one.reason not in ours} - {""}


def mark_incomplete(scope: Scope, numbers: set[str], file: FeedFile) -> None:
    """Mark households of which a row was left out, until a clerk has looked."""
    if numbers:
        reason = f"差分ファイル（{file.name}）に反映していない行がある / a row of a difference file was left out"
        load_targets.get(f"{TARGET}:incomplete")(scope, numbers, reason)


def row_left(scope: Scope, file: FeedFile, one: LeftOut) -> FeedRow:
    """The row to keep of a row left out."""
    key = key_of(one.row)
    return FeedRow(
        organisation_id=scope.organisation_id,
        file=file,
        row=one.number,
        reason=one.reason.value,
        items="、".join(one.items)[:ITEMS_LENGTH],
        addressee_number=one.row["addressee_number"],
        history_number=key.number,
        history_branch=key.branch,
        message_ja=one.message[0],
        message_en=one.message[1],
    )
