"""Watches a load while it writes: the database notes what it does, so that all of it can be undone.

The note is made by triggers on the tables that a load writes (migration 0001), and only while this watcher is around
a block: they look at the transaction's own setting. What is noted is little: the keys of rows that came in, and of
changed rows the columns that differ.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from machikumo.cutover import gatekeeping
from machikumo.cutover.domain.errors import NotUndoable
from machikumo.cutover.domain.undoing import LoadState
from machikumo.cutover.models import Load
from machikumo.cutover.queries.states import as_json, state_of_town
from machikumo.kernel.ledger import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

SETTING = "machikumo.load"
PREFIX = "move_in:"


@contextmanager
def watched(scope: Scope, source: str) -> Iterator[None]:
    """Around one block of a load, in its transaction.

    A move-in is noted under its load; the load of anything else (a feed of changes, say) is a change like a clerk's.

    Raises:
        NotUndoable: the load was undone, or is being undone: it cannot go on.
        BeingUndone: another load is being undone.
    """
    if not source.startswith(PREFIX):
        gatekeeping.keep(scope, "register.load")
        yield
        return
    load = _held(scope, source)
    with transaction.atomic():
        _set(str(load.pk))
        yield
        _set("")
        Load.objects.within(scope).filter(pk=load.pk).update(last_block_at=Now(), blocks=F("blocks") + 1)


def _held(scope: Scope, source: str) -> Load:
    """The load of that source, held until the end of the transaction; made with the town's state at its first block."""
    gatekeeping.refuse_while_undoing(scope)
    load = Load.objects.within(scope).select_for_update().filter(source=source).first()
    if load is None:
        load = Load.objects.add(scope, source=source, before=as_json(state_of_town(scope)))
        record(
            scope, event="load.begun", subject=f"load:{load.pk}", ground="data_migration", details={"source": source}
        )
    if load.state in {LoadState.UNDOING, LoadState.UNDONE}:
        raise NotUndoable(
            "この取込は取り消されました。もう一度取り込むには、ファイルを受け入れ直してください。",
            "This load was undone. To load it again, hand the file over again.",
        )
    return load


def _set(load: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, load])
