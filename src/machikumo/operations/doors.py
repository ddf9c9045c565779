"""What operations give to the registries of the kernel: former ledgers, on their way out, in, and before readers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from machikumo.kernel.ledger.exporting import CHECKPOINTS, ENTRIES, KEY
from machikumo.kernel.registries import (
    FormerLog,
    ImportPart,
    export_parts,
    former_logs,
    former_records,
    import_parts,
)
from machikumo.operations import queries
from machikumo.operations.arriving.former import EARLIER, FACTS, OWN, take_former_ledgers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

FILLED = frozenset(
    {"ledger_entry", "ledger_leaf", "ledger_checkpoint", "operations_formerledger", "operations_formerentry"}
)


def register_all() -> None:
    """Register both parts, and the records for the pages of the ledger."""
    export_parts.register(EARLIER, former_part)
    import_parts.register(OWN, ImportPart(take_former_ledgers, FILLED))
    former_records.register("operations", queries.former_entries_of)
    former_logs.register("operations", logs_of)


def logs_of(scope: Scope) -> list[FormerLog]:
    """The former ledgers, for the page of the seals."""
    return [
        FormerLog(reverse("operations:former", args=[scope.organisation_code, one.number]), one.size, one.made_at)
        for one in queries.former_ledgers(scope)
    ]


def former_part(scope: Scope) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each former ledger as a folder that verifies by itself, as the own log does."""
    for one in queries.former_ledgers(scope):
        folder = f"{one.number}/"
        yield f"{folder}{ENTRIES}", queries.former_lines(scope, one.number)
        yield f"{folder}{CHECKPOINTS}", (_line({"note": note}) for note in one.checkpoints)
        yield f"{folder}{KEY}", iter([one.verifier_key.encode() + b"\n"])
        yield f"{folder}{FACTS}", iter([_line(_facts(one))])


def _facts(one: Any) -> dict[str, Any]:
    return {
        "people": one.people,
        "package_sha256": one.package_sha256,
        "signer": one.signer,
        "made_at": one.made_at.isoformat(),
    }


def _line(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode() + b"\n"
