"""Every look at a person stands in the ledger once, with who, why and on what ground; nobody looks without a need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions, queries
from machikumo.register.models import Household, PersonVersion, ProtectionBlock
from machikumo.register.tests.rows import load, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

GET_PAGES = ["", "correct/"]
POST_PAGES = [("desk_clerk", "correct/"), ("desk_clerk", "household/confirm/"), ("section_head", "blocks/new/")]


@pytest.fixture
def family(scope: Scope) -> dict[str, PersonVersion]:
    load(
        scope,
        row(),
        row(addressee_number="000000000000102", name="藤沢　みき", relationship_1="12", relationship_text="妻"),
    )
    with entered(scope):
        return {one.name: one for one in PersonVersion.objects.within(scope).select_related("person")}


@pytest.fixture
def head(family: dict[str, PersonVersion]) -> PersonVersion:
    return family["藤沢　健一"]


def looks(scope: Scope, event: str = "") -> list[dict[str, Any]]:
    return [json.loads(entry.canonical) for entry in ledger.entries_of(scope, ledger.Filters(event=event))]


def page_of(town: Organisation, version: PersonVersion, part: str = "") -> str:
    return f"/{town.code}/work/residents/{version.person_id}/{part}"


def test_opening_a_record_is_one_row_with_who_why_and_of_whom(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    clerk = signed_in(client, town, "desk_clerk")
    client.post(f"/{town.code}/work/residents/", {"ground": "official_request", "name": "藤沢"})
    client.get(page_of(town, head))
    (look,) = looks(scope, "person.viewed")
    assert look["actor"] == f"account:{clerk.pk}"
    assert look["role"] == "desk_clerk"
    assert look["purpose"] == "resident_service"
    assert look["ground"] == "official_request"
    assert look["subject"] == f"person:{head.person.token}"


def test_a_look_is_of_the_person_who_was_opened_and_not_of_each_of_the_household(
    family: dict[str, PersonVersion], scope: Scope, head: PersonVersion
) -> None:
    shown = actions.consult(scope, person_id=head.person_id, ground="training")
    assert {one.name for one in shown.household} == set(family)
    assert [look["subject"] for look in looks(scope, "person.viewed")] == [f"person:{head.person.token}"]


@pytest.mark.usefixtures("family")
def test_the_ledger_keeps_a_searchs_ground_and_never_what_was_typed(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "desk_clerk")
    client.post(f"/{town.code}/work/residents/", {"ground": "notification", "name": "藤沢", "address": "水落町"})
    (search,) = looks(scope, "people.searched")
    assert search["ground"] == "notification"
    every = json.dumps(looks(scope), ensure_ascii=False)
    assert "藤沢" not in every
    assert "水落町" not in every


def test_a_search_that_is_refused_leaves_no_row_for_it_showed_nobody(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    assert head
    signed_in(client, town, "desk_clerk")
    for sent in ({"ground": "notification"}, {"ground": "curiosity", "name": "藤沢"}, {"name": "藤沢"}):
        answer = client.post(f"/{town.code}/work/residents/", sent)
        assert "藤沢　健一" not in answer.content.decode()
    assert looks(scope, "people.searched") == []


def test_a_ground_forged_into_the_session_is_not_believed(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "desk_clerk")
    session = client.session
    session["register_ground"] = "<script>"
    session.save()
    client.get(page_of(town, head))
    (look,) = looks(scope, "person.viewed")
    assert look["ground"] == "resident_request"


def test_a_look_that_fails_is_not_recorded_as_one(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "desk_clerk")
    assert client.get(f"/{town.code}/work/residents/999999999/").status_code == 404
    assert looks(scope, "person.viewed") == []


@pytest.mark.parametrize("part", GET_PAGES)
def test_a_role_without_the_permission_sees_neither_the_page_nor_the_name(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any], part: str
) -> None:
    signed_in(client, town, "open_data_clerk")
    answer = client.get(page_of(town, head, part))
    assert answer.status_code == 403
    assert head.name not in answer.content.decode()
    assert looks(scope, "person.viewed") == []


@pytest.mark.parametrize("part", [*GET_PAGES, "blocks/new/"])
def test_somebody_who_has_not_signed_in_is_led_to_the_door(
    client: Client, town: Organisation, head: PersonVersion, part: str
) -> None:
    answer = client.get(page_of(town, head, part))
    assert answer.status_code == 302
    assert head.name not in answer.content.decode()


@pytest.mark.parametrize("part", GET_PAGES)
def test_a_clerk_of_another_town_gets_404_by_either_towns_address(
    client: Client,
    town: Organisation,
    other_town: Organisation,
    head: PersonVersion,
    signed_in: Callable[..., Any],
    part: str,
) -> None:
    signed_in(client, other_town, "desk_clerk", "section_head")
    for place in (town, other_town):
        answer = client.get(page_of(place, head, part))
        assert answer.status_code == 404
        assert head.name not in answer.content.decode()


@pytest.mark.parametrize(("role", "part"), POST_PAGES)
def test_a_clerk_of_another_town_changes_nothing_by_either_towns_address(
    client: Client,
    town: Organisation,
    other_town: Organisation,
    head: PersonVersion,
    scope: Scope,
    signed_in: Callable[..., Any],
    role: str,
    part: str,
) -> None:
    actions.mark_incomplete(scope, household_numbers={"000000000000901"}, reason="一行を保留")
    signed_in(client, other_town, role)
    sent = {"version": head.pk, "ground": "notification", "name": "盗　人", "level": "refuse"}
    for place in (town, other_town):
        assert client.post(page_of(place, head, part), sent).status_code == 404
    with entered(scope):
        assert PersonVersion.objects.within(scope).filter(name="盗　人").count() == 0
        assert ProtectionBlock.objects.within(scope).count() == 0
        assert Household.objects.within(scope).get().incomplete_reason == "一行を保留"


def test_a_clerk_may_correct_but_not_lift_a_block_and_a_head_may_not_correct(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    with entered(scope):
        block = ProtectionBlock.objects.add(
            scope, person_id=head.person_id, level="refuse", starts_on="2026-01-01", section="人権課"
        )
    signed_in(client, town, "desk_clerk")
    assert client.post(page_of(town, head, f"blocks/{block.pk}/close/")).status_code == 403
    assert client.get(page_of(town, head, "blocks/new/")).status_code == 403
    signed_in(client, town, "section_head")
    assert client.get(page_of(town, head, "correct/")).status_code == 403
    with entered(scope):
        assert ProtectionBlock.objects.within(scope).get().closed_at is None


def test_a_block_is_lifted_only_at_the_person_whose_it_is(
    client: Client, town: Organisation, family: dict[str, PersonVersion], scope: Scope, signed_in: Callable[..., Any]
) -> None:
    his, hers = family["藤沢　健一"], family["藤沢　みき"]
    with entered(scope):
        block = ProtectionBlock.objects.add(
            scope, person_id=hers.person_id, level="refuse", starts_on="2026-01-01", section="人権課"
        )
    signed_in(client, town, "section_head")
    assert client.post(page_of(town, his, f"blocks/{block.pk}/close/")).status_code == 404
    with entered(scope):
        assert hers.person_id in queries.blocks_of(scope, [hers.person_id])
    assert client.post(page_of(town, hers, f"blocks/{block.pk}/close/")).status_code == 302
    (lifted,) = looks(scope, "block.closed")
    assert lifted["subject"] == f"person:{hers.person.token}"


def test_a_block_that_would_end_before_it_begins_is_refused_in_words(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "section_head")
    dates = {"starts_on_era": "令和", "starts_on_year": "8", "starts_on_month": "4", "starts_on_day": "1"}
    dates |= {"ends_on_era": "令和", "ends_on_year": "7", "ends_on_month": "4", "ends_on_day": "1"}
    answer = client.post(page_of(town, head, "blocks/new/"), {"level": "refuse"} | dates)
    assert answer.status_code == 200
    assert "開始日より後" in answer.content.decode()
    with entered(scope):
        assert not ProtectionBlock.objects.within(scope).exists()


def test_a_correction_keeps_both_values_in_the_ledger_as_digests_and_the_ground_in_words(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "desk_clerk")
    sent = {
        "version": head.pk,
        "ground": "notification",
        "name": "藤澤　健一",
        "name_kana": head.name_kana,
        "address_town": head.address_town,
        "address_number": head.address_number,
    }
    assert client.post(page_of(town, head, "correct/"), sent).status_code == 302
    (change,) = looks(scope, "person.corrected")
    assert change["ground"] == "notification"
    assert change["details"]["items"] == ["name"]
    assert "藤澤" not in json.dumps(change, ensure_ascii=False)


def test_a_correction_without_a_change_writes_no_version(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "desk_clerk")
    page = page_of(town, head, "correct/")
    form = client.get(page).context["form"]
    answer = client.post(page, {name: form[name].value() or "" for name in form.fields})
    assert answer.status_code == 302
    with entered(scope):
        assert PersonVersion.objects.within(scope).filter(person_id=head.person_id).count() == 1
    assert looks(scope, "person.corrected") == []


def test_a_space_at_the_end_of_a_loaded_item_is_not_corrected_by_the_way(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    load(scope, row(address_building="まちくも荘　", register_head="　藤沢　一"))
    with entered(scope):
        version = PersonVersion.objects.within(scope).get()
    signed_in(client, town, "desk_clerk")
    page = page_of(town, version, "correct/")
    form = client.get(page).context["form"]
    client.post(page, {name: form[name].value() or "" for name in form.fields} | {"name_kana": "フジサワ　ケン"})
    (change,) = looks(scope, "person.corrected")
    assert change["details"]["items"] == ["name_kana"]


def test_a_household_that_waits_is_confirmed_once_and_a_second_time_is_told(
    client: Client, town: Organisation, head: PersonVersion, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    actions.mark_incomplete(scope, household_numbers={"000000000000901"}, reason="一行を保留")
    signed_in(client, town, "desk_clerk")
    assert "可能性があります" in client.get(page_of(town, head)).content.decode()
    assert client.post(page_of(town, head, "household/confirm/")).status_code == 302
    assert "可能性があります" not in client.get(page_of(town, head)).content.decode()
    assert client.post(page_of(town, head, "household/confirm/")).status_code == 409
    assert len(looks(scope, "household.confirmed")) == 1


def test_every_look_at_a_person_is_on_that_persons_own_record_and_on_no_strangers(
    family: dict[str, PersonVersion], scope: Scope
) -> None:
    load(scope, row(addressee_number="000000000000103", household_number="000000000000902", name="よその　人"))
    with entered(scope):
        stranger = PersonVersion.objects.within(scope).select_related("person").get(name="よその　人")
    his = family["藤沢　健一"]
    for _ in range(2):
        actions.consult(scope, person_id=his.person_id, ground="training")
    seen = {one.name: ledger.access_record_of(scope, f"person:{one.person.token}") for one in (his, stranger)}
    assert [entry.event for entry in seen["藤沢　健一"]] == ["person.viewed"] * 2
    assert seen["よその　人"] == []
