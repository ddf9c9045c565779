"""The demonstration's organisations and people, from data/roles/demo.toml; refused where any organisation is live."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from machikumo.kernel.official import data_folder
from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations import queries
from machikumo.organisations.actions import bodies, people
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.domain.roles import Title
from machikumo.organisations.models import Section
from machikumo.organisations.registration import command_scope, make_group, register_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.scope import Scope
    from machikumo.organisations.models import Account


@dataclass(frozen=True, slots=True)
class Shown:
    """One button of the demo's door."""

    username: str
    name: str
    role: Title
    organisation: str
    organisation_en: str
    does: Title


@cache
def script() -> Mapping[str, Any]:
    """What the demonstration consists of."""
    with (data_folder() / "roles" / "demo.toml").open("rb") as file:
        return tomllib.load(file)


def make_demo() -> int:
    """Register every body, open the group and its members, and make one account a role; gives the number of accounts.

    Safe to repeat. Raises OrganisationsError where any organisation is live.
    """
    if queries.live_organisation_exists():
        raise OrganisationsError(
            "本番の団体がある環境には、試用のアカウントを作れません。",
            "There are live organisations: demo accounts cannot be made here.",
        )
    register_all(mode="training")
    _open_bodies(script()["group"])
    _name_bodies(script()["names_en"])
    for section in script()["sections"]:
        facts = {key: value for key, value in section.items() if key != "organisation"}
        people.add_section(_scope(section["organisation"]), **facts)
    for person in script()["people"]:
        _make_person(person)
    return len(script()["people"])


def people_to_show() -> list[Shown]:
    """The demo accounts that exist, in the order of the file."""
    known = {account.username for account in queries.demo_accounts()}
    names = queries.organisations_of(person["organisation"] for person in _people())
    return [
        Shown(
            username=person["username"],
            name=person["name"],
            role=catalogue().role(person["role"]).title,
            organisation=names[person["organisation"]].name,
            organisation_en=names[person["organisation"]].name_en,
            does=Title(*person["does"]),
        )
        for person in _people()
        if person["username"] in known
    ]


def way_of(account: Account) -> str:
    """Where a demo account begins: the work pages of its organisation, the oversight door, or the town's page."""
    person = next((person for person in _people() if person["username"] == account.username), None)
    if person is None:
        return reverse("choose_workplace")
    role = catalogue().role(person["role"])
    if not role.works_here:
        return reverse("town", kwargs={"code": person["organisation"]})
    return reverse("work_home", kwargs={"code": person["organisation"]})


def _people() -> list[Mapping[str, Any]]:
    people_of_script: list[Mapping[str, Any]] = script()["people"]
    return people_of_script


def _scope(code: str) -> Scope:
    return command_scope(queries.organisation(code), purpose="demonstration")


def _open_bodies(facts: Mapping[str, Any]) -> None:
    for code in [*facts["also_open"], *facts["members"]]:
        bodies.activate(_scope(code))
    group = make_group(code=facts["code"], name=facts["name"], name_en=facts["name_en"])
    scope = command_scope(group, purpose="demonstration")
    with entered(scope):
        missing = set(facts["members"]) - {row.member.code for row in queries.memberships(scope)}
    for code in sorted(missing):
        bodies.join_group(scope, member=code, joined_on=facts["joined_on"], reason="設立 / founding member")


def _name_bodies(names: Mapping[str, str]) -> None:
    """English names for the bodies of the demonstration that have none; the table of codes knows only Japanese ones."""
    for code, name_en in names.items():
        body = queries.organisation(code)
        if not body.name_en:
            bodies.change_appearance(_scope(code), colour=body.colour, name_en=name_en)


def _make_person(person: Mapping[str, Any]) -> None:
    account = people.make_demo_account(_scope(person["organisation"]), username=person["username"])
    if not catalogue().role(person["role"]).works_here:
        return
    scope = _scope(person["organisation"])
    with entered(scope):
        if queries.staff_member_of_account(scope, account.pk) is not None:
            return
        section = Section.objects.within(scope).filter(code=person.get("section", "")).first()
        staff = people.add_staff(
            scope,
            employee_number=person["username"].removeprefix("demo-")[:20],
            name=person["name"],
            kana=person["kana"],
            section_id=section.pk if section else None,
            username=account.username,
        )
        starts_on = script()["group"]["joined_on"]
        people.appoint(
            scope,
            staff_id=staff.pk,
            role=person["role"],
            starts_on=starts_on,
            section_id=section.pk if section else None,
        )
