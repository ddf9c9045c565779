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
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.ledger import action, record
from machikumo.kernel.releases.keys import signing_key
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.kernel.tenancy.models import Organisation
from machikumo.operations import queries
from machikumo.operations.arriving import checks
from machikumo.operations.arriving.rights import with_rights
from machikumo.operations.arriving.taking import take_in
from machikumo.operations.domain.former import verified_head
from machikumo.operations.domain.package import Writer
from machikumo.operations.leaving import write_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.jobs.models import JobRun
    from machikumo.kernel.scope import Scope
    from machikumo.operations.arriving.arrival import Arrival
    from machikumo.operations.domain.former import FormerHead
    from machikumo.operations.queries import FormerRow

CHUNK = 1 << 20
PACKAGE, LOAD, LOAD_JOB = "exit_package", "operations.load", "operations.load_package"
KEPT_AT_RESET = ("organisations_", "jobs_", "approvals_")  # who works here, and the run that resets


class OperationsError(MachikumoError):
    """Base of the room's errors."""


@action(permission="operations.export", steady=True)
def make_exit_package(scope: Scope, *, recipient: str) -> StoredFile:
    """The exit package of the organisation, stored as a file: every tenant table and file, and each room's own parts.

    Earlier packages are left out; files whose bytes are gone are named in the manifest. Papers and numbers are in it
    opened, so the whole is closed for the holder of the key whose public half is ``recipient``, and never lies open
    here. Raises NotAKey when the recipient is none.
    """
    now = timezone.now()
    with tempfile.TemporaryFile() as out:
        with ClosedWriter(out, recipient) as closed:
            key, fingerprint = signing_key(scope)
            writer = Writer(
                closed,
                organisation=scope.organisation_code,
                made_at=now.isoformat(),
                public_key=key.public_key().public_bytes_raw(),
                sign=key.sign,
            )
            parts = write_parts(scope, writer, fingerprint)
        out.seek(0)
        stored = store_file(
            scope,
            name=f"machikumo-{scope.organisation_code}-{now:%Y%m%d}.zip.age",
            chunks=_chunks(out),
            purpose=PACKAGE,
        )
    facts = {"parts": parts, "sha256": stored.sha256, "recipient": recipient, "signer": fingerprint}
    subject = f"file:{stored.token}"
    record(scope, event="organisation.exported", subject=subject, ground="exit_package", details=facts)
    return stored


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(CHUNK):
        yield block


@action(permission=LOAD)
def take_in_package(scope: Scope, *, arrival: Arrival) -> int:
    """Everything of a verified package but the bytes of its files, in one transaction; gives the rows.

    The first row of the new ledger binds the head of the former one. The town is open for work afterwards.
    Raises Conflict when the town is not empty, PackageFault when rows of the package do not fit together.
    """
    locked = Organisation.objects.select_for_update().get(pk=scope.organisation_id)
    checks.refuse_unless_empty(scope)
    head = checks.former_head(arrival)
    facts = {
        "former_rows": head.size,
        "former_root": head.root.hex(),
        "package": arrival.sha256,
        "signer": arrival.manifest.signer,
        "made_at": arrival.manifest.made_at,
    }
    record(scope, event="organisation.loaded", subject=f"organisation:{locked.code}", ground=PACKAGE, details=facts)
    rows = take_in(scope, arrival)
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    record(scope, event="organisation.activated", subject=f"organisation:{locked.code}", details={"rows": rows})
    return rows


@action(permission=LOAD)
def receive_package(scope: Scope, *, name: str, chunks: Iterable[bytes], signer: str) -> JobRun:
    """Keep an uploaded package and queue its loading; Conflict at once when the town is not empty."""
    checks.refuse_unless_empty(scope)
    stored = store_file(scope, name=name, chunks=chunks, purpose=queries.INCOMING)
    run = jobs.start(
        with_rights(scope),
        kind=LOAD_JOB,
        idempotency_key=f"{LOAD_JOB}:{stored.token}",
        arguments={"token": str(stored.token), "signer": signer},
    )
    record(scope, event="organisation.load_started", subject=f"job:{run.pk}", details={"sha256": stored.sha256})
    return run


@action(permission="ledger.view")
def show_former_entries(scope: Scope, *, number: int, before: int, limit: int) -> list[FormerRow]:
    """Rows of a former ledger before a place, newest first; the look is a row of the present one."""
    found = queries.former_entries(scope, number, before=before, limit=limit)
    record(scope, event="ledger.viewed", subject=f"former_ledger:{number}", details={"shown": len(found)})
    return found


@action(permission="ledger.verify")
def verify_former_ledger(scope: Scope, *, number: int) -> FormerHead:
    """The head of a former ledger, computed anew from its rows; PackageFault when it is not what came with them."""
    one = queries.former_ledger_of(scope, number)
    lines = (line.rstrip(b"\n") for line in queries.former_lines(scope, number))
    head = verified_head(lines, one.checkpoints, one.verifier_key)
    record(scope, event="ledger.former_verified", subject=f"former_ledger:{number}", details={"rows": head.size})
    return head


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
