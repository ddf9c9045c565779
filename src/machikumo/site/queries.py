"""Reads of the bodies on the platform, for the portal and the demonstration; nothing here belongs to one tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.tenancy.models import Organisation, OrganisationKind, OrganisationMode

if TYPE_CHECKING:
    from django.db.models import QuerySet


def municipalities_named(words: str) -> QuerySet[Organisation]:
    """Every registered municipality whose name contains the words, open for work or not."""
    return Organisation.objects.filter(name__contains=words, kind=OrganisationKind.MUNICIPALITY)


def active_municipalities() -> QuerySet[Organisation]:
    """The municipalities that work on the platform."""
    return Organisation.objects.filter(is_active=True, kind=OrganisationKind.MUNICIPALITY)


def other_active_organisations() -> QuerySet[Organisation]:
    """The ministry, prefectures and groups that work on the platform."""
    return Organisation.objects.filter(is_active=True).exclude(kind=OrganisationKind.MUNICIPALITY)


def all_are_training() -> bool:
    """Whether somebody works on the platform, and everybody there in training."""
    active = Organisation.objects.filter(is_active=True)
    return active.exists() and not active.filter(mode=OrganisationMode.LIVE).exists()


def counts_by_kind() -> dict[str, int]:
    """How many bodies of each kind are registered, active or not."""
    return {kind.value: Organisation.objects.filter(kind=kind).count() for kind in OrganisationKind}
