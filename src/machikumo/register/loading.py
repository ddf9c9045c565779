"""Bulk loading of standard rows: staged by COPY, then moved by statements that row security watches over.

Where the time goes, of a row of 40 columns: two thirds are the composite foreign keys (checked a row at a time) and the
indexes. So there are as few search keys as finding needs; rows go in by the order of their index; and what belongs to a
person who came into being in this very transaction needs no ON CONFLICT, for nobody else can have written anything of
him yet. All rules of the tables stay in force. Commits stay synchronous: there is one for some 30,000 rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.register.comparing import DifferingRow, cast, differing_rows, kept
from machikumo.register.domain import columns as own
from machikumo.register.domain.keys import SOURCE_COLUMNS, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from machikumo.kernel.scope import Scope

STAGED = own.OWN_COLUMNS
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class NumberLeftOut:
    """A number of the vault that was not stored; ``holder`` has it already; empty: it is no number at all."""

    kind: str
    addressee_number: str
    holder: str


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What one block did: rows given, versions written or there already as they are, persons and households new.

    ``differing``: rows whose history key holds something else; the register was left as it is, ``differing_rows`` names
    the first of them. ``renewed``: people who were there and got a newer present version. ``tokens``: by the persons'
    addressee numbers.
    """

    rows: int
    versions: int
    already: int
    persons: int
    households: int
    renewed: int = 0
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    numbers_left_out: tuple[NumberLeftOut, ...] = ()
    differing: int = 0
    differing_rows: tuple[DifferingRow, ...] = ()


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
    cursor.execute(DROP)
    listed = ", ".join(f'"{name}" text COLLATE "C"' for name in frame.columns)
    cursor.execute(f"CREATE TEMPORARY TABLE staged_row ({listed}) ON COMMIT DROP")
    csv = frame.write_csv(include_header=False, quote_style="always", null_value="")
    with cursor.copy("COPY staged_row FROM STDIN (FORMAT csv, FORCE_NULL (" + _forced(further) + "))") as copy:
        copy.write(csv)


def _forced(further: Sequence[str]) -> str:
    nullable = [*own.DATE_COLUMNS, *own.FLAG_COLUMNS, *own.NUMBER_COLUMNS, *further]
    return ", ".join(f'"{name}"' for name in nullable)


def _stage_keys(cursor: Any, frame: pl.DataFrame) -> None:
    cursor.execute(
        "CREATE TEMPORARY TABLE staged_key "
        '(addressee_number text COLLATE "C", kind smallint, key text COLLATE "C") ON COMMIT DROP'
    )
    rows = _prepared(frame, ["addressee_number", *SOURCE_COLUMNS]).iter_rows()
    with cursor.copy("COPY staged_key FROM STDIN") as copy:
        copy.write("".join(_key_lines(rows)))


def _key_lines(rows: Iterable[Sequence[str | None]]) -> Iterable[str]:
    for number, *row in rows:
        owner = (number or "").translate(ESCAPED)
        for kind, key in set(keys_of(row)):
            yield f"{owner}\t{int(kind)}\t{key.translate(ESCAPED)}\n"


DROP = "DROP TABLE IF EXISTS pg_temp.staged_row, pg_temp.staged_key, pg_temp.staged_person, pg_temp.staged_household"
# What is new comes from the insert itself, what was there from the table: a second look sees what others committed.
# COLLATE "default" is that of the register's index, which would not serve otherwise.
NEW_HOUSEHOLDS = """
WITH fresh AS (
  INSERT INTO register_household (organisation_id, number)
  SELECT DISTINCT %s::bigint, household_number FROM staged_row ORDER BY 2 ON CONFLICT DO NOTHING RETURNING id, number
) INSERT INTO staged_household SELECT id, number FROM fresh
"""
KNOWN_HOUSEHOLDS = """
INSERT INTO staged_household SELECT h.id, h.number FROM register_household h JOIN (
  SELECT household_number AS number FROM staged_row EXCEPT SELECT number FROM staged_household
) s ON h.organisation_id = %s AND h.number = s.number COLLATE "default"
"""
NEW_PERSONS = """
WITH fresh AS (
  INSERT INTO register_person (organisation_id, addressee_number)
  SELECT DISTINCT %s::bigint, addressee_number FROM staged_row ORDER BY 2 ON CONFLICT DO NOTHING
  RETURNING id, addressee_number, token
) INSERT INTO staged_person SELECT id, addressee_number, token, true FROM fresh
"""
KNOWN_PERSONS = """
INSERT INTO staged_person SELECT p.id, p.addressee_number, p.token, false FROM register_person p JOIN (
  SELECT addressee_number FROM staged_row EXCEPT SELECT addressee_number FROM staged_person
) s ON p.organisation_id = %s AND p.addressee_number = s.addressee_number COLLATE "default"
"""
# the mark of the present version moves on; an older row that comes later does not turn it back
RENEWED = """
UPDATE register_personversion v SET is_latest = false FROM (
  SELECT DISTINCT ON (p.id) p.id, COALESCE(s.history_number::integer, 0) AS number,
    COALESCE(s.history_branch::integer, 0) AS branch
  FROM staged_row s JOIN staged_person p USING (addressee_number) WHERE NOT p.is_new AND s.is_latest = '1'
  ORDER BY p.id, 2 DESC, 3 DESC
) f WHERE v.organisation_id = %s AND v.person_id = f.id AND v.is_latest AND v.superseded_at IS NULL
  AND (v.history_number, v.history_branch) < (f.number, f.branch) AND NOT EXISTS (
    SELECT 1 FROM register_personversion o WHERE o.organisation_id = v.organisation_id AND o.person_id = f.id
      AND o.history_number = f.number AND o.history_branch = f.branch)
"""
KEYS = """
INSERT INTO register_searchkey (organisation_id, person_id, kind, key)
SELECT DISTINCT %s::bigint, p.id, k.kind, k.key FROM staged_key k JOIN staged_person p USING (addressee_number)
WHERE p.is_new = %s ORDER BY 3, 4, 2
"""


