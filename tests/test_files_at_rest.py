"""What a move-in, its quarantine and an export leave on the disk: no readable number, and nothing for ever."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.test_round_trip import moved_in

from machikumo.kernel.errors import Conflict
from machikumo.kernel.files import store
from machikumo.kernel.files.actions import open_file
from machikumo.kernel.files.closing import new_key
from machikumo.kernel.files.store import FileGone
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions, keeping
from machikumo.layouts.models import MoveIn, MoveInState
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.operations.actions import empty_training_town
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

MAPPING = "kasumi-to-standard"
NUMBERS = re.compile(rb"(?<!\d)\d{12}(?!\d)")


@pytest.fixture
def planted(scope: Scope, tmp_path: Path) -> tuple[MoveIn, set[bytes]]:
    """A file with faults, moved in, and every number of twelve digits that stands in it."""
    export = make_export(Order("182079", 120, 3, dt.date(2026, 4, 1), Vendor.KASUMI, 0.1), tmp_path)
    return moved_in(scope, export.file, MAPPING), set(NUMBERS.findall(export.file.read_bytes()))


def readable(scope: Scope, numbers: set[bytes]) -> list[tuple[str, bytes]]:
    """What a search through the organisation's folder finds, as ``grep`` would."""
    files = [file for file in store.folder_of(scope).rglob("*") if file.is_file()]
    return [(file.name, number) for file in files for number in numbers if number in file.read_bytes()]


def ago(scope: Scope, one: MoveIn, days: int) -> None:
    with entered(scope):
        MoveIn.objects.within(scope).filter(pk=one.pk).update(finished_at=timezone.now() - dt.timedelta(days=days))


def test_no_planted_number_is_readable_in_the_folder_of_files(scope: Scope, planted: tuple[MoveIn, set[bytes]]) -> None:
    one, numbers = planted
    assert len(numbers) > 40
    assert one.quarantine is not None
    actions.export_file(scope, mapping_key=MAPPING, recipient=new_key()[0])
    assert len(list(store.folder_of(scope).iterdir())) == 4
    assert readable(scope, numbers) == []


def test_the_source_goes_when_its_days_are_over_and_its_hash_stays(
    scope: Scope, planted: tuple[MoveIn, set[bytes]], settings: Any
) -> None:
    one, _ = planted
    settings.MOVE_IN_KEPT_DAYS = 30
    ago(scope, one, 29)
    with entered(scope):
        assert keeping.remove_due(scope) == 0
    ago(scope, one, 31)
    with entered(scope):
        assert keeping.remove_due(scope) == 3
    assert list(store.folder_of(scope).iterdir()) == []
    with pytest.raises(FileGone):
        open_file(scope, token=one.file.token)
    with entered(scope):
        kept = move_in_of(scope, one.pk)
        assert keeping.remove_due(scope) == 0
    assert (kept.file.sha256, kept.reconciliation["holds"]) == (one.file.sha256, True)
    events = [row.event for row in ledger.access_record_of(scope, f"move_in:{one.pk}")]
    assert events[0] == "move_in.files_removed"


def test_a_move_in_that_does_not_agree_keeps_its_files(scope: Scope, planted: tuple[MoveIn, set[bytes]]) -> None:
    one, _ = planted
    with entered(scope):
        MoveIn.objects.within(scope).filter(pk=one.pk).update(reconciliation={"holds": False})
    ago(scope, one, 4_000)
    with entered(scope):
        assert keeping.remove_due(scope) == 0
    assert open_file(scope, token=one.file.token)[1].open().read(1)


def test_the_officer_takes_the_source_away_by_the_page(
    client: Client, town: Organisation, scope: Scope, planted: tuple[MoveIn, set[bytes]], signed_in: Any
) -> None:
    one, _ = planted
    signed_in(client, town, "information_officer")
    page = reverse("layouts:move_in", args=[town.code, one.pk])
    remove = reverse("layouts:remove", args=[town.code, one.pk])
    assert remove in client.get(page).text
    assert client.post(remove).status_code == 302
    after = client.get(page).text
    assert remove not in after
    assert one.file.sha256 in after
    assert list(store.folder_of(scope).iterdir()) == []


def test_nobody_takes_a_source_away_while_it_is_loaded(scope: Scope, planted: tuple[MoveIn, set[bytes]]) -> None:
    one, _ = planted
    with entered(scope):
        MoveIn.objects.within(scope).filter(pk=one.pk).update(state=MoveInState.LOADING)
    with pytest.raises(Conflict):
        keeping.remove_files(scope, move_in_id=one.pk)
    assert open_file(scope, token=one.file.token)[1].open().read(1)


def test_a_training_town_that_is_emptied_leaves_no_file_on_the_disk(
    scope: Scope, planted: tuple[MoveIn, set[bytes]]
) -> None:
    assert planted
    empty_training_town(scope)
    assert list(store.folder_of(scope).iterdir()) == []


def test_files_stay_when_the_emptying_is_undone(scope: Scope, planted: tuple[MoveIn, set[bytes]]) -> None:
    one, _ = planted

    def undone() -> None:
        with entered(scope):
            empty_training_town(scope)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert open_file(scope, token=one.file.token)[1].open().read(1)
