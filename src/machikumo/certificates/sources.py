"""The register and the number vault as the issuing core sees them (domain.ports)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.certificates import queries as certificate_queries
from machikumo.certificates.domain.ports import Numbers
from machikumo.certificates.domain.records import HouseholdRecord, MemberRecord
from machikumo.kernel.numbers.actions import open_numbers
from machikumo.kernel.numbers.domain.digits import NumberKind
from machikumo.kernel.numbers.queries import subjects_with
from machikumo.register import queries
from machikumo.register.domain.columns import DATE_COLUMNS, FLAG_COLUMNS, TEXT_COLUMNS, standard_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from machikumo.kernel.scope import Scope
    from machikumo.register.domain.blocks import Block

ADDRESS_PARTS = ("prefecture", "municipality", "town", "number", "building")
FURTHER = (
    *(f"previous_address_{part}" for part in (*ADDRESS_PARTS, "country", "foreign_address")),
    *(f"moved_address_{part}" for part in ADDRESS_PARTS),
)
KEYS = (*FLAG_COLUMNS, *DATE_COLUMNS, *TEXT_COLUMNS, *FURTHER)
PURPOSE = "certificate"
PRESENT = "1"
HEAD = "02"


class Register:
    """The register of residents: reads only; what is printed of a person is recorded by the action that prints."""

    def household_of(self, scope: Scope, person_id: int, *, history: bool = False) -> HouseholdRecord:
        """The household in which the person lives; of one who has gone, a household of that one record (除票)."""
        version = queries.present_version_of(scope, person_id)
        gone = version.resident_state != PRESENT
        members = [version] if gone else queries.household_members(scope, version.household_id)
        return HouseholdRecord(
            household_id=version.household_id,
            members=tuple(_member(scope, member, history=history) for member in members),
            head_name=_last_head_of(scope, version) if gone else members[0].name if members else "",
            incomplete=bool(version.household.incomplete_reason),
        )

    def blocks_on(self, scope: Scope, person_ids: Iterable[int]) -> list[Block]:
        """Every open block on these people, who are held until the end of the transaction."""
        ids = list(person_ids)
        queries.hold_people(scope, ids)
        return [block for blocks in queries.blocks_of(scope, ids).values() for block in blocks]


class Vault:
    """The number vault; a person without a number has empty ones."""

    def open_numbers(
        self, scope: Scope, people: Mapping[int, str], *, individual: bool, record_code: bool, ground: str
    ) -> dict[int, Numbers]:
        """The asked numbers by person id; each opening is in the ledger."""
        personal = _opened(scope, people, NumberKind.INDIVIDUAL, ground) if individual else {}
        codes = _opened(scope, people, NumberKind.RESIDENT_RECORD, ground) if record_code else {}
        return {person: Numbers(personal.get(key, ""), codes.get(key, "")) for person, key in people.items()}


def _last_head_of(scope: Scope, version: Any) -> str:
    """The head of the household when the person was removed from it; empty when the register does not tell."""
    if version.relationship_1 == HEAD:
        return str(version.name)
    head = queries.head_on(scope, version.household_id, version.removed_on or version.event_date)
    return str(head.name) if head else ""


def _opened(scope: Scope, people: Mapping[int, str], kind: NumberKind, ground: str) -> dict[str, str]:
    held = sorted(subjects_with(scope, kind=kind, subjects=list(people.values())))
    return open_numbers(scope, kind=kind, subjects=held, purpose=PURPOSE, ground=ground) if held else {}


def _member(scope: Scope, version: Any, *, history: bool) -> MemberRecord:
    older = _history(scope, version.person_id) if history else []
    return MemberRecord(
        person_id=version.person_id,
        row=_row(scope, version),
        history=tuple(_row(scope, one) for one in older),
        person_key=str(version.person.token),
        versions=tuple(sorted({version.pk, *(one.pk for one in older)})),
    )


def _history(scope: Scope, person_id: int) -> list[Any]:
    """Recorded versions, oldest first; those that were corrected are not certified."""
    return list(reversed(queries.history_of(scope, person_id).filter(superseded_at__isnull=True)))


def _row(scope: Scope, version: Any) -> dict[str, str]:
    values = {field.attname: getattr(version, field.attname) for field in version._meta.concrete_fields}
    row = standard_row(values, version.further, KEYS)
    category, status = row.get("article_30_45_category", ""), row.get("residence_status_code", "")
    if (category or status) and (scope.training or certificate_queries.is_confirmed(scope, "residence_codes")):
        table = certificate_queries.residence_codes()
        row["article_30_45_category_text"] = table["category"].get(category, "")
        row["residence_status_text"] = table["status"].get(status, "")
    return row
