"""Rules on cells: what each refuses, and that both executors refuse the same cells, whatever the file holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.kernel.numbers.domain.digits import NumberKind, complete, is_valid
from machikumo.layouts.domain.cells import failing_cells
from machikumo.layouts.domain.columnar import ColumnarChecker
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.loading import load_layout
from machikumo.layouts.domain.rules import compile_rules, visible_length
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import KASUMI, MINATO, STANDARD, Row, frame_of, kasumi_row, minato_row

HEAD = """
[layout]
key = "every-type"
version = "1"
name = "n"
group = "g"
source = "test"
edition = "1"
confirmed = true
[physical]
charset = "utf-8"
newline = "lf"
quoting = "minimal"
header = "key"
era_codes = "era-1digit"
gaiji = "user_area"
"""
ITEMS = {
    "half": 'type = "X"\nlength = 5',
    "full": 'type = "N"\nlength = 4',
    "bare": 'type = "N"\nlength = 4\nselectors = "refuse"',
    "whole": 'type = "9"\nlength = 3\nminimum = "5"\nmaximum = "500"',
    "signed": 'type = "S9"\nlength = 3\nminimum = "-50"',
    "decimal": 'type = "9V"\nlength = "3,2"',
    "year": 'type = "YEAR"\nlength = 4\nminimum = "1900"',
    "day": 'type = "DATE"\nlength = 10\nminimum = "1900-01-01"',
    "open_day": 'type = "DATE"\nlength = 10\nopen_end = true',
    "time": 'type = "TIME"\nlength = 8',
    "flag": 'type = "BOOL"\nlength = 1',
    "era": 'type = "WAREKI"\nlength = 7\nmaximum = "2030-12-31"',
    "picture": 'type = "BLOB"\nlength = 8',
    "coded": 'type = "X"\nlength = 1\ncodes = "sex"',
    "shaped": 'type = "X"\nlength = 8\npattern = "[0-9]{3}-[0-9]{4}|x+"',
    "digits": 'type = "X"\nlength = 7\npattern = "[0-9]{7}"',
    "number": 'type = "X"\nlength = 12\npattern = "[0-9]{12}"\ncheck_digit = "individual_number"',
    "code11": 'type = "X"\nlength = 11\npattern = "[0-9]{11}"\ncheck_digit = "resident_record_code"',
    "town": 'type = "X"\nlength = 6\npattern = "[0-9]{6}"\ncheck_digit = "local_government_code"',
    "warned": 'type = "X"\nlength = 2\nseverity = "warning"',
}


def every_type(required: str = "optional") -> str:
    parts = [HEAD]
    for place, (key, body) in enumerate(ITEMS.items()):
        parts.append(
            f'[[item]]\nid = "T-{place}"\nkey = "{key}"\nname = "{key}"\nromaji = "{key}"\ngroup = "g"\n{body}\n'
            f'required = "{required}"\nconfirmed = true\n'
        )
    return "\n".join(parts)


LAYOUT = load_layout(every_type(), "every-type.toml", shipped().code_lists)
RULES = compile_rules(LAYOUT, mapped=frozenset("\ue000\ue001"), training=True)
CHECKER = ColumnarChecker(RULES)


def refused(key: str, value: str) -> list[str]:
    row = tuple(value if item.key == key else "" for item in LAYOUT.items)
    by_python = failing_cells(RULES, [row])
    assert CHECKER.failing_cells(frame_of(LAYOUT, [row])) == by_python
    for cell in by_python:
        issue = RULES.cells[cell.rule].issue(cell.value)
        assert issue.message_ja
        assert issue.message_en
        assert issue.remedy_ja
    return [RULES.cells[cell.rule].id for cell in by_python]


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("half", ["", "ab 1~", "ｶﾅ"], [("あ", "cell.width"), ("a\tb", "cell.width"), ("abcdef", "cell.length")]),
        ("full", ["", "葛\U000e0102飾区市", "\ue000村", "Ａ１"], [("a", "cell.width"), ("ｱ", "cell.width")]),
        ("full", [], [("あいうえお", "cell.length"), ("\ue002", "cell.gaiji"), ("\U000e0102葛", "cell.selector")]),
        (
            "full",
            [],
            [("葛\U000e0102\U000e0103", "cell.selector"), ("\U000f0001", "cell.gaiji"), ("あ\n", "cell.width")],
        ),
        ("bare", ["カナ"], [("葛\U000e0102", "cell.selector"), ("\ufe00", "cell.selector")]),
        ("whole", ["", "5", "007", "500"], [("4", "cell.range"), ("501", "cell.range"), ("1234", "cell.number")]),
        ("whole", [], [("-1", "cell.number"), ("１", "cell.number"), ("1 ", "cell.number")]),
        ("signed", ["-50", "999"], [("+1", "cell.number"), ("-51", "cell.range"), ("-", "cell.number")]),
        ("decimal", ["1", "-123.45"], [("1.", "cell.number"), ("1.234", "cell.number"), (".5", "cell.number")]),
        ("year", ["1900", "2026"], [("26", "cell.year"), ("1899", "cell.range"), ("２０２６", "cell.year")]),
        (
            "day",
            ["2024-02-29"],
            [("2023-02-29", "cell.date"), ("9999-12-31", "cell.date"), ("1899-12-31", "cell.range")],
        ),
        ("open_day", ["0000-01-01", "9999-12-31"], [("0000-01-02", "cell.date"), ("2024-02-00", "cell.date")]),
        ("time", ["23:59", "00:00:00"], [("24:00", "cell.time"), ("1:00", "cell.time")]),
        ("flag", ["0", "1"], [("2", "cell.boolean"), ("true", "cell.boolean")]),
        (
            "era",
            ["4310430", "5010501"],
            [("4310501", "cell.wareki"), ("3640108", "cell.wareki"), ("5400101", "cell.range")],
        ),
        ("picture", ["a.png"], [("絵", "cell.width")]),
        ("coded", ["0", "9"], [("3", "cell.code"), ("１", "cell.code")]),
        ("shaped", ["916-0001", "xx"], [("9160001", "cell.pattern"), ("916-0001\n", "cell.pattern")]),
        ("digits", ["0000000"], [("+000001", "cell.pattern"), ("-000001", "cell.pattern"), ("123456", "cell.pattern")]),
        ("warned", ["ab"], [("abc", "cell.length")]),
    ],
)
def test_a_rule_refuses_just_what_it_says(key: str, good: list[str], bad: list[tuple[str, str]]) -> None:
    assert [refused(key, value) for value in good] == [[] for _ in good]
    assert [refused(key, value) for value, _ in bad] == [[rule] for _, rule in bad]


def test_a_required_cell_must_be_filled_and_a_warning_stays_a_warning() -> None:
    layout = load_layout(every_type("required"), "t", shipped().code_lists)
    rules = compile_rules(layout, training=True)
    row = ("",) * len(layout.items)
    cells = failing_cells(rules, [row])
    assert {rules.cells[cell.rule].id for cell in cells} == {"cell.required"}
    assert len(cells) == len(ITEMS)
    assert ColumnarChecker(rules).failing_cells(frame_of(layout, [row])) == cells
    severities = {rules.cells[cell.rule].item.key: rules.cells[cell.rule].issue("").severity for cell in cells}
    assert severities.pop("warned") is Severity.WARNING
    assert set(severities.values()) == {Severity.ERROR}


@given(body=st.integers(0, 10**11 - 1), last=st.integers(0, 9), training=st.booleans())
@settings(max_examples=60)
def test_check_digits_are_judged_as_the_number_vault_judges_them(body: int, last: int, *, training: bool) -> None:
    rules = compile_rules(LAYOUT, training=training)
    numbers = [f"{body:011d}{last}", complete(f"{body:011d}", NumberKind.INDIVIDUAL, training=training)]
    rows = [tuple(number if item.key == "number" else "" for item in LAYOUT.items) for number in numbers]
    cells = failing_cells(rules, rows)
    assert ColumnarChecker(rules).failing_cells(frame_of(LAYOUT, rows)) == cells
    wanted = [at for at, number in enumerate(numbers) if not is_valid(number, NumberKind.INDIVIDUAL, training=training)]
    assert [cell.row for cell in cells] == wanted


def test_a_resident_record_code_is_judged_in_training_only_for_its_formula_is_not_confirmed() -> None:
    row = tuple("12345678901" if item.key == "code11" else "" for item in LAYOUT.items)
    live = compile_rules(LAYOUT, training=False)
    assert failing_cells(live, [row]) == ColumnarChecker(live).failing_cells(frame_of(LAYOUT, [row])) == []
    assert refused("code11", "12345678901") == ["cell.check_digit"]


SAMPLES = (
    "|0|1|2|00|-1|+1|4310430|4310501|3640108|5010501|0000000|2024-02-29|2023-02-29|0000-01-01|9999-12-31|あ|葛\U000e0102"
    '|\U000e0102|\ue000|\ue002|\U000f0000|𠮷|ｱ|ﾞ|Ａ|é|\x80|\xa0|\t|\n|\r|a,b|"|916-0001|+000000|12:00|123456789012'
    "|182079|true|　"
)
ODD = st.sampled_from(SAMPLES.split("|"))
cell_texts = st.one_of(ODD, st.text(max_size=6), st.lists(ODD, max_size=3).map("".join))


@given(rows=st.lists(st.tuples(*(cell_texts for _ in ITEMS)), min_size=1, max_size=4), training=st.booleans())
@settings(max_examples=150, deadline=None)
def test_both_executors_refuse_the_same_cells_of_any_type(rows: list[Row], *, training: bool) -> None:
    rules = RULES if training else compile_rules(LAYOUT, mapped=frozenset("\ue000"), training=False)
    checker = CHECKER if training else ColumnarChecker(rules)
    assert checker.failing_cells(frame_of(LAYOUT, rows)) == failing_cells(rules, rows)


def every_sign_of_cp932() -> list[str]:
    codes = [bytes([code]) for code in range(0x20, 0x100)]
    codes += [bytes([lead, trail]) for lead in range(0x81, 0xFD) for trail in range(0x40, 0xFD)]
    found = [code.decode("cp932", errors="ignore") for code in codes]
    return [sign for sign in found if len(sign) == 1 and sign != ","]


def test_every_sign_that_a_file_can_hold_is_judged_alike_alone_and_among_plain_ones() -> None:
    rules = compile_rules(KASUMI.source, mapped=frozenset("\ue000"), training=True)
    signs = every_sign_of_cp932()
    rows = [kasumi_row(1, kanji_shimei=f"山{sign}田") for sign in signs]
    expected = failing_cells(rules, rows)
    assert len(signs) > 9_000
    assert len({cell.row for cell in expected}) > 1_900
    checker = ColumnarChecker(rules)
    assert checker.failing_cells(frame_of(KASUMI.source, rows)) == expected
    refused_rows = {cell.row for cell in expected}
    for at in range(0, len(rows), 97):
        few = [kasumi_row(1), rows[at]]
        found = {cell.row for cell in checker.failing_cells(frame_of(KASUMI.source, few))}
        assert found == ({1} if at in refused_rows else set())


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_selector_with_nothing_to_select_is_refused_in_every_row(place: int) -> None:
    layout, sound = SHIPPED["kasumi"]
    column = [item.key for item in layout.items].index("ken_mei")
    rows = [sound] * 3
    rows[place] = (*sound[:column], "\U000e0102福井", *sound[column + 1 :])
    found = CHECKERS["kasumi"].failing_cells(frame_of(layout, rows))
    assert found == failing_cells(COMPILED["kasumi"], rows)
    assert [(cell.row, COMPILED["kasumi"].cells[cell.rule].id) for cell in found] == [(place, "cell.selector")]


@pytest.mark.parametrize("number", ["43104304310430", "9" * 18, "9" * 19, "9" * 40, "-1", "", "000000000000"])
@pytest.mark.parametrize("alone", [True, False])
def test_numbers_of_any_length_are_judged_alike_where_a_check_digit_is_wanted(number: str, *, alone: bool) -> None:
    layout, sound = SHIPPED["kasumi"]
    place = [item.key for item in layout.items].index("kojin_no")
    row = (*sound[:place], number, *sound[place + 1 :])
    rows = [row] if alone else [sound, row]
    assert CHECKERS["kasumi"].failing_cells(frame_of(layout, rows)) == failing_cells(COMPILED["kasumi"], rows)


SHIPPED = {
    "kasumi": (KASUMI.source, kasumi_row(1)),
    "minato": (MINATO.source, minato_row(1)),
    "standard": (STANDARD, ("",) * len(STANDARD.items)),
}
COMPILED = {
    name: compile_rules(layout, mapped=KASUMI.mapped_characters, training=True) for name, (layout, _) in SHIPPED.items()
}
CHECKERS = {name: ColumnarChecker(rules) for name, rules in COMPILED.items()}


@given(st.sampled_from(sorted(SHIPPED)), st.data())
@settings(max_examples=120, deadline=None)
def test_both_executors_refuse_the_same_cells_of_the_shipped_layouts(name: str, data: st.DataObject) -> None:
    layout, sound = SHIPPED[name]
    rows = []
    for _ in range(data.draw(st.integers(1, 3))):
        row = list(sound)
        for place in data.draw(st.lists(st.integers(0, len(row) - 1), max_size=8)):
            row[place] = data.draw(cell_texts)
        rows.append(tuple(row))
    assert CHECKERS[name].failing_cells(frame_of(layout, rows)) == failing_cells(COMPILED[name], rows)


def test_sound_rows_have_nothing_to_refuse_and_no_rows_are_no_trouble() -> None:
    for name in ("kasumi", "minato"):
        layout, sound = SHIPPED[name]
        assert failing_cells(COMPILED[name], [sound]) == []
        assert CHECKERS[name].failing_cells(frame_of(layout, [])) == failing_cells(COMPILED[name], []) == []


def test_an_event_before_birth_and_an_unmet_condition_are_told_at_their_cells() -> None:
    rows = [
        kasumi_row(1, ido_ymd="3300101"),
        kasumi_row(2, seinen_ymd=""),
        kasumi_row(3, seinen_ymd="", seinen_fusho="1"),
    ]
    rules = COMPILED["kasumi"]
    cells = failing_cells(rules, rows)
    every = (*rules.cells, *rules.rows)
    assert [(cell.row, every[cell.rule].id, every[cell.rule].item.key) for cell in cells] == [
        (0, "set.not_before", "ido_ymd"),
        (1, "cell.condition", "seinen_ymd"),
        (2, "cell.condition", "seinen_hyoki"),
    ]
    assert CHECKERS["kasumi"].failing_cells(frame_of(KASUMI.source, rows)) == cells


def test_selectors_do_not_count_as_characters() -> None:
    assert visible_length("葛\U000e0102飾") == 2
    assert visible_length("abc") == 3
    assert visible_length("辻\ufe00") == 1
