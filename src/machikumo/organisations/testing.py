"""Fixtures for tests of pages: a client that is signed in as somebody with a role in an organisation.

Loaded by ``-p machikumo.organisations.testing`` beside the kernel's fixtures.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg
    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.organisations.models import Account, StaffMember

LONG_AGO = dt.date(2020, 4, 1)


@pytest.fixture
def make_staff(database: str) -> Callable[..., StaffMember]:  # noqa: ARG001 - it must exist first
    """Makes somebody who works in an organisation: ``make_staff(organisation, "desk_clerk", "auditor", name="…")``."""
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.kernel.tenancy.edge import visitor_scope
    from machikumo.organisations.models import Account, Appointment, StaffMember, Workplace

    def make(organisation: Organisation, *roles: str, account: Account | None = None, **fields: str) -> StaffMember:
        token = secrets.token_hex(5)
        person = account or Account.objects.create_user(f"t{token}")
        Workplace.objects.get_or_create(account=person, organisation=organisation)
        facts = {"employee_number": f"E{token}", "name": f"試験　{token[:4]}", "kana": "シケン"} | fields
        scope = visitor_scope(organisation)
        with entered(scope):
            staff = StaffMember.objects.within(scope).filter(account=person).first()
            staff = staff or StaffMember.objects.add(scope, account=person, **facts)
            for role in roles:
                Appointment.objects.add(scope, staff_member=staff, role=role, starts_on=LONG_AGO)
        return staff

    return make


@pytest.fixture
def signed_in(make_staff: Callable[..., StaffMember]) -> Callable[..., Account]:
    """Signs a client in: ``signed_in(client, organisation, "desk_clerk")`` gives the account."""
    from machikumo.organisations.models import Account

    def sign_in(client: Client, organisation: Organisation, *roles: str, account: Account | None = None) -> Account:
        staff = make_staff(organisation, *roles, account=account)
        person = Account.objects.get(pk=staff.account_id or 0)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return person

    return sign_in


@pytest.fixture
def forget_live(database: str) -> Iterator[Callable[[Organisation], Organisation]]:
    """Makes live organisations look like training ones after the test: the demo's door asks whether there is any.

    ``forget_live(make_organisation(mode="live"))``. Only the server's administrator can, past the trigger.
    """
    live: list[int] = []

    def remember(organisation: Organisation) -> Organisation:
        live.append(organisation.pk)
        return organisation

    yield remember
    with _administrator(database) as server:
        server.execute("SET session_replication_role = replica")
        server.execute("UPDATE tenancy_organisation SET mode = 'training' WHERE id = ANY(%s)", [live])


@pytest.fixture
def only_training(database: str) -> Iterator[None]:
    """Every organisation of the test database is a training one during the test, whatever other tests made."""
    with _administrator(database) as server:
        server.execute("SET session_replication_role = replica")
        changed = server.execute(
            "UPDATE tenancy_organisation SET mode = 'training' WHERE mode = 'live' RETURNING id"
        ).fetchall()
        yield
        server.execute(
            "UPDATE tenancy_organisation SET mode = 'live' WHERE id = ANY(%s)", [[row[0] for row in changed]]
        )


def _administrator(database: str) -> psycopg.Connection:
    import psycopg

    from machikumo.site import environment

    target = environment.database(environment.read())
    return psycopg.connect(
        host=target.host,
        port=target.port,
        user=target.user,
        password=target.password,
        dbname=database,
        autocommit=True,
    )
