"""Whole logs against an attacker who owns the server: every change is found and named, or found by the witnesses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.ledger import keys, seal
from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.audit import Finding, Kind
from machikumo.kernel.ledger.tests.helpers import rows_of, write
from machikumo.kernel.ledger.verifying import Verification, verify
from machikumo.kernel.ledger.witnesses import folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

ALTER = "UPDATE ledger_entry SET canonical = replace(canonical, 'person.viewed', 'person.spied') WHERE {row}"


@pytest.fixture
def sealed(scope: Scope, town: Organisation) -> list[str]:
    """The ids of twelve rows, sealed in portions of 5, 4 and 3 and witnessed."""
    ids = []
    for count in (5, 4, 3):
        ids += write(scope, count)
        seal(organisations=[town.code])
    return ids


@pytest.fixture
def attack(town: Organisation, as_superuser: Callable[[], Any]) -> Callable[..., None]:
    """Runs statements with every right; ``{town}`` is the organisation's number."""

    def run(*statements: str) -> None:
        with as_superuser() as attacker:
            for statement in statements:
                attacker.execute(statement.replace("{town}", str(town.pk)))

    return run


def findings(town: Organisation) -> list[tuple[Kind, int, int, str]]:
    return [(found.kind, found.first, found.last, found.entry) for found in verify(town).findings]


def test_an_honest_log_is_right(sealed: list[str], town: Organisation, scope: Scope) -> None:
    write(scope, 2)
    result = verify(town)
    assert result.is_right
    assert (result.size, result.waiting, result.checkpoints) == (len(sealed), 2, 3)
    assert result.witnesses == ("operator",)
    assert result.last_checkpoint is not None
    assert len(result.root) == 32


def test_an_organisation_without_rows_is_right(town: Organisation) -> None:
    result = verify(town)
    assert result.is_right
    assert (result.size, result.waiting, result.last_checkpoint) == (0, 0, None)


@pytest.mark.parametrize("at", range(12))
def test_any_altered_row_is_named(sealed: list[str], town: Organisation, attack: Callable[..., None], at: int) -> None:
    attack(ALTER.format(row=f"id = '{sealed[at]}'"))
    assert findings(town) == [(Kind.ALTERED, at, at, sealed[at])]


@pytest.mark.parametrize("sign", ["\\n", "\\r", " "])
def test_a_row_with_only_a_blank_more_is_named(
    sealed: list[str], town: Organisation, attack: Callable[..., None], sign: str
) -> None:
    attack(f"UPDATE ledger_entry SET canonical = canonical || E'{sign}' WHERE id = '{sealed[7]}'")
    assert findings(town) == [(Kind.ALTERED, 7, 7, sealed[7])]


@pytest.mark.parametrize("at", range(12))
def test_any_deleted_row_is_named(sealed: list[str], town: Organisation, attack: Callable[..., None], at: int) -> None:
    attack(f"DELETE FROM ledger_entry WHERE id = '{sealed[at]}'")
    assert findings(town) == [(Kind.REMOVED, at, at, sealed[at])]


@pytest.mark.parametrize("at", range(12))
def test_any_row_deleted_with_its_leaf_is_named(
    sealed: list[str], town: Organisation, attack: Callable[..., None], at: int
) -> None:
    attack(
        f"DELETE FROM ledger_entry WHERE id = '{sealed[at]}'",
        f"DELETE FROM ledger_leaf WHERE entry_id = '{sealed[at]}'",
    )
    assert findings(town)[0][:3] == (Kind.REMOVED, at, 11 if at == 11 else at)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 4), (3, 4), (0, 11), (6, 8), (10, 11)])
def test_two_rows_that_changed_places_are_named(
    sealed: list[str], town: Organisation, attack: Callable[..., None], one: int, other: int
) -> None:
    attack(*swap(one, other))
    found = findings(town)
    assert {kind for kind, _first, _last, _entry in found} == {Kind.REORDERED}
    assert {entry for _kind, _first, _last, entry in found} & {sealed[one], sealed[one + 1], sealed[other]}


