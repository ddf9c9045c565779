"""Rules without a database: times, freezes, answers, differences, proofs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.cutover.catalogue import items, sheet_for, systems
from machikumo.cutover.domain.decisions import Answer, Item, Verdict, against_release, checked
from machikumo.cutover.domain.deeds import DEEDS, OTHERS, words_of
from machikumo.cutover.domain.difference import COUNTS, Result, difference
from machikumo.cutover.domain.errors import CutoverError, NotReleasable, NotUndoable
from machikumo.cutover.domain.freezing import Freeze, refusal
from machikumo.cutover.domain.sheet import MoveFacts, Span, Standing, Work, spans_of, standing_of
from machikumo.cutover.domain.undoing import LoadFacts, LoadState, TableState, is_trail, prove, refuse_undoing

NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
JST = dt.timezone(9 * HOUR)


def test_a_freeze_holds_from_its_first_moment_and_not_at_its_last() -> None:
    freeze = Freeze(NOON, NOON + HOUR, frozenset({"register.correct"}))
    assert freeze.holds_at(NOON)
    assert not freeze.holds_at(NOON + HOUR)
    assert freeze.closes("register.correct", NOON)
    assert not freeze.closes("register.add_block", NOON)


@given(moments, moments)
def test_a_lifted_freeze_never_holds_afterwards(lifted: dt.datetime, moment: dt.datetime) -> None:
    start, end = NOON - 400 * 24 * HOUR, NOON + 400 * 24 * HOUR
    freeze = Freeze(start, end, frozenset(), lifted)
    assert freeze.holds_at(moment) is (moment < lifted)


def test_the_refusal_tells_the_end_in_the_zone_of_the_reader() -> None:
    told = refusal("register.correct", Freeze(NOON, NOON + 6 * HOUR, frozenset({"register.correct"})), JST)
    assert "2026年12月2日 03:00まで" in told.message_ja
    assert "2026-12-02 03:00" in told.message_en


def test_every_deed_has_words_in_both_languages() -> None:
    for deed in (*DEEDS, *OTHERS):
        ja, en = words_of(deed)
        assert ja
        assert en.isascii()
    assert words_of("nothing.known") == ("nothing.known", "nothing.known")


@pytest.mark.parametrize(
    ("planned", "actual", "standing"),
    [
        (Span(NOON + HOUR, NOON + 2 * HOUR), Span(), Standing.PLANNED),
        (Span(NOON - HOUR, NOON + HOUR), Span(), Standing.LATE_TO_BEGIN),
        (Span(NOON - HOUR, NOON + HOUR), Span(NOON), Standing.RUNNING),
        (Span(NOON - 2 * HOUR, NOON - HOUR), Span(NOON), Standing.OVERDUE),
        (Span(NOON - 2 * HOUR, NOON), Span(NOON - HOUR, NOON), Standing.DONE),
        (Span(NOON - 2 * HOUR, NOON - HOUR), Span(NOON - HOUR, NOON), Standing.DONE_LATE),
        (Span(), Span(), Standing.PLANNED),
        (Span(), Span(NOON), Standing.RUNNING),
    ],
)
def test_how_a_step_stands(planned: Span, actual: Span, standing: Standing) -> None:
    assert standing_of(planned, actual, NOON) is standing


def test_a_stage_has_ended_when_it_has_ended_for_every_file() -> None:
    whole = MoveFacts(NOON, NOON, NOON, NOON + HOUR, NOON + 2 * HOUR, NOON, NOON + 3 * HOUR)
    half = MoveFacts(received=NOON + HOUR, began=NOON + HOUR, first_block=NOON + HOUR)
    spans = spans_of([whole, half], Span(NOON), None)
    assert spans[Work.RECEIVED] == Span(NOON, NOON + HOUR)
    assert spans[Work.LOADED] == Span(NOON, None)
    assert spans_of([whole], Span(NOON), None)[Work.LOADED] == Span(NOON, NOON + HOUR)
    assert spans_of([whole], Span(NOON), None)[Work.SIGNED] == Span(NOON, NOON + 3 * HOUR)
    assert spans_of([], Span(), NOON)[Work.LOADED] == Span()


ITEM = Item("counts", ("件数", "Counts"), ("担当", "Owner"))
GO, NO_GO = Answer(Verdict.GO, "account:1", "head"), Answer(Verdict.NO_GO, "account:1", "head")


@pytest.mark.parametrize(
    ("answers", "open_things", "files", "proved", "words"),
    [
        ({"counts": GO}, [], 1, 1, []),
        ({}, [], 1, 1, ["未回答「件数」"]),
        ({"counts": NO_GO}, [], 1, 1, ["否「件数」"]),
        ({"counts": GO}, [("照会", "a question")], 1, 1, ["照会"]),
        ({"counts": GO}, [], 0, 0, ["本番の取込が計画に結び付いていません"]),
        ({"counts": GO}, [], 3, 1, ["照合の一致と二人の署名がそろっていない取込: 2件"]),
    ],
)
def test_what_stands_against_a_release(answers: Any, open_things: Any, files: int, proved: int, words: Any) -> None:
    found = against_release([ITEM], answers, open_things=open_things, files=files, proved=proved)
    assert [ja for ja, _ in found] == words
    assert all(en.isascii() for _, en in found)
    assert NotReleasable(found).reasons == found


def test_a_no_go_needs_its_reason_and_a_go_does_not() -> None:
    checked(Verdict.GO, "")
    checked(Verdict.NO_GO, "理由")
    with pytest.raises(CutoverError):
        checked(Verdict.NO_GO, " 　")


def result(rows: int, findings: Any = (), lines: Any = ()) -> Result:
    return Result(dict.fromkeys(COUNTS, rows), findings, {"lines": list(lines)})


def line(measure: str, value: str, target: str) -> dict[str, Any]:
    return {"measure": measure, "value": value, "source": target, "target": target, "agrees": True}


def test_the_difference_names_findings_that_came_and_went_and_totals_that_changed() -> None:
    before = result(
        10,
        [{"rule": "type", "item": "氏名", "count": 3, "name_ja": "字"}, {"rule": "gone", "item": "", "count": 2}],
        [line("sex", "1", "6"), line("sex", "2", "4"), line("birth_date:first", "", "19300101")],
    )
    now = result(
        12,
        [{"rule": "type", "item": "氏名", "count": 3}, {"rule": "new", "item": "", "count": 1}],
        [line("sex", "1", "8")],
    )
    found = {(one.group, one.key, one.detail): one.by for one in difference(before, now)}
    assert found == {
        **{("count", name, ""): 2 for name in COUNTS},
        ("finding", "gone", ""): -2,
        ("finding", "new", ""): 1,
        ("total", "sex", "1"): 2,
        ("total", "sex", "2"): -4,
    }


def test_equal_results_differ_in_nothing_but_show_their_counts() -> None:
    same = result(5, [{"rule": "type", "item": "", "count": 1}], [line("sex", "1", "5")])
    assert [one.by for one in difference(same, same)] == [0] * len(COUNTS)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (LoadFacts(LoadState.UNDONE), "取り消し済み"),
        (LoadFacts(LoadState.UNDOING), "途中"),
        (LoadFacts(LoadState.OPEN, first_change="register.correct"), "後戻りできない点"),
        (LoadFacts(LoadState.OPEN, later="move_in:9"), "move_in:9"),
        (LoadFacts(LoadState.OPEN, empty=True), "取り消すものがありません"),
        (LoadFacts(LoadState.SETTLED), "取り消すものがありません"),
    ],
)
def test_what_keeps_a_load_from_being_undone(facts: LoadFacts, words: str) -> None:
    with pytest.raises(NotUndoable, match=words):
        refuse_undoing(facts)


def test_an_open_load_without_a_change_may_be_undone() -> None:
    refuse_undoing(LoadFacts(LoadState.OPEN))
    assert is_trail("ledger")
    assert not is_trail("register")


def test_a_proof_tells_tables_of_the_load_from_other_work() -> None:
    before = {"register_person": TableState(1, "7"), "certificates_stop": TableState(0, "0")}
    assert prove(before, before).holds
    other = prove(before, before | {"certificates_stop": TableState(1, "9")})
    assert (other.holds, other.others) == (True, ("certificates_stop",))
    wrong = prove(before, before | {"register_person": TableState(1, "8")})
    assert (wrong.holds, wrong.wrong) == (False, ("register_person",))
    assert not prove(before, {}).holds


def test_the_pattern_of_a_plan_is_whole() -> None:
    assert len({item.key for item in items()}) == len(items()) >= 5
    for system in systems():
        steps = sheet_for(system)
        assert sum(step.is_point_of_no_return for step in steps) == 1
        assert all(step.after is not None and step.until is not None and step.after < step.until for step in steps)
