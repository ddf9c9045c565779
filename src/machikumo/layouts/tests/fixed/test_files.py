"""Whole files of fixed-length records: sound ones come back, broken ones are told for what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.layouts.domain.convert import convert_rows
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.fixed.reader import FixedReader
from machikumo.layouts.domain.fixed.rows import FixedRows
from machikumo.layouts.domain.mending import reading_of
from machikumo.layouts.domain.progress import dump_log, load_log
from machikumo.layouts.domain.roundtrip import REASONS, round_trip
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.moving import households_of
from machikumo.layouts.tests.fixed.makers import (
    LENGTH,
    MASTER,
    TSUBAKI,
    both,
    damaged,
    place_of,
    rules_of,
    small,
    stream,
    tsubaki_file,
    tsubaki_rows,
)
from machikumo.layouts.tests.makers import KASUMI, kasumi_row, results_of

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout

PLAIN = 'charset = "cp932"\nrecord_length = 10\nrecord_separator = "crlf"'


def text_layout(physical: str = PLAIN) -> Layout:
    return small(physical, "a X 4 4 text", "b N 3 6 kanji")


def test_a_sound_file_has_no_finding_and_comes_back_byte_for_byte() -> None:
    data = tsubaki_file(30, biko="髙橋　①", alpha_shimei="ＡＢＣ")
    assert len(data) == 33 * LENGTH
    results = both(data, block_size=7 * LENGTH)
    assert rules_of(results) == []
    assert sum(len(result.numbers) for result in results) == 30
    found = round_trip(stream(data), Plan(MASTER, TSUBAKI, training=True), TSUBAKI)
    assert (found.read, found.equal_bytes, found.holds) == (30, 30, True)


def test_the_first_vendors_rows_come_back_by_way_of_the_third() -> None:
    rows = [kasumi_row(number, biko="髙﨑①Ⅱ", kanji_shimei="渡\ue000　太郎") for number in range(1, 9)]
    there = convert_rows(TSUBAKI.inverse(), convert_rows(KASUMI, rows).rows).rows
    written = Writer(MASTER).rows(there)
    assert written.issues == []
    read = FixedRows(MASTER)
    again = [read.row(written.data[at : at + LENGTH]) for at in range(0, len(written.data), LENGTH)]
    assert again == there
    back = convert_rows(KASUMI.inverse(), convert_rows(TSUBAKI, there).rows)
    assert back.rows == rows


def test_a_truncated_last_record_is_told_and_held_back_with_its_bytes() -> None:
    data = tsubaki_file(5)[: 4 * LENGTH + 700]
    results = both(data)
    found = rules_of(results)
    assert (4, "structure.record_short", "") in found
    assert {rule for _, rule, _ in found} >= {"file.record_short", "file.control_missing"}
    assert results[-1].fatal
    rejects = [reject for result in results for reject in result.rejects]
    assert [reject.place.raw for reject in rejects] == [data[4 * LENGTH :]]
    assert rejects[0].place.offset == 4 * LENGTH


@pytest.mark.parametrize("length", [1800, 1901, 1950])
def test_records_of_another_length_stop_the_file(length: int) -> None:
    data = tsubaki_file(30)
    records = [data[at : at + LENGTH].ljust(length, b"\x40")[:length] for at in range(0, len(data), LENGTH)]
    results = both(b"".join(records))
    assert rules_of(results) == [(0, "file.record_length", "")]
    assert results[-1].fatal


@pytest.mark.parametrize("step", [-1, 1])
def test_a_trailer_with_the_wrong_count_refuses_the_file(step: int) -> None:
    data = tsubaki_file(6)
    writer = Writer(MASTER)
    wrong = data[: -2 * LENGTH] + writer.trailer(6 + step)
    results = both(wrong, block_size=3 * LENGTH)
    assert rules_of(results) == [(0, "file.control_count", "")]
    assert results[-1].fatal
    (issue,) = [issue for result in results for issue in result.issues]
    assert f"（{6 + step}）" in issue.message_ja
    assert "（6）" in issue.message_ja


def test_control_records_must_be_there_and_in_their_place() -> None:
    data = tsubaki_file(4)
    header, rows, trailer, end = data[:LENGTH], data[LENGTH : -2 * LENGTH], data[-2 * LENGTH : -LENGTH], data[-LENGTH:]
    cases = {
        rows + trailer + end: "file.control_missing",
        header + rows + trailer: "file.control_missing",
        rows + header + trailer + end: "file.control_order",
        header + rows + trailer + end + rows[:LENGTH]: "file.control_order",
        header + rows + trailer + trailer + end: "file.control_order",
    }
    for wrong, rule in cases.items():
        results = both(wrong)
        assert rule in {found for _, found, _ in rules_of(results)}
        assert results[-1].fatal


def test_a_record_of_no_known_kind_is_held_back() -> None:
    data = tsubaki_file(9)
    wrong = data[: 3 * LENGTH] + b"\xf7" + data[3 * LENGTH + 1 :]
    assert rules_of(both(wrong)) == [(3, "structure.record_kind", "")]


@pytest.mark.parametrize(
    ("key", "new", "rule"),
    [
        ("jm_rireki", bytes.fromhex("00A01F"), "cell.packed"),
        ("jm_atena", bytes.fromhex("00000000001D"), "cell.negative"),
        ("jm_setai", bytes.fromhex("F0F0F0F0C1F0F0F0F0F1"), "cell.zoned"),
        ("jm_setai", bytes(10), "cell.nul"),
        ("jm_shimei", b"\xb0\xa1\xb0\x40", "cell.host_code"),
        ("jm_kana", b"\xff", "cell.host_byte"),
        ("jm_biko", b"\x28\xb0\xa1\xb0\xa1", "cell.shift_open"),
        ("jm_biko", b"\x28\xb0\xa1\xb0\x29", "cell.shift_odd"),
    ],
)
def test_a_cell_that_cannot_be_read_costs_its_row_alone(key: str, new: bytes, rule: str) -> None:
    data = tsubaki_file(5)
    if rule == "cell.shift_open":
        size = place_of(key).stop - place_of(key).start
        new = (new + b"\xb0\xa1" * size)[:size]
    wrong = damaged(data, 2, key, new)
    results = both(wrong)
    assert rules_of(results) == [(2, rule, key)]
    assert [number for result in results for number in result.numbers] == [1, 3, 4, 5]
    issue = results[0].issues[0]
    assert issue.item_name == MASTER.by_key[key].name
    assert issue.message_ja
    assert issue.remedy_ja
    assert results[0].rejects[0].place.raw == wrong[2 * LENGTH : 3 * LENGTH]


def test_every_bad_cell_of_a_row_is_told() -> None:
    data = damaged(damaged(tsubaki_file(3), 2, "jm_rireki", b"\xff\xff\xff"), 2, "jm_kana", b"\x00\x00")
    assert rules_of(both(data)) == [(2, "cell.packed", "jm_rireki"), (2, "cell.nul", "jm_kana")]


def test_a_vault_number_is_never_shown() -> None:
    data = damaged(tsubaki_file(2), 1, "jm_kojin_no", bytes.fromhex("0123456789012A"))
    issue = both(data)[0].issues[0]
    assert issue.rule == "cell.packed"
    assert "12 3" not in issue.message_ja + issue.message_en
    assert issue.value == ""


def test_a_mended_row_is_shown_as_far_as_it_can_be_read() -> None:
    data = damaged(tsubaki_file(2), 1, "jm_rireki", b"\xff\xff\xff")
    whole = reading_of(data[2 * LENGTH : 3 * LENGTH], MASTER)
    part = reading_of(data[LENGTH : 2 * LENGTH], MASTER)
    assert whole.is_whole
    assert whole.cells == tsubaki_rows(2)[1]
    assert not part.is_whole
    assert part.cells[MASTER.index["jm_rireki"]] == "\ufffd"
    assert part.cells[MASTER.index["jm_setai"]] == "0000000001"


def test_a_row_set_aside_tells_its_household() -> None:
    data = damaged(tsubaki_file(3), 2, "jm_kana", b"\x00\x00")
    (result, *_) = results_of(data, Plan(MASTER, TSUBAKI, training=True))
    assert households_of(result, TSUBAKI) == {"000000000000002"}


def test_a_stopped_run_goes_on_where_it_was() -> None:
    data = tsubaki_file(20)
    plan = Plan(MASTER, TSUBAKI, training=True)
    whole = results_of(data, plan, block_size=5 * LENGTH)
    entries = load_log(dump_log([result.entry for result in whole[:2]]))
    rest = results_of(data, plan, block_size=5 * LENGTH, done=entries)
    assert [result.entry for result in rest] == [result.entry for result in whole[2:]]
    assert rules_of(rest) == []


def test_lines_that_are_too_short_or_too_long_cost_themselves_alone() -> None:
    layout = text_layout()
    good = Writer(layout).rows([(f"A{n:03d}", "亜") for n in range(40)]).data
    assert rules_of(both(good, layout)) == []
    lines = good.split(b"\r\n")[:-1]
    lines[5], lines[9] = lines[5][:-2], lines[9] + b"xyz"
    wrong = b"".join(line + b"\r\n" for line in lines)
    for size in (1 << 20, 64, 12):
        results = both(wrong, layout, block_size=size)
        assert rules_of(results) == [(6, "structure.record_length", ""), (10, "structure.record_length", "")]
        assert sum(len(result.numbers) for result in results) == 38


def test_lines_of_another_length_throughout_stop_the_file() -> None:
    layout = text_layout()
    results = both(b"ABC\r\n" * 30, layout)
    assert rules_of(results) == [(0, "file.record_length", "")]
    assert "3 バイト" in results[-1].issues[0].message_ja
    assert rules_of(both(b"A" * 5000, layout)) == [(0, "file.record_length", "")]


def test_a_missing_last_newline_and_the_old_sign_of_the_end_are_only_told() -> None:
    layout = text_layout()
    data = Writer(layout).rows([("A001", "亜"), ("A002", "唖")]).data
    assert rules_of(both(data[:-2], layout)) == [(0, "file.last_newline", "")]
    results = both(data + b"\x1a", layout)
    assert rules_of(results) == [(0, "file.ctrl_z", "")]
    assert [list(result.numbers) for result in results[:1]] == [[1, 2]]


def test_an_empty_file_stops() -> None:
    assert rules_of(both(b"")) == [(0, "file.empty", "")]


def test_another_charset_is_only_guessed_at() -> None:
    layout = text_layout()
    sample = b"\xf1\xf2\x40\x40\x40\x40\x40\x40\x40\x40\r\n" * 30
    looks = results_of(sample, Plan(layout))[0].issues
    assert ("file.charset", "EBCDIC") in {(issue.rule, issue.facts.get("looks")) for issue in looks}
    reader = FixedReader(stream(b"2" + b"12345 " * 316 + b"abc"), MASTER)
    reader.opened()
    assert "file.charset" in {issue.rule for issue in reader.issues}


@pytest.mark.parametrize(
    ("key", "new", "reason"),
    [
        ("jm_rireki", bytes.fromhex("00001C"), "sign"),
        ("jm_zoku_mei", bytes.fromhex("C0A4C2D3BCE7A1A1"), "padding"),
    ],
)
def test_rows_that_differ_in_bytes_alone_have_a_reason(key: str, new: bytes, reason: str) -> None:
    data = damaged(tsubaki_file(2), 1, key, new)
    found = round_trip(stream(data), Plan(MASTER, TSUBAKI, training=True), TSUBAKI)
    assert found.holds
    assert found.reasons == {reason: 1}
    assert all(REASONS[reason])


def test_bytes_between_the_items_are_told_when_they_do_not_come_back() -> None:
    data = tsubaki_file(2)
    data = data[: 2 * LENGTH - 1] + b"\xc1" + data[2 * LENGTH :]
    found = round_trip(stream(data), Plan(MASTER, TSUBAKI, training=True), TSUBAKI)
    assert found.reasons == {"filler": 1}


def test_a_row_that_does_not_fit_is_left_out_whole_and_named() -> None:
    rows = tsubaki_rows(3)
    place = MASTER.index["jm_ken"]
    rows[1] = (*rows[1][:place], "亜" * 9, *rows[1][place + 1 :])
    written = Writer(MASTER).rows(rows, first_row=10)
    assert list(written.kept) == [0, 2]
    assert [(issue.row, issue.rule, issue.item) for issue in written.issues] == [(11, "write.too_long", "jm_ken")]
    assert len(written.data) == 2 * LENGTH


@pytest.mark.parametrize(
    ("physical", "item", "word"),
    [
        ('charset = "ebcdic"\nrecord_length = 9', "a X 4 4 text", "host"),
        ('charset = "cp932"\nrecord_length = 0', "a X 4 4 text", "record_length"),
        ('charset = "utf-16-le"\nrecord_length = 9', "a X 4 4 text", "charset"),
        ('charset = "cp932"\nrecord_length = 3', "a X 4 4 text", "外"),
        ('charset = "cp932"\nrecord_length = 9', "a X 9 4 packed", "digits"),
        ('charset = "cp932"\nrecord_length = 9', "a X 9 0 text", "bytes"),
        ('charset = "cp932"\nrecord_length = 9\nrecord_mark = "9:9"', "a X 4 4 text", "record_mark"),
        ('charset = "cp932"\nrecord_length = 9\nrecord_mark = "1:1"', "a X 4 4 text", "重な"),
        ('charset = "cp932"\nrecord_length = 9\nrecord_mark = "9:1"\nrecords = ["other 1"]', "a X 4 4 text", "records"),
        (
            'charset = "cp932"\nrecord_length = 9\nrecord_mark = "9:1"\nrecords = ["header 1"]',
            "a X 4 4 text",
            "records",
        ),
    ],
)
def test_a_definition_that_cannot_be_right_is_refused(physical: str, item: str, word: str) -> None:
    with pytest.raises(BadDefinition, match=word):
        small(physical, item)