@pytest.mark.parametrize(("one", "other"), [(4, 5), (8, 9), (4, 9)])
def test_two_rows_that_changed_places_between_sealings_are_found(
    sealed: list[str], town: Organisation, attack: Callable[..., None], one: int, other: int
) -> None:
    assert sealed
    attack(*swap(one, other))
    assert [(first, last) for _kind, first, last, _entry in findings(town)] == [(one, one)]


def swap(one: int, other: int) -> list[str]:
    """Statements that let two rows change their places in the log."""
    moves = [(one, 99), (other, one), (99, other)]
    return [
        f"UPDATE ledger_leaf SET leaf_index = {to} WHERE organisation_id = {{town}} AND leaf_index = {old}"
        for old, to in moves
    ]


def test_a_row_altered_together_with_its_leaf_is_narrowed_to_one_sealing(
    sealed: list[str], town: Organisation, attack: Callable[..., None]
) -> None:
    attack(
        ALTER.format(row=f"id = '{sealed[6]}'"),
        "UPDATE ledger_leaf l SET leaf_hash = sha256('\\x00'::bytea || convert_to(e.canonical, 'UTF8')) "
        "FROM ledger_entry e WHERE e.id = l.entry_id AND l.organisation_id = {town}",
    )
    ((kind, first, last, _entry),) = findings(town)
    assert kind is Kind.ALTERED
    assert 5 <= first <= 6 <= last <= 8


@pytest.mark.usefixtures("sealed")
def test_a_row_put_in_behind_the_sealers_back_is_named(
    scope: Scope, town: Organisation, attack: Callable[..., None]
) -> None:
    (forged,) = write(scope)
    attack(f"UPDATE ledger_entry SET transaction_number = '3' WHERE id = '{forged}'")
    assert seal(organisations=[town.code]) == []
    assert findings(town) == [(Kind.INSERTED, -1, -1, forged)]


@pytest.mark.usefixtures("sealed")
def test_a_row_put_in_with_a_leaf_of_its_own_is_found(
    scope: Scope, town: Organisation, attack: Callable[..., None]
) -> None:
    (forged,) = write(scope)
    attack(
        "INSERT INTO ledger_leaf SELECT organisation_id, 12, id, "
        "sha256('\\x00'::bytea || convert_to(canonical, 'UTF8')) "
        f"FROM ledger_entry WHERE id = '{forged}'"
    )
    assert findings(town) == [(Kind.INSERTED, 12, 12, "")]


@pytest.mark.usefixtures("sealed")
def test_a_database_restored_to_yesterday_is_found_by_the_witnesses(
    town: Organisation, attack: Callable[..., None]
) -> None:
    attack(
        "DELETE FROM ledger_entry WHERE organisation_id = {town} AND id IN "
        "(SELECT entry_id FROM ledger_leaf WHERE organisation_id = {town} AND leaf_index >= 9)",
        "DELETE FROM ledger_leaf WHERE organisation_id = {town} AND leaf_index >= 9",
        "DELETE FROM ledger_checkpoint WHERE organisation_id = {town} AND tree_size > 9",
    )
    result = verify(town)
    assert result.findings == (Finding(Kind.ROLLED_BACK, 9, 11, witness="operator"),)
    assert not result.is_right


@pytest.mark.usefixtures("sealed")
def test_without_any_witness_the_same_restore_would_go_unseen(
    town: Organisation, attack: Callable[..., None], var: Path
) -> None:
    """The control: it is the witnesses that find it."""
    test_a_database_restored_to_yesterday_is_found_by_the_witnesses(town, attack)
    assert verify(town, witness_folder=var / "nowhere").is_right


def test_a_log_rewritten_by_the_owner_of_the_key_is_found_by_the_witnesses(
    sealed: list[str], town: Organisation, attack: Callable[..., None], var: Path
) -> None:
    attack(
        ALTER.format(row=f"id = '{sealed[2]}'"),
        "DELETE FROM ledger_leaf WHERE organisation_id = {town}",
        "DELETE FROM ledger_checkpoint WHERE organisation_id = {town}",
    )
    seal(organisations=[town.code], witness_folder=var / "nowhere")
    assert verify(town, witness_folder=var / "nowhere").is_right
    found = verify(town).findings
    assert {finding.kind for finding in found} == {Kind.REWRITTEN}
    assert {finding.witness for finding in found} == {"operator"}


