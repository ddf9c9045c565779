"""A first password: given on the page, shown once, good for nothing but choosing one's own, and that for some days."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import visitor_scope
from machikumo.organisations import queries
from machikumo.organisations.actions import people
from machikumo.organisations.models import Account, StaffMember
from machikumo.organisations.passwords import SIGNS, first_password
from machikumo.organisations.registration import command_scope

if TYPE_CHECKING:
    from machikumo.kernel.tenancy.models import Organisation

OWN = "a-password-of-my-own-2026"


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Any) -> Client:
    """A browser in which the town's information officer is signed in."""
    signed_in(client, town, "information_officer")
    return client


@pytest.fixture
def newcomer(officer: Client, town: Organisation) -> StaffMember:
    """Somebody whom the officer has added and appointed on the pages."""
    name = f"new-{secrets.token_hex(4)}"
    facts = {"employee_number": "77", "name": "新人　光", "kana": "", "section": "", "username": name}
    address = officer.post(f"/{town.code}/work/people/add/", facts)["Location"]
    today = timezone.localdate()
    days = {"starts_on_era": "西暦", "starts_on_year": today.year, "starts_on_month": today.month}
    days |= {"starts_on_day": today.day, "ends_on_era": "西暦"}
    assert officer.post(address, {"role": "desk_clerk", "section": "", "reason": ""} | days).status_code == 302
    scope = visitor_scope(town)
    with entered(scope):
        return queries.people_of(scope).select_related("account").get(account__username=name)


def given(officer: Client, town: Organisation, newcomer: StaffMember) -> str:
    """The password as the officer's screen shows it."""
    answer = officer.post(f"/{town.code}/work/people/{newcomer.pk}/first-password/")
    assert "no-store" in answer["Cache-Control"]
    shown = re.search(r"<code[^>]*>([^<]+)</code>", answer.content.decode())
    assert shown
    return shown[1]


def sign_in(account: Account, password: str) -> tuple[Client, Any]:
    browser = Client()
    return browser, browser.post("/sign-in/", {"login": account.username, "password": password}, follow=True)


def change(browser: Client, password: str) -> Any:
    facts = {"oldpassword": password, "password1": OWN, "password2": OWN}
    return browser.post("/accounts/password/change/", facts, follow=True)


def test_a_newcomer_signs_in_chooses_a_password_and_works(
    officer: Client, town: Organisation, newcomer: StaffMember
) -> None:
    password = given(officer, town, newcomer)
    browser, answer = sign_in(newcomer.account, password)
    assert answer.redirect_chain[-1][0] == "/accounts/password/change/"
    assert "初回パスワードのまま" in answer.content.decode()
    assert browser.get(f"/{town.code}/work/").status_code == 302
    assert change(browser, password).redirect_chain[-1][0] == f"/{town.code}/work/"
    assert sign_in(newcomer.account, OWN)[1].redirect_chain[-1][0] == f"/{town.code}/work/"


def test_the_password_is_shown_once_and_never_by_looking(
    officer: Client, town: Organisation, newcomer: StaffMember
) -> None:
    password = given(officer, town, newcomer)
    again = officer.get(f"/{town.code}/work/people/{newcomer.pk}/first-password/").content.decode()
    assert password not in again
    assert "<code" not in again


def test_after_its_days_it_opens_nothing_and_says_whom_to_ask(
    officer: Client, town: Organisation, newcomer: StaffMember
) -> None:
    password = given(officer, town, newcomer)
    Account.objects.filter(pk=newcomer.account_id).update(first_password_until=timezone.now() - dt.timedelta(seconds=1))
    browser, answer = sign_in(newcomer.account, password)
    assert "期限が切れています" in answer.content.decode()
    assert browser.get("/accounts/password/change/").status_code == 302
    assert "_auth_user_id" not in browser.session


def test_a_new_one_ends_the_old_one(officer: Client, town: Organisation, newcomer: StaffMember) -> None:
    before, after = given(officer, town, newcomer), given(officer, town, newcomer)
    assert before != after
    assert "違います" in sign_in(newcomer.account, before)[1].content.decode()


def test_nobody_gives_one_to_oneself(officer: Client, town: Organisation, newcomer: StaffMember) -> None:
    scope = visitor_scope(town)
    with entered(scope):
        me = queries.people_of(scope).exclude(pk=newcomer.pk).get()
    assert officer.post(f"/{town.code}/work/people/{me.pk}/first-password/").status_code in {302, 409, 403}
    assert Account.objects.get(pk=me.account_id).first_password_until is None


def test_nobody_gives_one_to_who_works_elsewhere_too(
    officer: Client, town: Organisation, other_town: Organisation, newcomer: StaffMember
) -> None:
    elsewhere = command_scope(other_town)
    people.add_staff(elsewhere, employee_number="1", name="兼務", username=newcomer.account.username)
    answer = officer.post(f"/{town.code}/work/people/{newcomer.pk}/first-password/", follow=True)
    assert "ほかの団体でも使われています" in answer.content.decode()
    assert Account.objects.get(pk=newcomer.account_id).first_password_until is None


def test_a_desk_clerk_gives_none(client: Client, town: Organisation, signed_in: Any, make_staff: Any) -> None:
    signed_in(client, town, "desk_clerk")
    staff = make_staff(town, "desk_clerk")
    assert client.post(f"/{town.code}/work/people/{staff.pk}/first-password/").status_code == 403


def test_first_passwords_are_long_readable_and_never_the_same() -> None:
    made = {first_password() for _ in range(500)}
    assert len(made) == 500
    for password in made:
        groups = password.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert set("".join(groups)) <= set(SIGNS)
    assert not set(SIGNS) & set("il10o")


def test_who_has_left_is_marked_and_can_do_nothing_any_more(
    officer: Client, town: Organisation, newcomer: StaffMember
) -> None:
    password = given(officer, town, newcomer)
    browser, _answer = sign_in(newcomer.account, password)
    change(browser, password)
    assert browser.get(f"/{town.code}/work/").status_code == 200
    facts = {"name": "新人　ひかる", "kana": "シンジン　ヒカル", "section": "", "is_active": "no"}
    address = f"/{town.code}/work/people/{newcomer.pk}/"
    assert officer.post(f"{address}change/", facts)["Location"] == address
    shown = officer.get(address).content.decode()
    assert "新人　ひかる" in shown
    assert "退職" in shown
    assert browser.get(f"/{town.code}/work/").status_code == 404


def test_the_organisations_colour_and_english_name_are_changed_on_the_page(officer: Client, town: Organisation) -> None:
    address = f"/{town.code}/work/people/appearance/"
    assert "あずき" in officer.get(address).content.decode()
    assert officer.post(address, {"name_en": "Sample Town", "colour": "#00531f"})["Location"] == address
    town.refresh_from_db()
    assert (town.name_en, town.colour) == ("Sample Town", "#00531f")
    assert officer.post(address, {"name_en": "x", "colour": "#ffffff"}).status_code == 200
    town.refresh_from_db()
    assert town.colour == "#00531f"
