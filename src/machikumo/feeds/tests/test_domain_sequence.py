"""Names as data: what a name tells, what comes next, and which file is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.feeds.domain.errors import BadRule
from machikumo.feeds.domain.sequence import Known, Named, Order, SequenceRule, weekdays_of

RULE = SequenceRule("KSM_{code}_{date}_{sequence}.csv")
DAILY = SequenceRule("juki-{date}.csv", Order.DAY, days=frozenset(range(5)))
FRIDAY = date(2026, 4, 3)


def test_a_name_tells_town_day_and_number() -> None:
    assert RULE.read("KSM_182079_20260402_0007.csv") == Named("182079", date(2026, 4, 2), 7)
    assert RULE.position(Named("182079", date(2026, 4, 2), 7)) == 7
    assert DAILY.position(Named(day=FRIDAY)) == FRIDAY.toordinal()


@pytest.mark.parametrize(
    "name",
    [
        "KSM_182079_20260402_7.csv",
        "KSM_182079_20260402_00007.csv",
        "KSM_182079_20260230_0007.csv",
        "KSM_182079_20260402_0007.csv.bak",
        "xKSM_182079_20260402_0007.csv",
        "KSM_182079_２０２６０４０２_0007.csv",
        "KSM_182079_20260402_0007xcsv",
        "",
    ],
)
def test_another_name_tells_nothing(name: str) -> None:
    assert RULE.read(name) is None


def test_a_number_may_have_any_width() -> None:
    rule = SequenceRule("d{sequence}_{time}.txt", width=0)
    assert rule.read("d12_093000.txt") == Named("", None, 12)
    assert rule.name("182079", 12, None) == "d12_??????.txt"


@pytest.mark.parametrize(
    ("pattern", "order"),
    [
        ("a_{date}.csv", Order.NUMBER),
        ("a_{sequence}.csv", Order.DAY),
        ("a_{sequence}_{sequence}.csv", Order.NUMBER),
        ("a_{sequence}_{date}_{date}.csv", Order.NUMBER),
        ("a_{sequence}_{who}.csv", Order.NUMBER),
    ],
)
def test_a_pattern_that_cannot_tell_the_order_is_refused(pattern: str, order: Order) -> None:
    with pytest.raises(BadRule):
        SequenceRule(pattern, order).check()


def test_a_rule_without_a_weekday_is_refused() -> None:
    with pytest.raises(BadRule, match="曜日"):
        SequenceRule("{sequence}", days=frozenset()).check()
    assert weekdays_of([0, 6, 7, -1]) == {0, 6}


def test_the_missing_file_is_named_with_its_day_where_only_one_is_possible() -> None:
    missing = RULE.missing(
        "182079", Known(3, date(2026, 4, 3)), [Known(5, date(2026, 4, 5)), Known(6, date(2026, 4, 6))]
    )
    assert [(gap.position, gap.name) for gap in missing] == [(4, "KSM_182079_20260404_0004.csv")]
    assert missing[0].day == date(2026, 4, 4)


def test_a_day_that_cannot_be_told_is_left_open() -> None:
    missing = RULE.missing("182079", Known(3, date(2026, 4, 3)), [Known(5, date(2026, 4, 9))])
    assert [gap.name for gap in missing] == ["KSM_182079_????????_0004.csv"]
    unknown = RULE.missing("182079", Known(3, None), [Known(6, date(2026, 4, 6))])
    assert [gap.position for gap in unknown] == [4, 5]


def test_weekends_without_a_file_are_no_gap() -> None:
    monday = FRIDAY + timedelta(days=3)
    assert DAILY.is_next(FRIDAY.toordinal(), monday.toordinal())
    assert not DAILY.is_next(FRIDAY.toordinal(), monday.toordinal() + 1)
    missing = DAILY.missing("182079", Known(FRIDAY.toordinal(), FRIDAY), [Known(monday.toordinal() + 2, None)])
    assert [gap.name for gap in missing] == ["juki-20260406.csv", "juki-20260407.csv"]


def test_a_number_that_was_dealt_with_never_comes_next() -> None:
    assert not RULE.is_next(7, 7)
    assert not RULE.is_next(7, 6)
    assert RULE.is_next(7, 8)


def test_a_far_jump_names_sixty_files_and_no_more() -> None:
    assert len(RULE.missing("182079", Known(0), [Known(1_000_000)])) == 60


@given(st.integers(0, 9999), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_name_that_the_rule_writes_it_reads_again(number: int, day: date) -> None:
    named = RULE.read(RULE.name("182079", number, day))
    assert named == Named("182079", day, number)


@given(st.sets(st.integers(1, 40), min_size=1), st.integers(0, 5))
def test_what_is_there_and_what_is_missing_make_the_sequence_whole(numbers: set[int], last: int) -> None:
    there = [Known(number) for number in numbers if number > last]
    missing = [gap.position for gap in RULE.missing("182079", Known(last), there)]
    top = max((known.position for known in there), default=last)
    assert sorted([*missing, *(known.position for known in there)]) == list(range(last + 1, top + 1))