@pytest.mark.usefixtures("sealed")
def test_a_checkpoint_that_nobody_signed_is_found(town: Organisation, attack: Callable[..., None]) -> None:
    attack("UPDATE ledger_checkpoint SET note = replace(note, E'\\n9\\n', E'\\n8\\n') WHERE organisation_id = {town}")
    assert findings(town) == [(Kind.FORGED, 8, 8, "")]


@pytest.mark.usefixtures("sealed")
def test_a_witness_with_a_note_that_nobody_signed_is_found(town: Organisation) -> None:
    file = folder() / "operator" / f"{town.code}.jsonl"
    first, *rest = file.read_text(encoding="utf-8").splitlines()
    changed = json.loads(first)
    changed["note"] = changed["note"].replace("\n5\n", "\n6\n")
    file.write_text("\n".join([json.dumps(changed), *rest, ""]), encoding="utf-8")
    assert [(found.kind, found.witness) for found in verify(town).findings] == [(Kind.FORGED, "operator")]


@pytest.mark.usefixtures("sealed")
def test_a_log_signed_with_a_new_key_is_found(town: Organisation, var: Path) -> None:
    (var / "secrets" / "ledger-signing").unlink()
    keys._secret.cache_clear()
    result = verify(town)
    assert Kind.FORGED in {found.kind for found in result.findings}
    assert "operator" in {found.witness for found in result.findings}


@pytest.mark.usefixtures("sealed")
def test_a_missing_checkpoint_between_others_changes_nothing(town: Organisation, attack: Callable[..., None]) -> None:
    attack("DELETE FROM ledger_checkpoint WHERE organisation_id = {town} AND tree_size = 5")
    assert findings(town) == []


@pytest.mark.usefixtures("sealed")
def test_damaged_peaks_only_make_a_fault_less_closely_located(town: Organisation, attack: Callable[..., None]) -> None:
    attack(
        "UPDATE ledger_checkpoint SET frontier = 'x'::bytea WHERE organisation_id = {town} AND tree_size = 5",
        "UPDATE ledger_leaf SET leaf_hash = sha256('x') WHERE organisation_id = {town} AND leaf_index = 2",
    )
    assert (Kind.ALTERED, 0, 4, "") in findings(town)


@pytest.mark.parametrize(
    ("down", "up", "table"),
    [
        (
            "ALTER TABLE ledger_entry NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE ledger_entry FORCE ROW LEVEL SECURITY",
            "ledger_entry",
        ),
        (
            "ALTER TABLE ledger_leaf DISABLE TRIGGER ledger_leaf_only_grows",
            "ALTER TABLE ledger_leaf ENABLE TRIGGER ledger_leaf_only_grows",
            "ledger_leaf",
        ),
        (
            "ALTER TABLE ledger_checkpoint DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE ledger_checkpoint ENABLE ROW LEVEL SECURITY",
            "ledger_checkpoint",
        ),
    ],
)
def test_a_wall_that_was_taken_down_is_told(
    town: Organisation, attack: Callable[..., None], down: str, up: str, table: str
) -> None:
    attack(down)
    try:
        result: Verification = verify(town)
    finally:
        attack(up)
    assert result.open_walls == (table,)
    assert not result.is_right
    assert verify(town).open_walls == ()


@pytest.mark.usefixtures("sealed")
def test_the_checkpoints_are_plain_signed_notes(town: Organisation) -> None:
    lines = (folder() / "operator" / f"{town.code}.jsonl").read_text(encoding="utf-8").splitlines()
    key = keys.verifier_key(town.code)
    assert [notes.verified(json.loads(line)["note"], key).size for line in lines] == [5, 9, 12]


@pytest.mark.usefixtures("sealed")
def test_reading_a_log_does_not_change_it(scope: Scope, town: Organisation) -> None:
    before = rows_of(scope)
    assert verify(town) == verify(town)
    assert rows_of(scope) == before
