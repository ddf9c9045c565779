"""An organisation at a host of its own: its page in front, and nobody else's behind."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.__main__ import main
from machikumo.kernel.tenancy.models import Organisation
from machikumo.organisations.actions.bodies import give_host
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.registration import command_scope

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def host(town: Organisation, settings: Any) -> str:
    """The name of the town's own host."""
    name = f"town-{secrets.token_hex(4)}.example"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, name]
    give_host(command_scope(town), host_name=name)
    return name


def test_the_front_page_is_the_towns_own(client: Client, town: Organisation, host: str) -> None:
    answer = client.get("/", headers={"host": f"{host}:8443"})
    assert (answer.status_code, answer["Location"]) == (302, f"/{town.code}/")
    shown = client.get(f"/{town.code}/", headers={"host": host})
    assert shown.status_code == 200
    assert town.name in shown.content.decode()


def test_no_other_organisation_answers_there(
    client: Client, other_town: Organisation, host: str, signed_in: Any
) -> None:
    signed_in(client, other_town, "desk_clerk")
    assert client.get(f"/{other_town.code}/work/").status_code == 200
    for path in (f"/{other_town.code}/", f"/{other_town.code}/work/"):
        refused = client.get(path, headers={"host": host})
        assert refused.status_code == 404
        assert other_town.name not in refused.content.decode()


def test_sign_in_and_health_answer_at_every_host(client: Client, host: str) -> None:
    assert client.get("/sign-in/", headers={"host": host}).status_code == 200
    assert client.get("/health/", headers={"host": host}).status_code == 200


def test_at_the_common_host_the_front_page_stays_the_portal(client: Client, host: str) -> None:
    assert host
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["localhost/", "a b.example", "ex_ample.jp", "-a.example", "日本.example", "a." * 130])
def test_what_is_no_name_of_a_host_is_refused(town: Organisation, name: str) -> None:
    with pytest.raises(OrganisationsError):
        give_host(command_scope(town), host_name=name)
    town.refresh_from_db()
    assert town.host_name == ""


def test_a_host_belongs_to_one_organisation_only(other_town: Organisation, host: str) -> None:
    with pytest.raises(OrganisationsError, match="ほかの団体"):
        give_host(command_scope(other_town), host_name=host.upper())


def test_the_operator_gives_and_takes_the_name(town: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"town-{secrets.token_hex(4)}.example"
    assert main(["organisations", "host", town.code, name]) == 0
    assert name in capsys.readouterr().out
    assert Organisation.objects.get(pk=town.pk).host_name == name
    assert main(["organisations", "host", town.code, ""]) == 0
    assert Organisation.objects.get(pk=town.pk).host_name == ""
    assert main(["organisations", "host", town.code, "not a host"]) == 1
    assert "ホスト名" in capsys.readouterr().err
