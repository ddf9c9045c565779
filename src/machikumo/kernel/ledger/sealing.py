"""The sealer: appends committed rows to each organisation's Merkle log, signs, and tells the witnesses.

A row is sealed when it is visible and was not visible to the sealing before (the snapshot is kept with each
checkpoint), so a transaction that commits late is never skipped, and no business transaction waits for anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from django.utils import timezone

from machikumo.kernel.ledger import keys, witnesses
from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.domain.merkle import Frontier, consistency_proof
from machikumo.kernel.tenancy.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

LOCK = 727_274 << 32  # plus the organisation's id: one sealer a log at a time
SAW_NOTHING = "1:1:"
HASHES_A_CHUNK = 65_536

LAST = """
    SELECT tree_size, note, frontier, snapshot, server_identity FROM ledger_checkpoint
    WHERE organisation_id = %s ORDER BY tree_size DESC LIMIT 1
"""
WAITING = """
    SELECT o.id FROM tenancy_organisation o
    LEFT JOIN LATERAL (
        SELECT snapshot, server_identity FROM ledger_checkpoint c
        WHERE c.organisation_id = o.id ORDER BY tree_size DESC LIMIT 1
    ) c ON true
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.server_identity = %(server)s AND NOT %(whole)s THEN c.snapshot ELSE '1:1:' END::pg_snapshot
        AS saw
    ) s
    WHERE (%(all)s OR o.code = ANY(%(codes)s)) AND EXISTS (
        SELECT FROM ledger_entry e WHERE e.organisation_id = o.id
        AND e.transaction_number >= pg_snapshot_xmin(s.saw) AND NOT pg_visible_in_snapshot(e.transaction_number, s.saw)
    )
    ORDER BY o.id
"""
SEAL = r"""
    WITH sealed AS (
        INSERT INTO ledger_leaf (organisation_id, leaf_index, entry_id, leaf_hash)
        SELECT e.organisation_id, %(size)s + row_number() OVER (ORDER BY e.id) - 1, e.id,
               sha256('\x00'::bytea || convert_to(e.canonical, 'UTF8'))
        FROM ledger_entry e
        WHERE e.organisation_id = %(organisation)s AND e.transaction_number >= pg_snapshot_xmin(%(saw)s::pg_snapshot)
        AND NOT pg_visible_in_snapshot(e.transaction_number, %(saw)s::pg_snapshot)
        AND NOT EXISTS (
            SELECT FROM ledger_leaf l WHERE l.organisation_id = e.organisation_id AND l.entry_id = e.id
        )
        RETURNING 1
    )
    SELECT count(*), pg_current_snapshot()::text FROM sealed
"""
ADD_CHECKPOINT = """
    INSERT INTO ledger_checkpoint
    (organisation_id, tree_size, root_hash, note, frontier, snapshot, server_identity, sealed_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
HASHES = """
    COPY (SELECT leaf_hash FROM ledger_leaf WHERE organisation_id = %s AND leaf_index >= %s AND leaf_index < %s
          ORDER BY leaf_index) TO STDOUT (FORMAT BINARY)
"""


class BrokenLog(LedgerError):
    """The last checkpoint in the database is not what was signed: nothing is sealed on top of it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one sealing did: ``rows`` new ones, after which the log has ``size``."""

    organisation: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class _Last:
    frontier: Frontier = field(default_factory=Frontier)
    snapshot: str = SAW_NOTHING


def seal(
    *,
    organisations: Collection[str] = (),
    alias: str = "sealer",
    witness_folder: Path | None = None,
    whole: bool = False,
    complain: Callable[[LedgerError], None] | None = None,
) -> list[Sealed]:
    """Seal what was committed since the last time, log by log, and tell the witnesses.

    ``organisations`` are codes, all when there are none. ``whole`` looks at every row (after a restore or a move)
    instead of those that are new. A log whose last checkpoint is broken, or whose witness refuses, raises after the
    other logs are done; ``complain`` takes such errors one by one instead.
    """
    errors: list[LedgerError] = []
    done = []
    for organisation in _waiting(alias, organisations, whole=whole):
        try:
            sealed = _seal_log(alias, organisation, whole=whole)
            if sealed:
                done.append(sealed)
            tell_witnesses(organisation, alias=alias, witness_folder=witness_folder)
        except LedgerError as error:
            errors.append(error)
    for found in errors:
        if complain is None:
            raise found
        complain(found)
    return done


def tell_witnesses(organisation: Organisation, *, alias: str = "sealer", witness_folder: Path | None = None) -> None:
    """Offer the last checkpoint to every witness that does not have it; WitnessRefusal when one contradicts."""
    with connections[alias].cursor() as cursor:
        cursor.execute(LAST, [organisation.pk])
        last = cursor.fetchone()
    if last is None:
        return
    size, note = last[0], last[1]
    key = keys.verifier_key(organisation.code)
    for witness in witnesses.witnesses_of(organisation, witness_folder):
        known = witness.latest(organisation.code)
        seen = notes.read(known).size if known else 0
        if seen == size and known == note:
            continue
        proof = _proof(alias, organisation, seen, size) if 0 < seen < size else []
        witness.accept(witnesses.Offer(organisation.code, key, note, proof, timezone.now()))


def _waiting(alias: str, codes: Collection[str], *, whole: bool) -> list[Organisation]:
    """Organisations with rows that the last sealing did not see."""
    with connections[alias].cursor() as cursor:
        wanted: dict[str, Any] = {"whole": whole, "codes": list(codes), "all": not codes}
        cursor.execute(WAITING, wanted | {"server": _server_identity(cursor)})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Organisation.objects.using(alias).filter(pk__in=ids).order_by("pk"))


