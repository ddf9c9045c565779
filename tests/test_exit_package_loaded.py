"""A town leaves and moves into another, empty Machikumo with other keys: everything is there, unchanged."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.files.closing import open_closed
from machikumo.operations import plan as plans
from machikumo.operations.tests.comparing import Package
from machikumo.operations.tests.leaving_town import Left, lived_in, printed
from machikumo.operations.tests.opening import PUBLIC, SECRET
from machikumo.operations.tests.second import second_installation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.operations.tests.second import Installation

OUTSIDER = Path(__file__).resolve().parents[1] / "docs" / "operations" / "verify_ledger.py"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Installation]:
    with second_installation() as here:
        yield here


@pytest.fixture(scope="module")
def left(database: str, tmp_path_factory: pytest.TempPathFactory) -> Left:
    assert database
    return lived_in(tmp_path_factory.mktemp("left"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "key.age"
    file.write_text(SECRET, encoding="ascii")
    return file


@pytest.fixture(scope="module")
def loaded(elsewhere: Installation, left: Left, key: Path) -> str:
    code, said = elsewhere.run("operations", "load", str(left.file), "--key", str(key))
    assert code == 0, said
    return said


@pytest.fixture(scope="module")
def before(left: Left) -> Package:
    return Package(io.BytesIO(left.content))


@pytest.fixture(scope="module")
def after(elsewhere: Installation, left: Left, loaded: str, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package that the second installation makes of the town."""
    assert loaded
    file = tmp_path_factory.mktemp("again") / "again.age"
    code, said = elsewhere.run("operations", "export", left.code, "--recipient", PUBLIC, "--out", str(file))
    assert code == 0, said
    out = io.BytesIO()
    with file.open("rb") as closed:
        open_closed(closed, out, SECRET)
    return Package(out)


def test_it_says_what_came_in_and_whose_fingerprint_to_ask_for(loaded: str, before: Package) -> None:
    assert "すべて目録と一致" in loaded
    assert before.manifest["signer"] in loaded


@pytest.mark.parametrize("table", plans.plans())
def test_every_row_of_every_table_is_there_with_its_references(table: str, before: Package, after: Package) -> None:
    there, here = before.rows(table), after.rows(table)
    if table == "approvals_approval":
        assert [(row["state"], row["note"]) for row in there] == [("requested", "")]
        assert [row["state"] for row in here] == ["expired"]
        told = {"state", "note", "decided_at"}
        there, here = ([{k: v for k, v in row.items() if k not in told} for row in rows] for rows in (there, here))
    assert here == there


def test_the_town_had_something_in_the_tables_that_matter(before: Package) -> None:
    for table in (
        "register_person", "register_personversion", "register_household", "register_protectionblock",
        "register_searchkey", "organisations_staffmember", "organisations_appointment", "files_storedfile",
        "certificates_certificaterequest", "definitions_edition", "layouts_movein",
        "layouts_heldrow", "layouts_mending", "approvals_approval",
    ):  # fmt: skip
        assert before.rows(table), table


def test_names_are_equal_character_by_character(before: Package, after: Package) -> None:
    def names(package: Package) -> set[str]:
        return {row["name"] for row in package.raw("register_personversion")}

    assert names(after) == names(before)
    assert "葛\U000e0102城　𠮷\ue000" in names(after)


@pytest.mark.parametrize("folder", ["files/", "certificates/papers/", "standard/", "layouts/", "gaiji/"])
def test_documents_and_files_of_the_standard_layout_are_equal_byte_by_byte(
    folder: str, before: Package, after: Package
) -> None:
    assert after.under(folder) == before.under(folder)
    assert before.under(folder) or folder == "gaiji/"


def test_the_numbers_open_to_the_same_on_both_sides_and_lie_closed_by_other_keys(
    before: Package, after: Package
) -> None:
    assert before.numbers()
    assert after.numbers() == before.numbers()
    closed = [
        {row["subject"] + row["kind"]: row["ciphertext"] for row in one.raw("numbers_numberrecord")}
        for one in (before, after)
    ]
    assert closed[0].keys() == closed[1].keys()
    assert not set(closed[0].values()) & set(closed[1].values())


