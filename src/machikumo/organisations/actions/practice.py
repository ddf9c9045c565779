"""The practice town (練習環境) of a live organisation: a training organisation of its own, with the same people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from machikumo.kernel import ledger
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.organisations import queries
from machikumo.organisations.actions import people
from machikumo.organisations.domain.errors import OrganisationsError
from machikumo.organisations.models.bodies import ensure_organisation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.organisations.queries.colleagues import Colleague


@ledger.action(permission="organisations.settings")
def open_practice_town(scope: Scope) -> Organisation:
    """Register the practice town of a live organisation, or give the one that exists; it has no people yet.

    Raises OrganisationsError in a training organisation, which is one itself.
    """
    live = organisation_of(scope)
    if live.is_training:
        raise OrganisationsError(
            "この団体自体が練習環境です。運用の画面から作り直せます。",
            "This organisation is for training itself: make it anew on the page of operations.",
        )
    twin, _new = ensure_organisation(
        f"{live.code}-practice",
        kind=live.kind,
        name=f"{live.name}（練習）",
        name_en=f"{live.name_en or live.code} (practice)",
        kana=live.kana,
        prefecture_code=live.prefecture_code,
        mode="training",
        colour=live.colour,
        practice_of=live.code,
    )
    ledger.record(scope, event="organisation.practice_opened", subject=f"organisation:{twin.code}")
    return twin


@ledger.action(permission="organisations.manage_people")
def welcome(scope: Scope, *, colleagues: Iterable[Colleague]) -> int:
    """Let people of the live organisation in, each in the roles held there; gives how many are new here."""
    known = {person.account.username for person in queries.people_of(scope) if person.account}
    new = [colleague for colleague in colleagues if colleague.username not in known]
    for colleague in new:
        staff = people.add_staff(
            scope,
            employee_number=colleague.employee_number,
            name=colleague.name,
            kana=colleague.kana,
            username=colleague.username,
        )
        for role in colleague.roles:
            people.appoint(scope, staff_id=staff.pk, role=role, starts_on=timezone.localdate())
    ledger.record(scope, event="practice.welcomed", details={"people": len(new)})
    return len(new)
