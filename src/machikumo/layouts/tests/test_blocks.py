"""Reading: every kind of bad file gives a clear message, loses nothing, and reads the same in blocks of any size."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain.blocks import Reader
from machikumo.layouts.domain.charsets import looks_otherwise
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.parsing import columnar_rows, plain_rows
from machikumo.layouts.tests.makers import (
    KASUMI,
    MINATO,
    accepted,
    file_of,
    kasumi_row,
    minato_row,
    results_of,
    rules_of,
    told,
)

LAYOUT = KASUMI.source
ROWS = [kasumi_row(number) for number in range(1, 6)]
FILE = file_of(LAYOUT, ROWS)
HEADER = file_of(LAYOUT, [])
EXECUTORS = ("columnar", "plain")


def plan(executor: str = "columnar") -> Plan:
    return Plan(LAYOUT, mapped=KASUMI.mapped_characters, training=True, executor=executor, file_name="住記.csv")


def both(data: bytes) -> list[tuple[int, str]]:
    """Row and rule of each issue; both executors and several block sizes must say the same."""
    runs = [results_of(data, plan(name), block_size=size) for name in EXECUTORS for size in (300, 1 << 20)]
    assert all(told(run) == told(runs[1]) for run in runs[3:])
    assert all(sorted(rules_of(run)) == sorted(rules_of(runs[0])) for run in runs)
    assert all(accepted(run) == accepted(runs[0]) for run in runs)
    return rules_of(runs[1])


def changed(row: int, old: bytes, new: bytes) -> bytes:
    lines = FILE.split(b"\r\n")
    assert old in lines[row]
    lines[row] = lines[row].replace(old, new, 1)
    return b"\r\n".join(lines)


def message(data: bytes, rule: str, executor: str = "columnar") -> str:
    issues = [issue for result in results_of(data, plan(executor)) for issue in result.issues if issue.rule == rule]
    assert issues
    assert all(issue.file == "住記.csv" and issue.message_en and issue.remedy_ja for issue in issues)
    return issues[0].message_ja


def test_a_sound_file_has_nothing_to_tell() -> None:
    assert both(FILE) == []
    assert accepted(results_of(FILE, plan())) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("data", "rules", "says"),
    [
        (b"", [(0, "file.empty")], "空"),
        (HEADER, [(0, "file.header_only")], "見出し行だけ"),
        (FILE.decode("cp932").encode("utf-8"), [(0, "file.charset"), (0, "file.header")], "UTF-8"),
        (FILE.decode("cp932").encode("utf-16"), [(0, "file.utf16")], "UTF-16"),
        (b"\xef\xbb\xbf" + FILE, [(0, "file.bom")], "BOM"),
        (FILE.removesuffix(b"\r\n"), [(0, "file.last_newline")], "改行がありません"),
        (FILE + b"\x1a", [(0, "file.ctrl_z")], "1A"),
        (FILE + b"\r\n\r\n", [(0, "structure.blank")], "2 行"),
        (FILE.replace(b"\r\n", b"\n"), [(0, "file.newline")], "CRLF"),
        (FILE.split(b"\r\n", 1)[1], [(0, "file.header")], "見出し"),
        (changed(2, b"916-0001", b"916\0-0001"), [(2, "structure.nul")], "NUL"),
        (changed(2, b"916-0001", b"916-0001,"), [(2, "structure.columns_many")], "62 列"),
        (changed(2, b",916-0001", b""), [(2, "structure.columns_few")], "60 列"),
        (changed(2, b"916-0001", b"916\r0001"), [(2, "structure.lone_cr")], "CR"),
        (changed(2, b"916-0001", b'"916-0001'), [(2, "structure.quote_open")], "3 行目"),
        (changed(2, b"916-0001", b'916"0001'), [(2, "structure.quote")], "引用符"),
        (changed(2, b"916-0001", b"\x85\x85"), [(2, "structure.decode")], "85"),
        (FILE + "6,福".encode("cp932")[:-1], [(0, "file.last_newline"), (6, "structure.columns_few")], "2 列"),
    ],
)
def test_a_bad_file_is_told_of_and_its_other_rows_go_on(data: bytes, rules: list[tuple[int, str]], says: str) -> None:
    if data.startswith(b"\xef\xbb\xbf") or rules[0][1] in {"file.utf16", "file.empty"}:
        assert set(both(data)) == set(rules)
    else:
        assert sorted(both(data)) == sorted(rules)
    assert any(says in message(data, rule) for _, rule in rules)
    bad = {row for row, _ in rules if row}
    fatal = {"file.header", "file.utf16", "file.empty", "file.header_only"} & {rule for _, rule in rules}
    wanted = [] if fatal else [row for row in range(1, 6) if row not in bad]
    assert accepted(results_of(data, plan())) == wanted


def test_half_a_character_at_the_end_is_told_as_what_it_is() -> None:
    cut = file_of(LAYOUT, [*ROWS, kasumi_row(6, biko="福")])[:-3]
    assert both(cut) == [(0, "file.last_newline"), (6, "structure.decode")]
    assert "文字の途中でファイルが終わっています" in message(cut, "structure.decode")


def test_a_quote_never_closed_names_its_line_and_does_not_swallow_the_file() -> None:
    rows = [kasumi_row(number) for number in range(1, 400)]
    data = file_of(LAYOUT, rows).replace(b"0000000007,0000000007", b'"0000000007,0000000007', 1)
    results = results_of(data, plan(), block_size=4096)
    assert rules_of(results) == [(7, "structure.quote_open")]
    assert "8 行目" in message(data, "structure.quote_open")
    assert len(accepted(results)) == 398
    assert max(result.entry.end - result.entry.offset for result in results) < 8192 + 60 * 300


def test_a_long_row_beside_a_short_one_is_seen_although_the_sum_is_right() -> None:
    lines = file_of(LAYOUT, [kasumi_row(number) for number in range(1, 3000)]).split(b"\r\n")
    lines[1000] += b","
    lines[2000] = lines[2000].rsplit(b",", 1)[0]
    data = b"\r\n".join(lines)
    assert rules_of(results_of(data, plan())) == [(1000, "structure.columns_many"), (2000, "structure.columns_few")]
    assert rules_of(results_of(data, plan("plain"))) == rules_of(results_of(data, plan()))


def test_a_lone_lf_beside_a_lone_cr_is_seen_although_the_counts_are_right() -> None:
    lines = FILE.split(b"\r\n")
    lines[2] = lines[2].replace(b"916-0001", b"916\r0001")
    data = b"\r\n".join(lines).replace(lines[4] + b"\r\n", lines[4] + b"\n")
    assert sorted(both(data)) == [(0, "file.newline"), (2, "structure.lone_cr")]


def test_a_doubled_cr_is_not_taken_for_another_line() -> None:
    lines = FILE.split(b"\r\n")
    lines[2] += b"\r" + b"," * (len(LAYOUT.items) - 1)
    data = b"\r\n".join(lines)
    assert [row for row, _ in both(data)] == [2]
    assert accepted(results_of(data, plan())) == [1, 3, 4, 5]


def test_a_file_without_newlines_is_stopped_before_it_fills_the_memory() -> None:
    data = HEADER + b"x\r" * (1 << 20)
    results = results_of(data, plan(), block_size=1 << 16)
    assert rules_of(results) == [(0, "file.long_line")]
    assert results[-1].fatal
    assert "CR だけ" in results[-1].issues[0].message_ja


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("世帯コード", "宛名コード", *LAYOUT.header[2:]), "1 列目から順序"),
        (LAYOUT.header[:-1], "ない列: 備考"),
        ((*LAYOUT.header, "予備"), "定義にない列: 予備"),
        (("宛名番号", *LAYOUT.header[1:]), "定義にない列: 宛名番号"),
        ((*LAYOUT.header, LAYOUT.header[-1]), "重なって"),
    ],
)
def test_a_header_that_differs_stops_everything_and_names_the_columns(header: tuple[str, ...], says: str) -> None:
    data = ",".join(header).encode("cp932") + b"\r\n" + FILE.split(b"\r\n", 1)[1]
    results = results_of(data, plan())
    assert results[-1].fatal
    assert accepted(results) == []
    assert says in message(data, "file.header")
    assert "どの行も取り込んでいません" in results[-1].issues[0].remedy_ja


def test_issues_name_the_place_of_their_row_in_the_file() -> None:
    data = file_of(LAYOUT, [kasumi_row(1, biko="一\r\n二"), *ROWS[1:]]).replace(b"0000000003,", b"x,", 1)
    for name in EXECUTORS:
        (issue,) = [issue for result in results_of(data, plan(name)) for issue in result.issues if issue.row == 3]
        assert (issue.line, issue.rule) == (5, "cell.pattern")
        assert data[issue.offset :].startswith(b"x,0000000003")


def test_empty_values_are_read_by_the_layouts_own_convention() -> None:
    data = file_of(MINATO.source, [minato_row(1), minato_row(2, note="\\N付近")])
    assert b'"\\N"' in data
    for block in Reader(io.BytesIO(data), MINATO.source).blocks():
        assert columnar_rows(block, MINATO.source).rows() == plain_rows(block, MINATO.source)
        assert plain_rows(block, MINATO.source)[0] == minato_row(1)


@pytest.mark.parametrize("charset", ["cp932", "utf-8", "euc_jp"])
def test_the_look_of_a_file_is_told_only_when_it_is_another(charset: str) -> None:
    sample = "鯖江市西山町の住民,かな,カナ\n".encode(charset) * 3
    assert looks_otherwise(sample, charset) == ""
    others = {"cp932", "utf-8", "euc_jp"} - {charset}
    assert all(looks_otherwise(sample, other) for other in others)
    assert looks_otherwise(b"1,2,3\n", "cp932") == ""
    assert looks_otherwise("鯖江".encode("iso2022_jp"), "cp932") == "ISO-2022-JP"


def test_names_with_selectors_do_not_make_utf_8_look_like_something_else() -> None:
    sample = file_of(MINATO.source, [minato_row(1, family_name="氏" * 60, given_name="名" * 60)])
    assert looks_otherwise(sample, "utf-8") == ""
    assert looks_otherwise(sample, "cp932") == "UTF-8"


NOISE = st.sampled_from([b"", b'"', b",", b"\r", b"\n", b"\r\n", b"\0", b"\x85", b"\xfc\xfc", b'""', b"\x1a", b"x"])


def test_an_undecodable_long_row_does_not_hide_a_short_one() -> None:
    lines = FILE.split(b"\r\n")
    lines[2] = lines[2].replace(b",916-0001", b"")
    lines[4] = lines[4].replace(b"916-0001", b"\x85\x85,")
    data = b"\r\n".join(lines)
    assert both(data) == [(2, "structure.columns_few"), (4, "structure.columns_many")]


@given(st.lists(st.tuples(st.integers(0, 2000), NOISE), max_size=6), st.integers(200, 3000))
@settings(max_examples=80, deadline=None)
def test_a_damaged_file_is_read_alike_by_both_executors_and_in_any_blocks(
    damage: list[tuple[int, bytes]], size: int
) -> None:
    body = bytearray(FILE[len(HEADER) :])
    for place, noise in damage:
        at = place % len(body)
        body[at : at + 1] = noise
    data = HEADER + bytes(body)
    whole = results_of(data, plan())
    assert told(results_of(data, plan("plain"))) == told(whole)
    assert accepted(results_of(data, plan("plain"), block_size=size)) == accepted(whole)
    assert accepted(results_of(data, plan(), block_size=size)) == accepted(whole)
    records = sum(result.entry.records for result in whole)
    assert records == len(accepted(whole)) + sum(len(result.rejects) for result in whole)
