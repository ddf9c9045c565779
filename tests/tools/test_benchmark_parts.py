"""The parts that every benchmark shares: reporting and the yardstick."""

from __future__ import annotations

import json
import math
import types
from typing import TYPE_CHECKING

import foundation
import psycopg
import pytest
import reporting
import yardstick
from reporting import Claim
from yardstick import Factor

from machikumo.site import postgres

if TYPE_CHECKING:
    from pathlib import Path

GOOD = Claim("check", 21.5, 1, 21.5, "≥ 20", holds=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reporting, "folder", lambda: tmp_path / "bench")
    return tmp_path / "bench"


def test_results_are_printed_and_written_with_their_circumstances(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reporting.publish("movein", [GOOD], rows=1000) == 0
    assert capsys.readouterr().out.splitlines()[1] == "check | 21.5 | 1 | 21.5 | ≥ 20 | yes"
    assert json.loads((folder / "movein.json").read_text())[0]["holds"] is True
    about = json.loads((folder / "movein.about.json").read_text())
    assert {"date", "commit", "cpu", "cores", "python", "rows"} <= set(about)


def test_a_target_s_dashes_are_the_script_s_underscores(folder: Path) -> None:
    reporting.publish("foundation-rls", [GOOD])
    assert (folder / "foundation_rls.json").exists()


def test_the_foundation_s_parts_are_run_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, code in (("foundation_a", 0), ("foundation_b", 1)):
        (tmp_path / f"{name}.py").write_text(f"import sys; print(sys.argv[1]); sys.exit({code})")
    monkeypatch.setattr(foundation, "parts", lambda: sorted(tmp_path.glob("*.py")))
    assert foundation.main(["--rows=5"]) == 1
    said = capfd.readouterr().out
    assert said.count("--rows=5") == 2
    assert said.endswith("NG: foundation_b\n")


@pytest.mark.parametrize("claims", [[], [Claim("check", 1, 1, 1, "≥ 20", holds=False)]])
def test_the_code_is_1_when_a_claim_fails_or_none_is_there(claims: list[Claim]) -> None:
    assert reporting.publish("movein", claims) == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234567, "1,234,567"), (12345.678, "12,346"), (0.123456, "0.1235"), ("17 min", "17 min"), (True, "True")],
)
def test_figures_are_written_for_people(value: object, words: str) -> None:
    assert reporting.shown(value) == words


def test_the_processor_is_named() -> None:
    assert reporting.processor()


def test_a_bar_is_never_tightened_by_a_quick_machine() -> None:
    assert Factor(cpu=0.5, wall=0.5).bar(10) == 10


def test_a_bar_grows_with_the_factor_of_its_kind() -> None:
    factor = Factor(cpu=1.5, wall=2)
    assert math.isclose(factor.bar(10), 15)
    assert math.isclose(factor.bar(10, wall=True), 20)


def test_beyond_three_nothing_is_measured() -> None:
    with pytest.raises(yardstick.TooLoaded, match="machine too loaded"):
        Factor(cpu=1, wall=3.01).bar(10, wall=True)


def test_the_mix_takes_time_in_python_and_on_the_server() -> None:
    with psycopg.connect(postgres.administrator_dsn(), autocommit=True) as connection:
        cpu, wall = yardstick.once(connection)
        assert yardstick.server_seconds(connection) > 0
    assert 0 < cpu < 30
    assert 0 < wall < 60


def test_a_server_on_another_machine_has_no_processor_time_here() -> None:
    far = types.SimpleNamespace(info=types.SimpleNamespace(backend_pid=-1))
    assert yardstick.server_seconds(far) == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(("slow", "code"), [(1.0, 0), (3.5, 1)])
def test_a_loaded_machine_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], slow: float, code: int
) -> None:
    monkeypatch.setattr(yardstick, "measure", lambda: Factor(slow, slow))
    assert yardstick.main([]) == code
    assert ("machine too loaded" in capsys.readouterr().out) is bool(code)


def test_the_factor_is_relative_to_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    reference = json.loads(yardstick.REFERENCE.read_text())
    monkeypatch.setattr(
        yardstick, "best", lambda _repeats: (2 * reference["cpu_seconds"], 3 * reference["wall_seconds"])
    )
    factor = yardstick.measure()
    assert math.isclose(factor.cpu, 2)
    assert math.isclose(factor.wall, 3)


def test_the_reference_is_the_median_of_many_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yardstick, "REFERENCE", tmp_path / "reference.json")
    monkeypatch.setattr(yardstick, "several", lambda _repeats: [(1.0, 2.0), (9.0, 9.0), (2.0, 3.0)])
    assert yardstick.main(["--set"]) == 0
    written = json.loads((tmp_path / "reference.json").read_text())
    assert (written["cpu_seconds"], written["wall_seconds"]) == (2.0, 3.0)
