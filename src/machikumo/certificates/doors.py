"""What this room gives to the registries of the kernel: a page, and what waits for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from machikumo.kernel.registries import Navigation, navigation, tasks
from machikumo.kernel.tasks.domain import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Register the navigation and the tasks."""
    navigation.register(
        "work.certificates",
        Navigation(
            area="work",
            section="counter",
            order=10,
            title_ja="証明書の交付",
            title_en="Certificates",
            icon="certificate",
            url_name="certificates:list",
            permission="certificates.view",
        ),
    )
    tasks.register("certificates.held", held_requests)
    tasks.register("certificates.approved", approved_requests)
    tasks.register("certificates.stops", stopped_channels)


def held_requests(scope: Scope) -> Iterator[Task]:
    """Requests that this person may judge; only who may see blocks sees that there are any."""
    from machikumo.certificates import queries

    if not scope.has("register.view_protected"):
        return
    for row in queries.waiting(scope, approved=False):
        if row.received_by != scope.person:
            yield _task(
                scope, row, "証明書の請求を確認する", "Judge a request for a certificate", "register.view_protected"
            )


def approved_requests(scope: Scope) -> Iterator[Task]:
    """Requests that were let go on and wait for the desk."""
    from machikumo.certificates import queries

    if not scope.has("certificates.issue"):
        return
    for row in queries.waiting(scope, approved=True):
        yield _task(scope, row, "証明書の作成を続ける", "Go on with a certificate", "certificates.issue")


def stopped_channels(scope: Scope) -> Iterator[Task]:
    """Channels at which issuing is stopped until this person looks into it."""
    from machikumo.certificates import queries

    if not scope.has("certificates.cancel"):
        return
    for stop in queries.open_stops(scope):
        yield Task(
            title_ja="止まっている証明書の発行を確認する",
            title_en="Look into stopped issuing",
            url=reverse("certificates:list", args=[scope.organisation_code]),
            kind="certificate_stop",
            due=timezone.localdate(stop.stopped_at),
            waiting_for="certificates.cancel",
        )


def _task(scope: Scope, row: CertificateRequest, title_ja: str, title_en: str, permission: str) -> Task:
    return Task(
        title_ja=title_ja,
        title_en=title_en,
        url=reverse("certificates:detail", args=[scope.organisation_code, row.pk]),
        kind="certificate",
        due=timezone.localdate(row.received_at),
        waiting_for=permission,
    )
