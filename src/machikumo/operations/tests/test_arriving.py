"""A package that is not whole, not signed or not for here is refused in words, and nothing of it stays."""

from __future__ import annotations

import io
import json
import random
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from machikumo.kernel.errors import Conflict, MachikumoError
from machikumo.kernel.files import store
from machikumo.kernel.files.closing import NotAKey, new_key
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation
from machikumo.operations.arriving import loading
from machikumo.operations.arriving.checks import refuse_unless_empty
from machikumo.operations.domain.package import MANIFEST, SIGNATURE, PackageFault, fingerprint_of, verify
from machikumo.operations.queries import former_entries_of, former_ledgers
from machikumo.operations.tests.leaving_town import Left, lived_in, scope_in
from machikumo.operations.tests.opening import SECRET
from machikumo.operations.tests.repacking import closed, load_here, made_anew, parts_of, rights, tampered
from machikumo.organisations.actions import people
from machikumo.organisations.models import Account, StaffMember
from machikumo.register.models import Person


@pytest.fixture(scope="module")
def left(database: str, tmp_path_factory: pytest.TempPathFactory) -> Left:
    assert database
    return lived_in(tmp_path_factory.mktemp("left"), papers=False)


@pytest.fixture
def code(database: str) -> str:
    """The code of a town that nobody knows here yet."""
    assert database
    return f"t{secrets.token_hex(6)}"


def town_of(code: str) -> Organisation | None:
    return Organisation.objects.filter(code=code).first()


def assert_nothing_is_there(code: str) -> None:
    town = town_of(code)
    if town is None:
        return
    scope = scope_in(town)
    with entered(scope):
        refuse_unless_empty(scope)
        assert not former_ledgers(scope).exists()
    folder = store.folder_of(scope)
    assert not folder.exists() or not list(folder.iterdir())
    assert not town.is_active


def rows(content: bytes, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in parts_of(content)[f"tables/{table}.jsonl"].splitlines()]


def lines(some: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in some)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_package_comes_into_a_town_that_was_not_registered(left: Left, code: str) -> None:
    loaded = load_here(made_anew(left.content, code=code))
    town = town_of(code)
    assert town is not None
    assert town.is_active
    assert (loaded.organisation, loaded.files, loaded.missing) == (code, 2, ())
    with entered(scope_in(town)):
        assert Person.objects.within(scope_in(town)).count() == len(left.home.people)
        assert [one.size for one in former_ledgers(scope_in(town))] == [loaded.former_rows]


def test_one_byte_changed_anywhere_in_any_part_is_found_and_named(left: Left) -> None:
    dice = random.Random(7)
    found = {}
    for name, data in parts_of(left.content).items():
        if data and name not in {MANIFEST, SIGNATURE}:
            with pytest.raises(PackageFault) as fault:
                verify(io.BytesIO(tampered(left.content, {name: flipped(data, dice.randrange(len(data)))})))
            found[name] = fault.value.message_en
    assert len(found) > 20
    assert all(said == f"Altered: {name}" for name, said in found.items())


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE])
def test_one_byte_changed_in_the_manifest_or_its_signature_is_found(left: Left, name: str) -> None:
    data = parts_of(left.content)[name]
    for place in range(0, len(data), max(1, len(data) // 60)):
        changed = flipped(data, place)
        try:
            is_same = json.loads(changed) == json.loads(data)  # only a blank was changed
        except ValueError:
            is_same = False
        if name == SIGNATURE and is_same:
            continue
        with pytest.raises(PackageFault):
            verify(io.BytesIO(tampered(left.content, {name: changed})))
    assert data


def test_one_byte_changed_anywhere_in_the_closed_file_is_found(left: Left, code: str) -> None:
    whole = closed(made_anew(left.content, code=code)).getvalue()
    dice = random.Random(3)
    for place in [0, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(30))]:
        with pytest.raises(NotAKey):
            loading.load(io.BytesIO(flipped(whole, place)), SECRET, scope_in=rights, say=lambda _ja, _en: None)
    assert_nothing_is_there(code)


def test_a_wrong_key_opens_nothing_and_says_so(left: Left, code: str) -> None:
    with pytest.raises(NotAKey, match="この鍵では開けません"):
        load_here(made_anew(left.content, code=code), key=new_key()[1])
    assert_nothing_is_there(code)


def test_half_a_package_is_refused(left: Left, code: str) -> None:
    whole = made_anew(left.content, code=code)
    for end in (0, 10, len(whole) // 2, len(whole) - 1):
        with pytest.raises(PackageFault, match=r"途中で切れている|壊れています|ファイルがありません"):
            load_here(whole[:end])
    assert_nothing_is_there(code)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tables/register_person.jsonl": None}, "Missing: tables/register_person.jsonl"),
        ({"tables/register_person.jsonl": b"{}\n"}, "Altered: tables/register_person.jsonl"),
        ({"more.txt": b"x"}, "Not in the manifest: more.txt"),
        ({MANIFEST: None}, "Missing: manifest.json"),
        ({MANIFEST: b"[]"}, "The manifest cannot be read."),
        ({SIGNATURE: None}, "The package is not signed: update the former installation and make it again."),
    ],
)
def test_a_package_with_another_part_is_refused(
    left: Left, code: str, change: dict[str, bytes | None], words: str
) -> None:
    with pytest.raises(PackageFault) as fault:
        load_here(tampered(made_anew(left.content, code=code), change))
    assert fault.value.message_en == words
    assert_nothing_is_there(code)


