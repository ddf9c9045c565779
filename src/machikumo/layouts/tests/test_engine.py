"""One pass over a file: accounts for every row, stops and goes on, holds back, and needs no Polars."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from machikumo.layouts.domain import executors
from machikumo.layouts.domain.definition import Sensitivity, Severity
from machikumo.layouts.domain.engine import BlockResult, iterate_blocks
from machikumo.layouts.domain.errors import FastPathMissing, ResumeRefused
from machikumo.layouts.domain.executors import Plan, executor_of
from machikumo.layouts.domain.issues import code_points, count_by_rule, mask
from machikumo.layouts.domain.messages import MESSAGES
from machikumo.layouts.domain.progress import dump_log, file_digest, is_unbroken, load_log
from machikumo.layouts.domain.quarantine import Quarantine
from machikumo.layouts.tests.makers import (
    KASUMI,
    MINATO,
    accepted,
    file_of,
    frame_of,
    kasumi_row,
    minato_row,
    results_of,
    rules_of,
    told,
)

ROWS = [kasumi_row(number) for number in range(1, 41)]
ROWS[4] = kasumi_row(5, sei_cd="7")
ROWS[9] = kasumi_row(3)
ROWS[19] = kasumi_row(20, kanji_shimei="\ue030")
ROWS[29] = kasumi_row(30, seinen_ymd="4310501")
FILE = file_of(KASUMI.source, ROWS)
BAD = {5: "cell.code", 10: "set.unique", 20: "cell.gaiji", 30: "cell.wareki"}
EXECUTORS = ("columnar", "plain")


def plan(executor: str = "columnar", **more: Any) -> Plan:
    return Plan(KASUMI.source, KASUMI, training=True, executor=executor, file_name="a.csv", **more)


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("size", [500, 1 << 20])
def test_every_row_is_accepted_and_converted_or_held_back_with_its_reason(executor: str, size: int) -> None:
    results = results_of(FILE, plan(executor), block_size=size)
    assert [result.closing for result in results] == [False] * (len(results) - 1) + [True]
    assert accepted(results) == [row for row in range(1, 41) if row not in BAD]
    rejects = {reject.place.row: reject for result in results for reject in result.rejects}
    assert {row: reject.issues[0].rule for row, reject in rejects.items()} == BAD
    for row, reject in rejects.items():
        assert FILE[reject.place.offset :].startswith(reject.place.raw)
        assert reject.place.raw == file_of(KASUMI.source, [ROWS[row - 1]]).split(b"\r\n", 1)[1]
    for result in results[:-1]:
        assert len(result.rows) == len(result.converted) == len(result.numbers) == result.entry.accepted
        assert result.entry.records == result.entry.accepted + result.entry.rejected


def test_both_executors_tell_and_convert_the_same() -> None:
    fast, plain = (results_of(FILE, plan(name), block_size=1000) for name in EXECUTORS)
    assert told(fast) == told(plain)
    assert [result.entry for result in fast] == [result.entry for result in plain]
    for one, other in zip(fast[:-1], plain[:-1], strict=True):
        assert one.converted.rows() == other.converted
        assert one.rows.rows() == other.rows


def test_a_converted_row_that_breaks_the_targets_rules_is_held_back_too() -> None:
    data = file_of(MINATO.source, [minato_row(1), minato_row(2, family_name="氏　名"), minato_row(3, event_code="A06")])
    for name in EXECUTORS:
        results = results_of(data, Plan(MINATO.source, MINATO, training=True, executor=name))
        assert accepted(results) == [1, 3]
        assert rules_of(results) == [(2, "convert.step")]
        assert [(loss.row, loss.key, loss.after) for result in results for loss in result.losses] == [
            (3, "event_code", "A03")
        ]
    long_name = MINATO.source.by_key["family_name"]
    assert long_name.length * 2 + 1 > MINATO.target.by_key["name"].length
    overlong = file_of(MINATO.source, [minato_row(1, family_name="氏" * 60, given_name="名" * 60), minato_row(2)])
    for name in EXECUTORS:
        results = results_of(overlong, Plan(MINATO.source, MINATO, training=True, executor=name))
        assert rules_of(results) == [(1, "cell.length")]
        assert accepted(results) == [2]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_run_that_stopped_after_any_block_goes_on_as_if_it_had_not(executor: str) -> None:
    whole = results_of(FILE, plan(executor), block_size=900)
    entries = [result.entry for result in whole[:-1]]
    assert is_unbroken(entries)
    assert len(entries) > 4
    for stop in range(len(entries) + 1):
        rest = results_of(FILE, plan(executor), done=load_log(dump_log(entries[:stop])), block_size=900)
        assert accepted(rest) == [number for result in whole[stop:] for number in result.numbers]
        assert told(rest) == told(whole[stop:])
        assert [result.entry for result in rest] == [result.entry for result in whole[stop:]]


def test_a_log_whose_last_line_was_cut_off_reads_that_block_again() -> None:
    entries = [result.entry for result in results_of(FILE, plan(), block_size=900)[:-1]]
    text = dump_log(entries)
    assert load_log(text) == entries
    assert load_log(text[:-10]) == entries[:-1]
    assert not is_unbroken([entries[0], entries[2]])


def test_another_file_than_the_logged_one_is_refused() -> None:
    entries = [result.entry for result in results_of(FILE, plan(), block_size=900)[:-1]]
    other = FILE.replace(b"0000000002", b"0000000052")
    assert file_digest(io.BytesIO(other)) != file_digest(io.BytesIO(FILE))
    with pytest.raises(ResumeRefused, match="前回と違います"):
        results_of(other, plan(), done=entries[:2], block_size=900)


def test_too_many_errors_stop_the_run_and_say_so() -> None:
    for rule in ("total", "cell.code"):
        results = results_of(FILE, plan(thresholds={rule: 0}), block_size=500)
        assert results[-1].stopped
        assert results[-1].issues[-1].rule == "stop.threshold"
        assert rule in results[-1].issues[-1].message_ja
        assert sum(result.entry.records for result in results) < 40
    assert not any(result.stopped for result in results_of(FILE, plan(thresholds={"total": 4})))


def test_rows_that_a_check_before_decided_to_hold_back_are_held_back() -> None:
    for name in EXECUTORS:
        results = results_of(FILE, plan(name, held={2: ("世帯の誤り", "household")}))
        assert 2 not in accepted(results)
        assert (2, "set.held") in rules_of(results)


def test_quarantined_rows_can_be_mended_and_read_in_again() -> None:
    rows, reasons = io.BytesIO(), io.BytesIO()
    quarantine = Quarantine(rows, reasons, KASUMI.source)
    for result in results_of(FILE, plan(), block_size=900):
        quarantine.add(result)
    kept = rows.getvalue()
    assert quarantine.count == 4
    assert rules_of(results_of(kept, plan())) == [(1, "cell.code"), (3, "cell.gaiji"), (4, "cell.wareki")]
    mended = kept.replace(b"4310501", b"3640107")
    assert accepted(results_of(mended, plan())) == [2, 4]
    text = reasons.getvalue().decode("utf-8-sig")
    assert text.count("\r\n") == 5
    assert "U+E030" in text
    assert "平成31年4月30日" in text
    assert "4310501" not in text


def test_the_reasons_file_runs_no_formula_that_came_with_the_file() -> None:
    rows, reasons = io.BytesIO(), io.BytesIO()
    quarantine = Quarantine(rows, reasons, KASUMI.source)
    for result in results_of(FILE, replace(plan(), file_name="=HYPERLINK(1).csv")):
        quarantine.add(result)
    lines = list(csv.reader(io.StringIO(reasons.getvalue().decode("utf-8-sig"))))
    assert {line[1] for line in lines[1:]} == {"'=HYPERLINK(1).csv"}
    assert not any(cell.startswith("=") for line in lines for cell in line)


def test_without_polars_the_plain_way_runs_and_the_fast_way_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(executors, "has_fast_path", lambda: False)
    assert executor_of(plan("")).name == "plain"
    with pytest.raises(FastPathMissing, match=r"machikumo\[layouts\]"):
        executor_of(plan("columnar"))
    assert accepted(results_of(FILE, plan(""))) == [row for row in range(1, 41) if row not in BAD]


def test_a_warning_does_not_hold_a_row_back() -> None:
    item = replace(KASUMI.source.by_key["sei_cd"], severity=Severity.WARNING)
    items = tuple(item if one.key == "sei_cd" else one for one in KASUMI.source.items)
    layout = replace(KASUMI.source, items=items)
    for name in EXECUTORS:
        results = results_of(FILE, Plan(layout, mapped=KASUMI.mapped_characters, training=True, executor=name))
        assert 5 in accepted(results)
        assert (5, "cell.code") in rules_of(results)


def test_every_row_bad_costs_no_row_and_no_memory_of_the_file() -> None:
    data = file_of(KASUMI.source, [kasumi_row(number, sei_cd="7", seinen_ymd="x") for number in range(1, 500)])
    for name in EXECUTORS:
        results = results_of(data, plan(name), block_size=20_000)
        assert accepted(results) == []
        assert sum(len(result.rejects) for result in results) == 499
        assert count_by_rule(issue for result in results for issue in result.issues) == {
            "cell.code": 499,
            "cell.wareki": 499,
        }


def test_values_are_shown_as_their_sensitivity_allows() -> None:
    assert mask("鯖江1-2　ｱ", Sensitivity.PERSONAL) == "＊＊9-9　ｱ"
    assert mask("abc", Sensitivity.PERSONAL) == "aaa"
    assert mask("鯖江", Sensitivity.PLAIN) == "鯖江"
    assert mask("x" * 50, Sensitivity.PLAIN) == "x" * 40 + "…"
    assert mask("123456789012", Sensitivity.VAULT) == "（12文字・非表示）"
    assert code_points("田\ue000田") == "田 U+7530、U+E000"
    shown = str([issue.as_dict() for result in results_of(FILE, plan()) for issue in result.issues])
    assert ROWS[4][KASUMI.source.index["kojin_no"]] not in shown
    assert "太郎" not in shown


def test_every_message_names_its_remedy_in_both_languages() -> None:
    assert all(all(part for part in message) for message in MESSAGES.values())
    assert {"cell.required", "set.unique", "structure.quote_open", "file.header"} <= set(MESSAGES)


def test_the_fast_path_hands_over_frames_of_text_with_the_standard_keys() -> None:
    result: BlockResult = next(iterate_blocks(io.BytesIO(FILE), plan()))
    assert result.converted.columns == list(KASUMI.target.keys)
    assert {str(kind) for kind in result.converted.dtypes} == {"String"}
    assert result.converted.null_count().sum_horizontal().item() == 0
    assert result.converted["addressee_number"][0] == "000000000000001"
    assert frame_of(KASUMI.source, [ROWS[0]]).equals(result.rows.head(1))
