"""Work that runs by itself: each kind in each active organisation, once at a time whatever the number of workers."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from machikumo.kernel import registries
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.jobs.domain.periods import is_due
from machikumo.kernel.jobs.models import PeriodicRun, PeriodicState
from machikumo.kernel.ledger import record
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import Organisation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

logger = logging.getLogger(__name__)
FAULT = (
    "プログラムの誤りで止まりました。運用担当に伝えてください。",
    "Stopped by a fault of the program: tell operations.",
)


def run_due(organisations: Iterable[Organisation] | None = None) -> int:
    """One round: whatever is due in the active organisations (or in these); gives how many works were done or failed.

    A failure stays within its organisation and its work: the others go on, and it is tried again at its next time.
    """
    if organisations is None:
        organisations = Organisation.objects.filter(is_active=True)
    return sum(run_one(organisation, key) for organisation in organisations for key in due_in(organisation))


def due_in(organisation: Organisation) -> list[str]:
    """The keys of the works that are due there now."""
    scope = scope_of(organisation)
    with entered(scope):
        last = dict(PeriodicRun.objects.within(scope).values_list("key", "started_at"))
    now = timezone.now()
    return [key for key, work in registries.periodic.items() if is_due(last.get(key), now, work.every)]


def run_one(organisation: Organisation, key: str) -> bool:
    """Do that work there, unless another worker is at it or has just done it; whether it was done here, well or not.

    The work, its row and its ledger row are one transaction; the lock ends with it, also behind a pooler.
    """
    work = registries.periodic.get(key)
    scope = scope_of(organisation, key, work.permissions)
    began = timezone.now()
    try:
        with entered(scope):
            if not _mine(scope, key, began, work.every):
                return False
            count = work.do(scope)
            _note(scope, key, began, PeriodicState.SUCCEEDED, count=count)
            if count:
                record(scope, event="periodic.done", subject=f"periodic:{key}", details={"count": count})
    except MachikumoError as problem:
        logger.warning("periodic work %s of organisation %s: %s", key, organisation.pk, problem.message_en)
        _fail(scope, key, began, (problem.message_ja, problem.message_en))
    except Exception:
        logger.exception("periodic work %s of organisation %s failed", key, organisation.pk)
        _fail(scope, key, began, FAULT)
    return True


def scope_of(organisation: Organisation, key: str = "", permissions: frozenset[str] = frozenset()) -> Scope:
    """The scope in which that work acts there: the permissions that it says it needs, and no other."""
    return Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=f"periodic:{key}",
        role="platform",
        purpose="operations",
        permissions=permissions,
        training=organisation.is_training,
    )


def lock_of(key: str) -> int:
    """The number of a work among the database's advisory locks (32 bits, signed)."""
    return int.from_bytes(hashlib.sha256(f"periodic:{key}".encode()).digest()[:4], signed=True)


def _mine(scope: Scope, key: str, now: dt.datetime, every: dt.timedelta) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [lock_of(key), scope.organisation_id])
        if not cursor.fetchone()[0]:
            return False
    last = PeriodicRun.objects.within(scope).filter(key=key).values_list("started_at", flat=True).first()
    return is_due(last, now, every)


def _note(
    scope: Scope,
    key: str,
    began: dt.datetime,
    state: PeriodicState,
    *,
    count: int = 0,
    note: tuple[str, str] = ("", ""),
) -> None:
    facts = {"started_at": began, "finished_at": timezone.now(), "state": state, "count": count}
    PeriodicRun.objects.within(scope).update_or_create(
        organisation_id=scope.organisation_id,
        key=key,
        defaults=facts | {"note_ja": note[0], "note_en": note[1]},
    )


def _fail(scope: Scope, key: str, began: dt.datetime, note: tuple[str, str]) -> None:
    """Write the failure down; the ledger is told when it begins, not once a minute as long as it lasts."""
    with entered(scope):
        known = PeriodicRun.objects.within(scope).filter(key=key, state=PeriodicState.FAILED).exists()
        _note(scope, key, began, PeriodicState.FAILED, note=note)
        if not known:
            record(scope, event="periodic.failed", subject=f"periodic:{key}")
