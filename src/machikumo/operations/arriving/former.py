"""Former ledgers on their way in: verified by their own key, then kept row by row as they were sealed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.kernel.ledger.exporting import CHECKPOINTS, ENTRIES, KEY
from machikumo.operations import plan as plans
from machikumo.operations.arriving.checks import former_head
from machikumo.operations.domain.tokens import with_new_tokens
from machikumo.operations.models import FormerLedger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope
    from machikumo.operations.arriving.arrival import Arrival

OWN, EARLIER, FACTS = "ledger/", "ledger/former/", "facts.json"
INSERT = """
INSERT INTO operations_formerentry (organisation_id, ledger_number, leaf_index, canonical, subject)
SELECT %s, %s, leaf_index, canonical, subject FROM arriving_entry
"""


def take_former_ledgers(scope: Scope, arrival: Arrival) -> int:
    """Keep the log of the installation that the package comes from, and those that it had itself; gives their rows."""
    folders = sorted({name.rpartition("/")[0] + "/" for name in arrival.under(EARLIER)}, key=_number_of)
    rows = 0
    last = FormerLedger.objects.within(scope).order_by("-number").values_list("number", flat=True).first() or 0
    for number, folder in enumerate([*folders, OWN], last + 1):
        head = former_head(arrival, folder)
        FormerLedger.objects.add(
            scope,
            number=number,
            size=head.size,
            root=head.root.hex(),
            verifier_key=b"".join(arrival.lines(f"{folder}{KEY}")).decode(),
            checkpoints=[json.loads(line)["note"] for line in arrival.lines(f"{folder}{CHECKPOINTS}")],
            **_facts(scope, arrival, folder),
        )
        rows += _keep_rows(scope, arrival, folder, number)
    return rows


def _number_of(folder: str) -> int:
    return int(folder.rstrip("/").rpartition("/")[2])


def _facts(scope: Scope, arrival: Arrival, folder: str) -> dict[str, Any]:
    """Who stands in it and from which package it is: an earlier one says so itself."""
    if folder != OWN:
        told = json.loads(arrival.open(f"{folder}{FACTS}").read())
        return {**told, "loaded_by": scope.person}
    return {
        "people": people_of(arrival),
        "package_sha256": arrival.sha256,
        "signer": arrival.manifest.signer,
        "made_at": arrival.manifest.made_at,
        "loaded_by": scope.person,
    }


def people_of(arrival: Arrival) -> dict[str, str]:
    """The names of those who stand in the former ledger, by the token that they had there."""
    rows = (json.loads(line) for line in arrival.lines("tables/organisations_staffmember.jsonl"))
    return {f"account:{row['account_id']}": row["name"] for row in rows if row["account_id"] is not None}


def _keep_rows(scope: Scope, arrival: Arrival, folder: str, number: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.arriving_entry")
        cursor.execute(
            "CREATE TEMPORARY TABLE arriving_entry (leaf_index bigint, canonical text, subject text) ON COMMIT DROP"
        )
        with cursor.copy("COPY arriving_entry FROM STDIN") as copy:
            for row in _entries(arrival, folder):
                copy.write_row(row)
        cursor.execute(INSERT, [scope.organisation_id, number])
        return int(cursor.rowcount)


def _entries(arrival: Arrival, folder: str) -> Iterator[tuple[int, str, str]]:
    """Place, sealed text, and whom it is about under the id that it has here."""
    for place, line in enumerate(arrival.lines(f"{folder}{ENTRIES}")):
        subject = json.loads(line).get("subject", "")
        named = json.loads(with_new_tokens(json.dumps(subject).encode(), plans.kinds(), arrival.new_id))
        yield place, line.decode(), named
