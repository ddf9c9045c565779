"""Rules over several rows: keys, households and histories, judged alike by both executors in blocks of any size."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain.setrules import Finding, set_checkers
from machikumo.layouts.domain.setrules_columnar import column_checkers
from machikumo.layouts.domain.unique_columnar import count_distinct, repeated
from machikumo.layouts.tests.makers import KASUMI, Row, frame_of, kasumi_row

LAYOUT = KASUMI.source


def findings(rows: list[Row], cuts: list[int], *, columnar: bool) -> list[Finding]:
    """What the checkers say of rows that come in blocks cut at some places."""
    checkers: list[Any] = column_checkers(LAYOUT) if columnar else set_checkers(LAYOUT)
    found: list[Finding] = []
    borders = [0, *sorted(cut % (len(rows) + 1) for cut in cuts), len(rows)]
    for start, end in pairwise(borders):
        block = rows[start:end]
        numbers = range(start + 1, end + 1)
        for checker in checkers:
            found += checker.add(frame_of(LAYOUT, block) if columnar else block, numbers)
    for checker in checkers:
        found += checker.close()
    return sorted(found, key=lambda finding: (finding.row, finding.rule))


def both(rows: list[Row], cuts: list[int] | None = None) -> list[tuple[int, str, dict[str, str]]]:
    plain = findings(rows, [], columnar=False)
    assert findings(rows, cuts or [], columnar=True) == plain
    return [(finding.row, finding.rule, finding.facts) for finding in plain]


def person(number: int, history: int = 1, **changes: str) -> Row:
    return kasumi_row(number, rireki_no=str(history), **changes)


def test_sound_rows_break_no_rule() -> None:
    old = person(1, 1, saishin_kbn="0", ido_ymd="4100401")
    assert both([old, person(1, 2), person(2), person(3, setai_code="0000000001", zokugara_1="020")]) == []


def test_a_key_that_was_there_before_is_told_with_its_first_row_also_across_blocks() -> None:
    rows = [person(1), person(2), person(1), person(3), person(1)]
    for cuts in ([], [1], [1, 2, 3, 4]):
        doubles = [(row, facts) for row, rule, facts in both(rows, cuts) if rule == "set.unique"]
        assert doubles == [(3, {"first": "1"}), (5, {"first": "1"})]


def test_two_heads_and_no_head_are_told_once_a_household() -> None:
    rows = [
        person(1), person(2, setai_code="0000000001"), person(3, setai_code="0000000001", zokugara_1="020"),
        person(4, zokugara_1="011"), person(5, setai_code="0000000004", zokugara_1="020"),
    ]  # fmt: skip
    assert both(rows) == [
        (1, "set.two_heads", {"count": "2", "rows": "1、2"}),
        (4, "set.no_head", {"rows": "4、5"}),
    ]


def test_only_live_members_in_their_latest_row_make_a_household() -> None:
    gone = person(2, setai_code="0000000001", genzon_kbn="1", shojo_ymd="5010601")
    old = person(3, 1, setai_code="0000000001", saishin_kbn="0", ido_ymd="4100401")
    assert both([person(1), gone, old, person(3, 2, setai_code="0000000001", zokugara_1="020")]) == []
    widow = [person(1, genzon_kbn="2", shojo_ymd="5010601"), person(2, setai_code="0000000001", zokugara_1="011")]
    assert [(row, rule) for row, rule, _ in both(widow)] == [(2, "set.no_head")]


def test_histories_have_no_gap_go_forward_in_time_and_end_with_their_latest_row() -> None:
    early = {"saishin_kbn": "0", "ido_ymd": "4100401"}
    cases: list[tuple[list[Row], list[tuple[int, str]]]] = [
        ([person(1, 1, **early), person(1, 3)], [(2, "set.history_gap")]),
        ([person(1, 1, saishin_kbn="0", ido_ymd="5010601"), person(1, 2)], [(2, "set.history_overlap")]),
        ([person(1, 1), person(1, 2)], [(1, "set.two_heads"), (1, "set.two_latest")]),
        ([person(1, 1, **early), person(1, 2, saishin_kbn="0")], [(1, "set.no_latest")]),
        ([person(1, 1, ido_ymd="4100401"), person(1, 2, saishin_kbn="0")], [(1, "set.latest_not_last")]),
        ([person(1, 1, saishin_kbn="0")], [(1, "set.no_latest")]),
        ([person(1, 2), person(1, 1, **early)], []),
    ]
    for rows, wanted in cases:
        assert [(row, rule) for row, rule, _ in both(rows, [1])] == wanted


def test_a_history_whose_numbers_cannot_be_read_is_left_to_the_rules_on_cells() -> None:
    rows = [person(1, rireki_eda="x"), person(2, rireki_eda=""), kasumi_row(3, rireki_no="9999999999"), person(4)]
    assert both(rows) == []


def test_keys_out_of_order_are_found_whether_they_are_few_or_many() -> None:
    rows = [person(number) for number in range(1, 300)]
    rows[150] = person(20)
    rows[250] = person(400)
    rows += [person(400), person(10)]
    wanted = [(151, {"first": "20"}), (300, {"first": "251"}), (301, {"first": "10"})]
    for cuts in ([], [100, 200], [150, 151, 299]):
        doubles = [(row, facts) for row, rule, facts in both(rows, cuts) if rule == "set.unique"]
        assert doubles == wanted
    downwards = rows[::-1]
    assert len([rule for _, rule, _ in both(downwards, [50, 120]) if rule == "set.unique"]) == 3


people = st.builds(
    lambda number, household, history, branch, latest, state, relation, event: kasumi_row(
        number, setai_code=household, rireki_no=history, rireki_eda=branch, saishin_kbn=latest, genzon_kbn=state,
        zokugara_1=relation, ido_ymd=event,
    ),
    st.integers(1, 4),
    st.sampled_from(["0000000001", "0000000002", ""]),
    st.sampled_from(["1", "2", "3", "5", "", "x", "+1", "01"]),
    st.sampled_from(["0", "1", "-"]),
    st.sampled_from(["1", "0", ""]),
    st.sampled_from(["0", "1", "2"]),
    st.sampled_from(["001", "020", ""]),
    st.sampled_from(["4200401", "4310430", "5010501", "4310501", "", "3640107", "4010108"]),
)  # fmt: skip


@given(st.lists(people, max_size=14), st.lists(st.integers(0, 14), max_size=3))
@settings(max_examples=250, deadline=None)
def test_both_ways_find_the_same_in_any_rows_cut_anywhere(rows: list[Row], cuts: list[int]) -> None:
    assert findings(rows, cuts, columnar=True) == findings(rows, [], columnar=False)


@given(
    numbers=st.lists(st.integers(1, 40), max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=4),
    ordered=st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_doubles_are_found_in_keys_of_any_order(numbers: list[int], cuts: list[int], *, ordered: bool) -> None:
    rows = [person(number) for number in (sorted(numbers) if ordered else numbers)]
    assert findings(rows, cuts, columnar=True) == findings(rows, [], columnar=False)


def test_findings_become_issues_without_values() -> None:
    (finding,) = findings([person(1, zokugara_1="020")], [], columnar=True)
    rule = next(rule for rule in LAYOUT.set_rules if rule.kind.value == "household_head")
    issue = finding.issue(LAYOUT, rule)
    assert (issue.row, issue.item_name, issue.value) == (1, "世帯コード", "")
    assert "世帯主がいません" in issue.message_ja


@pytest.mark.parametrize(
    "keys", [["a", "a", "b", "c", "c", "c"], ["c", "a", "b", "a", "c", "c"], ["a"], [], ["b", "a"]]
)
def test_repeated_keys_are_found_in_order_and_out_of_order(keys: list[str]) -> None:
    column = pl.Series(keys, dtype=pl.String)
    assert repeated(column).to_list() == [keys.count(key) > 1 for key in keys]
    assert count_distinct(column) == len(set(keys))


def test_a_sign_that_stands_between_the_parts_of_a_key_makes_no_two_keys_one() -> None:
    keys = [("1\x1f1", "2"), ("1", "1\x1f2"), ("1\x1e1", "12"), ("1\x1f1", "2")]
    rows = [kasumi_row(1, atena_code=code, rireki_no=number) for code, number in keys]
    doubles = [(row, facts) for row, rule, facts in both(rows, [2]) if rule == "set.unique"]
    assert doubles == [(4, {"first": "1"})]
