"""The parts of the rules as SQL, each beside Python: patterns, days, numbers, conditions; and what is printed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain import dates
from machikumo.layouts.domain.conditions import parse_condition
from machikumo.layouts.domain.rules import compile_rules
from machikumo.layouts.domain.sql.compiled import SqlRules, Told, findings
from machikumo.layouts.domain.sql.days import days_pattern, era_pattern
from machikumo.layouts.domain.sql.dialects import DIALECTS, DUCKDB, POSTGRESQL, SPARK, all_of, any_of
from machikumo.layouts.domain.sql.patterns import portable, repeated
from machikumo.layouts.domain.sql.rows import condition_sql
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.fuzzing import EVERY
from machikumo.layouts.tests.makers import KASUMI, STANDARD

if TYPE_CHECKING:
    from machikumo.layouts.domain.sql.dialects import Dialect

ERAS = KASUMI.source.physical.eras
PATTERNS = (
    "[0-9]{10}", "[0-9]{3}-[0-9]{4}", "(?:a|b{2,})x*", "[A-C]+|\\(\\)", "[-+]?[0-9]{1,300}", "(ab){0,2}c?", "x{3}{",
    "a{,2}", "[]a]", "[\\]\\-z]+", "a|", "^[a-c]&", "[a&b]", "a\\.b",
)  # fmt: skip
TEXTS = ("", "a", "b", "bb", "bbb", "ab", "abab", "ababc", "abc", "x", "aa", "aaa", "AB", "()", "1", "-12", "1" * 256,
         "1" * 300, "1" * 301, "123-4567", "0123456789", "]", "-z]", "xxx{", "&", "a&", "&&", "a.b", "axb",
         "b\n")  # fmt: skip


def duck(expression: str) -> Any:
    import duckdb

    with duckdb.connect() as engine:
        return engine.execute(f"SELECT {expression}").fetchall()[0][0]


def postgresql(expression: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}".replace("%", "%%"), [])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.usefixtures("database")
def test_a_pattern_matches_the_same_texts_in_python_and_in_both_engines(pattern: str) -> None:
    wanted = [re.fullmatch(pattern, text) is not None for text in TEXTS]
    assert [re.fullmatch(portable(pattern), text) is not None for text in TEXTS] == wanted
    for dialect, ask in ((POSTGRESQL, postgresql), (DUCKDB, duck)):
        asked = ", ".join(dialect.is_whole(dialect.text(text), portable(pattern)) for text in TEXTS)
        form = "ARRAY[{0}]" if dialect is POSTGRESQL else "[{0}]"
        assert list(ask(form.format(asked))) == wanted


def test_counts_beyond_what_an_engine_takes_are_split() -> None:
    assert repeated("x", 1, 1) == "x"
    assert repeated("x", 0, None) == "x*"
    assert repeated("x", 1, None) == "x+"
    assert repeated("x", 3, None) == "x{3}x*"
    assert repeated("x", 2, 5) == "x{2,5}"
    assert repeated("x", 0, 300) == "x{0,255}x{0,45}"
    assert repeated("x", 300, 301) == "x{255}x{45}x{0,1}"
    for least, most in ((0, 0), (0, 1), (254, 256), (300, 300), (0, 600), (510, None)):
        pattern = re.compile(repeated("x", least, most))
        for count in {0, 1, least - 1, least, most or least + 5, (most or least) + 1} - {-1}:
            assert (pattern.fullmatch("x" * count) is not None) is (least <= count and (most is None or count <= most))


def test_just_the_days_there_are_match_the_pattern_of_days() -> None:
    iso, compact = re.compile(days_pattern("-")), re.compile(days_pattern(""))
    for year in (0, 1, 4, 99, 100, 400, 1600, 1700, 1899, 1900, 1999, 2000, 2023, 2024, 9996, 9999):
        for month, day in product(range(14), range(33)):
            text = f"{year:04d}-{month:02d}-{day:02d}"
            found = dates.read_date(text, open_end=True)
            wanted = isinstance(found, date) or text == "9999-12-31"
            assert (iso.fullmatch(text) is not None) is wanted, text
            assert (compact.fullmatch(text.replace("-", "")) is not None) is wanted, text


def test_just_the_days_of_the_eras_match_their_pattern() -> None:
    pattern = re.compile(era_pattern(ERAS))
    for era in ("0", "1", "2", "3", "4", "5", "6"):
        for year, month, day in product((0, 1, 2, 6, 15, 31, 44, 45, 63, 64, 65, 99), range(14), range(33)):
            text = f"{era}{year:02d}{month:02d}{day:02d}"
            wanted = isinstance(dates.read_era_date(text, ERAS), date)
            assert (pattern.fullmatch(text) is not None) is wanted, text


def test_the_pattern_of_eras_has_every_day_between_their_ends() -> None:
    pattern = re.compile(era_pattern(ERAS))
    day = date(1873, 1, 1)
    while day < date(2030, 1, 1):
        text = dates.write_era_date(day, ERAS)
        assert text is not None
        assert pattern.fullmatch(text)
        day += timedelta(days=29)


CONDITIONS = (
    'a == "1"', 'a != "1"', 'a in ("1", "2")', "a is empty", "b is present", 'not a == "1"', "a == b", "a != b",
    'a == "1" and not (b == "2" or a == b)', 'a == "it\'s"', 'a in ("")',
)  # fmt: skip


@pytest.mark.parametrize("text", CONDITIONS)
@pytest.mark.usefixtures("database")
def test_a_condition_means_the_same_in_sql(text: str) -> None:
    condition = parse_condition(text, "t")
    rows = list(product(("", "1", "2", "it's"), repeat=2))
    wanted = [condition.holds(row, {"a": 0, "b": 1}) for row in rows]
    for dialect, ask in ((POSTGRESQL, postgresql), (DUCKDB, duck)):
        values = ", ".join(f"({dialect.text(a)}, {dialect.text(b)}, {at})" for at, (a, b) in enumerate(rows))
        said = condition_sql(condition, dialect)
        found = ask(f"array_agg(CASE WHEN {said} THEN 1 ELSE 0 END ORDER BY n) FROM (VALUES {values}) AS v (a, b, n)")
        assert [bool(one) for one in found] == wanted


def test_no_conditions_and_no_choices_are_sql_too() -> None:
    assert any_of(()) == "(1 = 0)"
    assert all_of(()) == "(1 = 1)"
    assert POSTGRESQL.one_of("x", ()) == "(1 = 0)"
    assert POSTGRESQL.text("it's\0") == "'it''s'"


@given(st.text(max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_text_is_written_so_that_an_engine_reads_the_same_text(text: str) -> None:
    assert duck(DUCKDB.text(text)) == text.replace("\0", "")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=str)
def test_the_printed_script_has_a_query_for_every_rule_and_only_signs_that_show(dialect: Dialect) -> None:
    for layout in (EVERY, STANDARD, KASUMI.source, *(shipped().layout(key) for key in ("child-allowance",))):
        rules = SqlRules(compile_rules(layout, training=True), dialect)
        script = list(rules.script())
        doubles = sum(bool(rule.items) for rule in rules.set_rules)
        assert len(script) == 2 + len(rules.every) + len(rules.set_rules) + doubles
        assert all(statement.endswith(";") for statement in script)
        patterns = re.findall(r"(?:~|RLIKE|regexp_matches\([^,]+,) '([^']*)'", "\n".join(script))
        assert patterns
        assert all(pattern.isascii() and pattern.isprintable() for pattern in patterns)
        assert rules.rule_query(0) + ";" == script[2]


def test_each_engine_has_its_own_way_to_write_a_code_point_and_the_end_of_a_text() -> None:
    pattern = "[\u0001\uff61\U000e0100]"
    assert POSTGRESQL.pattern(pattern) == "'[\\u0001\\uFF61\\U000E0100]'"
    assert SPARK.pattern(pattern) == DUCKDB.pattern(pattern) == "'[\\x{1}\\x{FF61}\\x{E0100}]'"
    assert POSTGRESQL.is_whole("v", "a") == "v ~ '^(?:a)$'"
    assert SPARK.is_whole("v", "a") == "v RLIKE '^(?:a)\\z'"


def test_the_lines_of_a_set_rule_become_findings_with_the_words_of_the_other_executors() -> None:
    lines = [
        Told(9, "set.unique", "k", 2, None), Told(1, "set.two_heads", "h", 1, 7), Told(3, "set.history_gap", "n", 1, 4),
        *(Told(1, "set.two_heads", "h", row, 7) for row in (5, 3, 2, 4)), Told(6, "set.no_latest", "l", 6, 1),
        Told(7, "set.latest_not_last", "l", 8, None), Told(8, "set.period_end", "e", None, None),
    ]  # fmt: skip
    assert {finding.rule: finding.facts for finding in findings(lines)} == {
        "set.unique": {"first": "2"}, "set.two_heads": {"count": "7", "rows": "1、2、3、4、5…"},
        "set.history_gap": {"before": "1", "after": "4"}, "set.no_latest": {"rows": "6"},
        "set.latest_not_last": {"other": "8"}, "set.period_end": {},
    }  # fmt: skip
