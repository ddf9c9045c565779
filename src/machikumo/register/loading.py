"""Bulk loading of standard rows: staged by COPY, then moved by statements that row security watches over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.register.domain import columns as own
from machikumo.register.domain.keys import SOURCE_COLUMNS, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from machikumo.kernel.scope import Scope

STAGED = own.OWN_COLUMNS
ESCAPED = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What one block did: rows given, versions written or there already, persons and households new."""

    rows: int
    versions: int
    already: int
    persons: int
    households: int


def load_frame(scope: Scope, frame: pl.DataFrame) -> LoadCounts:
    """Load one block of standard rows (all columns text) within the entered scope; repeating it changes nothing."""
    further = [name for name in own.further_columns(frame.columns) if (frame[name].fill_null("") != "").any()]
    staged = [*STAGED, *further]
    prepared = _prepared(frame, staged)
    with connection.cursor() as cursor:
        _stage(cursor, prepared, further)
        _stage_keys(cursor, frame)
        return _move(cursor, scope, len(frame), further)


def _prepared(frame: pl.DataFrame, staged: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    missing = [pl.lit("").alias(name) for name in staged if name not in frame.columns]
    return frame.with_columns(missing).select(staged)


def _stage(cursor: Any, frame: pl.DataFrame, further: Sequence[str]) -> None:
    """The rows as text in a temporary table; never the numbers of the vault."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.staged_row, pg_temp.staged_key")
    listed = ", ".join(f'"{name}" text' for name in frame.columns)
    cursor.execute(f"CREATE TEMPORARY TABLE staged_row ({listed}) ON COMMIT DROP")
    csv = frame.write_csv(include_header=False, quote_style="always", null_value="")
    with cursor.copy("COPY staged_row FROM STDIN (FORMAT csv, FORCE_NULL (" + _forced(further) + "))") as copy:
        copy.write(csv)


def _forced(further: Sequence[str]) -> str:
    nullable = [*own.DATE_COLUMNS, *own.FLAG_COLUMNS, *own.NUMBER_COLUMNS, *further]
    return ", ".join(f'"{name}"' for name in nullable)


def _stage_keys(cursor: Any, frame: pl.DataFrame) -> None:
    cursor.execute(
        'CREATE TEMPORARY TABLE staged_key (addressee_number text, kind smallint, key text COLLATE "C") ON COMMIT DROP'
    )
    rows = frame.select([name for name in SOURCE_COLUMNS if name in frame.columns]).iter_rows()
    with cursor.copy("COPY staged_key FROM STDIN") as copy:
        copy.write("".join(_key_lines(rows)))


def _key_lines(rows: Iterable[Sequence[str | None]]) -> Iterable[str]:
    for row in rows:
        number = row[0]
        for kind, key in set(keys_of(row)):
            yield f"{number}\t{int(kind)}\t{key.translate(ESCAPED)}\n"


def _move(cursor: Any, scope: Scope, rows: int, further: Sequence[str]) -> LoadCounts:
    organisation = scope.organisation_id
    households = _count(
        cursor,
        "INSERT INTO register_household (organisation_id, number) "
        "SELECT DISTINCT %s::bigint, household_number FROM staged_row ON CONFLICT DO NOTHING",
        [organisation],
    )
    persons = _count(
        cursor,
        "INSERT INTO register_person (organisation_id, addressee_number) "
        "SELECT DISTINCT %s::bigint, addressee_number FROM staged_row ON CONFLICT DO NOTHING",
        [organisation],
    )
    cursor.execute("ANALYZE staged_row")
    versions = _count(cursor, _version_statement(further), [organisation, scope.person, organisation, organisation])
    cursor.execute(
        "INSERT INTO register_searchkey (organisation_id, person_id, kind, key) "
        "SELECT DISTINCT p.organisation_id, p.id, k.kind, k.key FROM staged_key k JOIN register_person p "
        "ON p.organisation_id = %s AND p.addressee_number = k.addressee_number ON CONFLICT DO NOTHING",
        [organisation],
    )
    cursor.execute("DROP TABLE staged_row, staged_key")
    return LoadCounts(rows, versions, rows - versions, persons, households)


def _version_statement(further: Sequence[str]) -> str:
    columns = [name for name in STAGED if name not in own.KEY_COLUMNS]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(_cast(name) for name in columns)
    pairs = ", ".join(f"'{name}', s.\"{name}\"" for name in further)
    kept = f"jsonb_strip_nulls(jsonb_build_object({pairs}))" if further else "'{}'::jsonb"
    return (
        f"INSERT INTO register_personversion (organisation_id, recorded_by, person_id, household_id, {names}, further) "
        f"SELECT %s::bigint, %s, p.id, h.id, {values}, {kept} FROM staged_row s "
        "JOIN register_person p ON p.organisation_id = %s AND p.addressee_number = s.addressee_number "
        "JOIN register_household h ON h.organisation_id = %s AND h.number = s.household_number "
        "ON CONFLICT DO NOTHING"
    )


def _cast(name: str) -> str:
    if name in own.DATE_COLUMNS:
        return f's."{name}"::date'
    if name in own.FLAG_COLUMNS and name != "is_latest":
        return f"(s.\"{name}\" = '1')"  # an empty flag stays empty, so that it comes out as it came in
    if name in own.FLAG_COLUMNS:
        return f"COALESCE(s.\"{name}\" = '1', false)"
    if name in own.NUMBER_COLUMNS:
        return f'COALESCE(s."{name}"::integer, 0)'
    return f"COALESCE(s.\"{name}\", '')"


def _count(cursor: Any, statement: str, values: list[Any]) -> int:
    cursor.execute(statement, values)
    count: int = cursor.rowcount
    return count
