"""The order in which a package's contents come in, within the load's one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from machikumo.kernel.registries import import_parts
from machikumo.operations.arriving.numbering import Numbering
from machikumo.operations.arriving.rows import Rows

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.operations.arriving.arrival import Arrival


def take_in(scope: Scope, arrival: Arrival) -> int:
    """Rooms' early parts, the rows of all tables, rooms' other parts; gives how many rows came in.

    The keys between tables hold at the end, or a row that does not fit raises here and not when it is too late.
    """
    rows = _parts(scope, arrival, early=True)
    numbering = Numbering(scope, arrival)
    numbering.number()
    rows += sum(Rows(scope, arrival, numbering).write_all().values())
    rows += _parts(scope, arrival, early=False)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return rows


def _parts(scope: Scope, arrival: Arrival, *, early: bool) -> int:
    return sum(part.take(scope, arrival) for _key, part in import_parts.items() if part.early == early)
