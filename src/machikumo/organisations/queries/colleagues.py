"""Who works here in which roles, as another organisation may be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.organisations import queries

if TYPE_CHECKING:
    from datetime import date

    from machikumo.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can sign in, and the roles held."""

    username: str
    employee_number: str
    name: str
    kana: str
    roles: tuple[str, ...]


def colleagues(scope: Scope, day: date) -> list[Colleague]:
    """Everybody who still works here, can sign in and holds a role on that day."""
    people = queries.people_of(scope).filter(is_active=True, account__isnull=False).select_related("account")
    held = queries.roles_of_people(scope, [person.pk for person in people], day)
    return [
        Colleague(str(person.account), person.employee_number, person.name, person.kana, tuple(held[person.pk]))
        for person in people
        if held.get(person.pk)
    ]
