"""Hostile input at the desk's pages: an answer in words, never a fault, and nothing of it believed."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikumo.kernel.tenancy.doors import entered
from machikumo.register.models import Person, PersonVersion
from machikumo.register.tests.rows import load, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

SCRIPT = "<script>alert(1)</script>"
HOSTILE = [
    "山" * 100_000,
    "a\x00b",
    "'; DROP TABLE register_person; --",
    "%%%___",
    SCRIPT,
    "{{ 7|add:7 }}{% load x %}",
    "\u202e藤沢",
    "\ufeff\u200b\u2060",
    "\\",
    "-1",
    "1e999",
    "🏯",
]


@pytest.fixture
def head(scope: Scope) -> PersonVersion:
    load(scope, row())
    with entered(scope):
        return PersonVersion.objects.within(scope).select_related("person").get()


@pytest.fixture
def desk(client: Client, town: Organisation, head: PersonVersion, signed_in: Callable[..., Any]) -> Client:
    assert head
    signed_in(client, town, "desk_clerk")
    return client


@pytest.mark.parametrize("field", ["name", "address", "number"])
@pytest.mark.parametrize("typed", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_no_search_is_a_fault_or_finds_somebody_by_it(desk: Client, town: Organisation, field: str, typed: str) -> None:
    answer = desk.post(f"/{town.code}/work/residents/", {"ground": "notification", field: typed})
    words = answer.content.decode()
    assert answer.status_code == 200
    assert "藤沢　健一" not in words
    assert SCRIPT not in words


@pytest.mark.parametrize(
    "day",
    [
        {"born_era": "令和", "born_year": "99999999999999999999", "born_month": "1", "born_day": "1"},
        {"born_era": "西暦", "born_year": "0", "born_month": "0", "born_day": "0"},
        {"born_era": SCRIPT, "born_year": "8", "born_month": "4", "born_day": "1"},
        {"born_era": "平成", "born_year": "31", "born_month": "5", "born_day": "1"},
        {"born_era": "昭和", "born_year": "-1", "born_month": "二", "born_day": "\x00"},
        {"born_era": "令和", "born_year": "8"},
    ],
)
def test_a_day_that_is_none_is_answered_in_words(desk: Client, town: Organisation, day: dict[str, str]) -> None:
    answer = desk.post(f"/{town.code}/work/residents/", {"ground": "notification"} | day)
    assert answer.status_code == 200
    assert "mk-error" in answer.content.decode()
    assert "藤沢　健一" not in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"ground=notification&name=%ED%A0%80%E8%97%A4",
        b"ground=notification&name=%FF%FE%00",
        b"ground=notification&name=%C0%AF",
        b"ground=notification&name=\x8f\x93",
        b"%00=%00&&&===",
        b"ground=notification&" + b"&".join(b"name=x" for _ in range(900)),
    ],
)
def test_bytes_that_are_no_text_are_no_fault(desk: Client, town: Organisation, body: bytes) -> None:
    answer = desk.post(
        f"/{town.code}/work/residents/", data=body, content_type="application/x-www-form-urlencoded; charset=utf-8"
    )
    assert answer.status_code == 200
    assert "藤沢　健一" not in answer.content.decode()


def test_a_form_of_a_thousand_fields_is_refused_and_not_read(desk: Client, town: Organisation) -> None:
    body = b"&".join(b"f%d=x" % number for number in range(2_000))
    answer = desk.post(f"/{town.code}/work/residents/", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "number", ["0", "9223372036854775807", "9223372036854775808", "9" * 400, "-1", "1;", "%00", "..%2f", "１"]
)
def test_a_number_that_is_nobodys_is_404_however_it_is_written(desk: Client, town: Organisation, number: str) -> None:
    for part in ("", "correct/"):
        assert desk.get(f"/{town.code}/work/residents/{number}/{part}").status_code == 404


@pytest.mark.parametrize("name", [SCRIPT, "'\"><img src=x onerror=alert(1)>", "{{ 7|add:7 }}", "${7*7}"])
def test_a_name_with_a_script_is_shown_as_letters_everywhere(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any], name: str
) -> None:
    items = (
        "name",
        "name_kana",
        "former_name",
        "common_name",
        "address_town",
        "remarks",
        "nationality",
        "register_head",
    )
    load(scope, row(**dict.fromkeys(items, name), birth_date="", birth_date_text=name))
    signed_in(client, town, "desk_clerk")
    with entered(scope):
        person = Person.objects.within(scope).get()
    found = client.post(f"/{town.code}/work/residents/", {"ground": "notification", "number": "101"})
    pages = [found, *(client.get(f"/{town.code}/work/residents/{person.pk}/{part}") for part in ("", "correct/"))]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()
        assert html.escape(name) in page.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "山" * 201},
        {"name": "山\x00田"},
        {"name": "山\n田"},
        {"name": "山\t田\x1b"},
        {"version": "abc"},
        {"version": "9" * 30},
        {"ground": "none"},
        {"address_town": "町" * 121},
    ],
)
def test_a_correction_that_no_record_could_hold_is_refused_and_writes_nothing(
    desk: Client, town: Organisation, head: PersonVersion, scope: Scope, changed: dict[str, str]
) -> None:
    sent = {"version": head.pk, "ground": "notification", "name": "新　名", "name_kana": "", "address_town": "本町"}
    answer = desk.post(f"/{town.code}/work/residents/{head.person_id}/correct/", sent | changed)
    assert answer.status_code in {200, 409}
    with entered(scope):
        assert PersonVersion.objects.within(scope).count() == 1


def test_a_version_of_somebody_else_is_not_corrected_through_this_person(
    desk: Client, town: Organisation, head: PersonVersion, scope: Scope
) -> None:
    load(scope, row(addressee_number="000000000000102", name="別の　人"))
    with entered(scope):
        other = PersonVersion.objects.within(scope).get(name="別の　人")
    sent = {"version": other.pk, "ground": "notification", "name": "すり替え", "name_kana": ""}
    answer = desk.post(f"/{town.code}/work/residents/{head.person_id}/correct/", sent)
    assert answer.status_code == 409
    with entered(scope):
        assert not PersonVersion.objects.within(scope).filter(name="すり替え").exists()


def test_items_that_are_not_on_the_form_are_not_changed_by_sending_them(
    desk: Client, town: Organisation, head: PersonVersion, scope: Scope
) -> None:
    sent = {"version": head.pk, "ground": "notification", "name": "新　名", "sex": "2", "resident_state": "3"}
    desk.post(f"/{town.code}/work/residents/{head.person_id}/correct/", sent | {"person_id": "1", "organisation": "1"})
    with entered(scope):
        now = PersonVersion.objects.within(scope).latest("pk")
    assert (now.name, now.sex, now.resident_state, now.person_id) == ("新　名", "1", "1", head.person_id)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_a_method_that_no_page_has_is_refused(
    desk: Client, town: Organisation, head: PersonVersion, method: str
) -> None:
    answer = getattr(desk, method)(f"/{town.code}/work/residents/{head.person_id}/")
    assert answer.status_code == 405


@pytest.mark.parametrize("part", ["household/confirm/", "blocks/1/close/"])
def test_a_link_alone_changes_nothing(desk: Client, town: Organisation, head: PersonVersion, part: str) -> None:
    assert desk.get(f"/{town.code}/work/residents/{head.person_id}/{part}").status_code == 405


def test_a_form_from_a_strange_page_is_refused(town: Organisation, signed_in: Callable[..., Any]) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    signed_in(strict, town, "desk_clerk")
    answer = strict.post(f"/{town.code}/work/residents/", {"ground": "notification", "name": "藤沢"})
    assert answer.status_code == 403


@given(typed=st.text(max_size=40))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_one_box_answers_whatever_is_typed(desk: Client, town: Organisation, typed: str) -> None:
    answer = desk.post(f"/{town.code}/work/search/", {"q": typed.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
