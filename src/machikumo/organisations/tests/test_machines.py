"""Machines come in by tokens: kept as hashes, ended by time or by hand, counted by the minute, told in the ledger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from machikumo.kernel.errors import Forbidden, NotFound
from machikumo.kernel.ledger.queries import Filters, all_entries_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations.actions import machines as actions
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.domain.machines import Kept, Standing, make_token, read_token, standing_of, uses_in
from machikumo.organisations.machines import machine_scope
from machikumo.organisations.models import Machine, MachineToken

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.machines import Admission
    from machikumo.kernel.tenancy.models import Organisation

NOW = dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)
MAY = "feeds.receive"


def machine(scope: Scope, **facts: Any) -> Machine:
    return actions.register_machine(scope, **({"key": "kasumi", "name": "霞", "permissions": {MAY}} | facts))


def token(scope: Scope, one: Machine, **facts: Any) -> tuple[MachineToken, str]:
    return actions.issue_token(scope, machine_id=one.pk, **facts)


def enter(town: Organisation, text: str) -> Admission:
    return machine_scope(town, text, "daily_feed")


def told(scope: Scope, event: str) -> list[dict[str, Any]]:
    with entered(scope):
        return [entry.facts for entry in all_entries_of(scope, Filters(event=event), limit=100)]


def kept(**facts: Any) -> Kept:
    usual = {"digest": make_token(b"x" * 38).digest, "expires_at": NOW + dt.timedelta(days=1), "revoked_at": None}
    return Kept(**(usual | {"is_open": True, "per_minute": 2, "minute": None, "uses": 0} | facts))


# --- the rules


def test_a_token_is_read_as_it_was_made_and_other_texts_are_none() -> None:
    made = make_token(bytes(range(38)))
    assert read_token(made.text) == made
    assert len(made.secret) == 43
    for text in (
        "",
        "mk1",
        "mk1_abc_x",
        "mk2_000102030405_x",
        f"{made.text}_",
        "mk1_000102030405_",
        "mk1_０00102030405_x",
    ):
        assert read_token(text) is None
    with pytest.raises(ValueError, match="38"):
        make_token(b"short")


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ({}, Standing.VALID),
        ({"digest": "0" * 64}, Standing.WRONG),
        ({"is_open": False}, Standing.CLOSED),
        ({"revoked_at": NOW}, Standing.REVOKED),
        ({"expires_at": NOW}, Standing.EXPIRED),
        ({"minute": NOW, "uses": 2}, Standing.TOO_MANY),
        ({"minute": NOW - dt.timedelta(seconds=60), "uses": 2}, Standing.VALID),
        ({"minute": NOW, "uses": 1}, Standing.VALID),
    ],
)
def test_a_token_is_valid_until_something_speaks_against_it(facts: dict[str, Any], standing: Standing) -> None:
    assert standing_of(kept(**facts), make_token(b"x" * 38), NOW) is standing
    assert uses_in(kept(), NOW) == 0


# --- tokens in the database


def test_only_a_hash_of_the_token_is_kept(scope: Scope) -> None:
    row, text = token(scope, machine(scope))
    secret = text.rpartition("_")[2]
    with entered(scope):
        values = MachineToken.objects.within(scope).filter(pk=row.pk).values().get()
    assert secret not in str(values)
    assert text not in str(told(scope, "machine."))


def test_a_token_opens_what_its_machine_may_and_each_use_is_told(scope: Scope, town: Organisation) -> None:
    _row, text = token(scope, machine(scope))
    found = enter(town, text)
    assert found.scope is not None
    assert (found.scope.person, found.scope.role, found.scope.permissions) == ("machine:kasumi", "machine", {MAY})
    assert found.scope.training
    enter(town, text)
    assert [one["actor"] for one in told(scope, "machine.used")] == ["machine:kasumi"] * 2


def test_another_towns_token_a_wrong_one_and_none_open_nothing(
    scope: Scope, town: Organisation, other_town: Organisation
) -> None:
    _row, text = token(scope, machine(scope))
    wrong = f"{text[:-3]}xyz"
    assert [enter(where, what).status for where, what in ((other_town, text), (town, wrong), (town, ""))] == [401] * 3
    assert [one["details"]["reason"] for one in told(scope, "machine.refused")] == ["wrong"]


def test_a_token_ends_by_time_by_hand_and_with_its_machine(scope: Scope, town: Organisation) -> None:
    one = machine(scope)
    old, text = token(scope, one, days=1)
    _second, other = token(scope, one)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1)):
        assert enter(town, text).status == 401
        assert enter(town, other).scope is not None
    actions.revoke_token(scope, machine_id=one.pk, token_id=old.pk)
    actions.revoke_token(scope, machine_id=one.pk, token_id=old.pk)
    assert enter(town, text).status == 401
    actions.close_machine(scope, machine_id=one.pk)
    assert enter(town, other).status == 401
    with pytest.raises(OrganisationsError):
        token(scope, one)


def test_a_rotated_token_still_opens_for_a_day(scope: Scope, town: Organisation) -> None:
    one = machine(scope)
    _old, text = token(scope, one)
    _new, fresh = token(scope, one, rotate=True)
    assert enter(town, text).scope is not None
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1)):
        assert enter(town, text).scope is None
        assert enter(town, fresh).scope is not None


def test_a_machine_that_asks_too_often_is_told_when_to_come_again(scope: Scope, town: Organisation) -> None:
    _row, text = token(scope, machine(scope, per_minute=2))
    answers = [enter(town, text) for _ in range(5)]
    assert [one.status for one in answers] == [200, 200, 429, 429, 429]
    assert 0 < answers[2].retry_after <= 61
    assert len(told(scope, "machine.refused")) == 1, "a flood does not fill the ledger"
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61)):
        assert enter(town, text).scope is not None


@pytest.mark.parametrize(
    "facts", [{"key": "X"}, {"name": " "}, {"permissions": set()}, {"permissions": {"register.view"}}]
)
def test_a_machine_may_only_what_machines_may(scope: Scope, facts: dict[str, Any]) -> None:
    with pytest.raises(OrganisationsError):
        machine(scope, **facts)


def test_a_key_is_taken_once_a_token_has_an_end_and_an_officer_is_needed(
    scope: Scope, town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    one = machine(scope)
    with pytest.raises(OrganisationsError):
        machine(scope)
    for days in (0, 401):
        with pytest.raises(OrganisationsError):
            token(scope, one, days=days)
    with pytest.raises(Forbidden):
        token(scope_of(town, permissions=frozenset({MAY})), one)


def test_another_towns_machine_is_not_found(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    one = machine(scope)
    with pytest.raises(NotFound):
        token(scope_of(other_town), one)


# --- pages


def test_an_officer_registers_a_machine_and_sees_its_token_once(
    client: Client, town: Organisation, signed_in: Callable[..., Any], scope: Scope
) -> None:
    signed_in(client, town, "information_officer")
    address = f"/{town.code}/work/people/machines/"
    assert client.get(address).status_code == 200
    fields = {"name": "霞", "key": "kasumi", "permissions": [MAY], "per_minute": "60"}
    client.post(address, fields)
    assert "もう使われています" in client.post(address, fields).content.decode()
    with entered(scope):
        one = Machine.objects.within(scope).get(key="kasumi")
    page = f"{address}{one.pk}/"
    shown = client.post(page, {"days": "30", "rotate": "on"}).content.decode()
    text = shown.partition("<code>mk1_")[2].partition("</code>")[0]
    assert enter(town, f"mk1_{text}").scope is not None
    assert "mk1_" not in client.get(page).content.decode()
    with entered(scope):
        row = MachineToken.objects.within(scope).get(machine=one)
    client.post(f"{page}tokens/{row.pk}/revoke/")
    assert "失効" in client.get(page).content.decode()
    client.post(f"{page}close/")
    client.post(page, {"days": "30"})
    with entered(scope):
        assert MachineToken.objects.within(scope).count() == 1
    assert enter(town, f"mk1_{text}").scope is None
