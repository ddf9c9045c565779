"""What approvals give to the registries: a page and the tasks of those who decide."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from machikumo.kernel.approvals import actions, queries
from machikumo.kernel.registries import Navigation, Periodic, navigation, periodic, tasks
from machikumo.kernel.tasks.domain import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Register the page, the task source, and the closing of what has run out."""
    periodic.register("approvals.expire_due", EXPIRY)
    tasks.register("approvals", to_decide)
    entry = Navigation("work", "today", 20, "承認", "Approvals", "check", "approvals:list", "approvals.view")
    navigation.register("work.approvals", entry)


def expire(scope: Scope) -> int:
    """Close the requests whose time has run out; nothing is written where there is none."""
    return actions.expire_due(scope) if queries.run_out(scope, timezone.now()).exists() else 0


EXPIRY = Periodic(
    "期限を過ぎた承認依頼を閉じる",
    "Close requests for approval whose time has run out",
    dt.timedelta(hours=1),
    expire,
    frozenset({"work.enter"}),
)


def to_decide(scope: Scope) -> Iterator[Task]:
    """The requests that this person may decide on."""
    for row in queries.waiting_for(scope, timezone.now()):
        yield Task(
            title_ja=f"承認: {row.title_ja}",
            title_en=f"Approve: {row.title_en or row.title_ja}",
            url=reverse("approvals:detail", args=[scope.organisation_code, row.pk]),
            kind="approval",
            due=timezone.localdate(row.expires_at),
        )
