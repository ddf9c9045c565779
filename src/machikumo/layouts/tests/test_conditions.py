"""The language of conditions, in Python and in Polars alike."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from machikumo.layouts.domain.conditions import parse_condition
from machikumo.layouts.domain.errors import BadDefinition

INDEX = {"a": 0, "b": 1}
ROWS = list(product(("", "1", "2"), repeat=2))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('a == "1"', lambda a, _b: a == "1"),
        ('a != "1"', lambda a, _b: a != "1"),
        ('a in ("1", "2")', lambda a, _b: a in {"1", "2"}),
        ("a is empty", lambda a, _b: a == ""),
        ("b is present", lambda _a, b: b != ""),
        ('not a == "1"', lambda a, _b: a != "1"),
        ('a == "1" and b == "2"', lambda a, b: a == "1" and b == "2"),
        ('a == "1" or b == "2" and a is empty', lambda a, b: a == "1" or (b == "2" and a == "")),
        ('(a == "1" or b == "2") and a is present', lambda a, b: (a == "1" or b == "2") and a != ""),
        ('not (a is empty or not b == "1")', lambda a, b: not (a == "" or b != "1")),
    ],
)
def test_a_condition_means_the_same_in_python_and_in_polars(text: str, holds: object) -> None:
    condition = parse_condition(text, "t")
    wanted = [bool(holds(*row)) for row in ROWS]  # type: ignore[operator]
    assert [condition.holds(row, INDEX) for row in ROWS] == wanted
    frame = pl.DataFrame(ROWS, schema=["a", "b"], orient="row")
    assert frame.select(condition.expression()).to_series().to_list() == wanted
    assert condition.keys() <= {"a", "b"}


@pytest.mark.parametrize(
    "text",
    ["", "a", "a ==", 'a = "1"', "a == 1", 'a == "1" b', '(a == "1"', "a is here", 'a in ("1"', '"1" == a', "a $ b"],
)
def test_what_is_not_in_the_language_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        parse_condition(text, "layout 項目 x")
    assert "layout 項目 x" in caught.value.message_ja
    assert text in caught.value.message_en
