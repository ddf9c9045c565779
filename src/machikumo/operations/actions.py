"""Leaving with all data, and making the training town anew."""

from __future__ import annotations

import tempfile
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from machikumo.kernel.errors import Forbidden, MachikumoError
from machikumo.kernel.files import store
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.files.closing import ClosedWriter
from machikumo.kernel.files.queries import every_file
from machikumo.kernel.ledger import action, record
from machikumo.kernel.registries import export_parts
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.operations import queries
from machikumo.operations.domain.package import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.scope import Scope

CHUNK = 1 << 20
PACKAGE = "exit_package"
KEPT_AT_RESET = ("organisations_", "jobs_", "approvals_")  # who works here, and the run that resets


class OperationsError(MachikumoError):
    """Base of the room's errors."""


@action(permission="operations.export")
def make_exit_package(scope: Scope, *, recipient: str) -> StoredFile:
    """The exit package of the organisation, stored as a file: every tenant table and file, and each room's own parts.

    Earlier packages are left out; files whose bytes are gone are named in the manifest. Papers and numbers are in it
    opened, so the whole is closed for the holder of the key whose public half is ``recipient``, and never lies open
    here. Raises NotAKey when the recipient is none.
    """
    now = timezone.now()
    with tempfile.TemporaryFile() as out:
        with ClosedWriter(out, recipient) as closed:
            parts = _write_parts(scope, Writer(closed, organisation=scope.organisation_code, made_at=now.isoformat()))
        out.seek(0)
        stored = store_file(
            scope,
            name=f"machikumo-{scope.organisation_code}-{now:%Y%m%d}.zip.age",
            chunks=_chunks(out),
            purpose=PACKAGE,
        )
    facts = {"parts": parts, "sha256": stored.sha256, "recipient": recipient}
    subject = f"file:{stored.token}"
    record(scope, event="organisation.exported", subject=subject, ground="exit_package", details=facts)
    return stored


def _write_parts(scope: Scope, writer: Writer) -> int:
    """Write everything; gives the number of parts."""
    with writer:
        for table in queries.tenant_tables():
            writer.add(f"tables/{table}.jsonl", queries.rows_as_json(scope, table))
        _add_files(scope, writer)
        for name, part in export_parts.items():
            if name.endswith("/"):
                for inner, chunks in part(scope):
                    writer.add_file(f"{name}{inner}", chunks)
            else:
                writer.add(name, part(scope))
        writer.close()
    return len(writer.parts)


def _add_files(scope: Scope, writer: Writer) -> None:
    """Every stored file under its token; its name stands in tables/files_storedfile.jsonl."""
    missing = []
    for stored in every_file(scope).exclude(purpose=PACKAGE):
        place = store.place_of(scope, stored.token)
        if not store.is_whole(place, stored.size):
            missing.append(f"files/{stored.token}")
            continue
        with place.open("rb") as file:
            writer.add_file(f"files/{stored.token}", _chunks(file))
    writer.note_missing(missing)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(CHUNK):
        yield block


@action(permission="operations.reset_training")
def empty_training_town(scope: Scope) -> int:
    """Take away every row of a training organisation but its people and its runs, and its files; gives the rows gone.

    Raises Forbidden in a live organisation. The ledger keeps everything.
    """
    if not organisation_of(scope).is_training:
        raise Forbidden("本番の団体は作り直せません。", "A live organisation cannot be reset.")
    gone = 0
    tokens = list(every_file(scope).values_list("token", flat=True))
    with connection.cursor() as cursor:
        for table in queries.tenant_tables("DELETE"):
            if not table.startswith(KEPT_AT_RESET):
                cursor.execute(f'DELETE FROM "{table}" WHERE organisation_id = %s', [scope.organisation_id])
                gone += cursor.rowcount
    for token in tokens:
        transaction.on_commit(partial(store.remove, scope, token))
    record(scope, event="training.emptied", ground="training", details={"rows": gone})
    return gone
