"""The commands of the room."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from machikumo.__main__ import parser
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation
from machikumo.organisations import queries
from machikumo.organisations.models import Account
from machikumo.organisations.registration import command_scope

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*words: str) -> int:
    chosen = parser().parse_args(["organisations", *words])
    assert chosen.needs_django
    code: int = chosen.run(chosen)
    return code


def test_registering_says_how_many_bodies_are_new(database: str, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ARG001
    assert run("register") == 0
    capsys.readouterr()
    assert run("register") == 0
    assert "0 organisations registered" in capsys.readouterr().out


def test_an_organisation_is_opened_by_its_code(
    make_organisation: Callable[..., Organisation], capsys: pytest.CaptureFixture[str]
) -> None:
    town = make_organisation(is_active=False)
    assert run("activate", town.code) == 0
    assert town.code in capsys.readouterr().out
    assert Organisation.objects.get(pk=town.pk).is_active


def test_the_first_officer_gets_a_role_and_a_password_and_there_is_only_one_first(
    make_organisation: Callable[..., Organisation], capsys: pytest.CaptureFixture[str]
) -> None:
    town = make_organisation(is_active=False)
    name = f"u{secrets.token_hex(4)}"
    facts = ["officer", town.code, "--number", "1", "--name", "情報　みさき", "--username", name]
    assert run(*facts) == 0
    password = capsys.readouterr().out.rpartition(": ")[2].strip()
    account = Account.objects.get(username=name)
    assert account.check_password(password)
    with entered(command_scope(town)) as scope:
        assert queries.roles_held(scope, account.pk, timezone.localdate()) == ["information_officer"]
    assert run("officer", town.code, "--number", "2", "--name", "別の人", "--username", f"{name}x") == 1
    assert "すでにいます" in capsys.readouterr().err


@pytest.mark.usefixtures("only_training")
def test_the_demonstration_is_made_by_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("demo") == 0
    assert "17 件" in capsys.readouterr().out


def test_a_command_for_an_unknown_code_says_so(database: str, capsys: Any) -> None:  # noqa: ARG001 - it must exist first
    assert run("officer", "000000", "--number", "1", "--name", "x", "--username", "y") == 1
    assert "登録されていません" in capsys.readouterr().err
