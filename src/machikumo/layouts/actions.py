"""Receiving a file, starting its move-in, and telling the prefecture and the group how it went."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils import timezone

from machikumo.kernel.errors import Conflict
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.files.closing import ClosedWriter, recipient_of
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.ledger import action, record
from machikumo.kernel.registries import load_targets
from machikumo.kernel.releases.actions import release
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.kernel.tenancy.models import Organisation, OrganisationKind
from machikumo.layouts.domain.convert import convert_rows
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.models import MoveIn, MoveInState
from machikumo.layouts.own_layouts import mapping_for
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import move_in_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.jobs.models import JobRun
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.mapping import Mapping

CHUNK = 1 << 20
EXPORT = "vendor_export"  # purpose of the stored file
RELEASE = "layouts.move_in"


@action(permission="layouts.move_in")
def receive(
    scope: Scope,
    *,
    name: str,
    chunks: Iterable[bytes],
    mapping_key: str,
    expected: int | None = None,
    limits: dict[str, int] | None = None,
) -> MoveIn:
    """The move-in of a file, stored byte by byte; nothing is read from it yet.

    ``limits`` are bad rows by rule ("*": each rule, "total": all): beyond one the run stops before it loads anything.
    """
    mapping = mapping_for(scope, mapping_key)
    stored = store_file(scope, name=name, chunks=chunks, purpose="move_in", media_type="text/csv", expected=expected)
    last = MoveIn.objects.within(scope).filter(mapping_key=mapping_key).aggregate(last=Max("rehearsal"))["last"] or 0
    one = MoveIn.objects.add(
        scope,
        file=stored,
        mapping_key=mapping_key,
        layout_key=mapping.source.key,
        layout_digest=mapping.source.digest,
        mapping_digest=mapping.digest,
        rehearsal=last + 1,
        started_by=scope.person,
        limits=dict(limits or {}),
    )
    facts = {"mapping": mapping_key, "sha256": stored.sha256, "rehearsal": one.rehearsal}
    record(scope, event="move_in.received", subject=f"move_in:{one.pk}", ground="data_migration", details=facts)
    return one


@action(permission="layouts.move_in")
def start(scope: Scope, *, move_in_id: int) -> MoveIn:
    """Queue the move-in; asking again starts nothing anew."""
    one = move_in_of(scope, move_in_id)
    key = f"layouts.move_in:{move_in_id}"
    run = jobs.start(scope, kind="layouts.move_in", idempotency_key=key, arguments={"move_in_id": move_in_id})
    MoveIn.objects.within(scope).filter(pk=one.pk).update(job_run_id=run.pk)
    one.job_run_id = run.pk
    record(scope, event="move_in.started", subject=f"move_in:{one.pk}", ground="data_migration")
    return one


@action(permission="layouts.export")
def export_file(scope: Scope, *, mapping_key: str, recipient: str) -> StoredFile:
    """Everything that the register holds as a file of the old vendor's layout: a town can leave as it came.

    The file has numbers in it, so it is closed for the holder of the key whose public half is ``recipient``, and never
    lies open here. Raises LayoutError naming the first cell that the layout cannot write (nothing is replaced by
    another sign), NotAKey when the recipient is none.
    """
    mapping = _mapping_of(mapping_key)
    with tempfile.TemporaryFile() as out:
        with ClosedWriter(out, recipient) as writer:
            rows = _write_export(scope, mapping, writer)
        out.seek(0)
        stored = store_file(
            scope,
            name=f"export-{mapping.source.key}-{scope.organisation_code}.{_suffix(mapping)}.age",
            chunks=iter(lambda: out.read(CHUNK), b""),
            purpose=EXPORT,
            media_type="application/octet-stream",
        )
    facts = {"mapping": mapping_key, "rows": rows, "sha256": stored.sha256, "recipient": recipient}
    record(scope, event="layout.exported", subject=f"file:{stored.token}", ground="data_migration", details=facts)
    return stored


@action(permission="layouts.export")
def start_export(scope: Scope, *, mapping_key: str, recipient: str) -> JobRun:
    """Queue the export to a layout, one a minute at most; errors as ``export_file`` where they can be told at once."""
    _mapping_of(mapping_key)
    recipient_of(recipient)
    arguments = {"mapping_key": mapping_key, "recipient": recipient.strip()}
    key = f"layouts.export:{mapping_key}:{timezone.now():%Y%m%d%H%M}"
    run = jobs.start(scope, kind="layouts.export", idempotency_key=key, arguments=arguments)
    record(scope, event="layout.export_started", subject=f"job:{run.pk}", ground="data_migration", details=arguments)
    return run


def _suffix(mapping: Mapping) -> str:
    return "dat" if mapping.source.physical.fixed else "csv"


def _mapping_of(mapping_key: str) -> Mapping:
    catalogue = shipped()
    if mapping_key not in catalogue.mapping_keys:
        raise LayoutError("変換定義を選んでください。", "Please choose a mapping.")
    return catalogue.mapping(mapping_key)


def _write_export(scope: Scope, mapping: Mapping, out: ClosedWriter) -> int:
    back, writer, count = mapping.inverse(), Writer(mapping.source), 0
    keys = mapping.target.keys
    out.write(writer.header())
    for rows in load_targets.get(f"{mapping.target.key}:export")(scope, keys):
        converted = convert_rows(back, [tuple(row[key] for key in keys) for row in rows])
        if converted.refused:
            first = converted.refused[0]
            raise LayoutError(f"{first.key}: {first.reason_ja}", f"{first.key}: {first.reason_en}")
        written = writer.rows(converted.rows, count + 1)
        if written.issues:
            issue = written.issues[0]
            raise LayoutError(f"{issue.item_name}: {issue.message_ja}", f"{issue.item_name}: {issue.message_en}")
        out.write(written.data)
        count += len(rows)
    out.write(writer.trailer(count))
    return count


@action(permission="releases.make")
def report_upward(scope: Scope, *, move_in_id: int) -> list[str]:
    """Release the counts of a reconciled move-in to the prefecture and the groups; gives the codes told.

    Raises Conflict when it is not reconciled. No row and no name leaves the municipality: only counts.
    """
    one = move_in_of(scope, move_in_id)
    if one.state != MoveInState.RECONCILED:
        raise Conflict("照合が終わってから報告してください。", "Please report after the reconciliation.")
    recipients = _recipients(scope)
    if recipients:
        release(scope, name=RELEASE, content=_content(one), recipients=recipients)
    facts = {"recipients": recipients}
    record(scope, event="move_in.reported", subject=f"move_in:{one.pk}", ground="follow_up", details=facts)
    return recipients


def _content(one: MoveIn) -> dict[str, Any]:
    return {
        "mapping": one.mapping_key,
        "rehearsal": one.rehearsal,
        "rows": one.rows,
        "accepted": one.accepted,
        "quarantined": one.quarantined,
        "differing": int(one.reconciliation.get("differing", 0)),
        "agrees": bool(one.reconciliation.get("holds")),
        "finished_at": one.finished_at.isoformat() if one.finished_at else "",
    }


def _recipients(scope: Scope) -> list[str]:
    """The prefecture and the groups that this municipality is in, as far as they work on the platform."""
    from machikumo.organisations.queries import groups_of

    town = organisation_of(scope)
    prefecture = Organisation.objects.filter(
        code=town.prefecture_code, kind=OrganisationKind.PREFECTURE, is_active=True
    ).values_list("code", flat=True)
    return [*prefecture, *groups_of(scope)]
