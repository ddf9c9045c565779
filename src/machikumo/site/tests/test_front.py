"""The pages that everybody sees: the portal, a town's page with its tiles, and the health of the installation."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.registries import demo_parts, resident_tiles
from machikumo.kernel.tenancy.edge import visitor_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation

HOSTILE = [
    "\x00",
    "a\x00b",
    "%",
    "_",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "山" * 5_000,
    "\u202e",
    "\\",
    "{{7}}",
]


@pytest.fixture
def word() -> str:
    return secrets.token_hex(4)


def test_the_portal_finds_a_town_by_a_part_of_its_name_and_leads_there(
    client: Client, make_organisation: Callable[..., Organisation], word: str
) -> None:
    town = make_organisation(name=f"北{word}町")
    words = client.get("/", {"q": f" {word} "}).content.decode()
    assert f'href="/{town.code}/"' in words


def test_a_town_that_is_not_here_yet_is_named_without_a_link(
    client: Client, make_organisation: Callable[..., Organisation], word: str
) -> None:
    asleep = make_organisation(name=f"{word}村", is_active=False)
    words = client.get("/", {"q": word}).content.decode()
    assert f"{word}村" in words
    assert f"/{asleep.code}/" not in words


def test_a_name_that_is_none_is_told_with_what_to_try(client: Client, database: str) -> None:
    assert database
    assert "見つかりませんでした" in client.get("/", {"q": "無い無い町"}).content.decode()


def test_a_search_that_fits_many_shows_no_more_than_fifty(
    client: Client, make_organisation: Callable[..., Organisation], word: str
) -> None:
    for number in range(53):
        make_organisation(name=f"{word}{number}町", is_active=False)
    assert client.get("/", {"q": word}).content.decode().count(f"<li>{word}") == 50


@pytest.mark.parametrize("typed", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_the_portal_answers_whatever_is_asked_and_shows_it_as_letters(
    client: Client, town: Organisation, typed: str
) -> None:
    answer = client.get("/", {"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert town


@pytest.mark.parametrize("path", ["/", "/{code}/", "/health/"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_page_to_read_takes_nothing(client: Client, town: Organisation, path: str, method: str) -> None:
    assert getattr(client, method)(path.format(code=town.code)).status_code == 405


def test_the_health_tells_that_the_database_answers_and_nothing_of_anybody(client: Client, town: Organisation) -> None:
    answer = client.get("/health/")
    assert answer["Content-Type"] == "application/json"
    told = json.loads(answer.content)
    assert set(told) == {"status", "version"}
    assert told["status"] == "ok"
    assert town.name not in answer.content.decode()


def test_the_page_of_a_town_shows_every_tile_that_has_something_to_show(client: Client, town: Organisation) -> None:
    words = client.get(f"/{town.code}/").content.decode()
    tiles = [give(visitor_scope(town)) for key, give in resident_tiles.items() if key.startswith("site.")]
    assert len(tiles) == 2
    for tile in tiles:
        assert tile["title_ja"] in words
        assert f'href="{tile["url"]}"' in words


@pytest.mark.parametrize("key", ["site.protection", "site.other_towns"])
def test_a_tile_speaks_japanese_english_and_easy_japanese(town: Organisation, key: str) -> None:
    tile = resident_tiles.get(key)(visitor_scope(town))
    said = [tile[name] for name in ("title_ja", "title_en", "text_ja", "text_en", "text_easy")]
    assert all(said)
    assert len(set(said)) == len(said)
    assert tile["text_en"].isascii()


def test_the_tile_of_protection_leads_to_a_part_that_is_on_the_page(client: Client, town: Organisation) -> None:
    target = resident_tiles.get("site.protection")(visitor_scope(town))["url"].partition("#")[2]
    assert f'id="{target}"' in client.get(f"/{town.code}/").content.decode()


@pytest.mark.parametrize("language", ["ja", "en", "easy", "xx", "../x"])
def test_the_page_of_a_town_speaks_the_readers_language_and_takes_an_unknown_one_for_japanese(
    client: Client, town: Organisation, language: str
) -> None:
    client.cookies["machikumo_language"] = language
    words = client.get(f"/{town.code}/").content.decode()
    assert ("How your data is protected" in words) == (language == "en")


def test_a_training_town_can_be_filled_anew_and_a_place_that_no_table_knows_is_told(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Any]
) -> None:
    from machikumo.kernel.errors import MachikumoError
    from machikumo.kernel.jobs import actions as jobs
    from machikumo.kernel.jobs.running import Handle

    scope = scope_of(make_organisation())
    run = jobs.start(scope, kind="jobs.count", idempotency_key="k", arguments={"total": 1, "seconds": 0})
    with pytest.raises(MachikumoError):
        demo_parts.get("training.refill")(scope, Handle(scope, run.pk, 1), people=10, seed=1)
