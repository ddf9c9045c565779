"""What the organisations room gives to the registries of the kernel."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from allauth.mfa.signals import authentication_failed
from django.urls import reverse
from django.utils import timezone

from machikumo.kernel.ledger import witness_sources
from machikumo.kernel.registries import (
    ImportPart,
    Navigation,
    Periodic,
    demo_parts,
    export_parts,
    import_parts,
    navigation,
    periodic,
    person_names,
    refusals,
    scope_sources,
    searches,
    tasks,
)
from machikumo.kernel.scope import CATALOGUE
from machikumo.kernel.tasks.domain import SearchResult, Task
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.edge import STAFF, visitor_scope
from machikumo.kernel.tenancy.machines import MACHINE
from machikumo.organisations import leaving, queries, sessions
from machikumo.organisations.actions import arriving, transfers
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.demo import make_demo
from machikumo.organisations.machines import machine_scope
from machikumo.organisations.scopes import staff_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.errors import Refusal
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.organisations.models import Account

PAGES = (
    ("people", 700, "職員と役割", "People and roles", "people", "organisations.view_people"),
    ("roles", 710, "役割と権限", "Roles and permissions", "key", "organisations.view_people"),
    ("transfers", 720, "人事異動", "Personnel changes", "move", "organisations.manage_people"),
    ("reviews", 730, "権限の年次点検", "Yearly access review", "task", "organisations.review_access"),
    ("appearance", 735, "団体の見た目", "How the organisation looks", "settings", "organisations.settings"),
    ("machines", 736, "機械アカウント", "Machine accounts", "key", "organisations.settings"),
    ("practice", 737, "練習環境", "Practice town", "refresh", "organisations.settings"),
    ("group", 740, "グループの構成団体", "Members of the group", "building", "organisations.manage_group"),
)


def register_all() -> None:
    """Register pages, tasks, searches, the scope of staff, the demo's part and the group's witnesses."""
    scope_sources.register(STAFF, staff_scope)
    scope_sources.register(MACHINE, machine_scope)
    refusals.register(CATALOGUE, refusal_of)
    periodic.register("organisations.hand_over_due", HANDING_OVER)
    tasks.register("organisations.reviews", open_reviews)
    tasks.register("organisations.transfers", waiting_transfers)
    searches.register("organisations.people", find_people)
    person_names.register("organisations", queries.people_names)
    demo_parts.register("organisations", make_demo)
    export_parts.register(leaving.PART, leaving.accounts_part)
    import_parts.register(leaving.PART, ImportPart(take_accounts, early=True))
    witness_sources.register("organisations.group", fellows)
    authentication_failed.connect(_second_factor_refused, dispatch_uid="machikumo.organisations")
    for name, order, ja, en, icon, permission in PAGES:
        entry = Navigation("work", "people", order, ja, en, icon, f"organisations:{name}", permission)
        navigation.register(f"work.organisations.{name}", entry)


def take_accounts(scope: Scope, arrival: Any) -> int:
    """The accounts of those who come along with a town; see actions.arriving."""
    return arriving.take_accounts(scope, arrival=arrival)


def hand_over(scope: Scope) -> int:
    """Hand over the open work of those whose day has come; nothing is written where there is none."""
    return transfers.hand_over_due(scope).people if queries.has_hand_over_due(scope, timezone.localdate()) else 0


HANDING_OVER = Periodic(
    "人事異動の日が来た人の仕事を引き継ぐ",
    "Hand over the work of those whose day of transfer has come",
    dt.timedelta(days=1),
    hand_over,
    frozenset({"organisations.manage_people"}),
)


def refusal_of(permissions: tuple[str, ...], role: str) -> Refusal:
    """What the catalogue says to somebody in that role who holds none of the permissions."""
    return catalogue().refusal_of(permissions, role)


def open_reviews(scope: Scope) -> Iterator[Task]:
    """The access reviews that this person has to sign."""
    if not scope.has("organisations.review_access"):
        return
    for review in queries.reviews(scope).filter(signed_at__isnull=True):
        if queries.may_review(scope, review):
            yield Task(
                title_ja=f"{review.section}の権限の年次点検に署名する",
                title_en=f"Sign the access review of {review.section.name_en or review.section}",
                url=reverse("organisations:review", args=[scope.organisation_code, review.pk]),
                kind="access_review",
                due=review.due_on,
                waiting_for="organisations.review_access",
            )


def waiting_transfers(scope: Scope) -> Iterator[Task]:
    """The files of personnel changes that were read and neither applied nor put aside."""
    if not scope.has("organisations.manage_people"):
        return
    for batch in queries.transfer_batches(scope).filter(state="previewed"):
        yield Task(
            title_ja=f"人事異動「{batch.file_name}」を確認して反映する",
            title_en=f"Check and apply the personnel changes {batch.file_name}",
            url=reverse("organisations:transfer", args=[scope.organisation_code, batch.pk]),
            kind="transfers",
            due=timezone.localdate(batch.uploaded_at),
            waiting_for="organisations.manage_people",
        )


def find_people(scope: Scope, words: str) -> Iterator[SearchResult]:
    """The people who work here, by a part of name, kana or number."""
    if not scope.has("organisations.view_people"):
        return
    for person in queries.people_of(scope, words=words)[:20]:
        yield SearchResult(
            kind="staff",
            title_ja=person.name,
            title_en=person.name,
            url=reverse("organisations:person", args=[scope.organisation_code, person.pk]),
            detail=f"{person.employee_number} {person.section or ''}".strip(),
        )


def fellows(organisation: Organisation) -> list[str]:
    """The other members of the organisation's group: they keep its checkpoints."""
    scope = visitor_scope(organisation, purpose="witness")
    with entered(scope):
        return queries.group_fellows(scope)


def _second_factor_refused(*, user: Account, **_facts: Any) -> None:
    """A wrong code is told to the ledgers as a wrong password is."""
    sessions.note_refusal(user, "second_factor")
