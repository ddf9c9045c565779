"""``make show-<issue>``: every point has a row, every row a proof, and the code is 0 only when all hold."""

from __future__ import annotations

import json
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import show
from show import Outcome, Proofs, Row

if TYPE_CHECKING:
    from pathlib import Path

POINTS = {"foundation": 9, "migration": 10}
CLAIM = {"claim": "check speed", "ours": 21.5, "other": 1, "ratio": 21.5, "bar": "≥ 20", "holds": True}


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of results."""
    monkeypatch.setenv("MACHIKUMO_VAR", str(tmp_path))
    (tmp_path / "bench").mkdir()
    return tmp_path / "bench"


def row(how: str, *what: str, match: str = "") -> Row:
    return Row(2, "the check is quick", "≥ 20 ×", how, what, match)


@pytest.mark.parametrize(("issue", "points"), POINTS.items())
def test_every_point_of_an_issue_has_a_row(issue: str, points: int) -> None:
    assert {row.point for row in show.rows_of(issue)} == set(range(1, points + 1))


def test_every_issue_of_the_table_is_known_here() -> None:
    assert set(tomllib.loads(show.TABLE.read_text(encoding="utf-8"))) == set(POINTS)


@pytest.mark.parametrize("issue", POINTS)
def test_every_row_names_what_exists(issue: str) -> None:
    missing = []
    for row in show.rows_of(issue):
        if row.how == "tests":
            missing += [path for path in row.what if not (show.ROOT / path).exists()]
        elif row.how in {"bench", "long"}:
            name = row.what[0].removesuffix("_long")
            missing += [] if (show.ROOT / "benchmarks" / f"{name}.py").exists() else [f"benchmarks/{name}.py"]
    assert missing == []


def test_a_row_names_exactly_one_way_of_proof() -> None:
    with pytest.raises(ValueError, match="name one of"):
        show.row_from({"point": 1, "claim": "x", "bar": "y"})
    with pytest.raises(ValueError, match="name one of"):
        show.row_from({"point": 1, "claim": "x", "bar": "y", "bench": "a", "command": "b"})


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (row("tests", "tests/a.py", "tests/b"), "pytest tests/a.py tests/b"),
        (row("bench", "clean_clone"), "make bench-clean-clone"),
        (row("long", "movein_long"), "make bench-movein-long"),
        (row("command", "make demo-check"), "make demo-check"),
    ],
)
def test_a_row_says_what_a_reader_would_type(proof: Row, words: str) -> None:
    assert proof.proved_by == words


def test_a_row_is_printed_with_its_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert show.show(row("bench", "movein"), Outcome("21.5", holds=True))
    assert capsys.readouterr().out == "2 | the check is quick | 21.5 | ≥ 20 × | yes | make bench-movein\n"


def test_an_unknown_issue_has_no_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert show.main(["weather"]) == 2
    assert "no rows for weather" in capsys.readouterr().err


@pytest.mark.parametrize(("holds", "code"), [([True, True], 0), ([True, False], 1)])
def test_the_code_is_0_only_when_every_row_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], holds: list[bool], code: int
) -> None:
    outcomes = iter(holds)
    monkeypatch.setattr(show, "rows_of", lambda _issue: [row("command", "x"), row("command", "y")])
    monkeypatch.setattr(Proofs, "prove", lambda _self, _row: Outcome("", holds=next(outcomes)))
    assert show.main(["foundation"]) == code
    assert capsys.readouterr().out.splitlines()[-1] == f"{sum(holds)} of 2 hold"


def test_only_the_asked_points_are_proved(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Proofs, "prove", lambda _self, _row: Outcome("", holds=True))
    show.main(["foundation", "9"])
    points = {line.split(" | ")[0] for line in capsys.readouterr().out.splitlines()[1:-1]}
    assert points == {"9"}


@pytest.mark.parametrize(
    ("said", "code", "holds"),
    [
        ("===== 12 passed in 3.1s =====", 0, True),
        ("11 passed, 1 skipped in 3.1s", 0, False),
        ("1 failed, 11 passed in 3.1s", 1, False),
        ("no tests ran in 0.1s", 5, False),
        ("", 0, False),
    ],
)
def test_tests_hold_when_some_pass_and_none_is_spoilt(
    monkeypatch: pytest.MonkeyPatch, said: str, code: int, *, holds: bool
) -> None:
    program = f"print({said!r}); raise SystemExit({code})"
    monkeypatch.setattr(show, "PYTHON", "unused")
    proofs = Proofs()
    monkeypatch.setattr(proofs, "run", lambda *_command: Proofs().run(sys.executable, "-c", program))
    assert proofs.tests(row("tests", "tests/a.py")).holds is holds


def test_a_benchmark_is_run_once_for_all_its_rows(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (results / "movein.json").write_text(json.dumps([CLAIM, {**CLAIM, "claim": "memory", "holds": False}]))
    ran: list[Any] = []
    monkeypatch.setattr("subprocess.run", lambda command, **_more: ran.append(command))
    proofs = Proofs()
    assert proofs.prove(row("bench", "movein", match="check")) == Outcome("21.5 / 1 = 21.5", holds=True)
    assert not proofs.prove(row("bench", "movein")).holds
    assert len(ran) == 1


@pytest.mark.usefixtures("results")
def test_a_benchmark_without_such_a_claim_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "PYTHON", sys.executable)
    outcome = Proofs().prove(row("bench", "no_such_benchmark"))
    assert not outcome.holds
    assert "no_such_benchmark" in outcome.figure


def test_a_long_result_shows_when_and_where_it_was_measured(results: Path) -> None:
    (results / "movein_long.json").write_text(json.dumps([CLAIM]))
    (results / "movein_long.about.json").write_text(json.dumps({"date": "2026-11-24", "commit": "abc", "cpu": "EPYC"}))
    outcome = Proofs().prove(row("long", "movein_long"))
    assert outcome == Outcome("21.5 / 1 = 21.5 [2026-11-24 abc EPYC]", holds=True)


@pytest.mark.usefixtures("results")
def test_without_a_long_result_the_row_does_not_hold() -> None:
    outcome = Proofs().prove(row("long", "movein_long"))
    assert outcome == Outcome("no result yet: run make bench-movein-long", holds=False)


@pytest.mark.usefixtures("results")
def test_the_last_results_may_be_taken_for_benchmarks() -> None:
    assert not Proofs(last=True).prove(row("bench", "movein")).holds


@pytest.mark.parametrize(("command", "holds"), [("true", True), ("false", False)])
def test_a_command_holds_when_its_code_is_0(command: str, *, holds: bool) -> None:
    assert Proofs().prove(row("command", command)).holds is holds


def test_figures_have_four_significant_digits() -> None:
    assert show.figure(1234.5678) == "1235"
    assert show.figure("17 min") == "17 min"
