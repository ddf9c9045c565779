"""Leaving and beginning anew, for those who may: whole, of one's own town only, and nothing left lying about."""

from __future__ import annotations

import datetime as dt
import json
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.files import store
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs.models import JobRun, RunState
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.paper import page_texts
from machikumo.kernel.tenancy.doors import entered
from machikumo.operations import actions, queries
from machikumo.operations.domain.package import verify
from machikumo.operations.tests.opening import made, opened
from machikumo.register import actions as register
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.models import Household, Person, PersonVersion, ProtectionBlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

ROW = {
    "addressee_number": "000000000000101",
    "household_number": "1",
    "history_number": "1",
    "history_branch": "0",
    "is_latest": "1",
    "resident_state": "1",
    "name": '葛\U000e0102城　"𠮷"\\の\t人',
}


@pytest.fixture
def lived_in(scope: Scope) -> Scope:
    """A town with a person, a block and two files."""
    register.load_block(scope, frame=pl.DataFrame([ROW]), source="test")
    with entered(scope):
        person = Person.objects.within(scope).get()
    register.add_block(scope, person_id=person.pk, level=BlockLevel.REFUSE, starts_on=dt.date(2026, 1, 1), ends_on=None)
    store_file(scope, name="住基　抽出.csv", chunks=[b"\x82\xa0\r\n", bytes(3 << 20)], purpose="move_in")
    store_file(scope, name="保留.csv", chunks=[], purpose="quarantine")
    return scope


def test_a_paper_in_it_explains_it_and_names_whom_to_ask_for(lived_in: Scope) -> None:
    with package_of(lived_in) as archive:
        (words,) = page_texts(archive.read("READ-ME-FIRST.pdf"))
        signer = json.loads(archive.read("manifest.json"))["signer"]
    plain = "".join(words.split())
    assert "持ち出しパッケージの説明" in plain
    assert lived_in.organisation_code in plain
    assert signer in plain
    assert "--key" in plain
    assert "--signer" in plain


def package_of(scope: Scope) -> zipfile.ZipFile:
    return zipfile.ZipFile(opened(scope, made(scope).token))


def test_whoever_leaves_takes_the_stored_files_along_byte_by_byte(lived_in: Scope) -> None:
    with entered(lived_in):
        files = {one.name: one for one in StoredFile.objects.within(lived_in)}
    with package_of(lived_in) as archive:
        assert archive.read(f"files/{files['住基　抽出.csv'].token}") == b"\x82\xa0\r\n" + bytes(3 << 20)
        assert archive.read(f"files/{files['保留.csv'].token}") == b""
        manifest = json.loads(archive.read("manifest.json"))
        told = {part["name"]: part for part in manifest["parts"]}
    assert manifest["missing"] == []
    assert told[f"files/{files['住基　抽出.csv'].token}"]["sha256"] == files["住基　抽出.csv"].sha256
    assert told[f"files/{files['住基　抽出.csv'].token}"]["rows"] == 1


def test_an_earlier_package_is_not_packed_into_the_next(lived_in: Scope) -> None:
    first = made(lived_in)
    with package_of(lived_in) as archive:
        assert f"files/{first.token}" not in archive.namelist()


def test_a_file_whose_bytes_are_gone_is_named_and_does_not_keep_a_town_from_leaving(lived_in: Scope) -> None:
    with entered(lived_in):
        lost = StoredFile.objects.within(lived_in).get(name="保留.csv")
    store.place_of(lived_in, lost.token).unlink()
    with package_of(lived_in) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["missing"] == [f"files/{lost.token}"]
        assert archive.testzip() is None


def test_every_letter_of_a_record_is_in_the_package(lived_in: Scope) -> None:
    with package_of(lived_in) as archive:
        lines = archive.read("tables/register_personversion.jsonl").splitlines()
    (version,) = map(json.loads, lines)
    assert version["name"] == ROW["name"]
    assert version["organisation_id"] == lived_in.organisation_id


def test_the_manifest_counts_the_rows_that_the_tables_have(lived_in: Scope) -> None:
    with entered(lived_in):
        counts = {"register_person": Person.objects.within(lived_in).count()}
        counts["register_household"] = Household.objects.within(lived_in).count()
    parts = {part.name: part.rows for part in verify(opened(lived_in, made(lived_in).token))}
    assert {table: parts[f"tables/{table}.jsonl"] for table in counts} == counts


