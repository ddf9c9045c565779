import argparse
from pathlib import Path
from typing import Any

import pytest

from machikumo.kernel.numbers import actions, cli
from machikumo.kernel.numbers.domain import NumberKind, training_number
from machikumo.kernel.scope import Scope

KIND = NumberKind.INDIVIDUAL


@pytest.fixture(autouse=True)
def key_folder(settings: Any, tmp_path: Path) -> Path:
    settings.MACHIKUMO_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers(required=True))
    chosen = parser.parse_args(["numbers", *words])
    return int(chosen.run(chosen))


def test_the_status_counts_numbers_by_key_version(scope: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--organisation", scope.organisation_code) == 0
    assert "番号はありません" in capsys.readouterr().out
    actions.store_number(scope, kind=KIND, subject="p1", number=training_number(KIND, 1))
    assert run("status", "--organisation", scope.organisation_code) == 0
    assert "key version 1: 1 numbers" in capsys.readouterr().out


def test_rotating_moves_every_number_to_the_new_key(scope: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    number = training_number(KIND, 1)
    actions.store_number(scope, kind=KIND, subject="p1", number=number)
    assert run("rotate", "--organisation", scope.organisation_code) == 0
    told = capsys.readouterr().out
    assert "moved to key version 2" in told
    assert number not in told
    assert run("status", "--organisation", scope.organisation_code) == 0
    assert "key version 2: 1 numbers" in capsys.readouterr().out
    assert actions.open_number(scope, kind=KIND, subject="p1", purpose="resident_service", ground="請求") == number


def test_an_unknown_organisation_is_an_error(scope: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    assert scope.organisation_code
    with pytest.raises(SystemExit) as caught:
        run("status", "--organisation", "nowhere")
    assert caught.value.code == 2
    assert "団体がありません" in capsys.readouterr().err
