"""Rows read as far as they can be, judged by themselves, put back into their file; proposals; limits."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.limits import BeyondLimits, beyond, read_limits
from machikumo.layouts.domain.mending import (
    Patch,
    Seams,
    judged,
    mended,
    patched,
    reading_of,
    row_bytes,
    stands_against,
)
from machikumo.layouts.domain.proposals import full_width, half_width, proposals_for
from machikumo.layouts.domain.rules import compile_rules
from machikumo.layouts.tests.makers import KASUMI, MINATO, file_of, kasumi_row, minato_row

LAYOUT = KASUMI.source
PLAN = Plan(layout=LAYOUT, mapping=KASUMI, training=True)
RULES = compile_rules(LAYOUT, mapped=KASUMI.mapped_characters, training=True).cells
SOUND = row_bytes(kasumi_row(1), LAYOUT)


def proposed(key: str, value: str) -> list[str]:
    own = [rule for rule in RULES if rule.item.key == key]
    return [one.value for one in proposals_for(LAYOUT.by_key[key], LAYOUT, own, value)]


@pytest.mark.parametrize("layout", [LAYOUT, MINATO.source])
def test_a_sound_row_is_read_as_the_engine_reads_it(layout: object) -> None:
    row = kasumi_row(5) if layout is LAYOUT else minato_row(5)
    found = reading_of(row_bytes(row, layout), layout)  # type: ignore[arg-type]
    assert (found.cells, found.surplus, found.is_whole) == (row, (), True)


@pytest.mark.parametrize(
    ("raw", "cells", "surplus"),
    [
        (b"a,b,c\r\n", ("a", "b", "c", ""), ()),
        (SOUND[:-2] + b",x,y\r\n", kasumi_row(1)[:4], ("x", "y")),
        (b'a,"b\r\n', ("a", "b", "", ""), ()),
        (b"a\x81 ,b\x00\r\n", ("a\ufffd ", "b\ufffd", "", ""), ()),
        (b"\r\n", ("", "", "", ""), ()),
        (b"", ("", "", "", ""), ()),
    ],
)
def test_a_row_that_cannot_be_split_is_shown_as_far_as_it_goes(
    raw: bytes, cells: tuple[str, ...], surplus: tuple[str, ...]
) -> None:
    found = reading_of(raw, LAYOUT)
    assert not found.is_whole
    assert (found.cells[:4], found.surplus) == (cells, surplus)
    assert len(found.cells) == len(LAYOUT.items)


@given(st.binary(max_size=80))
def test_no_bytes_of_a_row_end_in_an_error(raw: bytes) -> None:
    assert len(reading_of(raw, LAYOUT).cells) == len(LAYOUT.items)


def test_each_row_is_judged_by_itself_by_cells_conversion_and_writing() -> None:
    rows = [
        kasumi_row(1), kasumi_row(2, ido_ymd="4310501"), kasumi_row(3, kanji_shimei="\U0001f600"),
        kasumi_row(4, kanji_shimei="渡\ufffd"), kasumi_row(1, atena_code="0000000005"),
    ]  # fmt: skip
    told = [[issue.rule for issue in stands_against(issues)] for issues in judged(rows, PLAN)]
    assert told[0] == told[4] == []
    assert told[1] == ["cell.wareki"]
    assert "write.unmappable" in told[2]
    assert "cell.unreadable" in told[3]
    assert judged([], PLAN) == []


def test_what_is_judged_by_itself_is_what_the_check_of_a_file_says() -> None:
    from machikumo.layouts.tests.makers import results_of

    rows = [kasumi_row(1, sei_cd="男"), kasumi_row(2), kasumi_row(3, yubin_no="9160001", rireki_no="x")]
    alone = [(at, issue.rule, issue.item) for at, issues in enumerate(judged(rows, PLAN), 1) for issue in issues]
    whole = [
        (issue.row, issue.rule, issue.item)
        for result in results_of(file_of(LAYOUT, rows), replace(PLAN))
        for issue in result.issues
        if not result.closing
    ]
    assert alone == whole


def test_changes_are_made_one_after_the_other() -> None:
    cells = mended(kasumi_row(1), [{"sei_cd": "2"}, {"sei_cd": "1", "rireki_no": "7"}], LAYOUT)
    assert (cells[LAYOUT.index["sei_cd"]], cells[LAYOUT.index["rireki_no"]]) == ("1", "7")


@pytest.mark.parametrize(
    ("key", "value", "best"),
    [
        ("ido_ymd", "4310501", "5010501"), ("ido_ymd", "平成31年5月1日", "5010501"), ("ido_ymd", "5010430", "4310430"),
        ("ido_ymd", "2019/05/01", "5010501"), ("ido_ymd", "３６４０１０８", "4010108"),
        ("ido_ymd", "S64.1.8", "4010108"),
        ("sei_cd", "男", "1"), ("sei_cd", "１", "1"), ("sei_cd", "male", "1"), ("zokugara_1", "1", "001"),
        ("yubin_no", "9160001", "916-0001"), ("yubin_no", "９１６－０００１", "916-0001"),
        ("kana_shimei", "ワタナベ　タロウ", "ﾜﾀﾅﾍﾞ ﾀﾛｳ"), ("kanji_shimei", "渡 太郎ｶﾞ", "渡　太郎ガ"),
        ("saishin_kbn", "１", "1"), ("rireki_no", "1,000", "1000"), ("rireki_no", " 3 ", "3"),
    ],
)  # fmt: skip
def test_what_a_value_was_meant_to_say_is_proposed_in_the_files_own_form(key: str, value: str, best: str) -> None:
    assert proposed(key, value)[0] == best


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ido_ymd", "4519901"), ("ido_ymd", "4990501"), ("ido_ymd", ""), ("ido_ymd", "不明"), ("ido_ymd", "9310501"),
        ("sei_cd", "X"), ("sei_cd", "不詳？"), ("kojin_no", "１２３４５６７８９０１２"), ("yubin_no", "916001"),
        ("kana_shimei", "渡辺"), ("atena_code", "123"),
    ],
)  # fmt: skip
def test_where_a_person_must_find_out_nothing_is_proposed(key: str, value: str) -> None:
    assert proposed(key, value) == []


def test_a_proposed_day_is_told_as_people_say_it_and_its_reason_holds_no_value() -> None:
    own = [rule for rule in RULES if rule.item.key == "ido_ymd"]
    (one,) = proposals_for(LAYOUT.by_key["ido_ymd"], LAYOUT, own, "4310501")
    assert one.spoken == "令和元年5月1日"
    assert not [sign for sign in one.reason_ja + one.reason_en if sign.isdigit()]


@given(st.sampled_from(sorted(LAYOUT.by_key)), st.text(max_size=20))
def test_whatever_is_proposed_is_another_value_that_the_items_own_rules_accept(key: str, value: str) -> None:
    for new in proposed(key, value):
        assert new != value
        assert all(rule.accepts(new) for rule in RULES if rule.item.key == key)


@given(st.text(alphabet="アガパヴー　Ａ１－漢", max_size=12))
def test_widths_go_there_and_back_and_touch_no_kanji(text: str) -> None:
    assert full_width(half_width(text)) == text
    assert half_width(text).count("漢") == text.count("漢")


def test_a_patched_file_has_new_rows_in_their_places_and_all_else_byte_for_byte() -> None:
    data = b"head\r\n" + b"".join(b"row%d\r\n" % number for number in range(5)) + b"end"
    patches = [Patch(6, 6, b"first row\r\n"), Patch(18, 6), Patch(30, 6, b"x\r\n")]
    new = b"".join(patched(io.BytesIO(data), patches))
    assert new == b"head\r\nfirst row\r\nrow1\r\nrow3\r\nx\r\nend"
    assert b"".join(patched(io.BytesIO(data), [])) == data


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["keep", "drop", "mend"]), st.integers(1, 9)), max_size=12)
)
def test_a_rows_place_in_the_patched_file_is_found_in_the_first_and_back(rows: list[tuple[int, str, int]]) -> None:
    old, new, patches, places = 0, 0, [], []
    for length, what, wanted in rows:
        size = {"keep": length, "drop": 0, "mend": wanted}[what]
        if what != "keep":
            patches.append((old, length, size))
        if what != "drop":
            places.append((old, new))
        old, new = old + length, new + size
    seams = Seams(patches)
    assert [seams.first_offset(place) for _, place in places] == [first for first, _ in places]
    assert [seams.patched_offset(first) for first, _ in places] == [place for _, place in places]


def test_limits_are_for_all_rows_each_rule_and_single_rules() -> None:
    counts = {"cell.code": 5, "cell.date": 3, "cell.width": 9}
    assert beyond({}, counts, 17) == []
    assert beyond({"total": 17, "*": 9}, counts, 17) == []
    assert beyond({"total": 16, "*": 4, "cell.width": 9}, counts, 17) == [
        {"rule": "total", "count": 17, "limit": 16}, {"rule": "cell.code", "count": 5, "limit": 4},
    ]  # fmt: skip
    assert beyond({"cell.date": 0}, counts, 17) == [{"rule": "cell.date", "count": 3, "limit": 0}]
    told = BeyondLimits([{"rule": "total", "count": 1_200_000, "limit": 16}])
    assert "保留した行の合計が1,200,000行（上限16行）" in told.message_ja
    assert "1,200,000" in told.message_en


def test_limits_of_single_rules_are_read_a_line_each_or_refused_in_words() -> None:
    assert read_limits(" cell.code = 100\n\nset.unique=0 ") == {"cell.code": 100, "set.unique": 0}
    for wrong in ("cell.code", "cell.code = x", "nothing = 5", "cell.code = -1", "cell.code = １"):
        with pytest.raises(LayoutError, match="読めません"):
            read_limits(wrong)