def test_another_towns_files_are_in_nobody_elses_package(
    lived_in: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with package_of(scope_of(other_town)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("files/")]
        assert archive.read("tables/register_person.jsonl") == b""
    assert lived_in


def test_a_town_that_is_emptied_keeps_neither_rows_nor_bytes_but_its_ledger(lived_in: Scope) -> None:
    folder = store.place_of(lived_in, uuid.uuid4()).parent
    assert list(folder.iterdir())
    before = len(ledger.entries_of(lived_in, ledger.Filters(), limit=500))
    actions.empty_training_town(lived_in)
    assert list(folder.iterdir()) == []
    with entered(lived_in):
        for model in (Person, PersonVersion, Household, ProtectionBlock, StoredFile):
            assert not model.objects.within(lived_in).exists(), model
    assert len(ledger.entries_of(lived_in, ledger.Filters(), limit=500)) == before + 1


def test_an_emptying_that_is_undone_keeps_the_bytes(lived_in: Scope) -> None:
    def empty_and_fall() -> None:
        with entered(lived_in):
            actions.empty_training_town(lived_in)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        empty_and_fall()
    with entered(lived_in):
        files = list(StoredFile.objects.within(lived_in))
    assert len(files) == 2
    assert all(store.place_of(lived_in, one.token).path.exists() for one in files)


@pytest.mark.parametrize("act", [made, actions.empty_training_town])
def test_neither_leaving_nor_emptying_without_the_permission(
    town: Organisation, scope_of: Callable[..., Scope], act: Callable[..., Any]
) -> None:
    with pytest.raises(Forbidden):
        act(scope_of(town, permissions=frozenset({"operations.view", "jobs.manage"})))


def test_a_run_begun_by_somebody_without_the_right_empties_nothing(
    lived_in: Scope, town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    clerk = scope_of(town, permissions=frozenset({"jobs.view"}))
    arguments = {"people": 5, "seed": 1}
    run = jobs.start(clerk, kind="operations.reset_training", idempotency_key="k", arguments=arguments)
    perform(clerk.organisation_id, run.pk)
    with entered(lived_in):
        assert JobRun.objects.within(lived_in).get(pk=run.pk).state == RunState.FAILED
        assert Person.objects.within(lived_in).exists()


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Callable[..., Any]) -> Client:
    signed_in(client, town, "information_officer")
    return client


def test_a_download_is_an_attachment_with_its_name_and_is_not_sniffed(
    officer: Client, town: Organisation, scope: Scope
) -> None:
    stored = made(scope)
    answer = officer.get(f"/{town.code}/work/operations/files/{stored.token}/")
    assert answer.streaming
    assert answer["Content-Disposition"] == f'attachment; filename="{stored.name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert int(answer["Content-Length"]) == stored.size
    assert b"".join(answer.streaming_content).startswith(b"age-encryption.org/v1\n")  # type: ignore[arg-type]  # a plain iterator here
    assert len(ledger.entries_of(scope, ledger.Filters(event="file.opened"))) == 1


def test_a_name_in_japanese_reaches_the_browser_whole(officer: Client, town: Organisation, scope: Scope) -> None:
    stored = store_file(scope, name='全部　"試験町"\r\nX: y.zip', chunks=[b"PK"], purpose="exit_package")
    answer = officer.get(f"/{town.code}/work/operations/files/{stored.token}/")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%A8")
    assert "X" not in answer.headers
    answer.close()


def test_a_file_of_another_kind_is_not_handed_out_at_this_door(
    officer: Client, town: Organisation, scope: Scope
) -> None:
    stored = store_file(scope, name="保留.csv", chunks=[b"x"], purpose="quarantine")
    assert officer.get(f"/{town.code}/work/operations/files/{stored.token}/").status_code == 404


def test_another_towns_package_is_404_at_either_address(
    client: Client, town: Organisation, other_town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    stored = made(scope)
    signed_in(client, other_town, "information_officer")
    for place in (town, other_town):
        assert client.get(f"/{place.code}/work/operations/files/{stored.token}/").status_code == 404


def test_a_package_whose_bytes_are_gone_is_told_in_words(officer: Client, town: Organisation, scope: Scope) -> None:
    stored = made(scope)
    store.place_of(scope, stored.token).unlink()
    answer = officer.get(f"/{town.code}/work/operations/files/{stored.token}/")
    assert answer.status_code == 404


def test_the_page_counts_what_is_kept_of_this_town(officer: Client, town: Organisation, lived_in: Scope) -> None:
    words = officer.get(f"/{town.code}/work/operations/").content.decode()
    with entered(lived_in):
        counts = {ja: count for ja, _, count in queries.row_counts(lived_in)}
    assert (counts["住民（除票を含む）"], counts["保管ファイル"]) == (1, 2)
    assert "住民（除票を含む）" in words


@pytest.mark.parametrize("role", ["desk_clerk", "section_head", "auditor", "open_data_clerk"])
def test_a_role_without_the_right_sees_neither_figures_nor_packages(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any], role: str
) -> None:
    stored = made(scope)
    signed_in(client, town, role)
    home = f"/{town.code}/work/operations/"
    for path in (home, f"{home}training/reset/", f"{home}files/{stored.token}/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert stored.name not in answer.content.decode()
    assert client.post(f"{home}exit-package/").status_code == 403


def test_who_may_look_but_not_take_sees_no_button_and_no_link(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    stored = made(scope)
    signed_in(client, town, "cio")
    words = client.get(f"/{town.code}/work/operations/").content.decode()
    assert stored.name in words
    assert str(stored.token) not in words
    assert "/exit-package/" not in words
    assert "/training/reset/" not in words


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"people": "0", "seed": "1"},
        {"people": "50001", "seed": "1"},
        {"people": "9" * 30, "seed": "1"},
        {"people": "十", "seed": "1"},
        {"people": "10", "seed": "-1"},
        {"people": "10", "seed": "1", "code": "x\x00"},
        {"people": "10", "seed": "1", "code": ""},
    ],
)
def test_a_reset_with_wrong_figures_or_without_the_code_begins_nothing(
    officer: Client, town: Organisation, scope: Scope, sent: dict[str, str]
) -> None:
    answer = officer.post(f"/{town.code}/work/operations/training/reset/", {"code": town.code} | sent)
    assert answer.status_code == 200
    with entered(scope):
        assert not JobRun.objects.within(scope).exists()
