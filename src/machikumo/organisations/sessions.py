"""What the ledger hears of sign-ins: once for each organisation that a session enters, at its end, and when refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from machikumo.kernel import ledger
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.doors import entered
from machikumo.organisations import queries

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.organisations.models import Account

ENTERED = "machikumo_entered"  # codes of the organisations that this session has entered


def note_entry(session: SessionBase, scope: Scope) -> None:
    """Write into the organisation's ledger, once a session, that the person signed in and entered in a role.

    Called inside the organisation's transaction.
    """
    known = session.get(ENTERED, [])
    if scope.organisation_code in known:
        return
    ledger.record(scope, event="session.entered", subject=scope.person, details={"role": scope.role})
    # only once the row is there for good: a page that ends in an error takes the row with it
    transaction.on_commit(lambda: session.update({ENTERED: [*known, scope.organisation_code]}))


def note_end(request: HttpRequest, event: str = "session.ended") -> None:
    """Tell the ledger of every organisation that the session entered that it is over (``session.expired`` too)."""
    account: Account = request.user  # type: ignore[assignment]
    for organisation in queries.organisations_of(request.session.get(ENTERED, [])).values():
        _record(organisation, account, event)


def note_refusal(account: Account, step: str) -> None:
    """Write into the ledger of each organisation where the account works that a sign-in failed."""
    for organisation in queries.workplaces_of(account):
        _record(organisation, account, "session.refused", step=step)


def _record(organisation: Organisation, account: Account, event: str, **details: str) -> None:
    scope = Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=account.person,
        role="signing_in",
        purpose="sign_in",
        training=organisation.is_training,
    )
    with entered(scope):
        ledger.record(scope, event=event, subject=account.person, details=details)


def note_role(scope: Scope, role: str) -> None:
    """Write into the ledger that the person acts in another role from now on."""
    ledger.record(scope, event="session.role_chosen", subject=scope.person, details={"role": role})
