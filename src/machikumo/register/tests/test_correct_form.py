"""The correction as a clerk sends it: what was not touched stays as it is, to the last space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.queries.catalogue import STANDARD, shipped
from machikumo.register.forms import CorrectForm
from machikumo.register.models import PersonVersion
from machikumo.register.tests.rows import load, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SPACED = {
    "name": "　藤沢　健一 ",
    "name_kana": "フジサワ　ケンイチ　",
    "address_town": " 水落町一丁目",
    "address_number": "２番５号　",
    "address_building": "　第一ハイツ　",
    "registered_domicile": "　福井県鯖江市　",
    "register_head": "　藤沢　健一",
}


@pytest.fixture
def shown(scope: Scope) -> PersonVersion:
    load(scope, row(**SPACED))
    with entered(scope):
        return PersonVersion.objects.within(scope).get()


def sent(shown: PersonVersion, **changed: str) -> dict[str, str]:
    values = {item: getattr(shown, item) for item in CorrectForm.ITEMS}
    return {"version": str(shown.pk), "ground": "notification"} | values | changed


def test_an_unchanged_form_changes_nothing(shown: PersonVersion) -> None:
    form = CorrectForm(sent(shown))
    assert form.is_valid(), form.errors
    assert form.changes(shown) == {}


@pytest.mark.parametrize("item", SPACED)
def test_a_change_of_one_item_leaves_the_spaces_of_the_others(shown: PersonVersion, item: str) -> None:
    form = CorrectForm(sent(shown, **{item: "新　値"}))
    assert form.is_valid(), form.errors
    assert form.changes(shown) == {item: "新　値"}


def test_a_space_that_the_clerk_took_away_is_a_change(shown: PersonVersion) -> None:
    form = CorrectForm(sent(shown, address_building="第一ハイツ"))
    assert form.is_valid()
    assert form.changes(shown) == {"address_building": "第一ハイツ"}


@pytest.mark.parametrize("item", CorrectForm.ITEMS)
def test_an_item_may_be_as_long_as_the_layout_says_selectors_not_counted(shown: PersonVersion, item: str) -> None:
    limit = shipped().layout(STANDARD).by_key[item].length
    assert limit
    fits = CorrectForm(sent(shown, **{item: "葛\U000e0100" * limit}))
    assert fits.is_valid(), fits.errors
    longer = CorrectForm(sent(shown, **{item: "葛\U000e0100" * limit + "城"}))
    assert not longer.is_valid()
    assert f"{limit}文字以内" in str(longer.errors[item])


@pytest.mark.parametrize("name", ["", " ", "　　"])
def test_a_name_of_nothing_is_refused(shown: PersonVersion, name: str) -> None:
    form = CorrectForm(sent(shown, name=name))
    assert not form.is_valid()
    assert "氏名を入力してください" in str(form.errors["name"])


def test_the_page_sends_back_what_it_was_given_and_only_the_kana_changes(
    client: Client,
    town: Organisation,
    scope_of: Callable[..., Scope],
    signed_in: Callable[..., object],
) -> None:
    scope = scope_of(town)
    load(scope, row(**SPACED))
    with entered(scope):
        before = PersonVersion.objects.within(scope).get()
    signed_in(client, town, "desk_clerk")
    path = f"/{town.code}/work/residents/{before.person_id}/correct/"
    page = client.get(path)
    assert 'value="　第一ハイツ　"' in page.content.decode()
    answer = client.post(path, sent(before, name_kana="フジサワ　ケンジ"))
    assert answer.status_code == 302
    with entered(scope):
        after = PersonVersion.objects.within(scope).get(superseded_at__isnull=True)
    kept = {item: getattr(after, item) for item in SPACED}
    assert kept == SPACED | {"name_kana": "フジサワ　ケンジ"}
