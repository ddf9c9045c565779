"""Reading and checking a file of personnel changes, without a database."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.appointments import Holding
from machikumo.organisations.domain.transfer_file import HEADER, LARGEST_BYTES, FileRefused, Line, decode, read_lines
from machikumo.organisations.domain.transfers import (
    Checked,
    Kind,
    Present,
    Situation,
    check,
    ends,
    gives,
    last_day_before,
)

DAY = dt.date(2026, 4, 1)
TITLES = ",".join(HEADER)
HEAD = Holding("section_head", dt.date(2024, 4, 1))
SITUATION = Situation(
    people={
        "1001": Present("1001", "山田　花子", (Holding("desk_clerk", dt.date(2020, 4, 1)),)),
        "1002": Present("1002", "課長　一郎", (HEAD,)),
        "1003": Present("1003", "統括　さくら", (Holding("cio", dt.date(2025, 4, 1)),)),
        "1009": Present("1009", "退職　済", (), is_active=False),
    },
    sections=frozenset({"110", "210"}),
    kind="municipality",
    catalogue=catalogue(),
)


def checked(*rows: str) -> list[Checked]:
    return check(read_lines("\r\n".join([TITLES, *rows])), SITUATION)


def columns_of(row: str) -> list[str]:
    """The columns that have a problem."""
    (line,) = checked(row)
    return [problem.column for problem in line.problems]


@pytest.mark.parametrize(
    ("row", "kind", "role"),
    [
        ("1001,山田　花子,,異動,オープンデータ担当,210,2026-04-01,,1002,", Kind.TRANSFER, "open_data_clerk"),
        ("1001,,,兼務,linkage_reviewer,110,2026/4/1,2026/9/30,,", Kind.ADDITIONAL, "linkage_reviewer"),
        ("1001,,,解除,窓口担当,,令和8年4月1日,,,", Kind.RELIEVE, "desk_clerk"),
        ("1001,,,退職,,,R8.3.31,,1002,定年", Kind.LEAVE, ""),
        ("2001,新人　ひかり,シンジン,採用,窓口担当,110,2026-04-01,,,", Kind.HIRE, "desk_clerk"),
        ("1001,,,代理,課長,,2026-04-01,2026-04-30,1002,休暇", Kind.STAND_IN, "section_head"),
    ],
)
def test_every_kind_of_line_is_understood(row: str, kind: Kind, role: str) -> None:
    (line,) = checked(row)
    assert line.problems == ()
    assert line.change is not None
    assert (line.change.kind, line.change.role) == (kind, role)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",,,異動,窓口担当,,2026-04-01,,,", "職員番号"),
        ("1001,,,転籍,窓口担当,,2026-04-01,,,", "異動区分"),
        ("1001,,,異動,窓口担当,,2026-02-30,,,", "発令日"),
        ("1001,,,異動,窓口担当,,平成31年5月1日,,,", "発令日"),
        ("1001,,,異動,窓口担当,,,,,", "発令日"),
        ("1001,,,兼務,linkage_reviewer,,2026-04-01,いつか,,", "終了日"),
        ("1001,,,兼務,linkage_reviewer,,2026-04-01,2026-03-01,,", "終了日"),
        ("7777,,,異動,窓口担当,,2026-04-01,,,", "職員番号"),
        ("1009,,,異動,窓口担当,,2026-04-01,,,", "職員番号"),
        ("1001,新人,,採用,窓口担当,,2026-04-01,,,", "職員番号"),
        ("2001,,,採用,窓口担当,,2026-04-01,,,", "氏名"),
        ("1001,鈴木　太郎,,異動,窓口担当,,2026-04-01,,,", "氏名"),
        ("1001,,,異動,窓口担当,999,2026-04-01,,,", "所属コード"),
        ("1001,,,異動,市長,,2026-04-01,,,", "役割"),
        ("1001,,,異動,総務省担当,,2026-04-01,,,", "役割"),
        ("1003,,,兼務,ciso,,2026-04-01,,,", "役割"),
        ("1001,,,異動,窓口担当,,2026-04-01,,7777,", "相手の職員番号"),
        ("1001,,,代理,課長,,2026-04-01,,1002,", "終了日"),
        ("1001,,,代理,課長,,2020-04-01,2020-04-30,1002,", "相手の職員番号"),
        ("1001,,,代理,課長,,2026-04-01,2026-04-30,,", "相手の職員番号"),
    ],
)
def test_each_problem_is_told_in_its_column_and_the_line_changes_nothing(row: str, column: str) -> None:
    (line,) = checked(row)
    assert column in [problem.column for problem in line.problems]
    assert line.change is None
    assert all(problem.ja and problem.en for problem in line.problems)


def test_too_many_and_too_few_cells_are_told() -> None:
    assert "" in columns_of("1001,,,異動,窓口担当,,2026-04-01,,,,extra")
    assert "" in columns_of("1001,,,異動,窓口担当")


def test_a_transfer_frees_the_person_for_a_role_that_did_not_go_with_the_old_one() -> None:
    (line,) = checked("1003,,,異動,ciso,,2026-04-01,,,")
    assert line.problems == ()


def test_later_lines_see_what_earlier_ones_did() -> None:
    first, second = checked("1001,,,兼務,cio,,2026-04-01,,,", "1001,,,兼務,ciso,,2026-05-01,,,")
    assert first.problems == ()
    assert [problem.column for problem in second.problems] == ["役割"]


def test_a_person_hired_in_the_file_can_get_a_second_role_in_it_and_is_hired_once() -> None:
    hire = "2001,新人　ひかり,,採用,窓口担当,,2026-04-01,,,"
    first, second, third = checked(hire, "2001,,,兼務,linkage_reviewer,,2026-04-01,,,", hire)
    assert (first.problems, second.problems) == ((), ())
    assert [problem.column for problem in third.problems] == ["職員番号"]


def test_lines_are_numbered_as_a_table_program_shows_them_and_empty_ones_are_passed_over() -> None:
    lines = read_lines(f"{TITLES}\r\n\r\n1001,,,退職,,,2026-03-31,,,\r\n,,,\r\n1002,,,退職,,,2026-03-31,,,\r\n")
    assert [line.number for line in lines] == [3, 5]


@pytest.mark.parametrize(("kind", "last"), [("退職", DAY), ("異動", DAY - dt.timedelta(days=1))])
def test_who_leaves_works_on_the_last_day_and_who_is_moved_up_to_the_day_before(kind: str, last: dt.date) -> None:
    role = "" if kind == "退職" else "窓口担当"
    (line,) = checked(f"1001,,,{kind},{role},,2026-04-01,,,")
    assert line.change is not None
    assert last_day_before(line.change) == last
    assert ends(line.change, Holding("desk_clerk", dt.date(2020, 4, 1)))
    assert not ends(line.change, Holding("desk_clerk", dt.date(2020, 4, 1), last))
    assert not ends(line.change, Holding("desk_clerk", dt.date(2026, 5, 1)))


def test_a_relief_ends_only_that_role_and_gives_none() -> None:
    (line,) = checked("1001,,,解除,窓口担当,,2026-04-01,,,")
    assert line.change is not None
    assert ends(line.change, Holding("desk_clerk", dt.date(2020, 4, 1)))
    assert not ends(line.change, Holding("auditor", dt.date(2020, 4, 1)))
    assert gives(line.change) is None


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp932"])
def test_both_charsets_are_read_and_named(charset: str) -> None:
    text, name = decode(f"{TITLES}\r\n髙橋".encode(charset))
    assert text == f"{TITLES}\r\n髙橋"
    assert name == ("CP932" if charset == "cp932" else "UTF-8")


@pytest.mark.parametrize(
    "data", [b"", b"\x81", b"a\0b", b"a" * (LARGEST_BYTES + 1), "山".encode("cp932")[:1] + b"\n\xff"]
)
def test_what_is_no_text_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(FileRefused):
        decode(data)


@pytest.mark.parametrize(
    "text", ["", "職員番号,異動区分\r\n", f"{TITLES},余分\r\n", f"{TITLES},備考\r\n", f'{TITLES}\r\n"閉じない']
)
def test_a_header_or_a_file_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(FileRefused):
        read_lines(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    with contextlib.suppress(FileRefused):
        assert all(isinstance(line, Line) for line in read_lines(decode(data)[0]))


@given(st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=12), max_size=5))
def test_any_cells_give_a_change_or_a_problem_for_each_line(rows: list[list[str]]) -> None:
    quoted = ["1001," + ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    lines = read_lines("\r\n".join([TITLES, *quoted]))
    for line in check(lines, SITUATION):
        assert (line.change is None) == bool(line.problems)
