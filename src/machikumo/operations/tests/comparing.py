"""Two packages of one town from two installations, compared without the ids that each gave to its rows."""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from machikumo.operations import plan as plans
from machikumo.operations.domain.tokens import with_new_ids

if TYPE_CHECKING:
    import io
    from collections.abc import Callable
    from pathlib import Path

TOKEN = re.compile(r"(?:(?<=^)|(?<=@))([a-z_]+):(\d+)(?=$|\.)")


class Package:
    """A package whose rows are read with ranks in the place of ids: the oldest row of a table is its number 0."""

    def __init__(self, place: io.BytesIO | Path) -> None:
        with zipfile.ZipFile(place) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.manifest: dict[str, Any] = json.loads(self.parts["manifest.json"])
        self.codes: dict[str, str] = self.manifest["organisations"]
        accounts = {one["account"]: one["employee_number"] for one in self.lines("people/accounts.jsonl")}
        self.ranks: dict[str, dict[int, Any]] = {plans.ACCOUNTS: accounts}
        for table, plan in plans.plans().items():
            if plan.key:
                ids = sorted(row[plan.key] for row in self.raw(table))
                self.ranks[table] = {number: rank for rank, number in enumerate(ids)}

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.parts.get(name, b"").splitlines()]

    def raw(self, table: str) -> list[dict[str, Any]]:
        return self.lines(f"tables/{table}.jsonl")

    def under(self, folder: str) -> dict[str, bytes]:
        return {name: data for name, data in self.parts.items() if name.startswith(folder)}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows as they are compared, in an order of their own."""
        rows = [self._ranked(plans.plans()[table], row) for row in self.raw(table)]
        return sorted(rows, key=lambda row: json.dumps(row, ensure_ascii=False, sort_keys=True))

    def numbers(self) -> list[tuple[str, str, str]]:
        found = self.lines("numbers/numbers.jsonl")
        return sorted((one["subject"], one["kind"], one["number"]) for one in found)

    def _ranked(self, plan: plans.TablePlan, row: dict[str, Any]) -> dict[str, Any]:
        kept = {column: value for column, value in row.items() if column not in {"organisation_id", *plan.dropped}}
        if plan.key:
            kept[plan.key] = self.ranks[plan.table][row[plan.key]]
        for column, target in plan.references.items():
            kept[column] = (
                self.codes.get(str(row[column])) if target == plans.ORGANISATIONS else self._rank(target, row[column])
            )
        for column, reference in plan.loose:
            kept[column] = with_new_ids(kept[column], reference.keys, self._rank_of(reference.table))
        return {column: self._named(value) for column, value in kept.items()}

    def _rank(self, table: str, number: int | None) -> Any:
        return None if number is None else self.ranks[table][number]

    def _rank_of(self, table: str) -> Callable[[int], Any]:
        return lambda number: self.ranks.get(table, {}).get(number)

    def _named(self, value: Any) -> Any:
        """Texts that name rows, by rank too."""
        if not isinstance(value, str):
            return value

        def ranked(found: re.Match[str]) -> str:
            table = plans.kinds().get(found[1], "")
            return f"{found[1]}:#{self.ranks.get(table, {}).get(int(found[2]), found[2])}"

        return TOKEN.sub(ranked, value)
