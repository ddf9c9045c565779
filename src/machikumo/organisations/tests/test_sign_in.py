"""Signing in and out, by password and by the demo's door."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction
from django.urls import reverse

from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import visitor_scope
from machikumo.organisations.models import Account, Appointment, Workplace

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation

PASSWORD = "correct-horse-battery-staple"


def events(organisation: Organisation) -> list[str]:
    """What the organisation's ledger tells, oldest first."""
    with transaction.atomic(using="auditor"), connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(organisation.pk)])
        cursor.execute("SELECT event FROM ledger_entry ORDER BY id")
        return [event for (event,) in cursor.fetchall()]


@pytest.fixture
def clerk(town: Organisation, make_staff: Any) -> Account:
    """A desk clerk of the town with a password."""
    account = Account.objects.get(pk=make_staff(town, "desk_clerk").account_id)
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in(client: Client, name: str, password: str, **extra: str) -> Any:
    return client.post("/sign-in/", {"login": name, "password": password} | extra)


def test_the_right_password_leads_to_the_work_of_the_only_organisation(
    client: Client, town: Organisation, clerk: Account
) -> None:
    response = sign_in(client, clerk.username, PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/sign-in/where/")
    assert client.get("/sign-in/where/")["Location"] == f"/{town.code}/work/"
    page = client.get(f"/{town.code}/work/")
    assert page.status_code == 200
    assert "窓口担当" in page.content.decode()


def test_who_wanted_a_page_gets_it_after_signing_in(client: Client, town: Organisation, clerk: Account) -> None:
    wanted = f"/{town.code}/work/search/?q=x"
    first = client.get(wanted)
    assert first["Location"].startswith("/sign-in/?next=")
    assert sign_in(client, clerk.username, PASSWORD, next=wanted)["Location"] == wanted


def test_the_way_back_never_leaves_this_host(client: Client, clerk: Account) -> None:
    response = sign_in(client, clerk.username, PASSWORD, next="https://elsewhere.example/")
    assert response["Location"] == "/sign-in/where/"


def test_a_wrong_name_and_a_wrong_password_read_the_same(client: Client, clerk: Account) -> None:
    unknown = sign_in(client, f"nobody-{secrets.token_hex(4)}", PASSWORD).content.decode()
    wrong = sign_in(client, clerk.username, "not-the-password").content.decode()
    message = "サインイン名またはパスワードが違います"
    assert message in unknown
    assert message in wrong


def test_failures_are_told_to_the_ledger_of_the_persons_organisation(
    client: Client, town: Organisation, clerk: Account
) -> None:
    sign_in(client, clerk.username, "not-the-password")
    assert events(town) == ["session.refused"]


def test_the_ledger_hears_of_a_session_once_and_of_its_end(client: Client, town: Organisation, clerk: Account) -> None:
    sign_in(client, clerk.username, PASSWORD)
    client.get(f"/{town.code}/work/")
    client.get(f"/{town.code}/work/tasks/")
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert events(town) == ["session.entered", "session.ended"]
    assert client.get(f"/{town.code}/work/").status_code == 302


def test_an_entry_that_ended_in_an_error_is_told_again(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "field_worker")
    assert client.get(f"/{town.code}/work/people/").status_code == 403
    assert events(town) == []
    client.get(f"/{town.code}/work/")
    assert events(town) == ["session.entered"]


def test_after_five_failures_even_the_right_password_has_to_wait(client: Client, clerk: Account) -> None:
    for _attempt in range(5):
        sign_in(client, clerk.username, "not-the-password")
    response = sign_in(client, clerk.username, PASSWORD)
    assert response.status_code == 200
    assert "しばらくサインインできません" in response.content.decode()


def test_nobody_signs_themselves_up(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404


def test_signing_out_by_a_link_is_refused(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "desk_clerk")
    assert client.get("/sign-out/").status_code == 405
    assert client.get(f"/{town.code}/work/").status_code == 200


def test_several_workplaces_are_offered_and_none_says_whom_to_ask(
    client: Client, town: Organisation, other_town: Organisation, signed_in: Any
) -> None:
    account = signed_in(client, town, "desk_clerk")
    signed_in(client, other_town, "auditor", account=account)
    page = client.get("/sign-in/where/").content.decode()
    assert town.name in page
    assert other_town.name in page
    Workplace.objects.filter(account=account).delete()
    assert "役割の任命を依頼してください" in client.get("/sign-in/where/").content.decode()


def test_a_person_with_two_roles_changes_between_them(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "desk_clerk", "open_data_clerk")
    assert "役割を切り替える" in client.get(f"/{town.code}/work/").content.decode()
    assert client.post(f"/{town.code}/work/role/", {"role": "open_data_clerk"})["Location"] == f"/{town.code}/work/"
    assert client.get(f"/{town.code}/work/").wsgi_request.scope.role == "open_data_clerk"
    assert client.post(f"/{town.code}/work/role/", {"role": "ciso"}).status_code == 404
    assert events(town) == ["session.entered", "session.role_chosen"]


def test_a_shared_desk_is_signed_out_after_the_roles_minutes(
    client: Client, town: Organisation, signed_in: Any
) -> None:
    signed_in(client, town, "desk_clerk")
    client.get(f"/{town.code}/work/")
    session = client.session
    session["machikumo_seen_at"] = time.time() - 10 * 60 - 5
    session.save()
    response = client.get(f"/{town.code}/work/tasks/")
    assert response["Location"].startswith("/sign-in/?next=")
    assert "しばらく操作がなかった" in client.get(response["Location"]).content.decode()
    assert events(town) == ["session.entered", "session.expired"]


def test_within_the_minutes_the_session_goes_on_and_can_be_kept(
    client: Client, town: Organisation, signed_in: Any
) -> None:
    signed_in(client, town, "desk_clerk")
    client.get(f"/{town.code}/work/")
    session = client.session
    session["machikumo_seen_at"] = time.time() - 9 * 60
    session.save()
    answer = client.post("/sign-in/still-here/", headers={"Accept": "application/json"})
    assert answer.json() == {"minutes": 10}
    assert client.session["machikumo_seen_at"] > time.time() - 60
    assert client.post("/sign-in/still-here/")["Location"] == "/sign-in/where/"


def test_pages_of_a_signed_in_person_carry_the_warning_of_the_end(
    client: Client, town: Organisation, signed_in: Any
) -> None:
    assert "data-idle-minutes" not in client.get("/sign-in/").content.decode()
    signed_in(client, town, "desk_clerk")
    client.get(f"/{town.code}/work/")
    page = client.get(f"/{town.code}/work/tasks/").content.decode()
    assert 'data-idle-minutes="10"' in page
    assert 'action="/sign-in/still-here/"' in page


def test_a_live_organisation_demands_a_second_factor(
    client: Client, make_organisation: Any, forget_live: Any, signed_in: Any
) -> None:
    live = forget_live(make_organisation(mode="live"))
    signed_in(client, live, "desk_clerk")
    response = client.get(f"/{live.code}/work/")
    assert response["Location"] == reverse("mfa_index")


def demo_account(town: Organisation, make_staff: Any) -> Account:
    account = Account.objects.create(username=f"demo-{secrets.token_hex(4)}", is_demo=True)
    make_staff(town, "desk_clerk", account=account)
    return account


@pytest.mark.usefixtures("only_training")
def test_the_demos_door_signs_in_with_one_button(client: Client, town: Organisation, make_staff: Any) -> None:
    account = demo_account(town, make_staff)
    assert "練習用の環境です" in client.get("/demo/").content.decode()
    response = client.post("/demo/sign-in/", {"account": account.username})
    assert response["Location"] == "/sign-in/where/"
    assert client.get(f"/{town.code}/work/").status_code == 200


@pytest.mark.usefixtures("only_training")
def test_the_demos_door_opens_for_demo_accounts_only(
    client: Client, town: Organisation, make_staff: Any, clerk: Account
) -> None:
    demo_account(town, make_staff)
    for name in (clerk.username, "nobody", ""):
        assert client.post("/demo/sign-in/", {"account": name}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("only_training")
def test_one_live_organisation_closes_the_demos_door_and_ends_its_sessions(
    client: Client, town: Organisation, make_staff: Any, make_organisation: Any, forget_live: Any
) -> None:
    account = demo_account(town, make_staff)
    client.post("/demo/sign-in/", {"account": account.username})
    assert client.get(f"/{town.code}/work/").status_code == 200
    forget_live(make_organisation(mode="live", is_active=False))
    assert client.get(f"/{town.code}/work/").status_code == 404
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/sign-in/", {"account": account.username}).status_code == 404


def test_an_appointment_that_ends_takes_the_next_page_away(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "desk_clerk")
    assert client.get(f"/{town.code}/work/").status_code == 200
    with entered(visitor_scope(town)) as scope:
        Appointment.objects.within(scope).update(ends_on="2020-04-02")
    assert client.get(f"/{town.code}/work/").status_code == 404


@pytest.mark.usefixtures("only_training")
def test_changing_from_one_demo_account_to_another_ends_the_first_session_in_the_ledger(
    client: Client, town: Organisation, make_staff: Any
) -> None:
    first, second = demo_account(town, make_staff), demo_account(town, make_staff)
    client.post("/demo/sign-in/", {"account": first.username})
    client.get(f"/{town.code}/work/")
    client.post("/demo/sign-in/", {"account": second.username})
    client.get(f"/{town.code}/work/")
    assert events(town) == ["session.entered", "session.ended", "session.entered"]


def test_rows_name_themselves_for_people(town: Organisation, make_staff: Any) -> None:
    staff = make_staff(town, "desk_clerk", name="山田　花子")
    place = Workplace.objects.get(account_id=staff.account_id)
    assert str(place) == f"{staff.account_id} → {town.pk}"
    assert str(staff) == "山田　花子"
    with entered(visitor_scope(town)) as scope:
        assert str(Appointment.objects.within(scope).get()) == "desk_clerk 2020-04-01"


def test_failures_of_one_caller_behind_the_proxy_shut_out_nobody_else(
    client: Client, clerk: Any, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    ours, theirs = (f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{last}" for last in (1, 2))
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    for _ in range(4):
        facts = {"login": f"nobody-{secrets.token_hex(4)}", "password": "wrong-password"}
        client.post("/sign-in/", facts, headers={"x-forwarded-for": theirs})
    shut = client.post("/sign-in/", facts, headers={"x-forwarded-for": theirs})
    assert "しばらくサインインできません" in shut.content.decode()
    facts = {"login": clerk.username, "password": PASSWORD}
    assert client.post("/sign-in/", facts, headers={"x-forwarded-for": ours}).status_code == 302