def test_a_package_signed_by_somebody_else_is_refused_where_the_fingerprint_is_known(left: Left, code: str) -> None:
    key = Ed25519PrivateKey.generate()
    real = fingerprint_of(key.public_key().public_bytes_raw())
    with pytest.raises(PackageFault, match="署名した鍵が違います"):
        load_here(made_anew(left.content, code=code), signer=real)
    assert_nothing_is_there(code)
    spelt = " ".join(real[at : at + 8].upper() for at in range(0, 64, 8))  # as it is read out
    assert load_here(made_anew(left.content, code=code, key=key), signer=spelt).signer == real


def test_a_package_without_a_signature_is_refused(left: Left, code: str) -> None:
    with pytest.raises(PackageFault, match="署名がありません"):
        load_here(made_anew(left.content, code=code, unsigned=True))
    assert_nothing_is_there(code)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"format": "machikumo-exit-package/3"}, "新しい版（3）"),
        ({"format": "something/2"}, "まちくもの持ち出しパッケージではありません"),
        ({"tables": {"register_person": ["id", "favourite_colour"]}}, r"register_person\.favourite_colour"),
        ({"tables": {"weather_report": ["id"]}}, r"weather_report\.id"),
        ({"organisations": {"99": "999999"}}, "999999"),
    ],
)
def test_a_package_of_a_newer_version_or_with_unknown_bodies_says_what_to_do(
    left: Left, code: str, facts: dict[str, Any], words: str
) -> None:
    with pytest.raises(PackageFault, match=words):
        load_here(made_anew(left.content, code=code, facts=facts))
    assert_nothing_is_there(code)


def test_live_and_training_never_mix(left: Left, code: str) -> None:
    Organisation.objects.using("migration").create(code=code, kind="municipality", name="本番町", mode="live")
    try:
        with pytest.raises(PackageFault, match="本番と練習は混ぜません"):
            load_here(made_anew(left.content, code=code))
        assert_nothing_is_there(code)
    finally:
        Organisation.objects.using("migration").filter(code=code).delete()


def test_a_second_load_is_refused_and_the_first_stays_as_it_is(left: Left, code: str) -> None:
    package = made_anew(left.content, code=code)
    load_here(package)
    town = town_of(code)
    assert town is not None
    with pytest.raises(Conflict, match="空の団体にだけ"):
        load_here(package)
    with entered(scope_in(town)):
        assert Person.objects.within(scope_in(town)).count() == len(left.home.people)
        assert former_ledgers(scope_in(town)).count() == 1
    assert len(list(store.folder_of(scope_in(town)).iterdir())) == 2


def test_two_loads_at_once_are_refused(left: Left, code: str) -> None:
    load_here(made_anew(left.content, code=code))
    town = town_of(code)
    assert town is not None
    with (
        loading._alone(scope_in(town)),
        pytest.raises(Conflict, match="すでに動いています"),
        loading._alone(scope_in(town)),
    ):
        raise AssertionError


def dangling(content: bytes) -> dict[str, bytes]:
    some = rows(content, "register_personversion")
    some[0]["person_id"] = 1 << 50
    return {"tables/register_personversion.jsonl": lines(some)}


def doubled(content: bytes) -> dict[str, bytes]:
    some = rows(content, "register_person")
    return {"tables/register_person.jsonl": lines([*some, some[0]])}


