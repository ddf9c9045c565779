"""The rules without a database: control records, verdicts, the state before, freshness and the calendar."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from machikumo.feeds.domain import arrivals, before, freshness, picture
from machikumo.feeds.domain.arrivals import Content, Taken, Verdict, ZeroRows
from machikumo.feeds.domain.before import Change, Judge, Judgement, Key, Present, Reason, Standing
from machikumo.feeds.domain.envelope import Control, open_envelope, read_record, write_record
from machikumo.feeds.domain.errors import BadRule, FeedError
from machikumo.feeds.domain.events import Happened, happened
from machikumo.feeds.domain.left_out import WORDS, require_words, words_of, words_of_judgement
from machikumo.feeds.domain.sequence import Named, SequenceRule

CONTROL = Control("H,{code},{date},{sequence}", "T,{rows}")
CODES = frozenset({"182079"})
NAMED = Named("182079", date(2026, 4, 2), 7)
GOOD = {"code": "182079", "date": "20260402", "sequence": "0007", "rows": "2"}
JAPAN = ZoneInfo("Asia/Tokyo")
RULE = SequenceRule("{date}_{sequence}")


def content(**facts: object) -> Content:
    usual: dict[str, object] = {"rows": 2, "said": GOOD, "lacking": (), "ends_whole": True, "readable": True}
    return Content(**(usual | {"municipalities": CODES} | facts))  # type: ignore[arg-type]


# --- control records


def test_the_rows_are_what_stands_between_the_control_records() -> None:
    opened = open_envelope(b"H,182079,20260402,0007\r\na,b\r\n1,2\r\nT,1\r\n", CONTROL, "cp932")
    assert opened.body == b"a,b\r\n1,2\r\n"
    assert opened.said == {"code": "182079", "date": "20260402", "sequence": "0007", "rows": "1"}
    assert opened.lacking == ()


@pytest.mark.parametrize(
    ("data", "lacking"),
    [
        (b"H,182079,20260402,0007\na\n1\n", ("trailer",)),
        (b"H,182079,20260402,0007\na\n1\nT", ("trailer",)),
        (b"a\n1\nT,1\n", ("header",)),
        (b"", ("header", "trailer")),
        (b"\x81\n", ("header", "trailer")),
    ],
)
def test_a_record_that_is_not_there_is_told(data: bytes, lacking: tuple[str, ...]) -> None:
    assert open_envelope(data, CONTROL, "cp932").lacking == lacking


def test_without_control_records_the_file_is_its_rows() -> None:
    assert open_envelope(b"a\n1\n", Control(), "utf-8").body == b"a\n1\n"


def test_a_record_says_only_what_it_was_described_to_say() -> None:
    assert read_record("T,{rows}", "T,１２".encode(), "utf-8") is None
    assert read_record("T,{rows}", b"T,12,", "utf-8") is None
    assert read_record("T,{rows}", b"\xef\xbb\xbfT,12", "utf-8") == {"rows": "12"}
    assert write_record("T,{rows}", {"rows": "12"}) == "T,12"


@pytest.mark.parametrize("text", ["H,{who}", "H,{date},{date}"])
def test_a_record_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        Control(text).check()


# --- verdicts


def test_the_same_bytes_are_a_repeat_under_whatever_name() -> None:
    taken = (Taken(6, "abc", 3),)
    assert arrivals.by_name(NAMED, 7, "abc", codes=CODES, last=6, taken=taken) == (Verdict.REPEATED, taken[0])
    assert arrivals.by_name(None, 0, "abc", codes=CODES, last=6, taken=taken) == (Verdict.REPEATED, taken[0])


def test_empty_files_of_two_days_are_no_repeat_of_each_other() -> None:
    taken = (Taken(6, "abc", 0),)
    assert arrivals.by_name(NAMED, 7, "abc", codes=CODES, last=6, taken=taken) is None
    assert arrivals.by_name(NAMED, 6, "abc", codes=CODES, last=6, taken=taken) == (Verdict.REPEATED, taken[0])


def test_the_name_alone_refuses_other_content_older_files_and_other_towns() -> None:
    taken = (Taken(7, "abc", 3),)
    assert arrivals.by_name(NAMED, 7, "xyz", codes=CODES, last=6, taken=taken) == (Verdict.OTHER_CONTENT, taken[0])
    assert arrivals.by_name(NAMED, 7, "xyz", codes=CODES, last=7, taken=()) == (Verdict.OLDER, None)
    assert arrivals.by_name(None, 0, "xyz", codes=CODES, last=6, taken=()) == (Verdict.WRONG_NAME, None)
    other = Named("403491", NAMED.day, 7)
    assert arrivals.by_name(other, 7, "xyz", codes=CODES, last=6, taken=()) == (Verdict.WRONG_TOWN, None)
    assert arrivals.by_name(NAMED, 7, "xyz", codes=CODES, last=6, taken=()) is None


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Verdict.TAKEN),
        ({"lacking": ("trailer",)}, Verdict.TRUNCATED),
        ({"ends_whole": False}, Verdict.TRUNCATED),
        ({"rows": 1}, Verdict.TRUNCATED),
        ({"readable": False}, Verdict.UNREADABLE),
        ({"said": GOOD | {"code": "403491"}}, Verdict.WRONG_TOWN),
        ({"municipalities": frozenset({"403491"})}, Verdict.WRONG_TOWN),
        ({"municipalities": frozenset({"403491", "182079"})}, Verdict.TAKEN),
        ({"municipalities": frozenset()}, Verdict.TAKEN),
        ({"said": GOOD | {"date": "20260403"}}, Verdict.CONTROL_DIFFERS),
        ({"said": GOOD | {"sequence": "0008"}}, Verdict.CONTROL_DIFFERS),
        ({"said": {}}, Verdict.TAKEN),
    ],
)
def test_what_stands_in_a_file_decides(facts: dict[str, object], verdict: Verdict) -> None:
    assert arrivals.by_content(NAMED, content(**facts), codes=CODES, ends_with_newline=True) is verdict


def test_a_vendor_may_leave_the_last_newline_out() -> None:
    assert arrivals.by_content(NAMED, content(ends_whole=False), codes=CODES, ends_with_newline=False) is Verdict.TAKEN


@pytest.mark.parametrize(
    ("meaning", "weekday", "asks"),
    [
        (ZeroRows.NO_CHANGE, 0, False),
        (ZeroRows.SUSPICIOUS, 6, True),
        (ZeroRows.ON_DAYS_OFF, 4, True),
        (ZeroRows.ON_DAYS_OFF, 5, False),
        (ZeroRows.ON_DAYS_OFF, None, True),
    ],
)
def test_what_an_empty_file_means_is_data(meaning: ZeroRows, weekday: int | None, *, asks: bool) -> None:
    assert arrivals.is_suspicious(meaning, weekday) is asks


# --- the state before


LIVING = Present(Key(2, 0), "1", frozenset({Key(1, 0), Key(2, 0)}))
GONE = Present(Key(2, 0), "2", frozenset({Key(1, 0), Key(2, 0)}))


def judged(present: Present | None, number: int, reason: str, *, branch: int = 0, state: str = "1") -> Judgement:
    people = {"p": present} if present else {}
    return Judge(people).judge(Change("p", Key(number, branch), reason, state))


@pytest.mark.parametrize(
    ("present", "number", "branch", "reason", "standing", "why"),
    [
        (None, 1, 0, "01", Standing.NEW, None),
        (None, 1, 0, "02", Standing.NEW, None),
        (None, 1, 0, "05", Standing.CONFLICT, Reason.UNKNOWN_PERSON),
        (None, 2, 0, "03", Standing.CONFLICT, Reason.UNKNOWN_PERSON),
        (LIVING, 3, 0, "03", Standing.NEXT, None),
        (LIVING, 2, 1, "99", Standing.NEXT, None),
        (LIVING, 2, 0, "03", Standing.KNOWN, None),
        (LIVING, 1, 0, "03", Standing.KNOWN, None),
        (LIVING, 1, 1, "03", Standing.CONFLICT, Reason.OLDER_VERSION),
        (LIVING, 4, 0, "03", Standing.CONFLICT, Reason.MISSING_VERSION),
        (LIVING, 3, 0, "01", Standing.CONFLICT, Reason.LIVES_HERE),
        (LIVING, 3, 0, "02", Standing.CONFLICT, Reason.LIVES_HERE),
        (GONE, 3, 0, "05", Standing.CONFLICT, Reason.NOT_LIVING),
        (GONE, 3, 0, "01", Standing.CONFLICT, Reason.NOT_LIVING),
        (GONE, 3, 0, "02", Standing.NEXT, None),
        (GONE, 3, 0, "08", Standing.NEXT, None),
    ],
)
def test_a_row_goes_on_from_what_the_register_holds_or_is_a_conflict(
    present: Present | None, number: int, branch: int, reason: str, standing: Standing, why: Reason | None
) -> None:
    found = judged(present, number, reason, branch=branch)
    assert (found.standing, found.reason) == (standing, why)


def test_a_record_that_a_clerk_corrected_is_never_written_over() -> None:
    corrected = Present(Key(2, 1), "1", LIVING.keys | {Key(2, 1)}, corrected=True)
    assert judged(corrected, 3, "03").reason is Reason.CORRECTED_HERE
    assert judged(corrected, 2, "03").standing is Standing.KNOWN


def test_several_rows_of_a_person_in_one_file_follow_each_other() -> None:
    judge = Judge({"p": LIVING})
    found = [judge.judge(Change("p", Key(number, 0), "03", "1")).standing for number in (3, 4, 5)]
    assert found == [Standing.NEXT] * 3
    assert judge.judge(Change("p", Key(7, 0), "03", "1")).reason is Reason.MISSING_VERSION
    after = judge.judge(Change("p", Key(6, 0), "03", "1"))
    assert (after.standing, after.reason) == (Standing.CONFLICT, Reason.AFTER_CONFLICT)


def test_one_persons_conflict_keeps_nobody_else_out() -> None:
    judge = Judge({"p": LIVING, "q": LIVING})
    assert not judge.judge(Change("p", Key(9, 0), "03", "1")).goes_in
    assert judge.judge(Change("q", Key(3, 0), "03", "1")).goes_in


def test_every_reason_has_words_that_name_no_value() -> None:
    assert set(WORDS) == set(Reason)
    found = judged(LIVING, 5, "03")
    ja, en = words_of_judgement(found, Key(5, 0))
    assert "3-0" in ja
    assert "5-0" in en
    assert words_of_judgement(Judgement(Standing.NEXT), Key(3, 0)) == ("", "")
    assert words_of(Reason.NUMBER_CLASH, holder="9")[0].count("9") == 1
    assert before.ACCEPTABLE.isdisjoint({Reason.OTHER_CONTENT, Reason.OLDER_VERSION, Reason.NUMBER_CLASH})


def test_a_decision_needs_a_reason() -> None:
    assert require_words(" 確かめた ") == "確かめた"
    with pytest.raises(FeedError, match="理由"):
        require_words("  ")


@pytest.mark.parametrize(
    ("reason", "branch", "kind"),
    [("01", 0, Happened.BORN), ("05", 0, Happened.DIED), ("05", 1, Happened.CHANGED), ("77", 0, Happened.CHANGED)],
)
def test_events_are_told_by_their_reason(reason: str, branch: int, kind: Happened) -> None:
    assert happened(reason, branch) is kind
    assert kind.event == f"resident.{kind.value}"


# --- freshness and the calendar


def at(hour: int, day: int = 10) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=JAPAN)


def test_a_file_is_expected_from_its_hour_on() -> None:
    assert freshness.expected_day(RULE, at(8), due_after_days=1, due_hour=9) == date(2026, 4, 8)
    assert freshness.expected_day(RULE, at(9), due_after_days=1, due_hour=9) == date(2026, 4, 9)
    assert freshness.expected_day(RULE, at(9), due_after_days=0, due_hour=9) == date(2026, 4, 10)


def test_nothing_is_expected_of_a_day_without_a_file() -> None:
    working = SequenceRule("{sequence}", days=frozenset(range(5)))
    assert freshness.expected_day(working, at(10, day=13), due_after_days=1, due_hour=9) == date(2026, 4, 10)


@pytest.mark.parametrize(
    ("as_of", "level", "behind"),
    [
        (date(2026, 4, 9), freshness.Level.FRESH, 0),
        (date(2026, 4, 10), freshness.Level.FRESH, 0),
        (date(2026, 4, 8), freshness.Level.LATE, 1),
        (date(2026, 4, 6), freshness.Level.STALE, 3),
        (None, freshness.Level.NONE, 0),
    ],
)
def test_the_register_is_as_fresh_as_its_last_file(as_of: date | None, level: freshness.Level, behind: int) -> None:
    found = freshness.freshness(RULE, as_of, date(2026, 4, 9), date(2026, 4, 10), stale_after=3)
    assert (found.level, found.behind) == (level, behind)
    assert found.age_days == (None if as_of is None else (date(2026, 4, 10) - as_of).days)


def test_the_calendar_says_each_day_in_a_word() -> None:
    span = picture.weeks_until(date(2026, 4, 9), 2)
    assert span == (date(2026, 3, 30), date(2026, 4, 12))
    states = {date(2026, 4, 2): ("applied", 12), date(2026, 4, 4): ("waiting", 0)}
    cells = picture.cells_of(
        RULE,
        span,
        states,
        missing=frozenset({date(2026, 4, 3)}),
        started=date(2026, 4, 1),
        expected=date(2026, 4, 8),
    )
    signs = {one.day.day: one.sign for one in cells if one.day.month == 4}
    assert signs[1] is picture.Sign.FUTURE
    assert [signs[day] for day in (2, 3, 4, 8, 9)] == ["applied", "missing", "waiting", "late", "future"]
    words = {sign.value: sign.value for sign in picture.Sign}
    drawn = picture.calendar("暦", cells, signs=words, weekdays=list("月火水木金土日"))
    assert "applied 12" in drawn
    assert "<desc>" in drawn
    assert "04/03 missing" in drawn


def test_a_feed_that_stood_still_shows_the_weeks_in_which_it_went() -> None:
    assert picture.shown_until(date(2026, 11, 1), date(2026, 4, 1)) == date(2026, 4, 15)
    assert picture.shown_until(date(2026, 4, 3), date(2026, 4, 1)) == date(2026, 4, 3)
    assert picture.shown_until(date(2026, 4, 3), None) == date(2026, 4, 3)