def _seal_log(alias: str, organisation: Organisation, *, whole: bool) -> Sealed | None:
    """One transaction of the sealer: leaves, then the checkpoint over them; None when there was nothing to do."""
    with transaction.atomic(using=alias, durable=True), connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK + organisation.pk])
        if not cursor.fetchone()[0]:
            return None  # another sealer is at this log
        server = _server_identity(cursor)
        last = _last(cursor, organisation, server, whole=whole)
        size = last.frontier.size
        cursor.execute(SEAL, {"size": size, "organisation": organisation.pk, "saw": last.snapshot})
        rows, snapshot = cursor.fetchone()
        if not rows:
            return None
        frontier = last.frontier
        for hashes in _hashes(cursor, organisation.pk, size, size + rows):
            frontier = frontier.extended(hashes)
        _add_checkpoint(cursor, organisation, frontier, snapshot, server)
    return Sealed(organisation.code, rows, frontier.size)


def _add_checkpoint(cursor: Any, organisation: Organisation, frontier: Frontier, snapshot: str, server: int) -> None:
    now = timezone.now()
    statement = notes.Checkpoint(organisation.code, frontier.size, frontier.root(), now)
    note = notes.sign(statement, keys.signing_key(organisation.code))
    peaks = frontier.to_bytes()
    cursor.execute(ADD_CHECKPOINT, [organisation.pk, frontier.size, statement.root, note, peaks, snapshot, server, now])


def _last(cursor: Any, organisation: Organisation, server: int, *, whole: bool) -> _Last:
    """Where to go on, after a look whether the stored checkpoint is the one that was signed."""
    cursor.execute(LAST, [organisation.pk])
    row = cursor.fetchone()
    if row is None:
        return _Last()
    size, note, peaks, snapshot, identity = row
    try:
        frontier = Frontier.from_bytes(size, bytes(peaks))
        signed = notes.verified(note, keys.verifier_key(organisation.code))
    except (ValueError, notes.BadCheckpoint) as error:
        raise _broken(organisation, size) from error
    if (signed.size, signed.root) != (size, frontier.root()):
        raise _broken(organisation, size)
    return _Last(frontier, SAW_NOTHING if whole or identity != server else snapshot)


def _proof(alias: str, organisation: Organisation, seen: int, size: int) -> list[bytes]:
    """The consistency proof from what a witness has seen; an empty one, which it will refuse, when that is unknown."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT frontier FROM ledger_checkpoint WHERE organisation_id = %s AND tree_size = %s",
            [organisation.pk, seen],
        )
        row = cursor.fetchone()
        if row is None:
            return []
        new = [part for chunk in _hashes(cursor, organisation.pk, seen, size) for part in chunk]
        return consistency_proof(Frontier.from_bytes(seen, bytes(row[0])), new)


def _hashes(cursor: Any, organisation_id: int, first: int, end: int) -> Iterator[list[bytes]]:
    """The leaf hashes from ``first`` to before ``end``, streamed in chunks."""
    with cursor.connection.cursor().copy(HASHES, [organisation_id, first, end]) as copy:
        copy.set_types(["bytea"])
        chunk: list[bytes] = []
        for row in copy.rows():
            chunk.append(row[0])
            if len(chunk) == HASHES_A_CHUNK:
                yield chunk
                chunk = []
        yield chunk


def _server_identity(cursor: Any) -> int:
    cursor.execute("SELECT system_identifier FROM pg_control_system()")
    identity: int = cursor.fetchone()[0]
    return identity


def _broken(organisation: Organisation, size: int) -> BrokenLog:
    return BrokenLog(
        f"{organisation.code}: {size} 件のチェックポイントが署名と合いません。"
        "machikumo ledger verify で調べてください。",
        f"{organisation.code}: the checkpoint at {size} is not what was signed; run machikumo ledger verify.",
    )
