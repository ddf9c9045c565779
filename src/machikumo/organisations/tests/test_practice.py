"""The practice town of a live organisation: a tenant of its own, the same people, nothing of the live town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import visitor_scope
from machikumo.kernel.tenancy.models import Organisation
from machikumo.organisations import queries
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.practice import make_practice_town
from machikumo.organisations.registration import command_scope

if TYPE_CHECKING:
    from django.test import Client

    from machikumo.organisations.models import Account


@pytest.fixture
def live(make_organisation: Any) -> Organisation:
    """A live town."""
    return make_organisation(mode="live", name="本番町", name_en="Real Town", prefecture_code="180009")  # type: ignore[no-any-return]


def roles_in(organisation: Organisation) -> dict[str, list[str]]:
    """Roles by sign-in name."""
    scope = visitor_scope(organisation)
    with entered(scope):
        people = list(queries.people_of(scope).select_related("account"))
        return {
            person.account.username: queries.roles_held(scope, person.account.pk, timezone.localdate())
            for person in people
        }


def test_the_same_people_enter_a_training_tenant_of_its_own(live: Organisation, make_staff: Any) -> None:
    clerk = make_staff(live, "desk_clerk", "section_head", name="窓口　ひろ")
    twin, new = make_practice_town(command_scope(live))
    assert (twin.code, twin.mode, twin.practice_of) == (f"{live.code}-practice", "training", live.code)
    assert (twin.name, twin.prefecture_code, twin.is_active, new) == ("本番町（練習）", "180009", True, 1)
    assert {name: sorted(roles) for name, roles in roles_in(twin).items()} == {
        clerk.account.username: ["desk_clerk", "section_head"]
    }


def test_making_it_again_lets_only_the_newcomers_in(live: Organisation, make_staff: Any) -> None:
    make_staff(live, "desk_clerk")
    twin, _new = make_practice_town(command_scope(live))
    later = make_staff(live, "auditor")
    again, new = make_practice_town(command_scope(live))
    assert (again, new) == (twin, 1)
    assert roles_in(twin)[later.account.username] == ["auditor"]
    assert len(roles_in(twin)) == 2


def test_who_has_left_or_cannot_sign_in_is_not_let_in(live: Organisation, make_staff: Any) -> None:
    gone = make_staff(live, "desk_clerk")
    scope = visitor_scope(live)
    with entered(scope):
        gone.is_active = False
        gone.save(update_fields=["is_active"])
    make_staff(live)
    twin, new = make_practice_town(command_scope(live))
    assert (new, roles_in(twin)) == (0, {})


def test_a_training_organisation_has_none(town: Organisation) -> None:
    with pytest.raises(OrganisationsError, match="自体が練習環境"):
        make_practice_town(command_scope(town))
    assert not Organisation.objects.filter(practice_of=town.code).exists()


def test_without_the_right_nothing_is_made(live: Organisation, scope_of: Any) -> None:
    with pytest.raises(Forbidden):
        make_practice_town(scope_of(live, permissions=frozenset({"organisations.manage_people"})))
    assert not Organisation.objects.filter(practice_of=live.code).exists()


def test_the_officer_makes_it_on_the_page(client: Client, live: Organisation, signed_in: Any) -> None:
    account: Account = signed_in(client, live, "information_officer")
    TOTP.activate(account, generate_totp_secret())
    address = f"/{live.code}/work/people/practice/"
    assert "練習環境を作る" in client.get(address).content.decode()
    assert client.post(f"{address}make/")["Location"] == address
    shown = client.get(address).content.decode()
    assert f"/{live.code}-practice/work/" in shown
    assert client.get(f"/{live.code}-practice/work/").status_code == 200


def test_in_the_practice_town_the_page_says_what_it_is(client: Client, town: Organisation, signed_in: Any) -> None:
    signed_in(client, town, "information_officer")
    page = client.get(f"/{town.code}/work/people/practice/").content.decode()
    assert "この団体は練習環境です" in page
    assert "練習環境を作る" not in page
