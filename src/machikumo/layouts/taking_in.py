"""Taking mended rows in: the first file with the mended rows in their places is checked, converted, loaded and proved.

The whole file is read again, so rules over several rows (one head a household, no gap in a history) judge the mended
rows among all others; what is in the register already is found there as it is. The first file is never changed.
"""

from __future__ import annotations

import tempfile
from functools import partial
from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel.errors import Conflict
from machikumo.kernel.files.actions import open_file, store_file
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.ledger import action, record
from machikumo.layouts.domain.mending import Patch, patched, row_bytes
from machikumo.layouts.domain.wide import Widened, readable
from machikumo.layouts.held import add_rows
from machikumo.layouts.mending import PURPOSE, opened, plan_of, refuse_closed, required
from machikumo.layouts.models import HeldRow, HeldState, MoveIn, MoveInState
from machikumo.layouts.more_held import rows_not_listed
from machikumo.layouts.own_layouts import mapping_for
from machikumo.layouts.queries.move_ins import move_in_of

if TYPE_CHECKING:
    from typing import BinaryIO

    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.executors import Plan

_CHUNK = 1 << 20


@action(permission="layouts.move_in")
def take_in(scope: Scope, *, move_in_id: int) -> MoveIn:
    """Start a run of the file with its mended rows, and without those that were left out; gives that run.

    Raises:
        Conflict: no row is mended, another such run is at work, or the move-in is accepted.
        FileGone: the file was taken away.
    """
    one = refuse_closed(scope, move_in_id)
    MoveIn.objects.within(scope).select_for_update().get(pk=one.pk)
    rows = HeldRow.objects.within(scope).filter(move_in_id=one.pk).exclude(state=HeldState.HELD).order_by("offset")
    found = list(rows)
    if not any(row.state == HeldState.MENDED for row in found):
        raise Conflict("取り込む修正済みの行がありません。", "There is no mended row to take in.")
    plan = plan_of(scope, one)
    patches = [patch for row in found if (patch := _patch(scope, row, plan))]
    mended = _mended_run(scope, one, patches)
    arguments = {"move_in_id": mended.pk}
    run = jobs.start(scope, kind="layouts.move_in", idempotency_key=f"layouts.move_in:{mended.pk}", arguments=arguments)
    MoveIn.objects.within(scope).filter(pk=mended.pk).update(job_run_id=run.pk)
    mended.job_run_id = run.pk
    facts = {"rows": len(patches), "run": mended.pk, "sha256": mended.file.sha256}
    record(scope, event="move_in.mended_started", subject=f"move_in:{one.pk}", ground=PURPOSE, details=facts)
    return mended


def _patch(scope: Scope, row: HeldRow, plan: Plan) -> Patch | None:
    """What takes the row's place; None for a row that came in with another's mending."""
    if row.state == HeldState.LEFT_OUT:
        return Patch(row.offset, row.length)
    seen = opened(scope, row, plan)
    if seen.first.is_whole and seen.cells == seen.first.cells:
        return None
    return Patch(row.offset, row.length, row_bytes(seen.cells, plan.layout))


def _mended_run(scope: Scope, one: MoveIn, patches: list[Patch]) -> MoveIn:
    layout = mapping_for(scope, one.mapping_key).source
    _, place = open_file(scope, token=one.file.token)
    with (
        place.open("rb") as file,
        readable(file, layout) as stream,
        tempfile.TemporaryFile() as whole,
    ):
        _write(stream, patches, Widened(whole, layout))
        whole.seek(0)
        stored = store_file(
            scope,
            name=f"mended-{one.file.name}",
            chunks=iter(partial(whole.read, _CHUNK), b""),
            purpose="move_in",
            media_type=one.file.media_type,
        )
    return MoveIn.objects.add(
        scope,
        file=stored,
        mapping_key=one.mapping_key,
        layout_key=one.layout_key,
        layout_digest=one.layout_digest,
        mapping_digest=one.mapping_digest,
        rehearsal=one.rehearsal,
        started_by=scope.person,
        mends_id=one.pk,
        patches=[[patch.offset, patch.length, len(patch.data)] for patch in patches],
    )


def _write(stream: BinaryIO, patches: list[Patch], out: Widened) -> None:
    """Write whole lines at a time: a character must not be cut in two."""
    rest = b""
    for chunk in patched(stream, patches):
        data = rest + chunk
        whole = data.rfind(b"\n") + 1
        out.write(data[:whole])
        rest = data[whole:]
    out.write(rest)


@action(permission="layouts.move_in")
def list_more(scope: Scope, *, move_in_id: int) -> int:
    """List more rows of the quarantine file, as many as are listed at a time; gives how many."""
    one = refuse_closed(scope, move_in_id)
    count = add_rows(scope, one.pk, rows_not_listed(scope, one, mapping_for(scope, one.mapping_key).source))
    record(
        scope, event="held_rows.listed", subject=f"move_in:{one.pk}", ground=PURPOSE, details={"rows": count}
    )  # fmt: skip
    return count


@action(permission="layouts.move_in")
def go_on(scope: Scope, *, move_in_id: int, reason: str) -> MoveIn:
    """Let a run that its limits stopped go on, on somebody's word; Conflict when none of them did."""
    one = move_in_of(scope, move_in_id)
    rows = MoveIn.objects.within(scope).filter(pk=one.pk, state=MoveInState.STOPPED, went_on_at__isnull=True)
    facts = {"went_on_by": scope.person, "went_on_at": timezone.now(), "went_on_reason": required(reason)}
    if not one.stops or not rows.update(state=MoveInState.RECEIVED, finished_at=None, **facts):
        raise Conflict("この取込は上限では止まっていません。", "No limit has stopped this run.")
    key = f"layouts.move_in:{one.pk}:went_on"
    run = jobs.start(scope, kind="layouts.move_in", idempotency_key=key, arguments={"move_in_id": one.pk})
    MoveIn.objects.within(scope).filter(pk=one.pk).update(job_run_id=run.pk)
    details = {"limits": len(one.stops)}
    record(scope, event="move_in.went_on", subject=f"move_in:{one.pk}", ground=PURPOSE, details=details)
    return move_in_of(scope, one.pk)
