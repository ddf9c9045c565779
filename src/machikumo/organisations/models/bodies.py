"""Making the row of an organisation, which comes before any scope can be had in it."""

from __future__ import annotations

from django.db import transaction

from machikumo.kernel.tenancy.models import Organisation


def ensure_organisation(code: str, **facts: str) -> tuple[Organisation, bool]:
    """The organisation of that code, made with the facts when it is not there; and whether it is new."""
    with transaction.atomic():
        return Organisation.objects.get_or_create(code=code, defaults=facts)
