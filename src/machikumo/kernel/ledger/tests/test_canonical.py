"""Canonical JSON: the examples of RFC 8785, every type of ours, and the fast path against the reference package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ledger.domain.canonical import canonical, digest, instant_text, plain

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)  # whole ones beyond 2**53 read back as integers that JSON cannot hold exactly
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


class Colour(Enum):
    RED = "red"


class Place(StrEnum):
    TOWN = "town"


class Count(IntEnum):
    TWO = 2


class Words(str):
    __slots__ = ()


@dataclass(frozen=True)
class Move:
    day: date
    reason: Colour


def test_the_example_of_the_standard_comes_out_as_it_says() -> None:
    example = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical(example).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_as_the_standard_sorts_them() -> None:
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(keys))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(values)
def test_the_fast_path_spells_like_the_reference_package(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_of_any_size_are_spelt_like_the_reference_package(number: float) -> None:
    assert canonical([number]) == rfc8785.dumps([number])


@given(values)
def test_reading_back_and_writing_again_changes_nothing(value: object) -> None:
    text = canonical(value)
    assert canonical(json.loads(text)) == text


def test_our_types_are_made_plain() -> None:
    jst = timezone(timedelta(hours=9))
    assert plain(
        {
            "when": datetime(2026, 4, 1, 8, 30, tzinfo=jst),
            "day": date(2026, 4, 1),
            "yen": Decimal(350),
            "id": UUID(int=1),
            "colour": Colour.RED,
            "place": Place.TOWN,
            "count": Count.TWO,
            "set": {"b", "a"},
            "pair": (1, 2),
            "raw": b"\x00\xff",
            "words": Words("語"),
            Place.TOWN: Move(date(2026, 4, 1), Colour.RED),
        }
    ) == {
        "when": "2026-03-31T23:30:00.000000Z",
        "day": "2026-04-01",
        "yen": "350",
        "id": "00000000-0000-0000-0000-000000000001",
        "colour": "red",
        "place": "town",
        "count": 2,
        "set": ["a", "b"],
        "pair": [1, 2],
        "raw": "00ff",
        "words": "語",
        "town": {"day": "2026-04-01", "reason": "red"},
    }


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800", {"\ud800": 1}])
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        canonical(value)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no canonical form"):
        canonical(object())


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        instant_text(datetime(2026, 4, 1))  # noqa: DTZ001 - the point


def test_instants_sort_as_texts() -> None:
    early = datetime(2026, 4, 1, 0, 0, 0, 5, tzinfo=timezone.utc)  # noqa: UP017 - spelt like the other zones here
    assert (
        instant_text(early) < instant_text(early + timedelta(microseconds=1)) < instant_text(early.replace(year=2027))
    )


def test_a_digest_tells_nothing_without_the_key() -> None:
    birth = {"birth_date": date(1990, 1, 1)}
    assert digest(birth, b"key") == digest({"birth_date": "1990-01-01"}, b"key")
    assert digest(birth, b"key") != digest(birth, b"another key")
    assert digest(birth, b"key").startswith("hmac-sha256:")
    assert "1990" not in digest(birth, b"key")
