"""Signing in through an OpenID Connect provider, with the provider played by the test."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount

from machikumo.organisations.adapters import ProviderAdapter
from machikumo.organisations.models import Account
from machikumo.site import environment

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation

SERVER = "https://provider.example"
CLIENT = "machikumo"
START = "/accounts/provider/town/login/"


@dataclass
class Answer:
    """What the provider's server answers."""

    facts: dict[str, Any]
    status_code: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    def json(self) -> dict[str, Any]:
        return self.facts

    def raise_for_status(self) -> None:
        """Always well."""


@dataclass
class Provider:
    """The provider: its configuration, its token, its person."""

    claims: dict[str, Any]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is open."""

    def get(self, url: str, **_options: Any) -> Answer:
        if url.endswith("openid-configuration"):
            names = {"authorization_endpoint": "/authorise", "token_endpoint": "/token", "userinfo_endpoint": "/me"}
            return Answer({"issuer": SERVER, "jwks_uri": f"{SERVER}/keys"} | {k: SERVER + v for k, v in names.items()})
        return Answer(self.claims)

    def request(self, _method: str, _url: str, **options: Any) -> Answer:
        self.asked.append(options.get("data") or {})
        now = int(time.time())
        facts = {"iss": SERVER, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": self.claims["sub"]}
        token = jwt.encode(facts | self.claims, secrets.token_hex(32), algorithm="HS256")
        return Answer({"access_token": "x", "token_type": "bearer", "id_token": token})

    post = request


def app(**settings: Any) -> dict[str, Any]:
    facts = {"provider_id": "town", "name": "庁内の認証基盤", "client_id": CLIENT, "secret": "s"}
    return facts | {"settings": {"server_url": SERVER} | settings}


@pytest.fixture
def provider(town: Organisation, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A provider of the town whose person is not known here yet."""
    apps = [app(organisations=[town.code])]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
    played = Provider({"sub": secrets.token_hex(6), "preferred_username": f"p{secrets.token_hex(4)}"})
    monkeypatch.setattr(ProviderAdapter, "get_requests_session", lambda _self: played)
    return played


def come_back(client: Client) -> Any:
    """Go to the provider and come back with a code."""
    there = client.get(START)["Location"]
    asked = parse_qs(urlsplit(there).query)
    return client.get(f"{START}callback/", {"code": "c", "state": asked["state"][0]})


def test_the_way_to_the_provider_is_on_the_sign_in_page_and_carries_a_challenge(
    client: Client, provider: Provider
) -> None:
    assert "庁内の認証基盤" in client.get("/sign-in/").content.decode()
    there = urlsplit(client.get(START)["Location"])
    asked = parse_qs(there.query)
    assert f"{there.scheme}://{there.netloc}" == SERVER
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://testserver{START}callback/"]
    assert provider.asked == []


def test_a_person_who_is_known_here_signs_in(
    client: Client, provider: Provider, town: Organisation, make_staff: Any
) -> None:
    account = Account.objects.create_user(provider.claims["preferred_username"])
    make_staff(town, "desk_clerk", account=account)
    assert come_back(client)["Location"] == "/sign-in/where/"
    assert client.get(f"/{town.code}/work/").status_code == 200
    assert provider.asked[0]["code_verifier"]
    client.post("/sign-out/")
    assert come_back(client)["Location"] == "/sign-in/where/"


def test_a_person_who_is_not_known_here_gets_no_account(client: Client, provider: Provider) -> None:
    assert come_back(client)["Location"] == "/sign-in/"
    assert "登録されていません" in client.get("/sign-in/").content.decode()
    assert not Account.objects.filter(username=provider.claims["preferred_username"]).exists()


def test_a_demo_account_cannot_be_reached_by_a_provider(client: Client, provider: Provider) -> None:
    Account.objects.create(username=provider.claims["preferred_username"], is_demo=True)
    assert come_back(client)["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_a_provider_that_claims_a_name_of_another_town_lets_nobody_in(
    client: Client, provider: Provider, other_town: Organisation, make_staff: Any
) -> None:
    victim = Account.objects.create_user(provider.claims["preferred_username"])
    make_staff(other_town, "information_officer", account=victim)
    assert come_back(client)["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.filter(user=victim).exists()


def test_who_works_elsewhere_too_does_not_come_in_by_one_towns_provider(
    client: Client, provider: Provider, town: Organisation, other_town: Organisation, make_staff: Any
) -> None:
    account = Account.objects.create_user(provider.claims["preferred_username"])
    make_staff(town, "desk_clerk", account=account)
    make_staff(other_town, "desk_clerk", account=account)
    assert come_back(client)["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_a_session_by_a_towns_provider_opens_no_page_of_another_town(
    client: Client, provider: Provider, town: Organisation, other_town: Organisation, make_staff: Any
) -> None:
    account = Account.objects.create_user(provider.claims["preferred_username"])
    make_staff(town, "desk_clerk", account=account)
    come_back(client)
    make_staff(other_town, "desk_clerk", account=account)
    assert client.get(f"/{town.code}/work/").status_code == 200
    assert client.get(f"/{other_town.code}/work/").status_code == 404
    client.post("/sign-out/")
    assert come_back(client)["Location"] == "/sign-in/"  # joined before, and still refused


def test_a_provider_that_names_no_organisation_lets_nobody_in(
    client: Client, provider: Provider, settings: Any, town: Organisation, make_staff: Any
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app()]}}
    make_staff(town, "desk_clerk", account=Account.objects.create_user(provider.claims["preferred_username"]))
    assert come_back(client)["Location"] == "/sign-in/"


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, provider: Provider) -> None:
    Account.objects.create_user(provider.claims["preferred_username"])
    client.get(f"{START}callback/", {"code": "c", "state": "made-up"})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("asks_for_two", "opens"), [(True, 200), (False, 302)])
def test_a_live_organisation_trusts_a_provider_that_asks_for_two_factors(
    client: Client, provider: Provider, settings: Any, make_organisation: Any, forget_live: Any, make_staff: Any,
    *, asks_for_two: bool, opens: int,
) -> None:  # fmt: skip
    live = forget_live(make_organisation(mode="live"))
    apps = [app(second_factor=asks_for_two, organisations=[live.code])]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    make_staff(live, "desk_clerk", account=Account.objects.create_user(provider.claims["preferred_username"]))
    come_back(client)
    assert client.get(f"/{live.code}/work/").status_code == opens


def test_the_file_of_providers_is_read_and_none_is_the_default(tmp_path: Path) -> None:
    file = tmp_path / "oidc.toml"
    lines = ['key = "town"', 'name = "庁内"', f'server = "{SERVER}"', 'client_id = "a"', 'secret = "b"']
    lines.append('organisations = ["132098"]')
    file.write_text("\n".join(["[[provider]]", *lines, "second_factor = true"]), encoding="utf-8")
    (found,) = environment.sign_in_providers(environment.read({"MACHIKUMO_OIDC": str(file)}))
    assert (found["provider_id"], found["client_id"]) == ("town", "a")
    assert found["settings"] == {
        "server_url": SERVER,
        "organisations": ["132098"],
        "second_factor": True,
        "username_claim": "preferred_username",
    }
    assert environment.sign_in_providers(environment.read({})) == []
