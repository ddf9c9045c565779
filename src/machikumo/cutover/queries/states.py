"""The state of the town: of every table that tells of it, how many rows there are and the sum of their digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection

from machikumo.cutover.domain.undoing import TableState, is_trail
from machikumo.kernel.tenancy.models import TenantModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.scope import Scope

# Fifteen hexadecimal digits of each row's SHA-256 as a number; a sum, so that the order of rows plays no part.
DIGEST = """
SELECT count(*),
  COALESCE(sum(('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 15))::bit(60)::bigint), 0)
FROM "{table}" t WHERE t.organisation_id = %s
"""
READABLE = "SELECT has_table_privilege(current_user, to_regclass(%s), 'SELECT')"  # NULL where there is no such table


def tables_of_town() -> list[str]:
    """Every table with the town's own rows, but for those that tell of the work itself (domain.undoing.TRAIL)."""
    models = (model for model in apps.get_models() if issubclass(model, TenantModel))
    return sorted(model._meta.db_table for model in models if not is_trail(model._meta.app_label))


def state_of_town(scope: Scope) -> dict[str, TableState]:
    """The state of each table that this role may read, within the entered scope."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables_of_town():
            cursor.execute(READABLE, [table])
            if cursor.fetchone()[0]:
                cursor.execute(DIGEST.format(table=table), [scope.organisation_id])
                rows, digest = cursor.fetchone()
                found[table] = TableState(rows, str(digest))
    return found


def as_json(state: Mapping[str, TableState]) -> dict[str, Any]:
    """The state as plain values."""
    return {table: [one.rows, one.digest] for table, one in state.items()}


def from_json(values: Mapping[str, Any]) -> dict[str, TableState]:
    """The state that ``as_json`` gave."""
    return {table: TableState(rows, digest) for table, (rows, digest) in values.items()}
