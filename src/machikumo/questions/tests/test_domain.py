"""Ties, rules and the question sheet, without a database."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.questions.domain import sheet
from machikumo.questions.domain.references import Kind, Reference, WrongReference, parse, reference, restored
from machikumo.questions.domain.rules import (
    NotTheirs,
    Party,
    Settled,
    State,
    after_entry,
    is_overdue,
    may_see,
    require_settling,
)
from machikumo.questions.domain.sheet import HEADINGS, Known, Line, Verdict, WrongSheet, judged, read_sheet, write_sheet

TOWN, OLD, NEW = Party.TOWN, Party.OLD_VENDOR, Party.NEW_VENDOR
LINE = Line(3, "ab12cd34", "回答待ち", "自団体", "列「異動年月日」", "桁数", "空欄は何を意味しますか", "2026-12-01", "")


@pytest.mark.parametrize(
    "tie",
    [
        reference(Kind.GENERAL),
        reference(Kind.FILE, move_in=12),
        reference(Kind.COLUMN, layout="vendor-kasumi-juki", item="ido_ymd"),
        reference(Kind.COLUMN, layout="vendor-kasumi-juki", item="ido_ymd", move_in=12),
        reference(Kind.ROWS, move_in=12, first=5, last=9, item="氏名 & 住所=?"),
        reference(Kind.MAPPING, mapping="kasumi-to-standard", item="sei_cd"),
        reference(Kind.GAIJI, gaiji_set=4, code="U+E001"),
        reference(Kind.COUNT, move_in=12, measure="sex", value="1"),
    ],
)
def test_a_tie_comes_back_from_its_text(tie: Reference) -> None:
    assert parse(tie.text) == tie
    assert restored(tie.document) == tie
    assert tie.move_in_id == (12 if tie.fact("move_in") else None)


@pytest.mark.parametrize(
    "text",
    [
        "", "nothing", "file", "file?move_in=", "file?move_in=x", "file?move_in=1&move_in=2", "file?move_in=1&row=2",
        "rows?move_in=1&first=9&last=5", "rows?move_in=1&first=0&last=5", "column?layout=a", "general?x=1",
        "file?move_in=１", "column?layout=a&item=b%0Ac", "column?layout=a&item=" + "x" * 400, "file?%%%",
        "file?move_in=1234567890123456789",
    ],
)  # fmt: skip
def test_what_is_no_tie_is_refused_in_words(text: str) -> None:
    with pytest.raises(WrongReference, match="質問の対象"):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_ends_otherwise_than_in_a_tie_or_a_refusal(text: str) -> None:
    try:
        tie = parse(text)
    except WrongReference:
        return
    assert parse(tie.text) == tie


@pytest.mark.parametrize(
    ("party", "sees"), [(TOWN, True), (OLD, True), (NEW, False), (None, False)]
)  # fmt: skip
def test_the_town_sees_every_question_and_a_vendor_only_its_own(party: Party | None, *, sees: bool) -> None:
    assert may_see(party, TOWN, OLD) is sees


@pytest.mark.parametrize(
    ("state", "by", "after"),
    [
        (State.OPEN, OLD, State.ANSWERED), (State.OPEN, TOWN, State.OPEN), (State.ANSWERED, TOWN, State.OPEN),
        (State.ANSWERED, OLD, State.ANSWERED),
    ],
)  # fmt: skip
def test_an_answer_answers_and_asking_on_opens_again(state: State, by: Party, after: State) -> None:
    assert after_entry(state, by, asked_by=TOWN, asked_of=OLD) is after


def test_the_town_may_add_a_remark_between_two_vendors_and_a_third_may_not() -> None:
    assert after_entry(State.ANSWERED, TOWN, asked_by=NEW, asked_of=OLD) is State.ANSWERED
    with pytest.raises(NotTheirs):
        after_entry(State.OPEN, NEW, asked_by=TOWN, asked_of=OLD)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.WITHDRAWN])
def test_nothing_is_added_to_a_settled_question(state: State) -> None:
    with pytest.raises(Settled):
        after_entry(state, OLD, asked_by=TOWN, asked_of=OLD)
    with pytest.raises(Settled):
        require_settling(state, TOWN, asked_by=TOWN)


def test_only_the_asking_party_and_the_town_settle() -> None:
    require_settling(State.ANSWERED, NEW, asked_by=NEW)
    require_settling(State.OPEN, TOWN, asked_by=NEW)
    with pytest.raises(NotTheirs):
        require_settling(State.ANSWERED, OLD, asked_by=NEW)


def test_an_answer_is_late_from_the_day_after_its_date() -> None:
    day = date(2026, 12, 1)
    assert [is_overdue(State.OPEN, day, date(2026, 12, last)) for last in (1, 2)] == [False, True]
    assert not is_overdue(State.ANSWERED, day, date(2026, 12, 9))


def answered(data: bytes, **answers: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book.active.iter_rows(min_row=3):
        row[sheet.ANSWER].value = answers.get(f"q{row[sheet.NUMBER].value}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_comes_back_with_its_answers_and_runs_nothing() -> None:
    evil = Line(4, "ff00ff00", "回答待ち", "自団体", "=cmd|'/C calc'!A0", "=1+1", "\x07a", "2026-12-01", "@x")
    data = write_sheet([LINE, evil], heading="質問票　移行元")
    book = openpyxl.load_workbook(io.BytesIO(data))
    texts = [str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value]
    assert not [text for text in texts if text.startswith(("=", "@"))]
    assert read_sheet(answered(data, q3="空欄は不明です", q4=" ")) == [
        (3, "3", "ab12cd34", "空欄は不明です"), (4, "4", "ff00ff00", ""),
    ]  # fmt: skip


def test_rows_of_an_answered_sheet_are_judged_one_by_one() -> None:
    known = {
        1: Known("a", State.OPEN), 2: Known("b", State.ANSWERED, "前の回答"), 3: Known("c", State.ACCEPTED),
        4: Known("d", State.OPEN),
    }  # fmt: skip
    rows = [
        (3, "1", "a", "はい"), (4, "1", "a", "いいえ"), (5, "2", "b", "前の回答"), (6, "3", "c", "遅い回答"),
        (7, "4", "x", "別の団体の番号"), (8, "99", "a", "知らない番号"), (9, "", "", "番号なし"), (10, "4", "d", ""),
        (11, "2", "b", "新しい回答"), (12, "4", "d", "あ" * 4_001),
    ]  # fmt: skip
    assert [row.verdict for row in judged(rows, known)] == [
        Verdict.TAKEN, Verdict.DOUBLE, Verdict.SAME, Verdict.SETTLED, Verdict.UNKNOWN, Verdict.UNKNOWN,
        Verdict.UNKNOWN, Verdict.EMPTY, Verdict.TAKEN, Verdict.LONG,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "told"), [(b"", "Excel"), (b"PK\x03\x04broken", "Excel"), (b"\x00" * 20_000_001, "大きすぎ")]
)
def test_what_is_no_workbook_is_refused_in_words(data: bytes, told: str) -> None:
    with pytest.raises(WrongSheet, match=told):
        read_sheet(data)


def test_a_workbook_without_the_headings_is_refused() -> None:
    book = openpyxl.Workbook()
    book.active.append(list(HEADINGS[:-1]))
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(WrongSheet, match="見出し"):
        read_sheet(out.getvalue())


@pytest.mark.parametrize("document", [{}, {"kind": "nothing"}, {"kind": "file"}, {"kind": "file", "move_in": "x"}])
def test_what_was_not_stored_as_a_tie_is_none(document: dict[str, str | int]) -> None:
    with pytest.raises(WrongReference):
        restored(document)
