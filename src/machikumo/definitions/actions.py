"""Making a layout of the town's own, working on its draft, publishing an edition, trying it on a file."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from machikumo.definitions.domain import editing
from machikumo.definitions.domain.comparing.changes import changes, verdict_of
from machikumo.definitions.domain.comparing.verdicts import Verdict
from machikumo.definitions.domain.official.grid import read_grids
from machikumo.definitions.domain.official.reading import Origin, read_workbook
from machikumo.definitions.domain.sampling import propose
from machikumo.definitions.domain.tables import complete, whole_tables
from machikumo.definitions.models import Edition, OwnLayout
from machikumo.definitions.queries import own as queries
from machikumo.definitions.queries.files import read_document
from machikumo.definitions.trying import Trial, try_layout
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import Document
    from machikumo.kernel.scope import Scope

GROUND = "data_migration"


@action(permission="layouts.define")
def propose_layout(
    scope: Scope, *, key: str, name: str, file_name: str, data: bytes, whole: bool
) -> tuple[OwnLayout, tuple[tuple[str, str], ...]]:
    """A draft made from a sample file, and what its maker should look at.

    Of the file only the forms of values are kept, and the few values that come again and again, as codes.
    """
    found = propose(data, key=key, name=name, file=file_name, whole=whole)
    facts = {"file": file_name, "sha256": hashlib.sha256(data).hexdigest(), "rows": found.rows}
    return _made(scope, editing.renamed(found.document, key, name), facts), found.doubts


@action(permission="layouts.define")
def import_workbook(scope: Scope, *, key: str, file_name: str, data: bytes, edition: str) -> list[OwnLayout]:
    """Drafts made from a workbook in the official form, one for each of its groups."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        grids = read_grids(io.BytesIO(data))
    except ValueError as error:
        raise BadDefinition(file_name, "Excel（xlsx）として読めません。", "it cannot be read as xlsx.") from error
    documents = read_workbook(grids, Origin(file=file_name, sha256=digest, key=key, edition=edition))
    facts = {"file": file_name, "sha256": digest}
    single = len(documents) == 1
    keys = [key if single else f"{key}-{place:02d}" for place in range(1, len(documents) + 1)]
    return [
        _made(scope, editing.renamed(one, own, ""), facts | {"unread": len(one.unread)})
        for own, one in zip(keys, documents, strict=True)
    ]


@action(permission="layouts.define")
def copy_layout(scope: Scope, *, key: str, name: str, shipped_key: str) -> OwnLayout:
    """A draft that begins as a copy of a layout that comes with Machikumo."""
    if shipped_key not in shipped().layout_keys:
        raise BadDefinition(shipped_key, "この名前の定義はありません。", "there is no definition of this name.")
    document = read_document(shipped_key, shipped())
    return _made(scope, editing.renamed(document, key, name), {"copied": shipped_key})


def _made(scope: Scope, document: Document, facts: dict[str, object]) -> OwnLayout:
    editing.checked(document, shipped().code_lists)
    try:
        with transaction.atomic():
            own = OwnLayout.objects.add(
                scope,
                key=document.head.key,
                name=document.head.name,
                draft=whole_tables(document),
                made_by=scope.person,
                changed_by=scope.person,
            )
    except IntegrityError as taken:
        raise Conflict("このキーのレイアウトはすでにあります。", "There is a layout of this key already.") from taken
    details = {"key": own.key, "items": len(document.items)} | facts
    record(scope, event="layout.drafted", subject=f"own_layout:{own.pk}", ground=GROUND, details=details)
    return own


@action(permission="layouts.define")
def save_draft(scope: Scope, *, own_layout_id: int, revision: int, document: Document) -> OwnLayout:
    """The layout with its draft changed.

    Raises:
        BadDefinition: no layout can be made of it. Conflict: somebody else changed the draft since ``revision``.
    """
    own = queries.own_layout_of(scope, own_layout_id)
    before = queries.draft_of(own)
    document = replace(document, head=replace(document.head, key=own.key, version="draft"))
    editing.checked(document, shipped().code_lists)
    changed = OwnLayout.objects.within(scope).filter(pk=own.pk, revision=revision).update(
        draft=whole_tables(document), name=document.head.name, revision=revision + 1, changed_by=scope.person,
        changed_at=Now(),
    )  # fmt: skip
    if not changed:
        raise Conflict(
            "ほかの人が先に変更しました。画面を開き直してください。",
            "Somebody else changed the draft first. Please open the page again.",
        )
    found = changes(_whole(before), _whole(document))
    details = {"changes": [f"{one.part} {one.which} {one.field}".strip() for one in found][:50]}
    record(scope, event="layout.draft_changed", subject=f"own_layout:{own.pk}", ground=GROUND, details=details)
    own.refresh_from_db()
    return own


def _whole(document: Document) -> Document:
    return complete(document, shipped().code_lists)


@action(permission="layouts.define")
def publish(scope: Scope, *, own_layout_id: int, note: str = "") -> Edition:
    """The draft as the next edition: numbered, with a digest, never changed afterwards.

    Raises:
        Conflict: it says the same as the edition before.
    """
    own = queries.own_layout_of(scope, own_layout_id)
    OwnLayout.objects.within(scope).select_for_update().get(pk=own.pk)  # one after the other, so each has its number
    own.refresh_from_db()
    last = queries.last_edition(scope, own)
    number = last.number + 1 if last else 1
    document = editing.numbered(queries.draft_of(own), number)
    digest = editing.checked(document, shipped().code_lists).layout(shipped().code_lists).digest
    verdict = Verdict.COMPATIBLE
    if last:
        before = editing.numbered(queries.version_of(scope, own, last.number), number)
        found = changes(_whole(before), _whole(document))
        if not found:
            raise Conflict("前の版から変わっていません。", "Nothing changed since the edition before.")
        verdict = verdict_of(found)
    edition = Edition.objects.add(
        scope, own_layout_id=own.pk, number=number, document=whole_tables(document), digest=digest, note=note,
        verdict=verdict.name.lower(), published_by=scope.person,
    )  # fmt: skip
    details = {"key": own.key, "number": number, "digest": digest, "verdict": edition.verdict}
    record(scope, event="layout.published", subject=f"own_layout:{own.pk}", ground=GROUND, details=details)
    return edition


@action(permission="layouts.define")
def try_file(scope: Scope, *, own_layout_id: int, number: int, file_name: str, data: bytes) -> Trial:
    """What reading a file by an edition (0: by the draft) tells; the file is not kept, and nothing is loaded."""
    own = queries.own_layout_of(scope, own_layout_id)
    layout = queries.version_of(scope, own, number).layout(shipped().code_lists)
    found = try_layout(layout, data, file_name, training=scope.training)
    details = {
        "number": number, "digest": layout.digest, "file": file_name, "sha256": hashlib.sha256(data).hexdigest(),
        "read": found.read, "accepted": found.accepted,
    }  # fmt: skip
    record(scope, event="layout.tried", subject=f"own_layout:{own.pk}", ground=GROUND, details=details)
    return found
