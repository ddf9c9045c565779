"""Rows in the reader's words: every event that the product writes has its own, and nothing unknown is hidden."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.ledger.words import (
    actor_words,
    event_words,
    ground_sources,
    ground_words,
    known_events,
    purpose_words,
    role_words,
    subject_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.organisations.models import StaffMember

SOURCE = Path(__file__).resolve().parents[3]
WRITTEN = re.compile(r'event="([a-z_]+\.[a-z_.]+)"')


def written_events() -> set[str]:
    """The events that stand as words in the product's own modules."""
    files = [file for file in SOURCE.rglob("*.py") if "tests" not in file.parts]
    return {event for file in files for event in WRITTEN.findall(file.read_text(encoding="utf-8"))}


def test_every_event_that_the_product_writes_has_words_in_both_languages() -> None:
    assert len(written_events()) > 20
    assert sorted(written_events() - known_events()) == [], "add a line for each to data/ledger/words.toml"


def test_the_words_are_japanese_and_english() -> None:
    for event in known_events():
        ja, en = event_words(event)
        assert not ja.isascii()
        assert en.isascii()


def test_an_unknown_event_is_shown_by_its_area_and_key() -> None:
    assert event_words("person.teleported") == ("住民（person.teleported）", "Resident (person.teleported)")
    assert event_words("weather.changed") == ("weather.changed", "weather.changed")


def test_subjects_are_named_by_their_kind_and_the_beginning_of_their_token() -> None:
    assert subject_words("person:01a20ef5-a7d3-7799-8000-000000000000")[0].startswith("住民")
    assert subject_words("job:7")[1].startswith("Job")
    assert "weather" in subject_words("weather:1")[0]


def test_purposes_have_words_and_unknown_ones_stay_as_they_are() -> None:
    assert purpose_words("audit") == ("監査", "Audit")
    assert purpose_words("curiosity") == ("curiosity", "curiosity")


@pytest.fixture
def a_ground() -> Iterator[None]:
    ground_sources.register("test", lambda: {"test_ground": ("試験の根拠", "Ground of the test")})
    yield
    del ground_sources._items["test"]


@pytest.mark.usefixtures("a_ground")
def test_grounds_are_told_by_the_rooms_and_free_ones_stay_as_they_were_written() -> None:
    assert ground_words("test_ground") == ("試験の根拠", "Ground of the test")
    assert ground_words("certificate:7") == ("証明書 7", "Certificate 7")
    assert ground_words("住民基本台帳法第12条") == ("住民基本台帳法第12条", "住民基本台帳法第12条")


def test_roles_are_told_by_their_titles_and_commands_by_their_kind() -> None:
    assert role_words("auditor") == ("監査担当", "Auditor")
    assert role_words("command") == ("運用コマンド", "Operator's command")
    assert role_words("astronaut") == ("astronaut", "astronaut")


def test_people_are_named_and_others_shown_by_their_kind(
    scope: Scope, town: Organisation, make_staff: Callable[..., StaffMember]
) -> None:
    staff = make_staff(town, "desk_clerk", name="山田　花子")
    from machikumo.kernel.tenancy.doors import entered

    token = f"account:{staff.account_id}"
    with entered(scope):
        found = actor_words(scope, [token, "account:0", "job:7", "command:root", "visitor", "strange:1"])
    assert found == {
        token: ("山田　花子", "山田　花子"),
        "account:0": ("職員 0", "Staff 0"),
        "job:7": ("処理 7", "Background work 7"),
        "command:root": ("運用コマンド root", "Operator's command root"),
        "visitor": ("来訪者", "Visitor"),
        "strange:1": ("strange 1", "strange 1"),
    }
