"""What towns have released, beside the towns that this organisation looks after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.kernel.releases.domain.envelope import SignatureInvalid
from machikumo.kernel.releases.queries import checked_content, latest_of_each
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.kernel.tenancy.models import Organisation, OrganisationKind
from machikumo.organisations.queries import members_on

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from machikumo.kernel.releases.models import ReceivedRelease
    from machikumo.kernel.scope import Scope

MOVE_IN = "layouts.move_in"


@dataclass(frozen=True, slots=True)
class TownState:
    """One town and what it released about its move; ``content`` is None where nothing readable is there."""

    town: Organisation
    released: ReceivedRelease | None
    content: dict[str, Any] | None
    is_forged: bool = False

    @property
    def has_moved(self) -> bool:
        """Whether the town reported a move in which both sides agree and no row differs without a reason."""
        return bool(self.content and self.content.get("agrees") and not self.content.get("differing"))


def towns_looked_after(scope: Scope, day: date) -> QuerySet[Organisation] | list[Organisation]:
    """The towns of a prefecture, the members of a group, all towns on the platform for the ministry; else none."""
    organisation = organisation_of(scope)
    towns = Organisation.objects.filter(kind=OrganisationKind.MUNICIPALITY)
    if organisation.kind == OrganisationKind.PREFECTURE:
        return towns.filter(prefecture_code=organisation.code)
    if organisation.kind == OrganisationKind.GROUP:
        return members_on(scope, day)
    return towns.filter(is_active=True) if organisation.kind == OrganisationKind.MINISTRY else towns.none()


def move_in_states(scope: Scope, day: date) -> list[TownState]:
    """Each town with its newest readable report of its move, its signature checked."""
    released = {row.source_id: row for row in latest_of_each(scope, MOVE_IN)}
    return [_state(town, released.get(town.pk)) for town in towns_looked_after(scope, day)]


def _state(town: Organisation, row: ReceivedRelease | None) -> TownState:
    if row is None:
        return TownState(town, None, None)
    try:
        return TownState(town, row, checked_content(row))
    except SignatureInvalid:
        return TownState(town, row, None, is_forged=True)
