"""A log given to an outsider: verified by the documentation's script with the standard library alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.ledger import keys, seal
from machikumo.kernel.ledger.exporting import Exported, entries_part, export_log
from machikumo.kernel.ledger.tests.helpers import rows_of, write
from machikumo.kernel.ledger.verifying import verify
from machikumo.kernel.registries import export_parts
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SCRIPT = Path(__file__).resolve().parents[5] / "docs" / "operations" / "verify_ledger.py"


def outsider(folder: Path, *more: str) -> tuple[int, str]:
    """The script's exit code and what it says, run in isolation by a Python without our packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(folder), *more], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def exported(scope: Scope, town: Organisation, tmp_path: Path) -> Path:
    """The folder of a log of nine rows under two checkpoints, one witness."""
    for count in (5, 4):
        write(scope, count)
        seal(organisations=[town.code])
    out = tmp_path / "out"
    assert export_log(town, out) == Exported(rows=9, checkpoints=2)
    return out


def test_the_files_are_what_the_documentation_says(exported: Path, scope: Scope, town: Organisation) -> None:
    assert sorted(file.name for file in exported.iterdir()) == [
        "checkpoints.jsonl",
        "entries.jsonl",
        "verifier_key.txt",
        "witness-operator.jsonl",
    ]
    rows = (exported / "entries.jsonl").read_text(encoding="utf-8").splitlines()
    assert rows == [row[0] for row in rows_of(scope)]
    assert (exported / "verifier_key.txt").read_text(encoding="ascii").strip() == keys.verifier_key(town.code)


def test_witnesses_of_other_logs_are_not_in_the_export(
    exported: Path, town: Organisation, other_town: Organisation, scope_of: Callable[..., Scope], tmp_path: Path
) -> None:
    write(scope_of(other_town), 2)
    seal(organisations=[other_town.code], witness_folder=tmp_path / "w")
    export_log(town, exported, witness_folder=tmp_path / "w")
    (exported / "witness-operator.jsonl").unlink()
    export_log(town, exported, witness_folder=tmp_path / "w")
    assert not (exported / "witness-operator.jsonl").exists()
    assert verify(town, witness_folder=tmp_path / "w").witnesses == ()


def test_an_outsider_finds_an_honest_log_right(exported: Path, town: Organisation) -> None:
    code, said = outsider(exported)
    assert (code, said.split(",")[0]) == (0, f"OK  {town.code}: 9 rows")
    assert outsider(exported, "--key", keys.verifier_key(town.code))[0] == 0


@pytest.mark.parametrize("at", range(9))
def test_an_outsider_finds_any_altered_deleted_or_swapped_row(exported: Path, at: int) -> None:
    entries = exported / "entries.jsonl"
    rows = entries.read_bytes().splitlines()
    altered = [*rows[:at], rows[at].replace(b"viewed", b"spied."), *rows[at + 1 :]]
    deleted = rows[:at] + rows[at + 1 :]
    other = (at + 1) % 9
    swapped = [*rows]
    swapped[at], swapped[other] = swapped[other], swapped[at]
    for wrong in (altered, deleted, swapped, [*rows, rows[at]]):
        entries.write_bytes(b"\n".join(wrong) + b"\n")
        code, said = outsider(exported)
        assert (code, said[:4].strip()) == (1, ""), said
        assert "\nNG  " in said


def test_an_outsider_with_a_witnesss_file_finds_a_log_cut_back(exported: Path, tmp_path: Path) -> None:
    kept = tmp_path / "180009.jsonl"
    (exported / "witness-operator.jsonl").rename(kept)
    rows = (exported / "entries.jsonl").read_bytes().splitlines(keepends=True)
    (exported / "entries.jsonl").write_bytes(b"".join(rows[:5]))
    notes = (exported / "checkpoints.jsonl").read_text(encoding="utf-8").splitlines()
    (exported / "checkpoints.jsonl").write_text(notes[0] + "\n", encoding="utf-8")
    assert outsider(exported)[0] == 0
    code, said = outsider(exported, "--witness", str(kept))
    assert code == 1
    assert "knows of 9 rows, here are 5" in said


def test_an_outsider_refuses_a_signature_of_another_key(exported: Path, town: Organisation, var: Path) -> None:
    (var / "secrets" / "ledger-signing").unlink()
    keys._secret.cache_clear()
    code, said = outsider(exported, "--key", keys.verifier_key(town.code))
    assert code == 1
    assert "not signed by the log's key" in said


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("checkpoints.jsonl", "no json\n"),
        ("checkpoints.jsonl", json.dumps({"note": "machikumo/ledger/other\n1\nAA==\ntime x\n\n"}) + "\n"),
        ("entries.jsonl", '{"organisation":"403491"}\n'),
        ("entries.jsonl", "[]\n"),
    ],
)
def test_an_outsider_refuses_files_of_something_else(exported: Path, file: str, text: str) -> None:
    (exported / file).write_text(text, encoding="utf-8")
    code, said = outsider(exported)
    assert code == 1
    assert "NG" in said


def test_the_exit_package_carries_the_log_as_an_outsider_can_verify_it(
    scope: Scope, town: Organisation, tmp_path: Path, as_superuser: Callable[[], Any]
) -> None:
    for count in (5, 4):
        write(scope, count)
        seal(organisations=[town.code])
    with as_superuser() as clock:
        clock.execute(
            "UPDATE ledger_checkpoint SET sealed_at = sealed_at - interval '1 minute' WHERE organisation_id = %s",
            [town.pk],
        )
    write(scope, 2)
    with entered(scope):
        parts = {name: part for name, part in export_parts.items() if name.startswith("ledger/")}
        seal(organisations=[town.code])  # what is sealed while the package is made is for the next one
        for name, part in parts.items():
            if name.endswith("/"):  # a folder of former logs: this town has none
                assert list(part(scope)) == []
                continue
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(b"".join(part(scope)))
    assert sorted(str(file.relative_to(tmp_path)) for file in tmp_path.glob("ledger/*")) == [
        "ledger/checkpoints.jsonl",
        "ledger/entries.jsonl",
        "ledger/verifier_key.txt",
    ]
    code, said = outsider(tmp_path / "ledger")
    assert (code, said.split(",")[0]) == (0, f"OK  {town.code}: 9 rows"), said


def test_the_exit_package_of_an_empty_log_is_empty(scope: Scope) -> None:
    with entered(scope):
        assert list(entries_part(scope)) == []


def test_a_damaged_key_line_is_refused(exported: Path, town: Organisation) -> None:
    good = keys.verifier_key(town.code)
    name, _identity, encoded = good.split("+", 2)
    code, said = outsider(exported, "--key", f"{name}+00000000+{encoded}")
    assert code == 1
    assert "the key line is damaged" in said


def test_a_removed_row_is_exported_as_a_gap_that_verifies_as_wrong(
    exported: Path, town: Organisation, as_superuser: Callable[[], Any]
) -> None:
    with as_superuser() as attacker:
        attacker.execute("DELETE FROM ledger_entry WHERE organisation_id = %s AND subject = 'person:4'", [town.pk])
    export_log(town, exported)
    code, said = outsider(exported)
    assert code == 1
    assert f"row 5 is no row of {town.code}" in said
