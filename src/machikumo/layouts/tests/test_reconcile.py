"""A lost, doubled, added or changed row is found, whichever it is."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from machikumo.layouts.domain.reconcile import GROUPS, KEY, Reconciliation, Tally, hash_differences, named, reconciled

COLUMNS = (*KEY, *GROUPS.values(), "event_date")
rows_of_a_town = st.lists(
    st.fixed_dictionaries(
        {name: st.sampled_from(["", "1", "2"]) for name in COLUMNS}
        | {
            "addressee_number": st.text("0123456789", min_size=3, max_size=3),
            "birth_date": st.sampled_from(["", "1989-01-08", "2001-12-31"]),
            "address_town": st.sampled_from(["本町", "神明町"]),
        }
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda row: tuple(row[name] for name in KEY),
)


def frame_of(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def compared(source_rows: list[dict[str, str]], target_rows: list[dict[str, str]], **facts: Any) -> Reconciliation:
    source, target = Tally(), Tally()
    source.add(frame_of(source_rows))
    target.add(frame_of(target_rows))
    only_source, only_target = hash_differences(source, target)
    known = {"read": len(source_rows), "quarantined": 0} | facts
    return reconciled(
        source=source,
        target=target,
        missing=named(only_source, [frame_of(source_rows)]),
        extra=named(only_target, [frame_of(target_rows)]),
        **known,
    )


def key(row: dict[str, str]) -> str:
    return "/".join(row[name] for name in KEY)


@given(rows_of_a_town, st.randoms())
def test_the_same_rows_in_another_order_agree(rows: list[dict[str, str]], dice: Any) -> None:
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert compared(rows, shuffled).agrees


@given(rows_of_a_town, st.data())
def test_a_lost_row_is_named(rows: list[dict[str, str]], data: Any) -> None:
    lost = data.draw(st.sampled_from(rows))
    result = compared(rows, [row for row in rows if row is not lost])
    assert not result.agrees
    assert result.missing == (key(lost),)


@given(rows_of_a_town, st.data())
def test_a_row_that_nobody_sent_is_named(rows: list[dict[str, str]], data: Any) -> None:
    added = data.draw(st.sampled_from(rows))
    result = compared([row for row in rows if row is not added] or rows, rows)
    assert result.agrees == (len(rows) == 1)
    assert result.extra == (() if len(rows) == 1 else (key(added),))


@given(rows_of_a_town, st.data())
def test_a_row_that_came_twice_is_found(rows: list[dict[str, str]], data: Any) -> None:
    twice = data.draw(st.sampled_from(rows))
    result = compared(rows, [*rows, twice])
    assert not result.agrees
    assert result.extra == (key(twice),)


@given(rows_of_a_town, st.data())
def test_a_changed_total_is_found(rows: list[dict[str, str]], data: Any) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    changed = [dict(row) for row in rows]
    changed[place]["address_town"] = "新町"
    result = compared(rows, changed)
    assert not result.agrees
    assert {line.value for line in result.lines if not line.agrees} == {"新町", rows[place]["address_town"]}


def test_rows_that_were_neither_accepted_nor_quarantined_are_noticed() -> None:
    rows = [dict.fromkeys(COLUMNS, "1")]
    assert compared(rows, rows, read=3, quarantined=2).agrees
    assert not compared(rows, rows, read=3, quarantined=1).agrees


def test_the_span_of_events_leaves_out_empty_days() -> None:
    first = dict.fromkeys(COLUMNS, "1") | {"event_date": "2020-04-01"}
    second = dict.fromkeys(COLUMNS, "2") | {"event_date": ""}
    result = compared([first, second], [first, second])
    assert (result.first_event, result.last_event) == ("2020-04-01", "2020-04-01")
