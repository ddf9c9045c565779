"""What a block brought for history keys that the register holds already: the same row, or another one.

Nothing is overwritten and nothing is lost in silence: a row that differs is named with its key and its items, never
with its values, and whoever loads must tell it. Runs only when a key was there: a first load does not pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.register.domain import columns as own

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED = 200  # differing rows of a block that are named; all are counted


@dataclass(frozen=True, slots=True)
class DifferingRow:
    """A row whose history key holds something else in the register; ``items`` are the keys of the items that differ.

    ``is_latest`` alone: the register has another present row of the person, or none.
    """

    addressee_number: str
    history_number: int
    history_branch: int
    items: tuple[str, ...]


def cast(name: str) -> str:
    """The staged text of a column as the table's type."""
    if name in own.DATE_COLUMNS:
        return f's."{name}"::date'
    if name in own.FLAG_COLUMNS and name != "is_latest":
        return f"(s.\"{name}\" = '1')"  # an empty flag stays empty, so that it comes out as it came in
    if name in own.FLAG_COLUMNS:
        return f"COALESCE(s.\"{name}\" = '1', false)"
    if name in own.NUMBER_COLUMNS:
        return f'COALESCE(s."{name}"::integer, 0)'
    return f"COALESCE(s.\"{name}\", '')"


def kept(further: Sequence[str]) -> str:
    """The staged items without a column of their own, as the table keeps them."""
    pairs = ", ".join(f"'{name}', s.\"{name}\"" for name in further)
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))" if further else "'{}'::jsonb"


def differing_rows(cursor: Any, organisation_id: int, further: Sequence[str]) -> tuple[int, tuple[DifferingRow, ...]]:
    """How many staged rows are not what the register holds under their key, and the first of them by key."""
    cursor.execute(_statement(further), [organisation_id, NAMED])
    found = cursor.fetchall()
    return (found[0][0] if found else 0), tuple(
        DifferingRow(addressee, number, branch, tuple(items)) for _count, addressee, number, branch, items in found
    )


# The mark of the present row moves on by itself, so it differs only where no newer present row, and no clerk's
# correction, explains it.
LATEST = """
CASE WHEN v.id IS NULL OR (v.superseded_at IS NULL AND v.is_latest <> {latest} AND NOT ({latest} AND EXISTS (
  SELECT 1 FROM register_personversion o WHERE o.organisation_id = v.organisation_id AND o.person_id = v.person_id
    AND o.is_latest AND o.superseded_at IS NULL
    AND (o.history_number, o.history_branch) > (v.history_number, v.history_branch)))) THEN 'is_latest' END
"""
FURTHER = """
CASE WHEN v.further IS DISTINCT FROM {kept} THEN ARRAY(
  SELECT key FROM jsonb_each_text(v.further) a FULL JOIN jsonb_each_text({kept}) b USING (key)
  WHERE a.value IS DISTINCT FROM b.value ORDER BY key) END
"""


def _statement(further: Sequence[str]) -> str:
    plain = [name for name in (*own.DATE_COLUMNS, *own.FLAG_COLUMNS, *own.TEXT_COLUMNS) if name != "is_latest"]
    tests = [f"CASE WHEN v.\"{name}\" IS DISTINCT FROM {cast(name)} THEN '{name}' END" for name in plain]
    tests.append("CASE WHEN v.household_id <> h.id THEN 'household_number' END")
    named = f"CASE WHEN v.id IS NOT NULL THEN ARRAY[{', '.join(tests)}]::text[] END"
    latest = LATEST.format(latest=cast("is_latest"))
    others = FURTHER.format(kept=kept(further))
    number, branch = cast("history_number"), cast("history_branch")
    return (
        "SELECT count(*) OVER (), addressee_number, number, branch, items FROM ("
        f"SELECT s.addressee_number, {number} AS number, {branch} AS branch, "
        f"array_remove({named} || ARRAY[{latest}]::text[] || CASE WHEN v.id IS NOT NULL THEN {others} END, NULL) "
        "AS items "
        "FROM staged_row s JOIN staged_person p ON p.addressee_number = s.addressee_number "
        "JOIN staged_household h ON h.number = s.household_number "
        "LEFT JOIN register_personversion v ON v.organisation_id = %s AND v.person_id = p.id "
        f"AND v.history_number = {number} AND v.history_branch = {branch}"
        ") compared WHERE cardinality(items) > 0 ORDER BY 2, 3, 4 LIMIT %s"
    )
