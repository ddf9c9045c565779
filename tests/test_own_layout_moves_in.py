"""A town's own layout in a move-in: copied, changed to UTF-16, published, and a whole town read by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.definitions import actions as definitions
from machikumo.definitions.queries import own as queries
from machikumo.kernel.errors import NotFound
from machikumo.kernel.files.actions import open_file
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.domain.errors import BadDefinition, LayoutError
from machikumo.layouts.models import MoveInState
from machikumo.layouts.own_layouts import mapping_for, own_choices
from machikumo.layouts.queries.move_ins import move_ins
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from machikumo.definitions.models import Edition
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PEOPLE = 40


def published(scope: Scope, key: str = "our-juki", *, without: str = "") -> Edition:
    """The first vendor's layout as the town's own, for files in UTF-16, with a longer name of the household's place."""
    own = definitions.copy_layout(scope, key=key, name="当市の住記ファイル", shipped_key="vendor-kasumi-juki")
    with entered(scope):
        document = queries.draft_of(queries.own_layout_of(scope, own.pk))
    form = replace(document.form, charset="utf-16-le", bom=True)
    items = tuple(item for item in document.items if item.key != without)
    changed = replace(document, form=form, items=items, set_rules=() if without else document.set_rules)
    definitions.save_draft(scope, own_layout_id=own.pk, revision=1, document=changed)
    return definitions.publish(scope, own_layout_id=own.pk)


@pytest.mark.usefixtures("quiet_queue")
def test_a_town_is_read_by_its_own_layout_and_both_sides_agree(
    client: Client,
    town: Organisation,
    scope: Scope,
    signed_in: Callable[..., Any],
    tmp_path: Path,
) -> None:
    signed_in(client, town, "information_officer")
    edition = published(scope)
    export = make_export(Order("182079", PEOPLE, 31, date(2026, 4, 1), Vendor.KASUMI, 0.0), tmp_path)
    text = export.file.read_bytes().decode("cp932")
    lines = text.split("\r\n")
    lines[2] = lines[2].replace(",", ",\x07", 1)  # one bad row, to be set aside in the file's own characters
    file = SimpleUploadedFile("juki.csv", b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le"))
    key = f"kasumi-to-standard@own:{edition.own_layout_id}.1"
    page = client.get(f"/{town.code}/work/move/new/").content.decode()
    assert "当市の住記ファイル 第1版" in page
    answer = client.post(f"/{town.code}/work/move/new/", {"mapping": key, "file": file})
    assert answer.status_code == 302
    with entered(scope):
        one = move_ins(scope).get()
    assert (one.layout_key, one.layout_digest) == ("our-juki", edition.digest)
    perform(scope.organisation_id, one.job_run_id or 0)
    with entered(scope):
        one = move_ins(scope).get()
        token = one.quarantine.token if one.quarantine else None
    assert one.state == MoveInState.RECONCILED
    assert one.reconciliation["holds"]
    assert one.quarantined >= 1
    assert one.accepted + one.quarantined == one.rows == len(lines) - 2
    assert token is not None
    _, place = open_file(scope, token=token)
    held = place.read_bytes()
    assert held.startswith(b"\xff\xfe")
    assert lines[2] in held.decode("utf-16-le")


def test_only_layouts_with_the_items_that_a_mapping_moves_are_offered(scope: Scope) -> None:
    edition = published(scope)
    published(scope, "short", without="kana_shimei")
    with entered(scope):
        offered = own_choices(scope)
        assert [(key, base) for key, base, _ in offered] == [
            (f"kasumi-to-standard@own:{edition.own_layout_id}.1", "kasumi-to-standard"),
        ]
        mapping = mapping_for(scope, offered[0][0])
        assert mapping.source.physical.charset == "utf-16-le"


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("nowhere", LayoutError),
        ("kasumi-to-standard@elsewhere:1.1", LayoutError),
        ("kasumi-to-standard@own:x", NotFound),
        ("kasumi-to-standard@own:999999999.1", NotFound),
    ],
)
def test_a_mapping_or_layout_that_is_not_there_is_refused(scope: Scope, key: str, error: type[Exception]) -> None:
    with entered(scope), pytest.raises(error):
        mapping_for(scope, key)


def test_another_towns_layout_is_not_found(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    edition = published(scope)
    other = scope_of(other_town)
    with entered(other), pytest.raises(NotFound):
        mapping_for(other, f"kasumi-to-standard@own:{edition.own_layout_id}.1")
    with entered(scope), pytest.raises(BadDefinition):
        mapping_for(scope, f"minato-to-standard@own:{edition.own_layout_id}.1")
