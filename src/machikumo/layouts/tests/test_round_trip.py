"""There and back: every character of every accepted row is equal, and differing bytes are explained."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain.convert import convert_rows
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.mapping import Move
from machikumo.layouts.domain.roundtrip import REASONS, RoundTrip, round_trip
from machikumo.layouts.domain.steps import Constant
from machikumo.layouts.tests.makers import KASUMI, MINATO, Row, file_of, kasumi_row, minato_row

EXECUTORS = ("columnar", "plain")


def trip(data: bytes, mapping: object = KASUMI) -> RoundTrip:
    found = [
        round_trip(io.BytesIO(data), Plan(mapping.source, mapping, training=True, executor=name), mapping)  # type: ignore[attr-defined, arg-type]
        for name in EXECUTORS
    ]
    assert found[0] == found[1]
    return found[0]


def test_a_sound_file_comes_back_byte_for_byte() -> None:
    for mapping, row in ((KASUMI, kasumi_row), (MINATO, minato_row)):
        found = trip(file_of(mapping.source, [row(number) for number in range(1, 9)]), mapping)
        assert (found.read, found.accepted, found.equal_bytes, found.held_back) == (8, 8, 8, 0)
        assert found.holds
        assert found.bytes_differ == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("髙".encode("cp932"), b"\xee\xe0", "duplicate_cell"),
        (b"\xfb\xfc", b"\xee\xe0", "duplicate_cell"),
        (b"916-0001", b'"916-0001"', "quoting"),
    ],
)
def test_rows_that_differ_in_bytes_alone_are_listed_with_the_reason(old: bytes, new: bytes, reason: str) -> None:
    data = file_of(KASUMI.source, [kasumi_row(1, kanji_shimei="髙橋　一"), kasumi_row(2)])
    data = data.replace(b"\xfb\xfc" if old == b"\xee\xe0" else old, new, 1)
    found = trip(data)
    assert found.holds
    assert [(one.row, one.line, one.reason) for one in found.bytes_differ] == [(1, 2, reason)]
    assert found.reasons == {reason: 1}
    assert all(REASONS[reason])


def test_another_newline_or_empty_value_is_a_difference_of_bytes_only() -> None:
    lines = file_of(KASUMI.source, [kasumi_row(1), kasumi_row(2)]).split(b"\r\n")
    assert trip(lines[0] + b"\r\n" + lines[1] + b"\n" + lines[2] + b"\r\n").reasons == {"newline": 1}
    data = file_of(MINATO.source, [minato_row(1)])
    found = trip(data.replace(b'"\\N"', b'""'), MINATO)
    assert (found.holds, found.reasons) == (True, {"empty": 1})


def test_a_character_that_does_not_come_back_is_found() -> None:
    lossy = trip(file_of(MINATO.source, [minato_row(1), minato_row(2, event_code="A06")]), MINATO)
    assert not lossy.holds
    assert [(loss.row, loss.key, loss.before, loss.after) for loss in lossy.changed] == [
        (2, "event_code", "A06", "A03")
    ]
    moves = tuple(
        Move((), move.target, (Constant(("",), 0, ()),)) if move.source == ("biko",) else move for move in KASUMI.moves
    )
    dropping = replace(KASUMI, moves=moves)
    assert convert_rows(dropping, [kasumi_row(1, biko="あ")]).dropped == {"biko": 1}
    assert not trip(file_of(KASUMI.source, [kasumi_row(1, biko="あ")]), dropping).holds


def test_rows_held_back_take_no_part() -> None:
    found = trip(file_of(KASUMI.source, [kasumi_row(1), kasumi_row(2, sei_cd="7"), kasumi_row(3)]))
    assert (found.read, found.accepted, found.held_back, found.equal_bytes) == (3, 2, 1, 2)
    assert trip(b"x\r\n").fatal


full = st.text(st.sampled_from("山川髙﨑渡\ue000\ue001\ue0bc　々ー①Ａ１"), max_size=6)
half = st.text(st.sampled_from("ｱｶﾞﾊﾟ ･ｰABC01\"',-"), max_size=8)
rows = st.builds(
    lambda number, name, kana, note, building: kasumi_row(
        number, kanji_shimei=name or "氏", kana_shimei=kana, biko=note, katagaki=building
    ),
    st.integers(1, 10**6), full, half, full, full,
)  # fmt: skip


@given(st.lists(rows, min_size=1, max_size=5, unique_by=lambda row: row[0]))
@settings(max_examples=80, deadline=None)
def test_every_character_of_generated_rows_comes_back(generated: list[Row]) -> None:
    data = file_of(KASUMI.source, generated)
    found = trip(data)
    assert found.holds
    assert found.equal_bytes == found.accepted
