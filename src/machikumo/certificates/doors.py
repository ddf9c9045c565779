"""What this room gives to the registries of the kernel: a page, and what waits for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from machikumo.certificates.domain.requests import RequestKind
from machikumo.kernel.ledger.words import ground_sources
from machikumo.kernel.registries import Navigation, navigation, resident_tiles, tasks
from machikumo.kernel.tasks.domain import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Register the navigation, the tasks, the words of grounds and the tile for residents."""
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
    navigation.register(
        "work.certificates.settings",
        Navigation(
            "work",
            "counter",
            90,
            "証明書の設定",
            "Settings of certificates",
            "settings",
            "certificates:settings",
            "certificates.confirm",
        ),
    )
    tasks.register("certificates.settings", open_settings)
    resident_tiles.register("certificates.check", check_tile)
    ground_sources.register("certificates", ground_words)
    tasks.register("certificates.held", held_requests)
    tasks.register("certificates.approved", approved_requests)
    tasks.register("certificates.stops", stopped_channels)


def check_tile(scope: Scope) -> dict[str, Any]:
    """The tile of the town's page that leads to the check of a paper."""
    return {
        "title_ja": "証明書が本物か確かめる",
        "title_en": "Check a certificate",
        "url": reverse("certificates:enter", args=[scope.organisation_code]),
        "icon": "certificate",
        "text_ja": "証明書の確認番号で、この市区町村が交付した本物かを確かめます。",
        "text_en": "See by its number whether a paper was issued here.",
        "text_easy": "しょうめいしょが ほんものか しらべます。",
    }


def ground_words() -> dict[str, tuple[str, str]]:
    """The grounds on which a certificate is asked for, as the ledger tells them."""
    return {
        kind.value: (f"証明書の請求（{kind.label_ja}）", f"Certificate asked for ({kind.label_en})")
        for kind in RequestKind
    }


def open_settings(scope: Scope) -> Iterator[Task]:
    """What a live municipality has to set or confirm before it can issue."""
    from machikumo.certificates import readiness

    if scope.has("certificates.confirm") and readiness.obstacles(scope):
        yield Task(
            title_ja="証明書を交付するための設定と確認を済ませる",
            title_en="Complete the settings without which no certificate is issued",
            url=reverse("certificates:settings", args=[scope.organisation_code]),
            kind="certificate_settings",
            due=timezone.localdate(),
            waiting_for="certificates.confirm",
        )


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
