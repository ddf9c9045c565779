"""Every table belongs to one organisation and is behind both walls, or stands on a short list with its reason."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections, models

from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel

PLATFORM = {
    # read before it is known for whom, or the same for everybody; none holds anything about a resident
    "tenancy.Organisation": "the organisations themselves",
    "organisations.Account": "who signs in, before it is known where",
    "organisations.Workplace": "at which doors an account may knock",
    "releases.SigningKey": "public keys, for whoever checks a signature",
    "sessions.Session": "who is signed in",
    "contenttypes.ContentType": "Django's list of tables",
    "auth.Permission": "Django's own; ours stand in data/roles",
    "auth.Group": "Django's own; unused",
    "auth.Group_permissions": "Django's own; unused",
    "account.EmailAddress": "the sign-in library's; unused",
    "account.EmailConfirmation": "the sign-in library's; unused",
    "mfa.Authenticator": "second factors of accounts",
    "socialaccount.SocialApp": "the sign-in library's; providers stand in a file",
    "socialaccount.SocialAccount": "which person of a provider an account is",
    "socialaccount.SocialToken": "the sign-in library's; unused",
    "procrastinate.ProcrastinateWorker": "the queue's workers",
    "procrastinate.ProcrastinateJob": "the queue: numbers of runs, no content",
    "procrastinate.ProcrastinateEvent": "what became of them",
    "procrastinate.ProcrastinatePeriodicDefer": "what runs at set times",
}
EVERY = apps.get_models(include_auto_created=True)
TENANT = [model for model in EVERY if issubclass(model, TenantModel)]


def test_every_model_is_an_organisations_own_or_on_the_list() -> None:
    others = {model._meta.label for model in EVERY if not issubclass(model, TenantModel)}
    assert others - set(PLATFORM) == set()


def test_there_are_models_to_look_at() -> None:
    assert len(TENANT) > 20


@pytest.mark.parametrize("model", TENANT, ids=lambda model: model._meta.label)
def test_a_tenants_model_points_to_others_by_the_composite_key(model: type[TenantModel]) -> None:
    plain = [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and not isinstance(field, TenantForeignKey)
        and issubclass(field.remote_field.model, TenantModel)
    ]
    assert plain == []


@pytest.mark.parametrize("model", TENANT, ids=lambda model: model._meta.label)
def test_a_tenants_table_has_row_security_forced_and_is_keyed_by_the_organisation(
    model: type[TenantModel], database: str
) -> None:
    with connections["migration"].cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table]
        )
        assert cursor.fetchone() == (True, True), f"{model._meta.label} in {database}"
        cursor.execute("SELECT count(*) FROM pg_policy WHERE polrelid = %s::regclass", [model._meta.db_table])
        (policies,) = cursor.fetchone()
        assert policies >= 1


def test_no_table_of_the_database_is_without_a_model_or_a_reason(database: str) -> None:
    known = {model._meta.db_table for model in EVERY} | {"django_migrations", "machikumo_cache"}
    with connections["migration"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        there = {name for (name,) in cursor.fetchall()}
    assert there - known == set(), f"in {database}"
