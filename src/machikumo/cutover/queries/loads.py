"""Reading loads: the list, one of them, whether it may be undone, and what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.cutover.domain.undoing import LoadFacts, LoadState, prove
from machikumo.cutover.models import Load, LoadChange
from machikumo.cutover.queries.states import from_json
from machikumo.kernel.errors import NotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from machikumo.cutover.domain.undoing import Proof
    from machikumo.kernel.scope import Scope


def loads(scope: Scope) -> QuerySet[Load]:
    """All loads of the municipality, newest first."""
    return Load.objects.within(scope).order_by("-pk")


def load_of(scope: Scope, load_id: int) -> Load:
    """One load; NotFound for any other municipality's."""
    found = loads(scope).filter(pk=load_id).first()
    if found is None:
        raise NotFound
    return found


def held_load(scope: Scope, load_id: int) -> Load:
    """One load, held until the end of the transaction."""
    found = Load.objects.within(scope).select_for_update().filter(pk=load_id).first()
    if found is None:
        raise NotFound
    return found


def facts_of(scope: Scope, load: Load) -> LoadFacts:
    """What decides whether the load may be undone."""
    there = loads(scope).filter(pk__gt=load.pk, state__in=[LoadState.OPEN, LoadState.UNDOING, LoadState.SETTLED])
    later = there.values_list("source", flat=True).first() or ""
    return LoadFacts(LoadState(load.state), load.first_change, later, empty=not changes_of(scope, load).exists())


def changes_of(scope: Scope, load: Load) -> QuerySet[LoadChange]:
    """What is noted of the load, the last first."""
    return LoadChange.objects.within(scope).filter(load_id=load.pk).order_by("-pk")


def proof_of(load: Load) -> Proof | None:
    """Whether the town is as it was before the load; None unless it was undone."""
    return prove(from_json(load.before), from_json(load.after)) if load.after else None


def settled_now(scope: Scope) -> list[Load]:
    """Loads that can be undone no more because of a change, and whose notes are still kept."""
    return list(loads(scope).filter(state=LoadState.OPEN).exclude(first_change=""))
