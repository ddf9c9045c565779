"""Making a mapping of the town's own, working on its draft, publishing an edition, trying it on rows."""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from machikumo.definitions.domain.editing import KEY
from machikumo.definitions.domain.relating.faults import faults, unanswered
from machikumo.definitions.domain.relating.preview import Line, previewed
from machikumo.definitions.domain.relating.sheets import MappingSheet, sheet_of, tables_of
from machikumo.definitions.domain.relating.wording import changes_of
from machikumo.definitions.models import MappingEdition, OwnMapping
from machikumo.definitions.queries import mappings as queries
from machikumo.definitions.queries.proposals import first_rows, proposals_for
from machikumo.kernel.errors import Conflict
from machikumo.kernel.files.actions import open_file
from machikumo.kernel.ledger import action, record
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.queries.move_ins import move_in_of

if TYPE_CHECKING:
    from machikumo.definitions.domain.proposing.proposals import Proposals
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout

GROUND = "data_migration"
PREVIEWED = 5


@action(permission="layouts.define")
def begin_mapping(
    scope: Scope, *, key: str, name: str, source: str, target: str, gaiji: str = "", move_in_id: int = 0,
    file_name: str = "", data: bytes = b"",
) -> OwnMapping:  # fmt: skip
    """A draft with all proposals taken over; of the sample's values nothing is kept.

    The sample is a file already received (``move_in_id``), or bytes, or nothing.

    Raises:
        BadDefinition: the key is none, or a layout or 外字 map is not there. Conflict: the key is taken.
    """
    if not KEY.fullmatch(key):
        raise BadDefinition(
            key, "キーは英小文字・数字・ハイフン（3〜40字）です。", "a key has small letters, digits, hyphens."
        )
    here, there = (queries.layout_at(scope, reference) for reference in (source, target))
    mapped = frozenset(shipped().gaiji(gaiji).table) if gaiji else frozenset()
    facts, sample = _sample(scope, move_in_id, file_name, data)
    rows = first_rows(io.BytesIO(sample), here, training=scope.training, mapped=mapped) if sample else []
    found = proposals_for(here, there, rows, gaiji=gaiji, training=scope.training)
    sheet = sheet_of(found, here, there, key=key, name=name, gaiji=gaiji)
    sheet = replace(sheet, head=replace(sheet.head, version="draft", source_layout=source, target_layout=target))
    try:
        with transaction.atomic():
            own = OwnMapping.objects.add(
                scope, key=key, name=name, source_layout=source, target_layout=target, draft=tables_of(sheet),
                proposals=told(found), made_by=scope.person, changed_by=scope.person,
            )  # fmt: skip
    except IntegrityError as taken:
        raise Conflict("このキーの変換定義はすでにあります。", "There is a mapping of this key already.") from taken
    details = {"key": key, "source": source, "target": target, "proposed": len(found.moves), "rows": len(rows)} | facts
    record(scope, event="mapping.drafted", subject=f"own_mapping:{own.pk}", ground=GROUND, details=details)
    return own


