"""Leaving in the old vendor's layout: by the page and by the command, closed for one key, and recorded."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from machikumo.__main__ import main
from machikumo.kernel.files.closing import new_key, open_closed
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.ledger.queries import events_of
from machikumo.kernel.tenancy.doors import entered, read_as
from machikumo.layouts import actions
from machikumo.synthetic.exports import Order, make_export
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

MAPPING = "kasumi-to-standard"


@pytest.fixture(scope="module")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    order = Order("182079", 60, 31, date(2026, 4, 1), Vendor.KASUMI, 0.0)
    return make_export(order, tmp_path_factory.mktemp("town")).file.read_bytes()


@pytest.fixture
def moved(town: Organisation, scope_of: Callable[..., Scope], town_file: bytes) -> Scope:
    scope = scope_of(town)
    one = actions.receive(scope, name="town.csv", chunks=[town_file], mapping_key=MAPPING)
    perform(scope.organisation_id, actions.start(scope, move_in_id=one.pk).job_run_id or 0)
    return scope


def opened(closed: bytes, secret: str) -> list[bytes]:
    out = io.BytesIO()
    open_closed(io.BytesIO(closed), out, secret)
    return sorted(out.getvalue().splitlines())


def test_the_page_makes_a_file_that_only_the_recipient_opens_and_every_step_is_recorded(
    client: Client, town: Organisation, moved: Scope, signed_in: Callable[..., object], town_file: bytes
) -> None:
    signed_in(client, town, "information_officer")
    public, secret = new_key()
    home = f"/{town.code}/work/move/export/"
    assert home in client.get(f"/{town.code}/work/move/").content.decode()
    started = client.post(home, {"mapping": MAPPING, "recipient": public})
    run = int(re.findall(r"/jobs/(\d+)/", started["Location"])[0])
    perform(moved.organisation_id, run)
    page = client.get(home).content.decode()
    with entered(moved):
        stored = StoredFile.objects.within(moved).get(purpose=actions.EXPORT)
    assert f"{home}{stored.token}/" in page
    answer = client.get(f"{home}{stored.token}/")
    closed = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert closed.startswith(b"age-encryption.org/v1")
    assert opened(closed, secret) == sorted(town_file.splitlines())
    with read_as("auditor", moved):
        events = set(events_of(moved))
    assert {"layout.export_started", "layout.exported", "number.opened", "file.opened"} <= events


@pytest.mark.parametrize("key", ["", "age1", pytest.param(new_key()[1], id="a secret key")])
def test_without_a_public_key_nothing_begins(
    client: Client, town: Organisation, signed_in: Callable[..., object], key: str
) -> None:
    signed_in(client, town, "information_officer")
    answer = client.post(f"/{town.code}/work/move/export/", {"mapping": MAPPING, "recipient": key})
    assert answer.status_code == 200
    assert "公開鍵" in answer.content.decode()


def test_who_may_not_export_sees_neither_page_nor_file(
    client: Client, town: Organisation, moved: Scope, signed_in: Callable[..., object]
) -> None:
    stored = actions.export_file(moved, mapping_key=MAPPING, recipient=new_key()[0])
    signed_in(client, town, "section_head")
    assert client.get(f"/{town.code}/work/move/export/").status_code == 403
    assert client.get(f"/{town.code}/work/move/export/{stored.token}/").status_code == 403
    assert "move/export" not in client.get(f"/{town.code}/work/move/").content.decode()


def test_the_page_of_exports_gives_no_other_file(
    client: Client, town: Organisation, moved: Scope, signed_in: Callable[..., object]
) -> None:
    with entered(moved):
        other = StoredFile.objects.within(moved).get(purpose="move_in")
    signed_in(client, town, "information_officer")
    assert client.get(f"/{town.code}/work/move/export/{other.token}/").status_code == 404


def test_the_command_writes_the_same_file(
    town: Organisation, moved: Scope, tmp_path: Path, capsys: pytest.CaptureFixture[str], town_file: bytes
) -> None:
    assert moved
    public, secret = new_key()
    out = tmp_path / "export.age"
    given = ["layout", "export", town.code, "--mapping", MAPPING, "--out", str(out), "--recipient"]
    assert main([*given, public]) == 0
    assert "SHA-256" in capsys.readouterr().out
    assert opened(out.read_bytes(), secret) == sorted(town_file.splitlines())
    assert main([*given, "age1"]) == 1
    assert "公開鍵ではありません" in capsys.readouterr().err
