"""Reading the ledger, through the database role ``auditor``, within one organisation."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections

from machikumo.kernel.errors import NotFound
from machikumo.kernel.ledger import keys, witnesses
from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.entry import earliest_id
from machikumo.kernel.ledger.domain.merkle import leaf_hash
from machikumo.kernel.ledger.models import Checkpoint, Entry, Leaf
from machikumo.kernel.tenancy.doors import entered, organisation_of, read_as
from machikumo.kernel.tenancy.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope

VIEW = "ledger.view"
AUDITOR = "auditor"
LOOK = "ledger.viewed"
DISTINCT = """
    WITH RECURSIVE step AS (
        (SELECT {column} AS found FROM ledger_entry WHERE organisation_id = %(organisation)s ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM ledger_entry WHERE organisation_id = %(organisation)s AND {column} > step.found
                ORDER BY {column} LIMIT 1)
        FROM step WHERE step.found IS NOT NULL
    )
    SELECT found FROM step WHERE found IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows; an empty field asks for all. ``event`` may end in a dot: ``person.`` means every event of persons."""

    actor: str = ""
    subject: str = ""
    event: str = ""
    since: datetime | None = None
    until: datetime | None = None  # rows before that time
    without_looks: bool = False  # leaves out that somebody looked into the ledger


@dataclass(frozen=True, slots=True)
class WitnessState:
    """How much of the log a witness has seen; ``is_ahead`` when it has seen more than the database holds."""

    code: str
    size: int
    at: datetime
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class SealState:
    """The last checkpoint of a log and who has seen it; ``is_signed`` when its signature holds."""

    size: int
    root: bytes
    sealed_at: datetime | None
    is_signed: bool
    note: str
    witnesses: tuple[WitnessState, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A row and where it stands: ``index`` from 0 and when it was sealed, or None where the sealer has yet to come.

    ``is_intact`` when the text is still what its leaf says.
    """

    entry: Entry
    index: int | None
    sealed_at: datetime | None
    is_intact: bool


