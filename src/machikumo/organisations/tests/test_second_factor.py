"""Authenticator app, recovery codes and passkeys, as a person meets them."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connections

from machikumo.organisations.models import Account
from machikumo.organisations.tests.soft_key import SoftKey
from machikumo.organisations.tests.test_sign_in import PASSWORD, events

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def clerk(town: Organisation, make_staff: Any) -> Account:
    """A desk clerk with a password."""
    account = Account.objects.get(pk=make_staff(town, "desk_clerk").account_id)
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in(client: Client, account: Account) -> Any:
    return client.post("/sign-in/", {"login": account.username, "password": PASSWORD})


def confirm(client: Client) -> None:
    """Enter the password once more, as security settings demand."""
    assert client.post("/accounts/confirm/", {"password": PASSWORD}).status_code == 302


def code_of(secret: str, steps: int = 0) -> str:
    """What the app would show now, or some steps of 30 seconds later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def set_up_app(client: Client) -> str:
    """Activate the authenticator app of who is signed in; gives the secret."""
    confirm(client)
    page = client.get("/accounts/second-factor/totp/activate/").content.decode()
    found = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert found
    response = client.post("/accounts/second-factor/totp/activate/", {"code": code_of(found[1])})
    assert response.status_code == 302
    return found[1]


def test_with_an_app_the_password_alone_opens_nothing(client: Client, town: Organisation, clerk: Account) -> None:
    sign_in(client, clerk)
    secret = set_up_app(client)
    client.post("/sign-out/")
    assert sign_in(client, clerk)["Location"] == "/accounts/second-factor/authenticate/"
    assert client.get(f"/{town.code}/work/").status_code == 302
    page = client.post("/accounts/second-factor/authenticate/", {"code": "000000"})
    assert "確認コードが違います" in page.content.decode()
    done = client.post("/accounts/second-factor/authenticate/", {"code": code_of(secret, 1)})
    assert done["Location"] == "/sign-in/where/"
    assert client.get(f"/{town.code}/work/").status_code == 200
    assert "session.refused" in events(town)


def test_the_secret_lies_encrypted_in_the_database(client: Client, clerk: Account) -> None:
    sign_in(client, clerk)
    secret = set_up_app(client)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE user_id = %s", [clerk.pk])
        stored = " ".join(text for (text,) in cursor.fetchall())
    assert secret not in stored
    assert "secret" in stored


def test_each_recovery_code_works_once(client: Client, clerk: Account) -> None:
    sign_in(client, clerk)
    set_up_app(client)
    page = client.get("/accounts/second-factor/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>([0-9a-zA-Z-]+)</code></li>", page)
    assert len(codes) == 10
    for outcome in (302, 200):
        client.post("/sign-out/")
        sign_in(client, clerk)
        response = client.post("/accounts/second-factor/authenticate/", {"code": codes[0]})
        assert response.status_code == outcome


def test_in_a_live_organisation_the_app_opens_the_door(
    client: Client, make_organisation: Any, forget_live: Any, make_staff: Any
) -> None:
    live = forget_live(make_organisation(mode="live"))
    account = Account.objects.get(pk=make_staff(live, "desk_clerk").account_id)
    account.set_password(PASSWORD)
    account.save()
    sign_in(client, account)
    refused = client.get(f"/{live.code}/work/")
    assert refused["Location"] == "/accounts/second-factor/"
    assert "二要素認証が必要です" in client.get(refused["Location"]).content.decode()
    set_up_app(client)
    assert client.get(f"/{live.code}/work/").status_code == 200


def test_a_passkey_signs_in_without_a_password_and_counts_as_second_factor(
    client: Client, town: Organisation, clerk: Account
) -> None:
    key = SoftKey("http://testserver")
    sign_in(client, clerk)
    confirm(client)
    page = client.get("/accounts/second-factor/webauthn/add/")
    options = page.context["js_data"]["creation_options"]
    credential = key.create(options)
    facts = {"name": "窓口の端末", "passwordless": "on", "credential": json.dumps(credential)}
    assert client.post("/accounts/second-factor/webauthn/add/", facts).status_code == 302
    assert Authenticator.objects.filter(user=clerk, type=Authenticator.Type.WEBAUTHN).count() == 1
    assert "窓口の端末" in client.get("/accounts/second-factor/webauthn/").content.decode()
    client.post("/sign-out/")
    asked = client.get("/accounts/second-factor/webauthn/login/", headers={"Accept": "application/json"}).json()
    answer = key.get(asked["request_options"])
    done = client.post("/accounts/second-factor/webauthn/login/", {"credential": json.dumps(answer)})
    assert done["Location"] == "/sign-in/where/"
    assert client.get(f"/{town.code}/work/").status_code == 200


def test_a_passkeys_answer_cannot_be_used_twice(client: Client, clerk: Account) -> None:
    key = SoftKey("http://testserver")
    sign_in(client, clerk)
    confirm(client)
    options = client.get("/accounts/second-factor/webauthn/add/").context["js_data"]["creation_options"]
    facts = {"name": "a", "passwordless": "on", "credential": json.dumps(key.create(options))}
    client.post("/accounts/second-factor/webauthn/add/", facts)
    client.post("/sign-out/")
    asked = client.get("/accounts/second-factor/webauthn/login/", headers={"Accept": "application/json"}).json()
    answer = {"credential": json.dumps(key.get(asked["request_options"]))}
    assert client.post("/accounts/second-factor/webauthn/login/", answer)["Location"] == "/sign-in/where/"
    client.post("/sign-out/")
    client.post("/accounts/second-factor/webauthn/login/", answer)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "address",
    [
        "",
        "totp/activate/",
        "webauthn/",
        "webauthn/add/",
        "recovery-codes/generate/",
    ],
)
def test_every_page_of_the_second_factor_is_in_both_languages(client: Client, clerk: Account, address: str) -> None:
    sign_in(client, clerk)
    confirm(client)
    if address.startswith("recovery"):
        set_up_app(client)
    japanese = client.get(f"/accounts/second-factor/{address}")
    client.cookies["machikumo_language"] = "en"
    english = client.get(f"/accounts/second-factor/{address}")
    assert (japanese.status_code, english.status_code) == (200, 200)
    assert 'lang="ja"' in japanese.content.decode()
    assert 'lang="en"' in english.content.decode()


def test_changing_security_settings_asks_for_the_password_again(client: Client, clerk: Account) -> None:
    sign_in(client, clerk)
    response = client.get("/accounts/second-factor/totp/activate/")
    assert response["Location"].startswith("/accounts/confirm/")
    assert "もう一度パスワード" in client.get(response["Location"]).content.decode()


def test_the_password_can_be_changed_and_a_short_one_is_refused(client: Client, clerk: Account) -> None:
    sign_in(client, clerk)
    facts = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert client.post("/accounts/password/change/", facts).status_code == 200
    new = "another-long-passphrase"
    changed = client.post("/accounts/password/change/", facts | {"password1": new, "password2": new})
    assert changed.status_code == 302
    clerk.refresh_from_db()
    assert clerk.check_password(new)
