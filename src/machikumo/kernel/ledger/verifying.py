"""Verifying whole logs: rows streamed from the database against signed checkpoints and what the witnesses hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import psycopg
from django.db import connections, transaction

from machikumo.kernel.ledger import keys, witnesses
from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.audit import Block, Finding, Kind, Seal, examine
from machikumo.kernel.ledger.domain.merkle import Frontier
from machikumo.kernel.ledger.schema import TABLES
from machikumo.kernel.tenancy.doors import set_organisation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from machikumo.kernel.tenancy.models import Organisation

BLOCK = """
    SELECT string_agg(int8send(leaf_index), ''::bytea), string_agg(leaf_hash, ''::bytea),
           string_agg(uuid_send(entry_id), ''::bytea),
           convert_to(string_agg(coalesce(replace(canonical, E'\\n', E'\\r'), ''), E'\\n'), 'UTF8'), max(leaf_index)
    FROM (
        SELECT l.leaf_index, l.leaf_hash, l.entry_id, e.canonical FROM ledger_leaf l
        LEFT JOIN ledger_entry e ON e.organisation_id = l.organisation_id AND e.id = l.entry_id
        WHERE l.organisation_id = %s AND l.leaf_index >= %s ORDER BY l.leaf_index LIMIT %s
    ) rows
"""
ROWS_A_BLOCK = 4096
STREAMING = """
    SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_sort = off;
    SET LOCAL max_parallel_workers_per_gather = 0
"""
COUNT = "SELECT count(*) FROM ledger_entry WHERE organisation_id = %s"
UNSEALED = """
    SELECT e.id, pg_visible_in_snapshot(e.transaction_number, %(saw)s::pg_snapshot) FROM ledger_entry e
    WHERE e.organisation_id = %(organisation)s AND NOT EXISTS (
        SELECT FROM ledger_leaf l WHERE l.organisation_id = e.organisation_id AND l.entry_id = e.id
    )
"""
WALLS = """
    SELECT c.relname FROM pg_class c WHERE c.relname = ANY(%s) AND NOT (
        c.relrowsecurity AND c.relforcerowsecurity
        AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_only_grows'
                    AND t.tgenabled = 'O')
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND c.relname = 'ledger_entry'
                        AND a.attname IN ('id', 'recorded_at', 'actor', 'event', 'subject', 'purpose')
                        AND a.attgenerated <> 's')
    ) ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Verification:
    """The state of one organisation's log. It is right when there are no findings and no wall is down."""

    organisation: str
    size: int
    root: bytes
    waiting: int  # committed rows that the sealer has yet to see
    checkpoints: int
    last_checkpoint: datetime | None
    witnesses: tuple[str, ...]
    findings: tuple[Finding, ...]
    open_walls: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.findings and not self.open_walls


def verify(organisation: Organisation, *, alias: str = "sealer", witness_folder: Path | None = None) -> Verification:
    """Read and verify the organisation's whole log; constant memory, under ten microseconds a row."""
    # witnesses first: what they hold was in the database before, so one that knows more is no accident of timing
    held, witnessed_by, damaged = _witness_seals(organisation, witness_folder or witnesses.folder())
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        set_organisation(organisation.pk, using=alias)  # the auditor sees this one only; the sealer sees all
        own, forged, snapshot = _own_seals(cursor, organisation)
        examination = examine(blocks_of(cursor, organisation.pk), [*own, *held], organisation.code)
        waiting, hidden = _unsealed(cursor, organisation.pk, snapshot, sealed=examination.present)
        cursor.execute(WALLS, [list(TABLES)])
        walls = tuple(row[0] for row in cursor.fetchall())
    return Verification(
        organisation=organisation.code,
        size=examination.size,
        root=examination.root,
        waiting=waiting,
        checkpoints=len(own),
        last_checkpoint=own[-1].checkpoint.time if own else None,
        witnesses=tuple(witnessed_by),
        findings=(*forged, *damaged, *examination.findings, *hidden),
        open_walls=walls,
    )


def blocks_of(cursor: Any, organisation_id: int) -> Iterator[Block]:
    """The log by place, each row with its text, packed by the server.

    Every block walks the index from where the last one ended, so nothing is sorted and no more than a block is held.
    """
    cursor.execute(STREAMING)
    stream = psycopg.Cursor(cursor.connection)
    start = 0
    while True:
        stream.execute(BLOCK, [organisation_id, start, ROWS_A_BLOCK], binary=True, prepare=False)
        places, hashes, ids, texts, last = cast("tuple[Any, ...]", stream.fetchone())
        if last is None:
            return
        yield Block(places, hashes, ids, texts)
        start = last + 1


def _own_seals(cursor: Any, organisation: Organisation) -> tuple[list[Seal], list[Finding], str]:
    """The database's checkpoints whose signature holds, findings about the others, and the last snapshot."""
    cursor.execute(
        "SELECT tree_size, note, frontier, snapshot FROM ledger_checkpoint "
        "WHERE organisation_id = %s ORDER BY tree_size",
        [organisation.pk],
    )
    key = keys.verifier_key(organisation.code)
    seals, findings, snapshot = [], [], "1:1:"
    for size, note, peaks, saw in cursor.fetchall():
        snapshot = saw
        try:
            signed = notes.verified(note, key)
        except notes.BadCheckpoint:
            signed = None
        if signed is None or signed.size != size:
            findings.append(Finding(Kind.FORGED, size - 1, size - 1))
            continue
        seals.append(Seal(signed, _signed_peaks(signed, bytes(peaks))))
    return seals, findings, snapshot


def _signed_peaks(signed: notes.Checkpoint, stored: bytes) -> tuple[bytes, ...]:
    """The stored peaks when they give the signed root; else none, and a fault is located less closely."""
    try:
        frontier = Frontier.from_bytes(signed.size, stored)
    except ValueError:
        return ()
    return frontier.peaks if frontier.root() == signed.root else ()


def _witness_seals(organisation: Organisation, root: Path) -> tuple[list[Seal], list[str], list[Finding]]:
    """What every witness in the folder holds of the log, who they are, and findings about notes nobody signed."""
    seals, names, findings = [], [], []
    key = keys.verifier_key(organisation.code)
    for witness in witnesses.witnesses_in(root):
        history = witness.history(organisation.code)
        if history:
            names.append(witness.code)
        pinned = witness.verifier_key(organisation.code)
        for note in history:
            try:
                seals.append(Seal(notes.verified(note, pinned or key), witness=witness.code))
            except notes.BadCheckpoint:
                findings.append(Finding(Kind.FORGED, 0, 0, witness=witness.code))
        if history and pinned != key:
            findings.append(Finding(Kind.FORGED, 0, 0, witness=witness.code))
    return seals, names, findings


def _unsealed(cursor: Any, organisation_id: int, snapshot: str, *, sealed: int) -> tuple[int, list[Finding]]:
    """How many rows wait for the sealer, and findings about rows that it was made to overlook.

    Where there are as many rows as were met in the log, there is nothing to look for.
    """
    cursor.execute(COUNT, [organisation_id])
    if cursor.fetchone()[0] == sealed:
        return 0, []
    cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL enable_sort = on")
    cursor.execute(UNSEALED, {"organisation": organisation_id, "saw": snapshot})
    waiting, findings = 0, []
    for entry, was_visible in cursor.fetchall():
        if was_visible:
            findings.append(Finding(Kind.INSERTED, -1, -1, entry=str(entry)))
        else:
            waiting += 1
    return waiting, findings
