"""The room's long work: undoing a load block by block; and what runs by itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from machikumo.cutover import actions
from machikumo.cutover.queries import loads
from machikumo.kernel.jobs import Run, job
from machikumo.kernel.registries import Periodic
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Importing this module registered the job."""


@job("cutover.undo")
def undo(scope: Scope, run: Run, load_id: int) -> dict[str, Any]:
    """Undo a load from where it stands; each block is one transaction, so a worker that dies loses nothing."""
    with entered(scope):
        total = loads.changes_of(scope, loads.load_of(scope, load_id)).count()
    left = total
    while left:
        left = actions.undo_block(scope, load_id=load_id)
        run.progress(total - left, total, "取り消し", "undoing")
    proof = actions.finish_undoing(scope, load_id=load_id)
    if proof.holds:
        run.log(
            f"取り消しました。{proof.tables}の表を取込の前と比べ、取込に関わる表はすべて一致しました。",
            f"Undone: of {proof.tables} tables all that the load wrote are as they were before.",
        )
    else:
        names = "、".join(proof.wrong)
        run.log(f"取込の前と違う表があります: {names}", f"Not as before: {names}", level="error")
    return {"holds": proof.holds, "wrong": list(proof.wrong), "others": list(proof.others)}


def settle_due(scope: Scope) -> int:
    """The periodic work; nothing is written where there is none."""
    return actions.settle_loads(scope) if loads.settled_now(scope) else 0


SETTLING = Periodic(
    "取り消せなくなった取込の控えを消す",
    "Take away the notes of loads that can be undone no more",
    dt.timedelta(days=1),
    settle_due,
    frozenset({"layouts.move_in"}),
)
