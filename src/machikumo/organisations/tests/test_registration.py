"""Registering every body, groups and their members; the mode that is for ever."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connections, transaction

from machikumo.kernel.official import municipalities, prefectures
from machikumo.kernel.releases import queries as releases
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation
from machikumo.organisations import queries
from machikumo.organisations.actions import bodies
from machikumo.organisations.domain.errors import OrganisationsError, PeriodError
from machikumo.organisations.registration import command_scope, make_group, register_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope

DAY = dt.date(2026, 4, 1)


@pytest.fixture
def group(database: str) -> Scope:  # noqa: ARG001 - it must exist first
    """The scope of a fresh group."""
    return command_scope(make_group(code=f"g-{secrets.token_hex(5)}", name="試験グループ"))


def test_every_body_of_the_code_table_is_registered_once(database: str) -> None:  # noqa: ARG001 - it must exist first
    register_all()
    assert register_all() == 0
    codes = {"mic"} | {place.code for place in prefectures()} | {town.code for town in municipalities()}
    kinds = list(Organisation.objects.filter(code__in=codes).values_list("kind", flat=True))
    assert (kinds.count("ministry"), kinds.count("prefecture"), kinds.count("municipality")) == (1, 47, 1741)


def test_a_registered_town_knows_its_prefecture_and_has_a_colour(database: str) -> None:  # noqa: ARG001
    register_all()
    sabae = Organisation.objects.get(code="182079")
    assert (sabae.name, sabae.prefecture_code, sabae.mode) == ("鯖江市", "180009", "training")
    assert sabae.colour != Organisation.objects.get(code="403491").colour


def test_a_registered_body_has_its_name_in_latin_letters_an_own_one_stays_and_an_empty_one_is_filled(
    database: str,  # noqa: ARG001 - it must exist first
) -> None:
    register_all()
    Organisation.objects.filter(code="182052").update(name_en="")
    Organisation.objects.filter(code="182061").update(name_en="Our own name")
    register_all()
    names = dict(Organisation.objects.filter(code__in=["182052", "182061", "180009"]).values_list("code", "name_en"))
    assert names == {"182052": "Ono City", "182061": "Our own name", "180009": "Fukui Prefecture"}


def test_activating_opens_the_door_and_may_be_repeated(make_organisation: Callable[..., Organisation]) -> None:
    town = make_organisation(is_active=False)
    assert bodies.activate(command_scope(town)).is_active
    assert bodies.activate(command_scope(town)).is_active
    assert Organisation.objects.get(pk=town.pk).is_active


@pytest.mark.parametrize(("mode", "other"), [("training", "live"), ("live", "training")])
def test_the_database_refuses_to_change_a_mode(
    make_organisation: Callable[..., Organisation], mode: str, other: str, forget_live: Any
) -> None:
    town = forget_live(make_organisation(mode=mode))
    for alias in ("default", "migration"):
        with pytest.raises(IntegrityError, match="is for ever"), transaction.atomic(using=alias):
            Organisation.objects.using(alias).filter(pk=town.pk).update(mode=other)
    assert Organisation.objects.get(pk=town.pk).mode == mode


def test_the_application_cannot_remove_an_organisation(town: Organisation) -> None:
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        connections["default"].cursor().execute("DELETE FROM tenancy_organisation WHERE id = %s", [town.pk])
    assert Organisation.objects.filter(pk=town.pk).exists()


def test_members_join_later_and_are_told_of_each_other(
    group: Scope, make_organisation: Callable[..., Organisation], scope_of: Any
) -> None:
    first, second = make_organisation(), make_organisation()
    bodies.join_group(group, member=first.code, joined_on=DAY)
    bodies.join_group(group, member=second.code, joined_on=DAY + dt.timedelta(days=90))
    with entered(group):
        assert [town.code for town in queries.members_on(group, DAY)] == [first.code]
        late = queries.members_on(group, DAY + dt.timedelta(days=90))
        assert {town.code for town in late} == {first.code, second.code}
    with entered(scope_of(first)):
        assert queries.group_fellows(scope_of(first)) == [second.code]


def test_joining_twice_keeps_one_membership(group: Scope, town: Organisation) -> None:
    bodies.join_group(group, member=town.code, joined_on=DAY)
    bodies.join_group(group, member=town.code, joined_on=DAY + dt.timedelta(days=1))
    with entered(group):
        assert queries.memberships(group).get().joined_on == DAY


def test_leaving_keeps_the_row_and_takes_the_members_list_back(
    group: Scope, make_organisation: Callable[..., Organisation], scope_of: Any
) -> None:
    stays, leaves = make_organisation(), make_organisation()
    for town in (stays, leaves):
        bodies.join_group(group, member=town.code, joined_on=DAY)
    bodies.leave_group(group, member=leaves.code, left_on=DAY + dt.timedelta(days=364), reason="脱退")
    with entered(group):
        assert queries.memberships(group).count() == 2
        assert [town.code for town in queries.members_on(group, DAY + dt.timedelta(days=365))] == [stays.code]
    with entered(scope_of(leaves)):
        assert list(releases.received(scope_of(leaves))) == []
    with entered(scope_of(stays)):
        assert queries.group_fellows(scope_of(stays)) == []


def test_a_member_that_left_may_join_again(group: Scope, town: Organisation) -> None:
    bodies.join_group(group, member=town.code, joined_on=DAY)
    bodies.leave_group(group, member=town.code, left_on=DAY)
    bodies.join_group(group, member=town.code, joined_on=DAY + dt.timedelta(days=400))
    with entered(group):
        assert queries.memberships(group).count() == 2


def test_leaving_before_joining_is_refused(group: Scope, town: Organisation) -> None:
    bodies.join_group(group, member=town.code, joined_on=DAY)
    with pytest.raises(PeriodError):
        bodies.leave_group(group, member=town.code, left_on=DAY - dt.timedelta(days=1))


def test_only_members_can_leave_and_only_municipalities_can_join(group: Scope, town: Organisation) -> None:
    with pytest.raises(OrganisationsError, match="構成団体ではありません"):
        bodies.leave_group(group, member=town.code, left_on=DAY)
    with pytest.raises(OrganisationsError, match="登録されていません"):
        bodies.join_group(group, member=group.organisation_code, joined_on=DAY)


def test_live_and_training_do_not_share_a_group(
    group: Scope, make_organisation: Callable[..., Organisation], forget_live: Any
) -> None:
    live = forget_live(make_organisation(mode="live"))
    with pytest.raises(OrganisationsError, match="同じグループに入れません"):
        bodies.join_group(group, member=live.code, joined_on=DAY)


@pytest.mark.parametrize("code", ["182079", "共同", "a b", ""])
def test_a_group_has_a_slug_of_its_own(database: str, code: str) -> None:  # noqa: ARG001 - it must exist first
    with pytest.raises(OrganisationsError, match="グループのコード"):
        make_group(code=code, name="試験")


def test_the_look_of_an_organisation_changes_within_the_readable_colours(town: Organisation) -> None:
    scope = command_scope(town)
    assert bodies.change_appearance(scope, colour="#00531f", name_en="Test Town").colour == "#00531f"
    with pytest.raises(OrganisationsError, match="文字が読みにくく"):
        bodies.change_appearance(scope, colour="#ffff00", name_en="Test Town")
