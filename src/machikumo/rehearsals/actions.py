"""Planning a move, giving files to a round, telling the old system's counts, explaining, counting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from machikumo.kernel.errors import Conflict
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs.models import RunState
from machikumo.kernel.jobs.queries import run_of
from machikumo.kernel.ledger import action, record
from machikumo.layouts import actions as layouts
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.rehearsals import queries
from machikumo.rehearsals.guards import refuse_signed
from machikumo.rehearsals.models import Move, Remark, Round, RoundFile, RoundKind, ToldCount
from machikumo.rehearsals.systems import systems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from machikumo.kernel.jobs.models import JobRun
    from machikumo.kernel.scope import Scope

FEWEST, MOST = 2, 5  # rehearsals of a move
GROUND = "data_migration"
AT_WORK = frozenset({RunState.QUEUED, RunState.RUNNING})


@action(permission="layouts.move_in")
def plan_move(scope: Scope, *, system: str, old_vendor: str, new_vendor: str, rehearsals: int) -> Move:
    """A move of a business system, its rehearsals (2 to 5) and the real one; Conflict when it is planned already."""
    if system not in systems() or not FEWEST <= rehearsals <= MOST:
        raise Conflict(
            f"業務システムを選び、リハーサルの回数を{FEWEST}〜{MOST}で指定してください。",
            f"Choose a business system and {FEWEST} to {MOST} rehearsals.",
        )
    try:
        with transaction.atomic():
            move = Move.objects.add(
                scope, system=system, old_vendor=old_vendor, new_vendor=new_vendor, planned_by=scope.person
            )
    except IntegrityError:
        raise Conflict(
            "この業務システムの移行計画はすでにあります。一覧から開いてください。",
            "This business system's move is planned already: open it from the list.",
        ) from None
    for number in range(1, rehearsals + 2):
        kind = RoundKind.REAL if number > rehearsals else RoundKind.REHEARSAL
        Round.objects.add(scope, move=move, number=number, kind=kind)
    details = {"system": system, "rehearsals": rehearsals, "old_vendor": old_vendor, "new_vendor": new_vendor}
    record(scope, event="rehearsal.planned", subject=f"move:{move.pk}", ground=GROUND, details=details)
    return move


@action(permission="layouts.move_in")
def set_dates(scope: Scope, *, move_id: int, dates: Mapping[int, date | None]) -> None:
    """When each round (by its number) is planned for."""
    move = queries.move_of(scope, move_id)
    for one in queries.rounds_of(scope, move):
        if one.number in dates:
            Round.objects.within(scope).filter(pk=one.pk).update(planned_on=dates[one.number])
    shown = {str(number): found.isoformat() if found else "" for number, found in dates.items()}
    record(scope, event="rehearsal.scheduled", subject=f"move:{move.pk}", ground=GROUND, details=shown)


@action(permission="layouts.move_in")
def add_file(scope: Scope, *, round_id: int, move_in_id: int) -> RoundFile:
    """The move-in as part of the round; Conflict when it belongs to one, or the round is signed."""
    one = queries.round_of(scope, round_id)
    refuse_signed(scope, one)
    row = move_in_of(scope, move_in_id)
    if row.pk in queries.taken(scope):
        raise Conflict("このファイルはすでにほかの回に属しています。", "This file belongs to a round already.")
    added = RoundFile.objects.add(scope, round=one, move_in_id=row.pk, added_by=scope.person)
    details = {"move_in": row.pk, "sha256": row.file.sha256}
    record(scope, event="rehearsal.file_added", subject=queries.subject_of(one), ground=GROUND, details=details)
    return added


@action(permission="layouts.move_in")
def receive_file(
    scope: Scope, *, round_id: int, name: str, chunks: Iterable[bytes], mapping_key: str, expected: int | None = None
) -> RoundFile:
    """A file handed over in a round: stored, its move-in queued, and tied to the round, in one transaction."""
    one = queries.round_of(scope, round_id)
    refuse_signed(scope, one)
    row = layouts.receive(scope, name=name, chunks=chunks, mapping_key=mapping_key, expected=expected)
    layouts.start(scope, move_in_id=row.pk)
    return add_file(scope, round_id=round_id, move_in_id=row.pk)


@action(permission="layouts.move_in")
def start_measuring(scope: Scope, *, round_id: int) -> JobRun:
    """Queue the counting of a round's files and their comparison; gives the run at work on the very same files.

    A run that has ended is never given again: what changed after it would stay uncounted.
    """
    one = queries.round_of(scope, round_id)
    files = [row.pk for row in queries.files_of(scope, one)]
    last = run_of(scope, one.job_run_id) if one.job_run_id else None
    key = f"rehearsals.measure:{one.pk}:after:{one.job_run_id or 0}"
    if last is not None and last.state in AT_WORK and last.arguments.get("files") == files:
        key = last.idempotency_key
    run = jobs.start(
        scope,
        kind="rehearsals.measure",
        idempotency_key=key,
        arguments={"round_id": one.pk, "files": files},
    )
    Round.objects.within(scope).filter(pk=one.pk).update(job_run_id=run.pk)
    record(scope, event="rehearsal.measuring", subject=queries.subject_of(one), ground=GROUND, details={"files": files})
    return run


@action(permission="layouts.move_in")
def tell_counts(scope: Scope, *, round_id: int, told: Mapping[str, tuple[int | None, str]]) -> int:
    """The old system's counts by line, each with a reason where ours is another; gives how many lines changed."""
    one = queries.round_of(scope, round_id)
    refuse_signed(scope, one)
    known = {row.key: row for row in ToldCount.objects.within(scope).filter(round=one)}
    changed = {key: pair for key, pair in told.items() if _pair(known.get(key)) != pair}
    for key, (theirs, explanation) in changed.items():
        facts = {"theirs": theirs, "explanation": explanation, "told_by": scope.person, "told_at": timezone.now()}
        row = known.get(key)
        if row is None:
            ToldCount.objects.add(scope, round=one, key=key, **facts)
        else:
            ToldCount.objects.within(scope).filter(pk=row.pk).update(**facts)
    record(
        scope,
        event="rehearsal.counts_told",
        subject=queries.subject_of(one),
        ground=GROUND,
        before={key: list(_pair(known.get(key))) for key in changed},
        after={key: list(pair) for key, pair in changed.items()},
    )
    return len(changed)


