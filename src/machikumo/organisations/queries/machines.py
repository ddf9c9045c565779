"""Machines of an organisation, and their tokens as far as they can be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.errors import NotFound
from machikumo.organisations.models.machines import Machine, MachineToken

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope


def machines(scope: Scope) -> QuerySet[Machine]:
    """The machines, those in use first."""
    return Machine.objects.within(scope).order_by("-closed_at", "key")


def machine_of(scope: Scope, machine_id: int) -> Machine:
    """One machine; NotFound for any other organisation's."""
    found = Machine.objects.within(scope).filter(pk=machine_id).first()
    if found is None:
        raise NotFound
    return found


def tokens_of(scope: Scope, machine: Machine) -> QuerySet[MachineToken]:
    """A machine's tokens, newest first."""
    return MachineToken.objects.within(scope).filter(machine=machine).order_by("-pk")
