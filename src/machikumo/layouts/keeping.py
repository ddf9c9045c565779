"""How long the files of a move-in are kept: they hold every number of the old system, so they go after they served."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from machikumo.kernel.errors import Conflict
from machikumo.kernel.files.actions import remove_file
from machikumo.kernel.ledger import action, record
from machikumo.kernel.registries import Periodic, periodic
from machikumo.layouts.models import MoveIn, MoveInState
from machikumo.layouts.queries.move_ins import move_in_of, past_keeping

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

AT_WORK = frozenset({MoveInState.CHECKING, MoveInState.LOADING})


def register_all() -> None:
    """Register the removal of what is kept no longer."""
    periodic.register("layouts.remove_files", REMOVING)


@action(permission="layouts.move_in")
def remove_files(scope: Scope, *, move_in_id: int) -> int:
    """Take away the source, the rows set aside and the reasons of a move-in; gives how many files went.

    Counts, findings, proof and the hashes of the files stay. Raises Conflict while it is being checked or loaded.
    """
    one = move_in_of(scope, move_in_id)
    if one.state in AT_WORK:
        raise Conflict("取込が終わってから消去してください。", "Please remove the files after the loading has ended.")
    return _remove(scope, one, ground="data_migration")


@action(permission="layouts.move_in")
def remove_past_keeping(scope: Scope) -> int:
    """Take away the files of every move-in that agreed so many days ago (MACHIKUMO_MOVE_IN_DAYS); gives how many."""
    return sum(_remove(scope, one, ground="retention") for one in past_keeping(scope, _limit()))


def _remove(scope: Scope, one: MoveIn, *, ground: str) -> int:
    files = [file for file in (one.file, one.quarantine, one.reasons) if file is not None and file.removed_at is None]
    for file in files:
        remove_file(scope, token=file.token, ground=ground)
    details = {"files": len(files), "sha256": one.file.sha256}
    record(scope, event="move_in.files_removed", subject=f"move_in:{one.pk}", ground=ground, details=details)
    return len(files)


def _limit() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=settings.MOVE_IN_KEPT_DAYS)


def remove_due(scope: Scope) -> int:
    """The periodic work; nothing is written where there is none."""
    return remove_past_keeping(scope) if past_keeping(scope, _limit()) else 0


REMOVING = Periodic(
    "保管期限を過ぎた移行ファイルを消す",
    "Take away the files of move-ins that are kept no longer",
    dt.timedelta(days=1),
    remove_due,
    frozenset({"layouts.move_in"}),
)
