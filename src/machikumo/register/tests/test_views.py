"""The desk's pages as a clerk uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import queries
from machikumo.register.models import PersonVersion, ProtectionBlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def resident(loaded: Scope) -> PersonVersion:
    with entered(loaded):
        found = (
            PersonVersion.objects.within(loaded)
            .filter(resident_state="1", **queries.PRESENT)
            .select_related("person")
            .order_by("pk")
            .first()
        )
    assert found is not None
    return found


@pytest.fixture
def desk(client: Client, town: Organisation, signed_in: Callable[..., object]) -> Client:
    signed_in(client, town, "desk_clerk")
    return client


def test_a_search_shows_the_people_found_and_no_name_lies_in_the_address(
    desk: Client, town: Organisation, resident: PersonVersion
) -> None:
    answer = desk.post(f"/{town.code}/work/residents/", {"ground": "resident_request", "name": resident.name})
    assert resident.name in answer.content.decode()
    assert answer.request["QUERY_STRING"] == ""


def test_a_search_for_nobody_says_what_to_try(desk: Client, town: Organisation, loaded: Scope) -> None:
    assert loaded
    answer = desk.post(f"/{town.code}/work/residents/", {"ground": "resident_request", "name": "龘龘"})
    assert "見つかりませんでした" in answer.content.decode()


def test_an_empty_search_is_refused_in_words(desk: Client, town: Organisation) -> None:
    answer = desk.post(f"/{town.code}/work/residents/", {"ground": "resident_request"})
    assert "手がかりを一つ以上" in answer.content.decode()


def test_a_record_shows_the_household_and_the_history(
    desk: Client, town: Organisation, resident: PersonVersion
) -> None:
    words = desk.get(f"/{town.code}/work/residents/{resident.person_id}/").content.decode()
    assert resident.name in words
    assert "履歴" in words
    assert "世帯の方" in words


def test_a_correction_by_two_clerks_keeps_the_seconds_input_on_the_page(
    desk: Client, town: Organisation, resident: PersonVersion
) -> None:
    path = f"/{town.code}/work/residents/{resident.person_id}/correct/"
    sent = {"version": resident.pk, "ground": "notification", "name": "先の　人", "name_kana": resident.name_kana}
    first = desk.post(path, sent)
    second = desk.post(path, sent | {"name": "後の　人"})
    assert (first.status_code, second.status_code) == (302, 409)
    words = second.content.decode()
    assert "ほかの職員が先に" in words
    assert "後の　人" in words


def test_a_block_is_set_shown_and_lifted(
    client: Client, town: Organisation, resident: PersonVersion, loaded: Scope, signed_in: Callable[..., object]
) -> None:
    signed_in(client, town, "section_head")
    desk = client
    page = f"/{town.code}/work/residents/{resident.person_id}/"
    form = desk.get(f"{page}blocks/new/")
    assert form.status_code == 200
    dates = {"starts_on_era": "令和", "starts_on_year": "8", "starts_on_month": "4", "starts_on_day": "1"}
    answer = desk.post(f"{page}blocks/new/", {"level": "refuse", "section": "人権課"} | dates)
    with entered(loaded):
        block = ProtectionBlock.objects.within(loaded).filter(person_id=resident.person_id).first()
    assert answer.status_code == 302
    assert block is not None
    assert "支援措置の対象です" in desk.get(page).content.decode()
    desk.post(f"{page}blocks/{block.pk}/close/")
    assert "支援措置の対象です" not in desk.get(page).content.decode()


def test_the_block_is_not_shown_to_a_role_without_need(
    client: Client, town: Organisation, resident: PersonVersion, loaded: Scope, signed_in: Callable[..., object]
) -> None:
    with entered(loaded):
        ProtectionBlock.objects.add(
            loaded, person_id=resident.person_id, level="refuse", starts_on="2026-01-01", section="人権課"
        )
    signed_in(client, town, "desk_clerk")
    words = client.get(f"/{town.code}/work/residents/{resident.person_id}/").content.decode()
    assert "人権課" not in words
    assert "支援措置の対象です" not in words


def test_the_one_search_box_finds_a_resident_for_those_who_may_search(
    desk: Client, town: Organisation, resident: PersonVersion
) -> None:
    words = desk.post(f"/{town.code}/work/search/", {"q": resident.name}).content.decode()
    assert f"/work/residents/{resident.person_id}/" in words


def test_the_one_search_box_shows_no_resident_to_others(
    client: Client, town: Organisation, resident: PersonVersion, signed_in: Callable[..., object]
) -> None:
    signed_in(client, town, "open_data_clerk")
    words = client.post(f"/{town.code}/work/search/", {"q": resident.name}).content.decode()
    assert f"/work/residents/{resident.person_id}/" not in words


def test_the_one_search_box_sends_no_name_in_an_address_and_carries_the_chosen_ground(
    desk: Client, town: Organisation, resident: PersonVersion, scope: Scope
) -> None:
    page = f"/{town.code}/work/search/"
    form = desk.get(f"/{town.code}/work/").content.decode().partition('role="search"')[2].partition("</form>")[0]
    assert 'method="post"' in form
    assert "csrfmiddlewaretoken" in form
    assert f"/work/residents/{resident.person_id}/" not in desk.get(page, {"q": resident.name}).content.decode()
    desk.post(f"/{town.code}/work/residents/", {"ground": "official_request", "name": "龘龘"})
    assert f"/work/residents/{resident.person_id}/" in desk.post(page, {"q": resident.name}).content.decode()
    listed = ledger.access_record_of(scope, resident.person.subject)
    assert [(row.event, row.facts["ground"]) for row in listed] == [("person.listed", "official_request")]


def test_the_one_search_box_refuses_a_form_of_another_site(
    town: Organisation, signed_in: Callable[..., object], resident: PersonVersion
) -> None:
    strict = Client(enforce_csrf_checks=True)
    signed_in(strict, town, "desk_clerk")
    assert strict.post(f"/{town.code}/work/search/", {"q": resident.name}).status_code == 403