def _move(cursor: Any, scope: Scope, rows: int, further: Sequence[str]) -> LoadCounts:
    organisation = scope.organisation_id
    cursor.execute("SET LOCAL work_mem = '64MB'")  # a block's keys are sorted in memory
    cursor.execute('CREATE TEMPORARY TABLE staged_household (id bigint, number text COLLATE "C") ON COMMIT DROP')
    cursor.execute(
        "CREATE TEMPORARY TABLE staged_person "
        '(id bigint, addressee_number text COLLATE "C", token uuid, is_new boolean) ON COMMIT DROP'
    )
    cursor.execute("ANALYZE staged_row (addressee_number, household_number)")
    households = _count(cursor, NEW_HOUSEHOLDS, [organisation])
    cursor.execute(KNOWN_HOUSEHOLDS, [organisation])
    persons = _count(cursor, NEW_PERSONS, [organisation])
    known = _count(cursor, KNOWN_PERSONS, [organisation])
    cursor.execute("ANALYZE staged_household, staged_person")
    renewed = _count(cursor, RENEWED, [organisation]) if known else 0
    versions = _count(cursor, _version_statement(further), [scope.person, organisation])
    cursor.execute(KEYS, [organisation, True])
    if known:
        cursor.execute(KEYS + " ON CONFLICT DO NOTHING", [organisation, False])
    differing, named = differing_rows(cursor, organisation, further) if versions < rows else (0, ())
    cursor.execute("SELECT addressee_number, token::text FROM staged_person")
    tokens = dict(cursor.fetchall())
    cursor.execute(DROP)
    already = rows - versions - differing
    return LoadCounts(
        rows, versions, already, persons, households, renewed, tokens, differing=differing, differing_rows=named
    )


# an older export that comes later brings past rows; only the newest of a person is the present one
STILL_LATEST = """
(p.is_new OR NOT EXISTS (
  SELECT 1 FROM register_personversion o WHERE o.organisation_id = p.organisation_id AND o.person_id = p.id
    AND o.is_latest AND o.superseded_at IS NULL AND (o.history_number, o.history_branch) > ({number}, {branch})))
"""


def _version_statement(further: Sequence[str]) -> str:
    columns = [name for name in STAGED if name not in own.KEY_COLUMNS]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(map(_value, columns))
    return (
        f"INSERT INTO register_personversion (organisation_id, recorded_by, person_id, household_id, {names}, further) "
        f"SELECT p.organisation_id, %s, p.id, h.id, {values}, {kept(further)} FROM staged_row s "
        "JOIN (SELECT %s::bigint AS organisation_id, * FROM staged_person) p "
        "ON p.addressee_number = s.addressee_number "
        "JOIN staged_household h ON h.number = s.household_number "
        "ON CONFLICT DO NOTHING"
    )


def _value(name: str) -> str:
    if name != "is_latest":
        return cast(name)
    still = STILL_LATEST.format(number=cast("history_number"), branch=cast("history_branch"))
    return f"{cast(name)} AND {still}"


def _count(cursor: Any, statement: str, values: list[Any]) -> int:
    cursor.execute(statement, values)
    count: int = cursor.rowcount
    return count
