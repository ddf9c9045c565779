"""The list of cells that do not come back: complete, masked, and written by the command too."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from machikumo.layouts.domain.executors import COLUMNAR, PLAIN, Plan
from machikumo.layouts.domain.losses import LossList
from machikumo.layouts.tests.makers import MINATO, file_of, minato_row, results_of

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    minato_row(1, event_code="A03"),
    minato_row(2, event_code="A06"),
    minato_row(3, person_id="0003", household_id="3"),
    minato_row(4, event_code="A06"),
]


def listed(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("executor", [COLUMNAR, PLAIN])
def test_every_cell_that_does_not_come_back_is_listed_with_its_row(executor: str) -> None:
    plan = Plan(layout=MINATO.source, mapping=MINATO, training=True, executor=executor)
    out = io.BytesIO()
    told = LossList(out, MINATO.source)
    for result in results_of(file_of(MINATO.source, ROWS), plan):
        told.add(result)
    lines = listed(out.getvalue())
    cells = {(line[0], line[2], line[3], line[4]) for line in lines[1:]}
    assert cells == {
        ("2", "event_code", "A06", "A03"),
        ("4", "event_code", "A06", "A03"),
        ("3", "person_id", "0003", "3"),
    }
    assert told.count == 3
    assert "元の行番号" in lines[0][0]


def test_what_goes_on_writes_no_second_heading() -> None:
    out = io.BytesIO()
    assert LossList(out, MINATO.source, begin=False).count == 0
    assert out.getvalue() == b""


def test_the_command_writes_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from machikumo.__main__ import main

    source, out, losses = tmp_path / "m.csv", tmp_path / "standard.csv", tmp_path / "losses.csv"
    source.write_bytes(file_of(MINATO.source, ROWS))
    arguments = ["layout", "convert", str(source), "--mapping", "minato-to-standard", "--out", str(out), "--training"]
    assert main([*arguments, "--losses", str(losses)]) == 0
    assert "元に戻らないセル 3" in capsys.readouterr().out
    assert len(listed(losses.read_bytes())) == 4
