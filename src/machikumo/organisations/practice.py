"""Making a practice town: a step in the live organisation, then steps in the new one; each keeps its own ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations.actions.bodies import activate
from machikumo.organisations.actions.practice import open_practice_town, welcome
from machikumo.organisations.queries.colleagues import colleagues
from machikumo.organisations.registration import command_scope

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def make_practice_town(scope: Scope) -> tuple[Organisation, int]:
    """The practice town with the people of the live organisation, and how many of them are new; safe to repeat."""
    twin = open_practice_town(scope)
    with entered(scope):
        known = colleagues(scope, timezone.localdate())
    there = replace(command_scope(twin), person=f"organisation:{scope.organisation_code}")
    return activate(there), welcome(there, colleagues=known)
