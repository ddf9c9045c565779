"""The people of a town in its exit package: sign-in names without any password, and their accounts made elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, Q

from machikumo.organisations.models import StaffMember

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

PART = "people/accounts.jsonl"


def accounts_part(scope: Scope) -> Iterator[bytes]:
    """Each account of somebody who works here as one JSON line: id, sign-in name, employee number. No password."""
    staff = StaffMember.objects.within(scope).filter(account__isnull=False).order_by("pk")
    works = ExpressionWrapper(Q(is_active=True, account__is_active=True), BooleanField())
    columns = ("employee_number", "account", "account__username", "account__email", "account__is_demo")
    for row in staff.values_list(*columns, works).iterator(chunk_size=500):
        named = dict(zip((*(name.removeprefix("account__") for name in columns), "works"), row, strict=True))
        yield json.dumps(named, ensure_ascii=False).encode() + b"\n"
