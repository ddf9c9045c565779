"""A lost, doubled, added or changed row is found, whichever it is, and by both executors alike."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from machikumo.layouts.domain.reconcile import (
    KeySet,
    Reconciliation,
    Side,
    Summary,
    key_difference,
    key_hash,
    key_text,
    reconcile,
    rehearsal_difference,
)
from machikumo.layouts.domain.totals import COUNTED, Totals, compare

KEY = ("addressee_number", "history_number", "history_branch")
COLUMNS = tuple(dict.fromkeys((*KEY, *COUNTED, "birth_date", "event_date")))
INDEX = {name: place for place, name in enumerate(COLUMNS)}
rows_of_a_town = st.lists(
    st.fixed_dictionaries(
        {name: st.sampled_from(["", "1", "2"]) for name in COLUMNS}
        | {
            "addressee_number": st.text("0123456789", min_size=3, max_size=3),
            "birth_date": st.sampled_from(["", "1989-01-08", "2001-12-31"]),
            "event_date": st.sampled_from(["", "2020-04-01"]),
            "address_town": st.sampled_from(["本町", "神明町"]),
        }
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda row: tuple(row[name] for name in KEY),
)


def frame_of(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def side_of(rows: list[dict[str, str]], *, plain: bool = False) -> Side:
    side = Side()
    if plain:
        side.add_rows(
            [tuple(row.values()) for row in ({name: row[name] for name in COLUMNS} for row in rows)], INDEX, KEY
        )
    else:
        side.add_frame(frame_of(rows), KEY)
    return side


def compared(source: list[dict[str, str]], target: list[dict[str, str]], held_back: int = 0) -> Reconciliation:
    return reconcile(side_of(source), side_of(target), read=len(source) + held_back, held_back=held_back)


def key(row: dict[str, str]) -> str:
    return key_text(row[name] for name in KEY)


def keys_of(rows: list[dict[str, str]]) -> Any:
    return lambda: (key(row) for row in rows)


@given(rows_of_a_town, st.randoms())
def test_the_same_rows_in_another_order_agree(rows: list[dict[str, str]], dice: Any) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert compared(rows, shuffled).holds


@given(rows_of_a_town)
def test_plain_rows_and_frames_give_the_same_side(rows: list[dict[str, str]]) -> None:
    plain, columnar = side_of(rows, plain=True), side_of(rows)
    assert plain.totals.as_dict() == columnar.totals.as_dict()
    assert plain.keys.ordered() == columnar.keys.ordered()


@given(rows_of_a_town, st.data())
def test_a_lost_row_is_named(rows: list[dict[str, str]], data: Any) -> None:
    lost = data.draw(st.sampled_from(rows))
    result = compared(rows, [row for row in rows if row is not lost])
    assert not result.holds
    assert result.difference.names(keys_of(rows), missing=True) == [key(lost)]


@given(rows_of_a_town, st.data())
def test_a_row_that_nobody_sent_is_named(rows: list[dict[str, str]], data: Any) -> None:
    added = data.draw(st.sampled_from(rows))
    result = compared([row for row in rows if row is not added], rows)
    assert not result.holds
    assert result.difference.names(keys_of(rows), missing=False) == [key(added)]


@given(rows_of_a_town, st.data())
def test_a_row_that_came_twice_is_found(rows: list[dict[str, str]], data: Any) -> None:
    twice = data.draw(st.sampled_from(rows))
    result = compared(rows, [*rows, twice])
    assert not result.holds
    assert result.difference.names(keys_of(rows), missing=False) == [key(twice)]


@given(rows_of_a_town, st.data())
def test_a_changed_total_is_found(rows: list[dict[str, str]], data: Any) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    changed = [dict(row) for row in rows]
    changed[place]["address_town"] = "新町"
    result = compared(rows, changed)
    assert not result.holds
    assert {line.value for line in result.lines if not line.agrees} == {"新町", rows[place]["address_town"]}
    assert not result.as_dict()["lines"][0]["agrees"], "what disagrees comes first"


def test_rows_that_were_neither_accepted_nor_held_back_are_noticed() -> None:
    rows = [dict.fromkeys(COLUMNS, "1")]
    assert reconcile(side_of(rows), side_of(rows), read=3, held_back=2).holds
    assert not reconcile(side_of(rows), side_of(rows), read=3, held_back=1).holds


def test_the_span_of_events_leaves_out_empty_days() -> None:
    first = dict.fromkeys(COLUMNS, "1") | {"event_date": "2020-04-01"}
    second = dict.fromkeys(COLUMNS, "2") | {"event_date": ""}
    assert side_of([first, second]).totals.days["event_date"] == ("2020-04-01", "2020-04-01")


def test_nothing_is_asked_of_the_keys_when_nothing_differs() -> None:
    keys = KeySet()
    keys.add(["1", "2"])
    assert list(keys.hashes) == [key_hash("1"), key_hash("2")]
    difference = key_difference(keys, keys)
    assert difference.names(lambda: iter(()), missing=True) == []


@given(rows_of_a_town)
def test_totals_come_back_from_their_plain_values(rows: list[dict[str, str]]) -> None:
    totals = side_of(rows).totals
    again = Totals.from_dict(totals.as_dict())
    assert again == totals
    assert all(line.agrees for line in compare(totals, again))


def test_two_rehearsals_differ_only_in_what_changed() -> None:
    before = Summary(read=10, accepted=8, held_back=2, rules=Counter({"cell.date": 2}))
    after = Summary.from_dict(before.as_dict())
    assert rehearsal_difference(before, after) == []
    after.accepted, after.held_back, after.rules = 9, 1, Counter({"cell.date": 1})
    changed = {(line.measure, line.value): (line.source, line.target) for line in rehearsal_difference(before, after)}
    assert changed == {("accepted", ""): ("8", "9"), ("held_back", ""): ("2", "1"), ("issues", "cell.date"): ("2", "1")}
