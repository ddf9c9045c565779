"""A log as files that an outsider can verify with docs/operations/verify_ledger.py and nothing of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections, transaction

from machikumo.kernel.ledger import keys, verifying, witnesses
from machikumo.kernel.ledger.queries import AUDITOR
from machikumo.kernel.tenancy.doors import read_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

ENTRIES = "entries.jsonl"
CHECKPOINTS = "checkpoints.jsonl"
KEY = "verifier_key.txt"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows that are in the log, and checkpoints."""

    rows: int
    checkpoints: int


def export_log(
    organisation: Organisation, folder: Path, *, alias: str = "sealer", witness_folder: Path | None = None
) -> Exported:
    """Write the sealed rows (canonical JSON, a line each, in the log's order), the checkpoints and the public key.

    What each witness holds goes to ``witness-<code>.jsonl``. The folder is made; files in it are overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for witness in witnesses.witnesses_in(witness_folder or witnesses.folder()):
        if held := witness.history(organisation.code):
            _write_notes(folder / f"witness-{witness.code}.jsonl", held)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(
            "SELECT note FROM ledger_checkpoint WHERE organisation_id = %s ORDER BY tree_size", [organisation.pk]
        )
        sealed = [row[0] for row in cursor.fetchall()]
        rows = 0
        with (folder / ENTRIES).open("wb") as out:
            for block in verifying.blocks_of(cursor, organisation.pk):
                out.write(block.texts + b"\n")
                rows += block.texts.count(b"\n") + 1
    _write_notes(folder / CHECKPOINTS, sealed)
    (folder / KEY).write_text(keys.verifier_key(organisation.code) + "\n", encoding="ascii")
    return Exported(rows, len(sealed))


def entries_part(scope: Scope) -> Iterator[bytes]:
    """The sealed rows of the scope's organisation, a line each: a part of its exit package."""
    left = _sealed_before_now(scope)
    with read_as(AUDITOR, scope), connections[AUDITOR].cursor() as cursor:
        for block in verifying.blocks_of(cursor, scope.organisation_id):
            lines = block.texts.split(b"\n")[:left]
            yield from (line + b"\n" for line in lines)
            left -= len(lines)
            if not left:
                return


def checkpoints_part(scope: Scope) -> Iterator[bytes]:
    """The checkpoints over those rows."""
    size = _sealed_before_now(scope)
    with read_as(AUDITOR, scope), connections[AUDITOR].cursor() as cursor:
        cursor.execute("SELECT note FROM ledger_checkpoint WHERE tree_size <= %s ORDER BY tree_size", [size])
        yield from (_note_line(note).encode() for (note,) in cursor.fetchall())


def key_part(scope: Scope) -> Iterator[bytes]:
    """The public key of the log."""
    yield keys.verifier_key(scope.organisation_code).encode() + b"\n"


def _sealed_before_now(scope: Scope) -> int:
    """How many rows were sealed when the application's transaction began: the same for every part of a package.

    A little earlier, so that a sealing that was just ending then counts for no part.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT now() - interval '10 seconds'")
        (moment,) = cursor.fetchone()
    with read_as(AUDITOR, scope), connections[AUDITOR].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(tree_size), 0) FROM ledger_checkpoint WHERE sealed_at < %s", [moment])
        return int(cursor.fetchone()[0])


def _note_line(note: str) -> str:
    return json.dumps({"note": note}, ensure_ascii=False) + "\n"


def _write_notes(file: Path, notes: list[str]) -> None:
    file.write_text("".join(map(_note_line, notes)), encoding="utf-8")