def entries_of(
    scope: Scope, filters: Filters, *, before: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[Entry]:
    """The organisation's rows, newest first, at most ``limit``; ``before`` and ``after`` are ids to page from.

    Requires ``ledger.view``. Every filter is answered from an index that begins with the organisation.
    """
    scope.require(VIEW)
    with _reading(scope):
        rows = _filtered(scope, filters)
        if before:
            rows = rows.filter(id__lt=before)
        if after:
            newer = list(rows.filter(id__gt=after).order_by("id")[:limit])
            return newer[::-1]
        return list(rows[:limit])


def all_entries_of(scope: Scope, filters: Filters, *, limit: int) -> Iterator[Entry]:
    """The same rows, streamed, for an export. Requires ``ledger.view``."""
    scope.require(VIEW)
    with _reading(scope):
        yield from _filtered(scope, filters)[:limit].iterator(chunk_size=2000)


def access_record_of(scope: Scope, subject: str, *, before: UUID | None = None, limit: int = 50) -> list[Entry]:
    """Who viewed or changed what concerns one subject (``person:…``), newest first: the person's own access record.

    Needs no permission: the caller answers for it that the subject is the person who asks, or requires ``ledger.view``.
    """
    with _reading(scope):
        rows = _filtered(scope, Filters(subject=subject))
        return list((rows.filter(id__lt=before) if before else rows)[:limit])


def actors_of(scope: Scope) -> list[str]:
    """Everybody who stands in the ledger as acting; requires ``ledger.view``."""
    return _distinct(scope, "actor")


def events_of(scope: Scope) -> list[str]:
    """Every event that stands in the ledger; requires ``ledger.view``."""
    return _distinct(scope, "event")


def place_of(scope: Scope, entry_id: UUID) -> Place:
    """One row, its place in the log and the checkpoint over it; NotFound outside the organisation.

    Requires ``ledger.view``.
    """
    scope.require(VIEW)
    with _reading(scope):
        entry = Entry.objects.within(scope).using(AUDITOR).filter(id=entry_id).first()
        if entry is None:
            raise NotFound
        leaf = Leaf.objects.within(scope).using(AUDITOR).filter(entry_id=entry_id).first()
        if leaf is None:
            return Place(entry, None, None, is_intact=True)
        over = Checkpoint.objects.within(scope).using(AUDITOR).filter(tree_size__gt=leaf.leaf_index).first()
    is_intact = leaf_hash(entry.canonical.encode()) == bytes(leaf.leaf_hash)
    return Place(entry, leaf.leaf_index, over.sealed_at if over else None, is_intact=is_intact)


def seal_state_of(scope: Scope, *, witness_folder: Path | None = None) -> SealState:
    """The last checkpoint and the witnesses' knowledge of it: cheap, reads no rows."""
    held = _held_by_witnesses(scope, witness_folder)  # before the database: they must not seem ahead by timing
    with _reading(scope):
        last = Checkpoint.objects.within(scope).using(AUDITOR).last()
    size = last.tree_size if last else 0
    seen = tuple(WitnessState(code, known.size, known.time, is_ahead=known.size > size) for code, known in held)
    if last is None:
        return SealState(0, b"", None, is_signed=True, note="", witnesses=seen)
    try:
        signed = notes.verified(last.note, keys.verifier_key(scope.organisation_code))
        is_signed = (signed.size, signed.root) == (last.tree_size, bytes(last.root_hash))
    except notes.BadCheckpoint:
        is_signed = False
    return SealState(last.tree_size, bytes(last.root_hash), last.sealed_at, is_signed, last.note, seen)


def _distinct(scope: Scope, column: str) -> list[str]:
    """The different values of a column, each found by one step through its index."""
    scope.require(VIEW)
    with _reading(scope), connections[AUDITOR].cursor() as cursor:
        cursor.execute(DISTINCT.format(column=column), {"organisation": scope.organisation_id})
        return [row[0] for row in cursor.fetchall()]


def _held_by_witnesses(scope: Scope, folder: Path | None) -> list[tuple[str, notes.Checkpoint]]:
    """The last checkpoint that each witness holds, with the witness's code."""
    known = [
        (witness.code, witness.latest(scope.organisation_code))
        for witness in witnesses.witnesses_of(organisation_of(scope), folder)
    ]
    return [(code, notes.read(note)) for code, note in known if note]


@contextmanager
def _reading(scope: Scope) -> Iterator[None]:
    with entered(scope), read_as(AUDITOR, scope):
        yield


def _filtered(scope: Scope, filters: Filters) -> QuerySet[Entry]:
    rows = Entry.objects.within(scope).using(AUDITOR).order_by("-id")
    for name in ("actor", "subject"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.event.endswith("."):
        rows = rows.filter(event__gte=filters.event, event__lt=filters.event[:-1] + "/")  # the sign after the dot
    elif filters.event:
        rows = rows.filter(event=filters.event)
    if filters.without_looks and not filters.event:
        rows = rows.exclude(event=LOOK)
    if filters.since:
        rows = rows.filter(id__gte=earliest_id(filters.since))
    if filters.until:
        rows = rows.filter(id__lt=earliest_id(filters.until))
    return rows


def bodies_named(codes: Iterable[str]) -> dict[str, Organisation]:
    """The organisations of those codes, by code; one that is not known here is left out."""
    return {body.code: body for body in Organisation.objects.filter(code__in=set(codes))}


def organisations_with_logs(codes: list[str], *, alias: str = "sealer") -> list[Organisation]:
    """The organisations of these codes, or all that have a row or a checkpoint when none is named."""
    if codes:
        return list(Organisation.objects.using(alias).filter(code__in=codes).order_by("code"))
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM tenancy_organisation o "
            "WHERE EXISTS (SELECT FROM ledger_entry e WHERE e.organisation_id = o.id) "
            "OR EXISTS (SELECT FROM ledger_checkpoint c WHERE c.organisation_id = o.id)"
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(Organisation.objects.using(alias).filter(pk__in=ids).order_by("code"))