def test_the_former_ledger_verifies_there_with_its_old_key_by_a_strangers_program(
    before: Package, after: Package, tmp_path: Path
) -> None:
    for name in ("entries.jsonl", "checkpoints.jsonl", "verifier_key.txt"):
        assert after.parts[f"ledger/former/1/{name}"] == before.parts[f"ledger/{name}"]
        (tmp_path / name).write_bytes(after.parts[f"ledger/former/1/{name}"])
    command = [sys.executable, "-I", str(OUTSIDER), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(before.parts["ledger/entries.jsonl"].splitlines()) > 10


def test_the_new_ledger_begins_with_the_head_of_the_former_one(
    elsewhere: Installation, left: Left, before: Package, loaded: str
) -> None:
    assert loaded
    first = elsewhere.ask(FIRST_ROW, code=left.code)
    head = json.loads(before.parts["ledger/checkpoints.jsonl"].splitlines()[-1])["note"].split("\n")
    assert first["event"] == "organisation.loaded"
    assert first["details"]["former_rows"] == int(head[1])
    assert bytes.fromhex(first["details"]["former_root"]) == base64.b64decode(head[2])
    assert first["details"]["signer"] == before.manifest["signer"]


def test_a_persons_own_access_record_goes_on_from_the_former_one(
    elsewhere: Installation, left: Left, before: Package, loaded: str
) -> None:
    assert loaded
    token = next(row["token"] for row in before.raw("register_person") if row["addressee_number"].endswith("1"))
    told = elsewhere.ask(FORMER_ROWS, code=left.code, subject=f"person:{token}")
    assert "person.corrected" in {event for event, _name in told}
    assert ["person.corrected", "鈴木　一郎"] in told


def test_a_certificate_printed_on_either_side_says_the_same(elsewhere: Installation, left: Left, loaded: str) -> None:
    assert loaded
    here = printed(left.home.scope)
    assert elsewhere.ask(PRINT, code=left.code) == here
    assert any("葛" in line for line in here)


def test_people_keep_their_names_and_roles_and_have_no_password(elsewhere: Installation, left: Left) -> None:
    told = elsewhere.ask(ACCOUNT, code=left.code)
    assert told == {"username": f"ichiro-{left.code}", "usable": False, "roles": ["desk_clerk"], "doors": 1}


COMMON = """
from machikumo.organisations.queries import organisation
from machikumo.organisations.registration import command_scope
from machikumo.kernel.tenancy.doors import entered
scope = command_scope(organisation(facts["code"]))
"""
FIRST_ROW = f"""{COMMON}
from machikumo.kernel.ledger.models import Entry
from machikumo.kernel.ledger.queries import AUDITOR
from machikumo.kernel.tenancy.doors import read_as
with entered(scope), read_as(AUDITOR, scope):
    print(json.dumps(Entry.objects.within(scope).using(AUDITOR).order_by("id").first().facts))
"""
FORMER_ROWS = f"""{COMMON}
from machikumo.operations.queries import former_entries_of
rows = former_entries_of(scope, facts["subject"])
print(json.dumps([[row.facts["event"], row.actor_name] for row in rows]))
"""
PRINT = f"""{COMMON}
from machikumo.operations.tests.leaving_town import printed
print(json.dumps(printed(scope)))
"""
ACCOUNT = f"""{COMMON}
from machikumo.organisations.models import StaffMember
with entered(scope):
    one = StaffMember.objects.within(scope).get(employee_number="A-1")
    roles = [row.role for row in one.appointments.all()]
    account = one.account
print(json.dumps({{
    "username": account.username, "usable": account.has_usable_password(), "roles": roles,
    "doors": account.workplaces.count(),
}}))
"""