def _sample(scope: Scope, move_in_id: int, file_name: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the ledger is told of a sample, and its bytes."""
    if move_in_id:
        one = move_in_of(scope, move_in_id)
        stored, place = open_file(scope, token=one.file.token)
        with place.open() as stream:
            return {"file": stored.name, "sha256": stored.sha256}, stream.read()
    if data:
        return {"file": file_name, "sha256": hashlib.sha256(data).hexdigest()}, data
    return {}, b""


def told(found: Proposals) -> dict[str, Any]:
    """The proposals by target item, as they are kept beside the draft: no value of a sample is in them."""
    return {
        key: {
            "source": list(move.source), "score": move.score, "reasons": [list(one) for one in move.reasons],
            "doubts": [list(one) for one in move.doubts], "others": [list(one) for one in move.others],
        }
        for move in found.moves
        for key in move.target
    }  # fmt: skip


@action(permission="layouts.define")
def save_mapping(scope: Scope, *, own_mapping_id: int, revision: int, sheet: MappingSheet) -> OwnMapping:
    """The mapping with its draft changed.

    Raises:
        BadDefinition: a step in it cannot be understood. Conflict: somebody else changed it since ``revision``.
    """
    own = queries.own_mapping_of(scope, own_mapping_id)
    around = queries.around(scope, own)
    around.mapping(sheet, partly=True)
    before = queries.sheet_at(scope, own, 0)
    changed = OwnMapping.objects.within(scope).filter(pk=own.pk, revision=revision).update(
        draft=tables_of(sheet), name=sheet.head.name, revision=revision + 1, changed_by=scope.person, changed_at=Now(),
    )  # fmt: skip
    if not changed:
        raise Conflict(
            "ほかの人が先に変更しました。画面を開き直してください。",
            "Somebody else changed the draft first. Please open the page again.",
        )
    found = changes_of(before, sheet, around.source, around.target)
    details = {"changes": [one[1] for one in found][:50]}
    record(scope, event="mapping.draft_changed", subject=f"own_mapping:{own.pk}", ground=GROUND, details=details)
    own.refresh_from_db()
    return own


@action(permission="layouts.define")
def publish_mapping(scope: Scope, *, own_mapping_id: int, note: str = "") -> MappingEdition:
    """The draft as the next edition: numbered, with a digest, never changed afterwards.

    Raises:
        Conflict: something stands against it (an item without an answer, say), or it says the same as the edition
            before. BadDefinition: no mapping can be made of it.
    """
    own = queries.own_mapping_of(scope, own_mapping_id)
    OwnMapping.objects.within(scope).select_for_update().get(pk=own.pk)  # one after the other, so each has its number
    own.refresh_from_db()
    around = queries.around(scope, own)
    sheet = queries.sheet_at(scope, own, 0)
    blocking = [fault for fault in faults(sheet, around) if fault.blocks]
    if blocking:
        more = len(blocking) - 1
        raise Conflict(
            f"{blocking[0].message_ja}（ほか {more} 件）" if more else blocking[0].message_ja,
            f"{blocking[0].message_en} ({more} more)" if more else blocking[0].message_en,
        )
    editions = queries.editions_of(scope, own)
    number = editions[0].number + 1 if editions else 1
    sheet = replace(sheet, head=replace(sheet.head, version=str(number), edition=str(number)))
    if editions and not _differs(queries.sheet_at(scope, own, editions[0].number), sheet):
        raise Conflict("前の版から変わっていません。", "Nothing changed since the edition before.")
    mapping = around.mapping(sheet)
    edition = MappingEdition.objects.add(
        scope, own_mapping_id=own.pk, number=number, document=tables_of(sheet), digest=mapping.digest, note=note,
        published_by=scope.person,
    )  # fmt: skip
    details = {
        "key": own.key, "number": number, "digest": mapping.digest, "source": around.source.digest,
        "target": around.target.digest, "left_out": len(sheet.dropped),
    }  # fmt: skip
    record(scope, event="mapping.published", subject=f"own_mapping:{own.pk}", ground=GROUND, details=details)
    return edition


def _differs(old: MappingSheet, new: MappingSheet) -> bool:
    plain = [asdict(replace(sheet, head=replace(sheet.head, version="", edition=""))) for sheet in (old, new)]
    return plain[0] != plain[1]


@action(permission="layouts.define")
def preview_mapping(
    scope: Scope, *, own_mapping_id: int, number: int = 0, move_in_id: int = 0, file_name: str = "", data: bytes = b"",
    ground: str = "",
) -> list[Line]:  # fmt: skip
    """Each move tried on the first rows of a file; personal values are dots unless a ``ground`` opens them.

    The opening needs the permission to move data in and is in the ledger; numbers of the vault are never shown.

    Raises:
        BadDefinition: the file has no row that the source's layout accepts.
    """
    if ground:
        scope.require("layouts.move_in")
    own = queries.own_mapping_of(scope, own_mapping_id)
    around = queries.around(scope, own)
    mapping = around.mapping(queries.sheet_at(scope, own, number), partly=True)
    facts, sample = _sample(scope, move_in_id, file_name, data)
    rows = first_rows(
        io.BytesIO(sample), around.source, training=scope.training, mapped=mapping.mapped_characters, most=PREVIEWED
    )
    if not rows:
        raise BadDefinition(
            file_name or own.key, "移行元のレイアウトで読める行がありません。", "no row of it fits the source's layout."
        )
    event = "mapping.values_opened" if ground else "mapping.previewed"
    details = {"number": number, "rows": len(rows)} | facts
    record(scope, event=event, subject=f"own_mapping:{own.pk}", ground=ground or GROUND, details=details)
    return previewed(mapping, rows, opened=bool(ground))


def open_questions(sheet: MappingSheet, source: Layout) -> int:
    """How many items of the source have no answer."""
    return len(unanswered(sheet, source))
