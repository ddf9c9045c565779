"""What the portal knows of the bodies on the platform."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from machikumo.site import queries

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_town_is_found_by_a_part_of_its_name_open_or_not(make_organisation: Callable[..., Any]) -> None:
    word = secrets.token_hex(4)
    sleeping = make_organisation(name=f"北{word}町", is_active=False)
    make_organisation(name=f"{word}県", kind="prefecture")
    assert list(queries.municipalities_named(word)) == [sleeping]


def test_only_open_towns_are_listed_and_others_stand_apart(make_organisation: Callable[..., Any]) -> None:
    town, sleeping = make_organisation(), make_organisation(is_active=False)
    prefecture = make_organisation(kind="prefecture")
    towns, others = set(queries.active_municipalities()), set(queries.other_active_organisations())
    assert town in towns
    assert sleeping not in towns | others
    assert prefecture in others - towns


def test_every_kind_is_counted_once(make_organisation: Callable[..., Any]) -> None:
    before = queries.counts_by_kind()
    make_organisation(kind="group", is_active=False)
    after = queries.counts_by_kind()
    assert after == before | {"group": before["group"] + 1}


def test_one_live_organisation_ends_the_training_band(
    make_organisation: Callable[..., Any], forget_live: Callable[[Any], None]
) -> None:
    make_organisation()
    assert queries.all_are_training()
    forget_live(make_organisation(mode="live"))
    assert not queries.all_are_training()
