"""The commands, as somebody types them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError

from machikumo.__main__ import main
from machikumo.kernel.ledger import seal
from machikumo.kernel.ledger.tests.helpers import rows_of, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def run(town: Organisation, verb: str, *more: str) -> int:
    """The command for this town; other tests' towns have keys of their own."""
    return main(["ledger", verb, "--organisation", town.code, *more])


def test_seal_tells_what_it_did(scope: Scope, town: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    write(scope, 3)
    assert run(town, "seal") == 0
    assert f"{town.code}: 3 件を封印しました（計 3 件） / 3 rows sealed" in capsys.readouterr().out
    assert run(town, "seal", "--whole") == 0
    assert capsys.readouterr().out == ""


def test_seal_goes_on_until_stopped(scope: Scope, town: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt
        write(scope)

    monkeypatch.setattr(time, "sleep", pause)
    with pytest.raises(KeyboardInterrupt):
        run(town, "seal", "--every", "2.5")
    assert pauses == [2.5, 2.5, 2.5]
    assert seal(organisations=[town.code]) == []
    assert len(rows_of(scope)) == 2


def test_seal_waits_for_a_database_that_is_away(
    scope: Scope, town: Organisation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from machikumo.kernel.ledger import sealing

    write(scope)
    whole, tries = sealing.seal, iter([True, False])

    def away_at_first(**options: Any) -> Any:
        if next(tries):
            raise OperationalError("the server is starting")
        return whole(**options)

    def stop_later(_seconds: float) -> None:
        heard.append(capsys.readouterr())
        if heard[-1].out:
            raise KeyboardInterrupt

    heard: list[Any] = []
    monkeypatch.setattr(sealing, "seal", away_at_first)
    monkeypatch.setattr(time, "sleep", stop_later)
    with pytest.raises(KeyboardInterrupt):
        run(town, "seal", "--every", "1")
    assert "waiting for the database: the server is starting" in heard[0].err
    assert "1 rows sealed" in heard[1].out


def test_seal_once_fails_with_a_database_that_is_away(town: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    from machikumo.kernel.ledger import sealing

    def away(**_options: Any) -> Any:
        raise OperationalError("the server is starting")

    monkeypatch.setattr(sealing, "seal", away)
    with pytest.raises(OperationalError):
        run(town, "seal")


def test_verify_says_ok_and_who_has_seen_it(
    scope: Scope, town: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    write(scope, 3)
    run(town, "seal")
    write(scope, 1)
    capsys.readouterr()
    assert run(town, "verify") == 0
    said = capsys.readouterr().out
    assert said.startswith(
        f"OK  {town.code}: 3 件、チェックポイント 1、証人 operator、未封印 1 件 / 3 rows, 1 checkpoints"
    )


def test_verify_names_the_row_and_ends_with_one(
    scope: Scope, town: Organisation, as_superuser: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    ids = write(scope, 3)
    run(town, "seal")
    with as_superuser() as attacker:
        attacker.execute("DELETE FROM ledger_entry WHERE id = %s", [ids[1]])
    capsys.readouterr()
    assert run(town, "verify") == 1
    said = capsys.readouterr().out
    assert said.startswith("NG")
    assert f"2 行目 {ids[1]}: 行が消されています。" in said
    assert f"row 2 {ids[1]} was removed." in said
    assert "CISO" in said


def test_verify_with_another_folder_of_witnesses(
    scope: Scope, town: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(scope, 2)
    assert run(town, "seal", "--witness", str(tmp_path / "w")) == 0
    capsys.readouterr()
    assert run(town, "verify") == 0
    assert "証人 なし" in capsys.readouterr().out
    assert run(town, "verify", "--witness", str(tmp_path / "w")) == 0
    assert "証人 operator" in capsys.readouterr().out


def test_seal_complains_of_a_broken_log_and_ends_with_one(
    scope: Scope, town: Organisation, as_superuser: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    write(scope)
    run(town, "seal")
    with as_superuser() as attacker:
        attacker.execute("UPDATE ledger_checkpoint SET note = '' WHERE organisation_id = %s", [town.pk])
    write(scope)
    assert run(town, "seal") == 1
    assert "machikumo ledger verify" in capsys.readouterr().err


def test_an_unknown_organisation_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ledger", "verify", "--organisation", "no-such-town"])
    assert ended.value.code == 2
    assert "no-such-town" in capsys.readouterr().err


def test_export_writes_the_files_and_a_row_about_it(
    scope: Scope, town: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(scope, 2)
    run(town, "seal")
    out = tmp_path / "out"
    assert run(town, "export", "--out", str(out)) == 0
    assert "2 件を" in capsys.readouterr().out
    assert (out / "entries.jsonl").exists()
    events = [row[0] for row in rows_of(scope, "event")]
    assert events == ["person.viewed", "person.viewed", "ledger.exported"]


def test_a_wall_that_is_down_is_told(
    scope: Scope, town: Organisation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from machikumo.kernel.ledger import verifying

    write(scope)
    run(town, "seal")
    monkeypatch.setattr(verifying, "WALLS", "SELECT 'ledger_entry' FROM unnest(%s::text[]) LIMIT 1")
    assert run(town, "verify") == 1
    assert "ledger_entry: 防御が外されています" in capsys.readouterr().out
