"""Rules on several items of a row, on codes with a history, on sentinels and on periods; by both executors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.layouts.domain.cells import failing_cells
from machikumo.layouts.domain.columnar import ColumnarChecker
from machikumo.layouts.domain.definition import CodeList, Layout
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.loading import load_code_list, load_layout
from machikumo.layouts.domain.rules import compile_rules
from machikumo.layouts.domain.setrules import set_checkers
from machikumo.layouts.domain.setrules_columnar import column_checkers
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.fuzzing import EVERY, HISTORY, PHYSICAL
from machikumo.layouts.tests.makers import Row, frame_of

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGING = load_code_list(HISTORY, "changing.toml")
BOUNDS = {"a": "X", "b": "X", "day": "DATE", "other": "DATE", "era": "WAREKI", "flag": "BOOL", "words": "N",
          "number": "9", "signed": "S9", "year": "YEAR", "long": "9"}  # fmt: skip


def layout_with(more: str = "", items: str = "", lists: dict[str, CodeList] | None = None) -> Layout:
    parts = [PHYSICAL]
    for key, kind in BOUNDS.items():
        length = {"long": 25, "day": 10, "other": 10, "era": 7}.get(key, 8)
        parts.append(
            f'[[item]]\nid = "{key}"\nkey = "{key}"\nname = "項目{key}"\nromaji = "{key}"\ngroup = "g"\n'
            f'type = "{kind}"\n'
            f'length = {length}\nrequired = "optional"\nconfirmed = true\n'
        )
    known = shipped().code_lists | {"changing": CHANGING} | (lists or {})
    return load_layout("\n".join([*parts, items, more]), "t.toml", known)


def refusal(make: Callable[[], object]) -> str:
    """Why a definition is refused, in English."""
    with pytest.raises(BadDefinition) as caught:
        make()
    return caught.value.message_en


def row(layout: Layout, **values: str) -> Row:
    return tuple(values.get(key, "") for key in layout.keys)


def refused(layout: Layout, *rows: Row) -> list[tuple[int, str, str]]:
    """Row, rule and item of what both executors refuse alike; every message has its words."""
    rules = compile_rules(layout, training=True)
    cells = failing_cells(rules, list(rows))
    assert ColumnarChecker(rules).failing_cells(frame_of(layout, list(rows))) == cells
    every = (*rules.cells, *rules.rows)
    for cell in cells:
        issue = every[cell.rule].issue(cell.value)
        assert "{" not in issue.message_ja + issue.message_en + issue.remedy_ja
    return [(cell.row, every[cell.rule].id, every[cell.rule].item.key) for cell in cells]


def set_findings(layout: Layout, *rows: Row) -> list[tuple[int, str, dict[str, str]]]:
    """What the rules over several rows say, in one block and row by row, in Python and with Polars."""
    said: list[Any] = []
    for size in (1, max(1, len(rows))):
        for checkers, columnar in ((set_checkers(layout), False), (column_checkers(layout), True)):
            found = []
            for start in range(0, len(rows), size):
                part = list(rows[start : start + size])
                numbers = range(start + 1, start + 1 + len(part))
                for checker in checkers:
                    found += checker.add(frame_of(layout, part) if columnar else part, numbers)  # type: ignore[arg-type]
            found += [finding for checker in checkers for finding in checker.close()]
            said.append([(finding.row, finding.rule, finding.facts) for finding in found])
    assert all(one == said[0] for one in said)
    return said[0]


COMPARE = '[[set_rule]]\nkind = "compare"\nleft = "{left}"\noperator = "{sign}"\nright = "{right}"\n{more}'
NUMBERS = [("5", "<", "6", True), ("6", "<", "6", False), ("6", "<=", "6", True), ("06", "==", "6", True),
           ("6", "!=", "06", False), ("7", ">", "6", True), ("-1", ">=", "0", False), ("x", "<", "0", True),
           ("", "==", "1", True), ("9", "==", "", True), ("-0", "==", "0", True)]  # fmt: skip


@pytest.mark.parametrize(("first", "sign", "second", "holds"), NUMBERS)
def test_numbers_compare_by_their_size_and_what_is_no_number_is_left_alone(
    first: str, sign: str, second: str, *, holds: bool
) -> None:
    layout = layout_with(COMPARE.format(left="signed", sign=sign, right="number", more=""))
    found = [one for one in refused(layout, row(layout, signed=first, number=second)) if one[1] == "set.compare"]
    assert found == ([] if holds else [(0, "set.compare", "signed")])


@pytest.mark.parametrize(
    ("first", "sign", "second", "holds"),
    [
        ("2019-05-01", "==", "5010501", True),
        ("2019-04-30", "<", "5010501", True),
        ("2019-05-02", "<=", "5010501", False),
        ("1926-12-25", "!=", "2151225", False),
        ("1926-12-25", "==", "3011225", True),
        ("9999-12-31", ">", "5010501", True),
        ("2019-02-30", ">", "5010501", True),
    ],
)
def test_days_compare_whatever_way_they_are_written(first: str, sign: str, second: str, *, holds: bool) -> None:
    layout = layout_with(COMPARE.format(left="day", sign=sign, right="era", more=""))
    found = [one for one in refused(layout, row(layout, day=first, era=second)) if one[1] == "set.compare"]
    assert (found == []) is holds


def test_a_comparison_may_hold_for_some_rows_only() -> None:
    layout = layout_with(COMPARE.format(left="day", sign="<", right="other", more="when = 'a == \"1\"'\n"))
    days = {"day": "2024-02-02", "other": "2024-02-01"}
    assert refused(layout, row(layout, a="1", **days), row(layout, a="2", **days)) == [(0, "set.compare", "day")]


def test_items_that_do_not_compare_are_refused_when_the_definition_is_read() -> None:
    for left, right in (("a", "b"), ("number", "day"), ("long", "number")):
        more = COMPARE.format(left=left, sign="<", right=right, more="")
        assert "only dates or whole numbers" in refusal(partial(layout_with, more))
    for kind, roles in (
        ("not_before", 'earlier = "a"\nlater = "day"'),
        ("periods", 'person = "a"\nstart = "day"\nend = "b"'),
    ):
        assert "needs dates" in refusal(partial(layout_with, f'[[set_rule]]\nkind = "{kind}"\n{roles}\n'))


def test_a_rule_across_items_is_told_in_its_own_words() -> None:
    more = (
        '[[set_rule]]\nkind = "cross_field"\nitem = "b"\nwhen = \'a is present\'\nmust = \'b == a\'\nwords = "同じ値"\n'
    )
    layout = layout_with(more)
    rows = [row(layout, a="1", b="1"), row(layout, a="1", b="2"), row(layout, b="2"), row(layout, a="1")]
    assert refused(layout, *rows) == [(1, "set.cross_field", "b"), (3, "set.cross_field", "b")]
    rule = compile_rules(layout).rows[0]
    assert "同じ値" in rule.issue("2").message_ja


def test_a_rule_across_items_without_words_names_its_items_and_unknown_ones_are_refused() -> None:
    layout = layout_with('[[set_rule]]\nkind = "cross_field"\nitem = "b"\nmust = \'b != a or b is empty\'\n')
    assert refused(layout, row(layout, a="1", b="1"), row(layout)) == [(0, "set.cross_field", "b")]
    assert "項目a、項目b" in compile_rules(layout).rows[0].issue("1").message_ja
    assert "nobody" in refusal(
        lambda: layout_with('[[set_rule]]\nkind = "cross_field"\nitem = "b"\nmust = \'b == nobody\'\n')
    )


def test_the_triple_of_an_uncertain_date_holds_together() -> None:
    layout = layout_with('[[set_rule]]\nkind = "uncertain"\nvalue = "day"\nflag = "flag"\ntext = "words"\n')
    rows = [
        row(layout, day="2024-02-01", flag="0"),
        row(layout, flag="1", words="昭和年頃"),
        row(layout, flag="1"),
        row(layout, flag="1", words="昭和年頃", day="1950-01-01"),
        row(layout, flag="0", words="昭和年頃", day="1950-01-01"),
        row(layout, words="昭和年頃"),
    ]
    assert refused(layout, *rows) == [
        (2, "set.uncertain_text", "words"), (3, "set.uncertain_value", "day"), (4, "set.uncertain_flag", "flag"),
        (5, "set.uncertain_flag", "flag"),
    ]  # fmt: skip


CODED = (
    '[[item]]\nid = "c"\nkey = "code"\nname = "コード"\nromaji = "c"\ngroup = "g"\ntype = "X"\nlength = 1\n'
    'required = "optional"\nconfirmed = true\ncodes = "changing"\ncodes_on = "{on}"\n{more}'
)


@pytest.mark.parametrize(
    ("code", "day", "in_force"),
    [
        ("A", "1900-01-01", True),
        ("B", "2019-04-30", True),
        ("B", "2019-05-01", False),
        ("C", "2019-04-30", False),
        ("C", "2019-05-01", True),
        ("D", "1989-01-07", False),
        ("D", "2000-01-01", True),
        ("D", "2020-01-01", False),
        ("D", "2024-01-01", True),
        ("C", "", True),
        ("C", "2019-02-30", True),
        ("", "2000-01-01", True),
    ],
)
def test_a_code_counts_on_the_days_on_which_it_was_in_force(code: str, day: str, *, in_force: bool) -> None:
    layout = layout_with(items=CODED.format(on="other", more=""))
    found = [one for one in refused(layout, row(layout, code=code, other=day)) if one[1].startswith("cell.code")]
    assert found == ([] if in_force else [(0, "cell.code_history", "code")])


def test_a_code_that_was_never_in_the_list_is_refused_whatever_the_day() -> None:
    layout = layout_with(items=CODED.format(on="era", more=""))
    assert refused(layout, row(layout, code="E", era="4310430")) == [(0, "cell.code", "code")]


def test_the_history_of_a_list_counts_in_the_digest_and_other_lists_keep_theirs() -> None:
    with_history = layout_with(items=CODED.format(on="day", more=""))
    plain = CodeList(CHANGING.key, CHANGING.name, CHANGING.name_en, CHANGING.source, CHANGING.values)
    without = layout_with(items=CODED.format(on="day", more=""), lists={"changing": plain})
    assert with_history.digest != without.digest
    assert plain.told == str(plain)


OVERLAPPING = """
code = "A"
name = "x"
valid_to = "2020-01-01"
[[value]]
code = "A"
name = "y"
valid_from = "2020-01-01"
"""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ('code = "A"\nname = "x"\n[[value]]\ncode = "A"\nname = "y"', "twice"),
        ('code = "A"\nname = "x"\nvalid_to = "2020-01-01"\n[[value]]\ncode = "A"\nname = "y"', "twice"),
        (OVERLAPPING, "overlap"),
        ('code = "A"\nname = "x"\nvalid_from = "2020-01-01"\nvalid_to = "2019-01-01"', "before"),
        ('code = "A"\nname = "x"\nvalid_from = "2020-13-01"', "not a day"),
    ],
)
def test_a_list_whose_times_make_no_sense_is_refused(values: str, said: str) -> None:
    head = HISTORY.split("[[value]]", maxsplit=1)[0]
    assert said in refusal(lambda: load_code_list(f"{head}[[value]]\n{values}\n", "bad.toml"))


def test_the_day_of_a_code_must_be_a_date_and_goes_with_its_column() -> None:
    assert "codes_on" in refusal(lambda: layout_with(items=CODED.format(on="a", more="")))
    assert "nobody" in refusal(lambda: layout_with(items=CODED.format(on="nobody", more="")))
    layout = layout_with(items=CODED.format(on="day", more=""))
    assert layout.subset(("code",)).by_key["code"].codes_on == ""
    assert layout.subset(("code", "day")).by_key["code"].codes_on == "day"


def test_values_that_stand_for_none_pass_the_rules_of_their_item_and_are_no_day() -> None:
    layout = layout_with(items=CODED.format(on="day", more='sentinels = ["-", "99"]\n'))
    assert refused(layout, row(layout, code="-"), row(layout, code="99")) == []
    assert refused(layout, row(layout, code="9")) == [(0, "cell.code", "code")]
    begins = EVERY.index["begins"]
    rules = [rule for rule in compile_rules(EVERY, training=True).cells if rule.column == begins]
    assert [rule.accepts("00000000") for rule in rules] == [True]
    assert [rule.accepts("00000001") for rule in rules] == [False]


def test_years_have_open_ends_only_where_the_item_allows_them() -> None:
    layout = layout_with()
    assert refused(layout, row(layout, year="9999"), row(layout, year="0000"), row(layout, year="3000")) == [
        (0, "cell.year", "year"), (1, "cell.year", "year")
    ]  # fmt: skip
    place = EVERY.index["open_year"]
    rules = [rule for rule in compile_rules(EVERY).cells if rule.column == place]
    assert [[rule.accepts(year) for rule in rules] for year in ("9999", "0000", "2101")] == [
        [True, True], [True, True], [True, False]
    ]  # fmt: skip


@pytest.mark.parametrize("training", [True, False])
def test_a_check_digit_without_a_form_refuses_numbers_of_another_length(*, training: bool) -> None:
    rows = [("short", "12345"), ("record", "123"), ("short", "")]
    whole = [tuple(value if key == item else "" for key in EVERY.keys) for item, value in rows]
    rules = compile_rules(EVERY, training=training)
    cells = failing_cells(rules, whole)
    assert ColumnarChecker(rules).failing_cells(frame_of(EVERY, whole)) == cells
    every = (*rules.cells, *rules.rows)
    said = [(cell.row, every[cell.rule].item.key) for cell in cells if every[cell.rule].id == "cell.check_digit"]
    assert said == [(0, "short"), (1, "record")]


PERIODS = '[[set_rule]]\nkind = "periods"\nperson = "a"\nstart = "day"\nend = "other"\n'


def period(layout: Layout, person: str, start: str, end: str) -> Row:
    return row(layout, a=person, day=start, other=end)


def test_periods_of_a_person_do_not_overlap_in_whatever_order_they_come() -> None:
    layout = layout_with(PERIODS)
    rows = [
        period(layout, "1", "2020-05-01", ""),
        period(layout, "1", "2020-01-01", "2020-04-30"),
        period(layout, "2", "2020-01-01", "2020-12-31"),
        period(layout, "2", "2020-02-01", "2020-02-10"),
        period(layout, "2", "2020-12-31", "2021-01-01"),
        period(layout, "3", "2020-01-02", "2020-01-01"),
        period(layout, "", "2020-01-01", ""),
        period(layout, "", "2020-01-01", ""),
        period(layout, "4", "2020-01-40", ""),
        period(layout, "4", "2020-01-01", "x"),
    ]
    assert set_findings(layout, *rows) == [
        (4, "set.period_overlap", {"other": "3"}), (5, "set.period_overlap", {"other": "3"}),
        (6, "set.period_end", {}),
    ]  # fmt: skip


def test_a_gap_between_periods_is_told_only_where_the_rule_says_so() -> None:
    for gapless, wanted in ((False, []), (True, [(2, "set.period_gap", {"other": "1"})])):
        layout = layout_with(f"{PERIODS}gapless = {str(gapless).lower()}\n")
        rows = [period(layout, "1", "2020-01-01", "2020-01-31"), period(layout, "1", "2020-02-02", "")]
        assert set_findings(layout, *rows) == wanted
        rows[1] = period(layout, "1", "2020-02-01", "")
        assert set_findings(layout, *rows) == []


def test_no_rows_make_no_periods() -> None:
    layout = layout_with(PERIODS)
    assert set_findings(layout) == []
    assert set_findings(layout, row(layout)) == []
