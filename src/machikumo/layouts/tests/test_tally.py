"""Counting issues: all of them, with a few examples of each rule; and the limits that stop a run."""

from __future__ import annotations

import pytest

from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.errors import BadLimit
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.issues import Issue
from machikumo.layouts.domain.tally import Tally, limits
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row, results_of, rules_of


def many(rule: str, count: int) -> list[Issue]:
    return [Issue(rule, Severity.ERROR, row=row) for row in range(count, 0, -1)]


def test_a_million_bad_rows_are_counted_and_a_few_are_kept() -> None:
    tally = Tally(most=3)
    for _ in range(100):
        tally.add([Issue("cell.date", Severity.ERROR, row=7)] * 10_000)
    tally.add(many("cell.code", 2))
    assert tally.counts == {"cell.date": 1_000_000, "cell.code": 2}
    assert [(issue.row, issue.rule) for issue in tally.issues] == [
        (1, "cell.code"), (2, "cell.code"), (7, "cell.date"), (7, "cell.date"), (7, "cell.date"),
    ]  # fmt: skip


def test_rules_beyond_their_limit_are_named_with_their_count() -> None:
    tally = Tally()
    tally.add(many("cell.date", 5))
    assert tally.beyond({"cell.date": 4, "cell.code": 0}) == {"cell.date": 5}
    assert tally.beyond({"cell.date": 5}) == {}


def test_limits_are_read_from_what_was_typed() -> None:
    assert limits(["cell.date=100", "set.no_head=0", "total=5"]) == {"cell.date": 100, "set.no_head": 0, "total": 5}
    for text in ("cell.date", "cell.date=", "cell.date=x", "cell.dates=1", "=1", "cell.date=-1", "cell.date=１"):
        with pytest.raises(BadLimit) as caught:
            limits([text])
        assert text in caught.value.message_ja


def plan(**thresholds: int) -> Plan:
    named = {key.replace("__", "."): limit for key, limit in thresholds.items()}
    return Plan(KASUMI.source, training=True, mapped=KASUMI.mapped_characters, thresholds=named)


def test_a_run_stops_after_the_block_in_which_a_rule_went_beyond_its_limit() -> None:
    data = file_of(KASUMI.source, [kasumi_row(number, seinen_ymd="4310501") for number in range(1, 40)])
    results = results_of(data, plan(cell__wareki=3), block_size=1500)
    assert results[-1].stopped
    assert not results[-1].closing
    assert 3 < sum(rule == "cell.wareki" for _, rule in rules_of(results)) < 39
    assert rules_of(results)[-1][1] == "stop.threshold"
    assert not any(result.stopped for result in results_of(data, plan(cell__wareki=39)))


def test_a_rule_that_only_the_whole_file_can_judge_has_its_limit_too() -> None:
    data = file_of(KASUMI.source, [kasumi_row(number, zokugara_1="020") for number in range(1, 6)])
    results = results_of(data, plan(set__no_head=4))
    assert results[-1].closing
    assert results[-1].stopped
    assert "5 件" in results[-1].issues[-1].message_ja
    assert not results_of(data, plan(set__no_head=5))[-1].stopped
