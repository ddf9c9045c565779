"""Days after the export: what happens follows from what was, the same for ever by seed, and is delivered as asked."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.queries.catalogue import shipped
from machikumo.synthetic.cli import register
from machikumo.synthetic.differences import DailyOrder, Delivery, daily_files, days_of, delivered, write_days
from machikumo.synthetic.domain.daily import Pace, daily_changes, present_after
from machikumo.synthetic.tables import basis_of
from machikumo.synthetic.towns import residents
from machikumo.synthetic.vendors import Vendor

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 4, 1)
ORDER = DailyOrder("182079", 120, 3, AS_OF, Vendor.KASUMI, days=20, pace=Pace(2, 2, 2, 1, 1))
REASONS = {"01", "02", "03", "04", "05", "06"}


def test_the_same_seed_gives_the_same_days_and_another_seed_others() -> None:
    days = list(days_of(ORDER))
    assert days == list(days_of(ORDER))
    assert days != list(days_of(replace(ORDER, seed=4)))
    assert [day.number for day in days] == list(range(1, 21))
    assert [day.day for day in days] == [AS_OF + timedelta(days=number) for number in range(1, 21)]


def test_every_row_goes_on_from_the_one_before() -> None:
    newest = {row["addressee_number"]: row for row in residents("182079", 120, 3, AS_OF) if row["is_latest"] == "1"}
    reasons: Counter[str] = Counter()
    for day in days_of(ORDER):
        for row in day.rows:
            before = newest.get(row["addressee_number"])
            reasons[row["event_reason"]] += 1
            assert row["event_date"] == day.day.isoformat()
            if before is None:
                assert row["event_reason"] in {"01", "02"}
                assert row["history_number"] == "1"
            else:
                assert int(row["history_number"]) == int(before["history_number"]) + 1
                assert before["resident_state"] == "1", "nothing happens to somebody who has left"
                assert row["individual_number"] == before["individual_number"]
            newest[row["addressee_number"]] = row
    assert set(reasons) == REASONS


def test_nobody_is_given_a_number_of_somebody_else() -> None:
    base = {row["individual_number"]: row["addressee_number"] for row in residents("182079", 120, 3, AS_OF)}
    for row in present_after(days_of(ORDER)).values():
        assert base.setdefault(row["individual_number"], row["addressee_number"]) == row["addressee_number"]


def test_a_head_who_dies_leaves_a_head_behind() -> None:
    died = [row for day in days_of(replace(ORDER, days=60)) for row in day.rows if row["event_reason"] == "05"]
    heirs = [row for day in days_of(replace(ORDER, days=60)) for row in day.rows if row["event_reason"] == "06"]
    assert died
    assert all(row["relationship_1"] == "02" for row in heirs)


@pytest.mark.parametrize("vendor", list(Vendor))
def test_the_vendors_layout_reads_every_row_without_a_fault(vendor: Vendor, tmp_path: Path) -> None:
    order = replace(ORDER, vendor=vendor, days=6, header="", trailer="")
    mapping = shipped().mapping(f"{vendor}-to-standard")
    layout = replace(mapping.source, set_rules=())
    plan = Plan(layout=layout, mapping=replace(mapping, source=layout), training=True)
    for file in daily_files(order):
        path = tmp_path / file.name
        path.write_bytes(file.data)
        with path.open("rb") as stream:
            results = list(iterate_blocks(stream, plan))
        assert sum(result.entry.records for result in results) == file.rows
        assert [issue.rule for result in results for issue in result.issues if issue.severity == "error"] == []


def test_control_records_say_day_number_and_rows() -> None:
    file = next(iter(daily_files(ORDER)))
    lines = file.data.decode("cp932").splitlines()
    assert lines[0] == "H,182079,20260402,0001"
    assert lines[-1] == f"T,{file.rows}"
    assert file.name == "SABUN_182079_20260402_0001.csv"
    assert len(lines) == file.rows + 3


def test_faults_of_delivery_are_planted_as_said(tmp_path: Path) -> None:
    faults = Delivery(missing=frozenset({2}), repeated=frozenset({4}), swapped=frozenset({5}))
    files = list(daily_files(replace(ORDER, days=6)))
    assert [file.number for file in delivered(files, faults)] == [1, 3, 4, 4, 6, 5]
    paths = write_days(replace(ORDER, days=6), tmp_path, faults)
    truth = json.loads((tmp_path / "daily-truth.json").read_text("utf-8"))
    assert truth["delivered"] == [path.name for path in paths]
    assert truth["planted"] == {"missing": [2], "repeated": [4], "swapped": [5]}
    assert not (tmp_path / files[1].name).exists()
    assert delivered(files, Delivery()) == files


def test_too_small_a_town_is_refused() -> None:
    with pytest.raises(ValueError, match="10"):
        daily_changes(basis_of("182079"), people=9, seed=1, as_of=AS_OF, days=1)


def test_the_command_writes_the_days_and_says_them_in_the_order_of_delivery(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = ArgumentParser()
    register(parser.add_subparsers())
    words = ["synthetic", "daily", "--code", "182079", "--vendor", "kasumi", "--out", str(tmp_path), "--people", "60"]
    chosen = parser.parse_args([*words, "--days", "3", "--missing", "2"])
    assert chosen.run(chosen) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line[-8:] for line in told] == ["0001.csv", "0003.csv"]
    for other in (["--people", "5"], ["--code", "999999"]):
        wrong = parser.parse_args([*words, *other])
        assert wrong.run(wrong) == 2
