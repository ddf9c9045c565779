"""Undoing a load: block after block from the last to the first, each one transaction, until the town is as it was."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models.functions import Now

from machikumo.cutover.domain.errors import NotUndoable
from machikumo.cutover.domain.undoing import WATCHED, LoadState, prove
from machikumo.cutover.models import Load, LoadChange
from machikumo.cutover.queries import loads as queries
from machikumo.cutover.queries.states import as_json, from_json, state_of_town
from machikumo.kernel.ledger import action, record
from machikumo.kernel.registries import listeners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.cutover.domain.undoing import Proof
    from machikumo.kernel.scope import Scope

KEYS_OF_NEW = "DELETE FROM register_searchkey WHERE organisation_id = %s AND person_id = ANY(%s)"
KEYS = """
DELETE FROM register_searchkey k USING (
  SELECT (e->>0)::smallint AS kind, e->>1 AS key, (e->>2)::bigint AS person_id FROM jsonb_array_elements(%s::jsonb) e
) r WHERE k.organisation_id = %s AND k.kind = r.kind AND k.key = r.key COLLATE "C" AND k.person_id = r.person_id
"""
ROWS = 'DELETE FROM "{table}" WHERE organisation_id = %s AND id = ANY(%s)'
# What stands there must still be what the load left there: nothing of somebody else's is written over.
CHANGED = """
UPDATE "{table}" t SET {columns} FROM (
  SELECT (e->>'id')::bigint AS entry_id, e->'new' AS now, (jsonb_populate_record(NULL::"{table}", e->'old')).*
  FROM jsonb_array_elements(%s::jsonb) e
) r WHERE t.organisation_id = %s AND t.id = r.entry_id AND to_jsonb(t) @> r.now
"""


@action(permission="layouts.approve")
def undo_block(scope: Scope, *, load_id: int) -> int:
    """Undo the last block that is still there; gives how many notes are left, 0 when there is nothing more to undo.

    Repeating it goes on where the last one ended, as a block and its notes go together.

    Raises:
        NotUndoable: the load is not being undone, or something of it is not as the load left it.
    """
    load = queries.held_load(scope, load_id)
    if load.state != LoadState.UNDOING:
        raise NotUndoable("この取込は取り消しの途中ではありません。", "This load is not being undone.")
    last = queries.changes_of(scope, load).first()
    gone: Counter[str] = Counter()
    if last is not None:
        changes = queries.changes_of(scope, load).filter(block=last.block)
        for change in changes:
            gone[f"{change.kind}:{change.table}"] += _undo(scope, change)
        changes.delete()
    left = queries.changes_of(scope, load).count()
    details = {"source": load.source, "left": left} | dict(gone)
    record(scope, event="load.block_undone", subject=f"load:{load.pk}", ground="data_migration", details=details)
    return left


def _undo(scope: Scope, change: LoadChange) -> int:
    """Undo what one statement did; gives how many rows it was."""
    if change.table not in WATCHED:
        raise NotUndoable(f"表 {change.table} は取り消せません。", f"The table {change.table} cannot be undone.")
    if change.table == "register_searchkey":
        rows = change.rows or []
        return _exactly(change, KEYS, [json.dumps(rows), scope.organisation_id], len(rows))
    if change.kind == "update":
        return sum(_restore(scope, change, rows) for rows in _by_columns(change.rows or []))
    if change.table == "register_person":
        with connection.cursor() as cursor:
            cursor.execute(KEYS_OF_NEW, [scope.organisation_id, change.ids])
    return _exactly(change, ROWS.format(table=change.table), [scope.organisation_id, change.ids], len(change.ids))


def _by_columns(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The changed rows, those with the same changed columns together."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(sorted(row["old"])), []).append(row)
    return list(groups.values())


def _restore(scope: Scope, change: LoadChange, rows: list[dict[str, Any]]) -> int:
    columns = ", ".join(f'"{name}" = r."{name}"' for name in sorted(rows[0]["old"]))
    statement = CHANGED.format(table=change.table, columns=columns)
    return _exactly(change, statement, [json.dumps(rows), scope.organisation_id], len(rows))


def _exactly(change: LoadChange, statement: str, values: list[Any], wanted: int) -> int:
    """Run the statement; all or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        count: int = cursor.rowcount
    if count != wanted:
        raise NotUndoable(
            f"{change.table} の{wanted:,}行のうち{wanted - count:,}行が、取込のままではありません。"
            "取り消しを止めました。運用担当に連絡してください。",
            f"Of {wanted:,} rows of {change.table}, {wanted - count:,} are not as the load left them; it was stopped.",
        )
    return count


@action(permission="layouts.approve")
def finish_undoing(scope: Scope, *, load_id: int) -> Proof:
    """Say that a load is undone, with the proof: every table of the town against its state before the load.

    Raises NotUndoable while something of it is left.
    """
    load = queries.held_load(scope, load_id)
    if load.state == LoadState.UNDONE:
        record(scope, event="load.undone", subject=f"load:{load.pk}", ground="data_migration", details={"again": True})
        return prove(from_json(load.before), from_json(load.after))
    if load.state != LoadState.UNDOING or queries.changes_of(scope, load).exists():
        raise NotUndoable("取り消しが終わっていません。", "It is not undone yet.")
    after = state_of_town(scope)
    proof = prove(from_json(load.before), after)
    facts = {"state": LoadState.UNDONE, "after": as_json(after), "undone_at": Now()}
    Load.objects.within(scope).filter(pk=load.pk).update(**facts)
    listeners.tell("load.undone", scope, source=load.source)
    details = {
        "source": load.source,
        "tables": proof.tables,
        "holds": proof.holds,
        "not_as_before": len(proof.wrong),
        "changed_by_others": len(proof.others),
        "asked_by": load.undo_asked_by,
        "approved_by": load.undo_approved_by,
    }
    record(scope, event="load.undone", subject=f"load:{load.pk}", ground="data_migration", details=details)
    return proof


@action(permission="layouts.move_in")
def settle_loads(scope: Scope) -> int:
    """Take away the notes of loads that can be undone no more, because work has gone on; gives how many loads."""
    settled = queries.settled_now(scope)
    for load in settled:
        queries.changes_of(scope, load).delete()
        Load.objects.within(scope).filter(pk=load.pk).update(state=LoadState.SETTLED)
        details = {"source": load.source, "first_change": load.first_change}
        record(scope, event="load.settled", subject=f"load:{load.pk}", ground="retention", details=details)
    if not settled:
        record(scope, event="load.none_settled", ground="retention")
    return len(settled)
