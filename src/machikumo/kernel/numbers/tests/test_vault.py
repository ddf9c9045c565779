import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connections

from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.numbers import actions, storing
from machikumo.kernel.numbers.domain import (
    NumberKind,
    RealNumberInTraining,
    TrainingNumberInLife,
    Verdict,
    WrongCheckDigit,
    WrongForm,
    complete,
    training_number,
)
from machikumo.kernel.numbers.domain.openings import NoGround
from machikumo.kernel.numbers.domain.sealing import SealBroken
from machikumo.kernel.numbers.keys import KeyFault, key_store
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.numbers.queries import count_by_version, kinds_of, subjects_with
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered, read_as
from machikumo.kernel.tenancy.models import Organisation

KIND = NumberKind.INDIVIDUAL
CODE = NumberKind.RESIDENT_RECORD
FIRST, SECOND, THIRD = (training_number(KIND, seed) for seed in (1, 2, 3))
WHY = "住民票の写しの請求"


@pytest.fixture(autouse=True)
def key_folder(settings: Any, tmp_path: Path) -> Path:
    settings.MACHIKUMO_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


def opened(scope: Scope, subject: str) -> str:
    return actions.open_number(scope, kind=KIND, subject=subject, purpose="resident_service", ground=WHY)


def ledger_rows(scope: Scope, event: str) -> list[dict[str, Any]]:
    with read_as("auditor", scope), connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT canonical FROM ledger_entry WHERE event = %s ORDER BY id", [event])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_a_stored_number_opens_again_and_each_opening_is_in_the_ledger(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    assert opened(scope, "p1") == FIRST
    assert opened(scope, "p1") == FIRST
    rows = ledger_rows(scope, "number.opened")
    assert len(rows) == 2
    assert rows[0]["subject"] == "person:p1"
    assert rows[0]["ground"] == WHY
    assert rows[0]["details"] == {"kind": "individual_number", "purpose": "resident_service"}


