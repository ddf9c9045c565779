"""The one door into an organisation's rows: a transaction with the organisation set for that transaction only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connections, transaction

from machikumo.kernel.tenancy.models import Organisation, ScopeMismatch, current_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

SETTING = "machikumo.organisation_id"


def set_organisation(organisation_id: int, *, using: str = "default") -> None:
    """Tell the database whose rows this transaction may see; forgotten at its end, so a pooler cannot mix tenants."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(organisation_id)])


@contextmanager
def entered(scope: Scope, *, using: str = "default", steady: bool = False) -> Iterator[Scope]:
    """One transaction within the scope's organisation; a ``steady`` one sees all tables as of one moment.

    Nested, it joins the transaction that is open as that is; another organisation inside raises ScopeMismatch.
    """
    outer = current_scope.get()
    if outer is not None:
        if outer.organisation_id != scope.organisation_id:
            raise ScopeMismatch("別の団体の範囲です。", "Another organisation's scope is entered.")
        token = current_scope.set(scope)
        try:
            with transaction.atomic(using=using):
                yield scope
        finally:
            current_scope.reset(token)
        return
    with transaction.atomic(using=using, durable=True):
        if steady:
            with connections[using].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        set_organisation(scope.organisation_id, using=using)
        token = current_scope.set(scope)
        try:
            yield scope
        finally:
            current_scope.reset(token)


@contextmanager
def read_as(alias: str, scope: Scope) -> Iterator[None]:
    """One read-only transaction on another role's connection (auditor, say), bound to the scope's organisation."""
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        set_organisation(scope.organisation_id, using=alias)
        yield


def organisation_of(scope: Scope) -> Organisation:
    """The organisation of the scope."""
    return Organisation.objects.get(pk=scope.organisation_id)
