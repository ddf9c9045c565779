"""A closed export is taken away by its date; that it was made stays in the ledger and in its row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from machikumo.kernel.files import store
from machikumo.kernel.files.actions import open_file, store_file
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.jobs import periodic
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered
from machikumo.operations import keeping
from machikumo.operations.tests.opening import made

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def later(days: int) -> Any:
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=days), tick=True)


def test_an_export_goes_by_its_date_and_its_traces_stay(scope: Scope, settings: Any) -> None:
    settings.EXPORT_KEPT_DAYS = 30
    package = made(scope)
    vendor = store_file(scope, name="x.csv.age", chunks=[b"x"], purpose="vendor_export")
    other = store_file(scope, name="y.csv", chunks=[b"y"], purpose="move_in")
    with later(29), entered(scope):
        assert keeping.remove_due(scope) == 0
    with later(31), entered(scope):
        assert keeping.remove_due(scope) == 2
        assert keeping.remove_due(scope) == 0
    for gone in (package, vendor):
        with pytest.raises(store.FileGone):
            open_file(scope, token=gone.token)
    assert open_file(scope, token=other.token)[1].read_bytes() == b"y"
    with entered(scope):
        row = StoredFile.objects.within(scope).get(token=package.token)
    assert (row.sha256, row.size) == (package.sha256, package.size)
    assert {"organisation.exported", "file.removed", "exports.removed"} <= set(ledger.events_of(scope))


def test_nothing_is_written_where_nothing_is_due(scope: Scope) -> None:
    with entered(scope):
        assert keeping.remove_due(scope) == 0
    assert "exports.removed" not in ledger.events_of(scope)


def test_the_work_runs_by_itself_with_the_one_right_that_it_needs(town: Organisation, scope: Scope) -> None:
    package = made(scope)
    with later(40):
        periodic.run_due([town])
    with pytest.raises(store.FileGone):
        open_file(scope, token=package.token)


def test_the_page_tells_until_when_and_that_it_is_gone(
    client: Client, town: Organisation, scope: Scope, signed_in: Any
) -> None:
    signed_in(client, town, "information_officer")
    package = made(scope)
    page = f"/{town.code}/work/operations/"
    shown = client.get(page).content.decode()
    assert "保管期限" in shown
    assert str(package.token) in shown
    with later(40), entered(scope):
        keeping.remove_due(scope)
    gone = client.get(page).content.decode()
    assert "消去済み" in gone
    assert str(package.token) not in gone