def test_neither_the_table_nor_the_ledger_holds_a_number(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    opened(scope, "p1")
    actions.find_by_number(scope, kind=KIND, number=FIRST, ground=WHY)
    with entered(scope):
        row = NumberRecord.objects.within(scope).get()
    assert FIRST.encode() not in bytes(row.ciphertext) + bytes(row.keyed_hash)
    assert FIRST not in str(row) + repr(row)
    with read_as("auditor", scope), connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT string_agg(canonical, '') FROM ledger_entry")
        assert FIRST not in cursor.fetchone()[0]


def test_a_number_is_found_by_its_hash_and_the_search_is_in_the_ledger(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    assert actions.find_by_number(scope, kind=KIND, number=FIRST, ground=WHY) == "p1"
    assert actions.find_by_number(scope, kind=KIND, number=SECOND, ground=WHY) is None
    assert [row["details"]["found"] for row in ledger_rows(scope, "number.searched")] == [True, False]


def test_an_empty_vault_finds_nothing_and_makes_no_keys(scope: Scope, key_folder: Path) -> None:
    assert actions.find_by_number(scope, kind=KIND, number=FIRST, ground=WHY) is None
    assert not key_folder.exists()


def test_another_organisation_neither_opens_nor_finds_the_number(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    other = scope_of(other_town)
    assert actions.find_by_number(other, kind=KIND, number=FIRST, ground=WHY) is None
    with pytest.raises(NotFound, match="登録されていません"):
        opened(other, "p1")
    actions.store_number(other, kind=KIND, subject="p9", number=FIRST)
    assert opened(other, "p9") == FIRST


def test_a_ciphertext_copied_to_another_persons_row_does_not_open(scope: Scope) -> None:
    actions.store_numbers(scope, kind=KIND, pairs=[("p1", FIRST), ("p2", SECOND)])
    with entered(scope):
        rows = NumberRecord.objects.within(scope)
        rows.filter(subject="p2").update(ciphertext=rows.get(subject="p1").ciphertext)
    with pytest.raises(SealBroken, match="p2"):
        opened(scope, "p2")


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("12345", WrongForm),
        (complete("12345678901", KIND), RealNumberInTraining),
        ("123456789010", WrongCheckDigit),
    ],
)
def test_a_training_organisation_refuses_real_and_wrong_numbers(
    scope: Scope, number: str, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        actions.store_number(scope, kind=KIND, subject="p1", number=number)
    assert number not in str(caught.value)
    with pytest.raises(error):
        actions.find_by_number(scope, kind=KIND, number=number, ground=WHY)
    with pytest.raises(NotFound):
        opened(scope, "p1")


def test_a_live_organisation_refuses_training_numbers_and_takes_real_ones(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope]
) -> None:
    live = scope_of(make_organisation(mode="live"))
    with pytest.raises(TrainingNumberInLife):
        actions.store_number(live, kind=KIND, subject="p1", number=FIRST)
    real = complete("00000000019", KIND)
    actions.store_number(live, kind=KIND, subject="p1", number=real)
    assert opened(live, "p1") == real


def test_a_changed_number_replaces_the_old_one_and_the_old_one_is_free(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    actions.store_number(scope, kind=KIND, subject="p1", number=SECOND)
    assert opened(scope, "p1") == SECOND
    assert actions.find_by_number(scope, kind=KIND, number=FIRST, ground=WHY) is None
    assert [row["details"]["changed"] for row in ledger_rows(scope, "number.stored")] == [False, True]


def test_a_number_that_is_another_persons_is_refused_without_naming_it(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    with pytest.raises(storing.NumberTaken, match="取り違え") as caught:
        actions.store_number(scope, kind=KIND, subject="p2", number=FIRST)
    assert caught.value.clashes == (("p2", "p1"),)
    assert FIRST not in str(caught.value)
    assert opened(scope, "p1") == FIRST


def test_a_batch_tells_what_is_new_changed_and_unchanged_and_repeats_without_harm(scope: Scope) -> None:
    pairs = [("p1", FIRST), ("p2", SECOND)]
    assert actions.store_numbers(scope, kind=KIND, pairs=pairs) == storing.Stored(2, 0, 0)
    assert actions.store_numbers(scope, kind=KIND, pairs=pairs) == storing.Stored(0, 0, 2)
    changed = actions.store_numbers(scope, kind=KIND, pairs=[("p1", THIRD), ("p2", SECOND)])
    assert changed == storing.Stored(0, 1, 1)
    assert opened(scope, "p1") == THIRD
    assert actions.store_numbers(scope, kind=KIND, pairs=[]) == storing.Stored(0, 0, 0)


def test_one_wrong_number_refuses_the_whole_batch(scope: Scope) -> None:
    with pytest.raises(storing.NumbersRefused, match="1 件") as caught:
        actions.store_numbers(scope, kind=KIND, pairs=[("p1", FIRST), ("p2", "123456789010")])
    assert caught.value.refused == (("p2", Verdict.WRONG_CHECK_DIGIT),)
    with entered(scope):
        assert kinds_of(scope, "p1") == []


def test_a_batch_may_skip_what_is_wrong_and_says_whose_it_was(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    done = actions.store_numbers(
        scope,
        kind=KIND,
        pairs=[("p2", SECOND), ("p3", "x"), ("p4", FIRST), ("p5", THIRD), ("p6", THIRD)],
        skip_refused=True,
    )
    assert done == storing.Stored(2, 0, 0, (("p3", Verdict.WRONG_FORM),), (("p4", "p1"), ("p6", "p5")))
    assert ledger_rows(scope, "numbers.stored")[0]["details"] == {
        "kind": "individual_number",
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 1,
        "clashes": 2,
    }


def test_two_kinds_of_one_person_are_kept_beside_each_other(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    actions.store_number(scope, kind=CODE, subject="p1", number=training_number(CODE, 1))
    with entered(scope):
        assert kinds_of(scope, "p1") == ["individual_number", "resident_record_code"]
        assert subjects_with(scope, kind=CODE, subjects=["p1", "p2"]) == {"p1"}


def test_a_households_numbers_open_together_with_a_row_each(scope: Scope) -> None:
    actions.store_numbers(scope, kind=KIND, pairs=[("p1", FIRST), ("p2", SECOND)])
    found = actions.open_numbers(scope, kind=KIND, subjects=["p1", "p2"], purpose="certificate", ground=WHY)
    assert found == {"p1": FIRST, "p2": SECOND}
    assert [row["subject"] for row in ledger_rows(scope, "number.opened")] == ["person:p1", "person:p2"]


def test_one_missing_number_opens_none_and_leaves_no_row(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    with pytest.raises(NotFound):
        actions.open_numbers(scope, kind=KIND, subjects=["p1", "p2"], purpose="certificate", ground=WHY)
    assert ledger_rows(scope, "number.opened") == []


@pytest.mark.parametrize("ground", ["", "  ", "　"])
def test_no_number_is_opened_found_or_removed_without_a_ground(scope: Scope, ground: str) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    with pytest.raises(NoGround, match="根拠"):
        actions.open_number(scope, kind=KIND, subject="p1", purpose="linkage", ground=ground)
    with pytest.raises(NoGround):
        actions.find_by_number(scope, kind=KIND, number=FIRST, ground=ground)
    with pytest.raises(NoGround):
        actions.remove_number(scope, kind=KIND, subject="p1", ground=ground)


def test_an_unknown_purpose_opens_nothing(scope: Scope) -> None:
    with pytest.raises(Forbidden, match="認められた目的"):
        actions.open_number(scope, kind=KIND, subject="p1", purpose="curiosity", ground=WHY)


@pytest.mark.parametrize(
    ("permission", "purpose", "allowed"),
    [
        ("number.open", "resident_service", True),
        ("certificates.issue", "certificate", True),
        ("certificates.issue", "resident_service", False),
        ("number.enter", "resident_service", False),
    ],
)
def test_each_purpose_needs_its_own_permission(
    town: Organisation, scope: Scope, scope_of: Callable[..., Scope], permission: str, purpose: str, *, allowed: bool
) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    narrow = scope_of(town, permissions=frozenset({permission}))
    if allowed:
        assert actions.open_number(narrow, kind=KIND, subject="p1", purpose=purpose, ground=WHY) == FIRST
    else:
        with pytest.raises(Forbidden, match="操作はできません"):
            actions.open_number(narrow, kind=KIND, subject="p1", purpose=purpose, ground=WHY)


def test_storing_and_finding_need_a_permission(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    nobody = scope_of(town, permissions=frozenset())
    with pytest.raises(Forbidden):
        actions.store_number(nobody, kind=KIND, subject="p1", number=FIRST)
    with pytest.raises(Forbidden):
        actions.store_numbers(nobody, kind=KIND, pairs=[("p1", FIRST)])
    with pytest.raises(Forbidden):
        actions.find_by_number(nobody, kind=KIND, number=FIRST, ground=WHY)
    mover = scope_of(town, permissions=frozenset({"layouts.move_in"}))
    assert actions.store_numbers(mover, kind=KIND, pairs=[("p1", FIRST)]).new == 1


def test_public_numbers_do_not_belong_in_the_vault(scope: Scope) -> None:
    with pytest.raises(actions.NotPersonal):
        actions.store_number(scope, kind="corporate_number", subject="c1", number="5835678256246")


def test_a_removed_number_is_gone_and_the_removal_is_in_the_ledger(scope: Scope) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    actions.remove_number(scope, kind=KIND, subject="p1", ground="保存期間の満了")
    with pytest.raises(NotFound):
        opened(scope, "p1")
    assert ledger_rows(scope, "number.removed")[0]["subject"] == "person:p1"


def test_a_new_key_closes_new_numbers_and_the_old_ones_after_the_job(scope: Scope) -> None:
    actions.store_numbers(scope, kind=KIND, pairs=[("p1", FIRST), ("p2", SECOND)])
    assert actions.make_new_key(scope) == 2
    actions.store_number(scope, kind=KIND, subject="p3", number=THIRD)
    with entered(scope):
        assert count_by_version(scope) == {1: 2, 2: 1}
    assert actions.reencrypt_batch(scope, limit=1) == 1
    assert actions.reencrypt_batch(scope) == 1
    assert actions.reencrypt_batch(scope) == 0
    with entered(scope):
        assert count_by_version(scope) == {2: 3}
    assert [opened(scope, subject) for subject in ("p1", "p2", "p3")] == [FIRST, SECOND, THIRD]
    assert actions.find_by_number(scope, kind=KIND, number=FIRST, ground=WHY) == "p1"


def test_the_job_moves_every_number_and_tells_its_progress(scope: Scope) -> None:
    from machikumo.kernel.numbers.tasks import reencrypt

    class Run:
        token = "run"

        def __init__(self) -> None:
            self.told: list[tuple[int, int]] = []

        def progress(self, done: int, total: int, _note_ja: str = "", _note_en: str = "") -> None:
            self.told.append((done, total))

        def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:
            raise AssertionError((message_ja, message_en, level))

    actions.store_numbers(scope, kind=KIND, pairs=[("p1", FIRST), ("p2", SECOND)])
    actions.make_new_key(scope)
    run = Run()
    assert reencrypt(scope, run) == {"numbers": 2}
    assert run.told == [(2, 2)]
    assert reencrypt(scope, run) == {"numbers": 0}


def test_lost_keys_are_never_replaced_in_silence(scope: Scope, key_folder: Path) -> None:
    actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    (key_folder / scope.organisation_code).rename(key_folder / "away")
    with pytest.raises(KeyFault, match="鍵の保管場所から戻してください"):
        actions.store_number(scope, kind=KIND, subject="p2", number=SECOND)
    assert key_store(scope.organisation_code).versions() == []


def test_a_number_stored_by_two_at_once_is_a_conflict(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    def clash(*_args: object, **_keywords: object) -> storing.Stored:
        raise IntegrityError("duplicate key")

    monkeypatch.setattr(storing, "write", clash)
    with pytest.raises(Conflict, match="同時に") as caught:
        actions.store_number(scope, kind=KIND, subject="p1", number=FIRST)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("subject", ["a\tb", "a\\b", "a\nb"])
def test_a_subject_that_is_no_plain_token_is_refused(scope: Scope, subject: str) -> None:
    with pytest.raises(ValueError, match="plain token"):
        actions.store_number(scope, kind=KIND, subject=subject, number=FIRST)


def test_a_thousand_numbers_go_in_and_come_out(scope: Scope) -> None:
    start = secrets.randbelow(10**9)
    pairs = [(f"p{seed}", training_number(KIND, start + seed)) for seed in range(1_000)]
    assert actions.store_numbers(scope, kind=KIND, pairs=pairs).new == 1_000
    assert opened(scope, "p999") == pairs[999][1]
    assert actions.find_by_number(scope, kind=KIND, number=pairs[500][1], ground=WHY) == "p500"