def real_number(content: bytes) -> dict[str, bytes]:
    some = [json.loads(line) for line in parts_of(content)["numbers/numbers.jsonl"].splitlines()]
    some[0] |= {"kind": "individual_number", "number": "123456789018"}
    return {"numbers/numbers.jsonl": lines(some)}


def other_history(content: bytes) -> dict[str, bytes]:
    entries = parts_of(content)["ledger/entries.jsonl"].splitlines(keepends=True)
    return {"ledger/entries.jsonl": b"".join([*entries[:3], *entries[4:]])}


def longer_history(content: bytes) -> dict[str, bytes]:
    entries = parts_of(content)["ledger/entries.jsonl"]
    return {"ledger/entries.jsonl": entries + entries.splitlines(keepends=True)[0]}


def other_key(content: bytes) -> dict[str, bytes]:
    return {"ledger/verifier_key.txt": parts_of(content)["ledger/verifier_key.txt"].replace(b"+", b"-")}


def wrong_name(content: bytes) -> dict[str, bytes]:
    assert content
    return {"files/../etc": b"x"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dangling, "参照先がパッケージにない行が 1 件"),
        (doubled, "が二つあります"),
        (real_number, "番号を登録できません"),
        (other_history, "封印と違います"),
        (longer_history, "封印されていない行"),
        (other_key, "署名が合いません"),
        (wrong_name, "ファイルの名前が正しくありません"),
    ],
)
def test_contents_that_do_not_fit_together_are_refused_as_a_whole(
    left: Left, code: str, change: Any, words: str
) -> None:
    package = made_anew(left.content, change(left.content), code=code)
    with pytest.raises(MachikumoError, match=words):
        load_here(package)
    assert_nothing_is_there(code)


def test_files_that_came_before_the_program_died_are_not_written_twice(
    left: Left, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = made_anew(left.content, code=code)

    def dies(*_arguments: Any, **_facts: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(loading.actions, "take_in_package", dies)
        patched.setattr(loading.store, "remove", lambda *_: None)  # kill -9 cleans nothing up
        with pytest.raises(KeyboardInterrupt):
            load_here(package)
    town = town_of(code)
    assert town is not None
    there = {file: file.stat().st_mtime_ns for file in store.folder_of(scope_in(town)).iterdir()}
    assert len(there) == 2
    half = next(iter(there)).with_suffix(store.PART)
    half.write_bytes(b"half")
    load_here(package)
    assert {file: file.stat().st_mtime_ns for file in there} == there


def test_an_officer_who_is_there_already_is_the_same_person(left: Left, code: str) -> None:
    town = Organisation.objects.using("migration").create(code=code, kind="municipality", name="町", mode="training")
    scope = scope_in(town)
    there = people.add_staff(scope, employee_number="A-1", name="鈴木　一郎", username=f"officer-{code}")
    load_here(made_anew(left.content, code=code))
    with entered(scope):
        staff = {one.employee_number: one for one in StaffMember.objects.within(scope)}
        assert (staff["A-1"].pk, staff["A-1"].account_id) == (there.pk, there.account_id)
        assert [row.role for row in staff["A-1"].appointments.all()] == ["desk_clerk"]
        assert staff["A-2"].section is not None
        assert staff["A-2"].section.name == "市民課"


def test_a_sign_in_name_that_is_somebody_elses_here_is_never_taken(left: Left, code: str) -> None:
    load_here(made_anew(left.content, code=code))
    town = town_of(code)
    assert town is not None
    with entered(scope_in(town)):
        one = StaffMember.objects.within(scope_in(town)).get(employee_number="A-1")
        account = Account.objects.get(pk=one.account_id)
    assert account.username == f"ichiro-{left.code}.{code}"
    assert not account.has_usable_password()


def test_what_a_person_did_there_is_told_under_the_name_here(left: Left, code: str) -> None:
    load_here(made_anew(left.content, code=code))
    town = town_of(code)
    assert town is not None
    with entered(scope_in(town)):
        token = Person.objects.within(scope_in(town)).get(addressee_number=f"{1:015d}").token
    told = former_entries_of(scope_in(town), f"person:{token}")
    assert ("person.corrected", "鈴木　一郎") in {(row.facts["event"], row.actor_name) for row in told}
    assert former_entries_of(scope_in(town), "person:nobody") == []
    assert former_entries_of(left.home.scope, f"person:{token}") == []
