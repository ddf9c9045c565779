"""A log as files that an outsider can verify with docs/operations/verify_ledger.py and nothing of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections, transaction

from machikumo.kernel.ledger import keys, verifying, witnesses

if TYPE_CHECKING:
    from pathlib import Path

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


def _write_notes(file: Path, notes: list[str]) -> None:
    lines = [json.dumps({"note": note}, ensure_ascii=False) + "\n" for note in notes]
    file.write_text("".join(lines), encoding="utf-8")
