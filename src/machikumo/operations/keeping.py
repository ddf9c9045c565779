"""How long the closed files of exports are kept: they hold everything, so they go once they were fetched."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from machikumo.kernel.files.actions import remove_file
from machikumo.kernel.ledger import action, record
from machikumo.kernel.registries import Periodic, periodic
from machikumo.operations import queries

if TYPE_CHECKING:
    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Register the removal of what is kept no longer."""
    periodic.register("operations.remove_exports", REMOVING)


def kept_until(stored: StoredFile) -> dt.datetime:
    """When the bytes of an export are taken away."""
    return stored.stored_at + dt.timedelta(days=settings.EXPORT_KEPT_DAYS)


@action(permission="operations.export")
def remove_past_keeping(scope: Scope) -> int:
    """Take away the bytes of every export that is kept no longer (MACHIKUMO_EXPORT_DAYS); row and hash stay."""
    past = list(queries.exports_before(scope, _limit()))
    for stored in past:
        remove_file(scope, token=stored.token, ground="retention")
    record(scope, event="exports.removed", ground="retention", details={"files": len(past)})
    return len(past)


def remove_due(scope: Scope) -> int:
    """The periodic work; nothing is written where there is none."""
    return remove_past_keeping(scope) if queries.exports_before(scope, _limit()) else 0


def _limit() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=settings.EXPORT_KEPT_DAYS)


REMOVING = Periodic(
    "保管期限を過ぎた持ち出しファイルを消す",
    "Take away the files of exports that are kept no longer",
    dt.timedelta(days=1),
    remove_due,
    frozenset({"operations.export"}),
)