def _pair(row: ToldCount | None) -> tuple[int | None, str]:
    return (row.theirs, row.explanation) if row else (None, "")


@action(permission="layouts.move_in")
def explain_file(scope: Scope, *, round_id: int, move_in_id: int, text: str) -> None:
    """Why a rehearsal goes on although a file's two sides differ; an empty text takes the reason back.

    Raises Conflict for the real move, whose files must agree.
    """
    one = queries.round_of(scope, round_id)
    refuse_signed(scope, one)
    if one.kind == RoundKind.REAL:
        raise Conflict(
            "本番の移行では、照合の差異をなくしてから署名してください。",
            "In the real move both sides must agree: mend the difference first.",
        )
    if move_in_id not in {row.pk for row in queries.files_of(scope, one)}:
        raise Conflict("この回のファイルではありません。", "This file does not belong to the round.")
    Remark.objects.within(scope).filter(round=one, move_in_id=move_in_id).delete()
    if text.strip():
        facts: dict[str, Any] = {"text": text.strip(), "written_by": scope.person, "written_at": timezone.now()}
        Remark.objects.add(scope, round=one, move_in_id=move_in_id, **facts)
    details = {"move_in": move_in_id, "text": text.strip()}
    record(scope, event="rehearsal.explained", subject=queries.subject_of(one), ground=GROUND, details=details)
