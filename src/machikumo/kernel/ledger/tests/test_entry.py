"""Rows: what they must have, what they must not hold, and ids that sort by time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ledger.domain.entry import (
    Entry,
    RefusedEntry,
    earliest_id,
    safe_details,
    time_ordered_id,
)

NOW = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "id": time_ordered_id(NOW, 1),
    "organisation": "182079",
    "recorded_at": NOW,
    "actor": "account:12",
    "role": "desk_clerk",
    "purpose": "resident_service",
    "event": "person.viewed",
}
KEY = b"k" * 32

instants = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
bits = st.integers(0, 2**62 - 1)


def test_a_row_holds_its_facts_and_leaves_out_what_is_empty() -> None:
    facts = json.loads(Entry(**FACTS).canonical())
    assert facts == {
        **{name: FACTS[name] for name in ("organisation", "actor", "role", "purpose", "event")},
        "id": str(FACTS["id"]),
        "recorded_at": "2026-11-24T09:00:00.123456Z",
        "version": 1,
    }


def test_a_full_row_holds_everything() -> None:
    more = {"subject": "person:5", "ground": "法", "before": "hmac-sha256:0", "after": "hmac-sha256:1"}
    facts = json.loads(Entry(**FACTS, **more, details={"rows": 2}).canonical())
    assert facts.items() >= more.items()
    assert facts["details"] == {"rows": 2}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", "viewed"),
        ("event", "Person.viewed"),
        ("event", ""),
        ("actor", ""),
        ("actor", "山田太郎"),
        ("role", "desk clerk"),
        ("purpose", ""),
        ("organisation", ""),
        ("subject", "鯖江 太郎"),
        ("subject", "person:" + "1" * 200),
        ("ground", "法" * 201),
    ],
)
def test_a_malformed_row_is_refused_with_words(name: str, value: str) -> None:
    with pytest.raises(RefusedEntry, match=name) as caught:
        Entry(**(FACTS | {name: value}))
    assert name in caught.value.message_en


def test_plain_details_stay_readable() -> None:
    details = {
        "kind": "list",
        "rows": 30,
        "share": 0.5,
        "is_large": True,
        "none": None,
        "day": date(2026, 4, 1),
        "at": NOW,
        "run": UUID(int=7),
        "codes": ["01", "02"],
        "nested": {"from": "a-1", "set": {"x"}},
    }
    assert safe_details(details, KEY) == {
        "kind": "list",
        "rows": 30,
        "share": 0.5,
        "is_large": True,
        "none": None,
        "day": "2026-04-01",
        "at": "2026-11-24T09:00:00.123456Z",
        "run": "00000000-0000-0000-0000-000000000007",
        "codes": ["01", "02"],
        "nested": {"from": "a-1", "set": ["x"]},
    }


@pytest.mark.parametrize(
    "value",
    [
        "山田　太郎",
        "やまだ",
        "鯖江市西山町13-1",
        "x" * 121,
        "123456789012",
        "1234 5678 9012",
        "12345678901",
        "No. 1234-5678-9012",
        123456789012,
        12345678901,
    ],
)
def test_personal_values_in_details_become_digests(value: object) -> None:
    kept = safe_details({"value": value, "list": [value]}, KEY)
    assert str(kept["value"]).startswith("hmac-sha256:")
    assert kept["list"] == [kept["value"]]
    assert str(value) not in json.dumps(kept, ensure_ascii=False)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=5), st.text() | st.integers(), max_size=5))
def test_details_never_hold_a_letter_outside_ascii(details: dict[str, Any]) -> None:
    kept = json.dumps(safe_details(details, KEY), ensure_ascii=False)
    assert kept.isascii()


@given(instants, bits, st.timedeltas(timedelta(milliseconds=1), timedelta(days=400)), bits)
def test_ids_sort_by_time(instant: datetime, first: int, later: timedelta, second: int) -> None:
    assert time_ordered_id(instant, first) < time_ordered_id(instant + later, second)


@given(instants, bits, st.integers(0, 2**29))
def test_ids_are_of_version_seven_and_carry_their_millisecond(instant: datetime, random_bits: int, step: int) -> None:
    made = time_ordered_id(instant, random_bits, step)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    milliseconds = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert made.int >> 80 == milliseconds


@given(instants, bits, bits, st.integers(0, 2**29))
def test_rows_of_one_batch_stand_in_their_order(instant: datetime, first: int, second: int, step: int) -> None:
    assert time_ordered_id(instant, first, step + 1) < time_ordered_id(instant, second, step + 2)


@given(instants, bits)
def test_no_row_of_a_time_lies_below_the_earliest_id(instant: datetime, random_bits: int) -> None:
    assert earliest_id(instant) <= time_ordered_id(instant, random_bits)


@given(st.lists(bits, min_size=2, max_size=50, unique=True))
def test_rows_of_one_moment_differ_in_all_their_random_bits(randoms: list[int]) -> None:
    assert len({time_ordered_id(NOW, part) for part in randoms}) == len(randoms)
