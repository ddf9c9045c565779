"""Texts that name rows follow their rows; everything else in a line stays byte for byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.operations.domain.tokens import ids_in, line_of, tokens_in, with_new_ids, with_new_tokens

KINDS = {"move_in": "layouts_movein", "account": "organisations_account", "own": "definitions_ownlayout"}
NEW = {("layouts_movein", 12): 77, ("organisations_account", 3): 9, ("definitions_ownlayout", 5): 6}


def new_id(table: str, old: int) -> int | None:
    return NEW.get((table, old))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("move_in:12", "move_in:77"),
        ("account:3", "account:9"),
        ("account:4", "former:4"),
        ("move_in:13", "move_in:13"),
        ("weather:12", "weather:12"),
        ("see move_in:12", "see move_in:12"),
        ("move_in:012", "move_in:012"),
        ("kasumi-to-standard@own:5.1", "kasumi-to-standard@own:6.1"),
        ("kasumi-to-standard@own:8.1", "kasumi-to-standard@own:8.1"),
        ("person:3f2c", "person:3f2c"),
    ],
)
def test_a_whole_text_that_names_a_row_gets_its_new_id(text: str, expected: str) -> None:
    line = line_of({"note": text, "deep": [{"by": text}]})
    changed = json.loads(with_new_tokens(line, KINDS, new_id))
    assert changed == {"note": expected, "deep": [{"by": expected}]}


def test_the_rows_that_a_line_names_are_found() -> None:
    line = line_of({"a": "move_in:12", "b": ["account:4", "x"], "c": "m@own:5.2", "d": "other:1"})
    found = set(tokens_in(line, KINDS))
    assert found == {("layouts_movein", 12), ("organisations_account", 4), ("definitions_ownlayout", 5)}


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12) | st.integers() | st.none(), max_size=4))
def test_a_line_without_a_name_stays_as_it_is(row: dict[str, object]) -> None:
    line = line_of(row)
    if not list(tokens_in(line, KINDS)):
        assert with_new_tokens(line, KINDS, new_id) == line
    assert json.loads(line) == row


@pytest.mark.parametrize(
    ("value", "keys", "found", "changed"),
    [
        (4, (), [4], 40),
        (None, (), [], None),
        ([4, 5, 9], (), [4, 5, 9], [40, 50]),
        (True, (), [], True),
        ("4", (), [], "4"),
        ({"person_id": 4, "age": 5}, ("person_id",), [4], {"person_id": 40, "age": 5}),
        ({"all": [{"person_ids": [5, 9]}]}, ("person_ids",), [5, 9], {"all": [{"person_ids": [50]}]}),
        ([1, {"a": 1}], ("b",), [], [1, {"a": 1}]),
        ("4", ("b",), [], "4"),
    ],
)
def test_documents_follow_their_rows(value: object, keys: tuple[str, ...], found: list[int], changed: object) -> None:
    assert list(ids_in(value, keys)) == found
    assert with_new_ids(value, keys, {4: 40, 5: 50}.get) == changed
