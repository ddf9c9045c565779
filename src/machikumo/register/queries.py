"""Reading the register. Whoever shows a person's data to somebody calls actions.consult instead, which records it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from machikumo.kernel.errors import NotFound
from machikumo.register.domain.blocks import Block, BlockLevel
from machikumo.register.domain.columns import standard_row
from machikumo.register.domain.keys import KeyKind
from machikumo.register.models import Person, PersonVersion, ProtectionBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    import polars as pl
    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope
    from machikumo.register.domain.terms import Search, Term

KEY_FIELDS = ("history_number", "history_branch")
PRESENT = {"is_latest": True, "superseded_at__isnull": True}
CANDIDATES = 400
MOST_FOUND = 50
# where each kind of term is answered, and the order in which its index is walked
WALKS = {
    KeyKind.NUMBER: (
        (
            "SELECT id AS person_id FROM register_person "
            "WHERE organisation_id = %s AND addressee_number >= %s AND addressee_number < %s"
        ),
        "organisation_id, addressee_number",
    ),
    KeyKind.BIRTH: (
        "SELECT person_id FROM register_personversion WHERE organisation_id = %s AND birth_date = %s::date",
        "organisation_id, birth_date, person_id",
    ),
}
KEY_WALK = (
    "SELECT person_id FROM register_searchkey WHERE organisation_id = %s AND kind = %s AND key >= %s AND key < %s",
    "organisation_id, kind, key, person_id",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One line of a search result."""

    person_id: int
    subject: str  # as the ledger names the person
    addressee_number: str
    name: str
    name_kana: str
    birth_date: date | None
    sex: str
    resident_state: str
    address: str
    household_number: str


def find_people(scope: Scope, search: Search, *, limit: int = MOST_FOUND) -> list[Found]:
    """Persons whose keys answer every term, at most ``limit``: in the order of the key, of several terms by kana."""
    if search.is_empty:
        return []
    ids = _candidates(scope, search)[:limit]
    versions = {version.person_id: version for version in present_versions(scope, ids)}
    found = [_found(versions[person_id]) for person_id in ids if person_id in versions]
    return found if len(search.terms) == 1 else sorted(found, key=lambda one: (one.name_kana, one.person_id))


def _candidates(scope: Scope, search: Search) -> list[int]:
    statement, values = candidate_statement(scope.organisation_id, search)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


def candidate_statement(organisation_id: int, search: Search) -> tuple[str, list[Any]]:
    """The statement that finds the persons of a search; read by EXPLAIN too.

    One term walks its index in order and stops early. Several terms are intersected, which the server always does by
    hash or sort: a join lets it walk one inside the other, as it knows nothing of how names and places go together.
    """
    values: list[Any] = []
    for term in search.terms:
        values += [organisation_id, *_bounds(term)]
    walks = [WALKS.get(term.kind, KEY_WALK) for term in search.terms]
    if len(walks) == 1:
        statement, order = walks[0]
        return f"{statement} ORDER BY {order} LIMIT %s", [*values, CANDIDATES]
    return f"SELECT person_id FROM ({' INTERSECT '.join(walk for walk, _ in walks)}) matched LIMIT %s", [
        *values,
        CANDIDATES,
    ]


def _bounds(term: Term) -> list[Any]:
    if term.kind is KeyKind.BIRTH:
        return [term.low]
    return [term.low, term.high] if term.kind is KeyKind.NUMBER else [int(term.kind), term.low, term.high]


def present_versions(scope: Scope, person_ids: Iterable[int]) -> QuerySet[PersonVersion]:
    """The present version of each person."""
    return (
        PersonVersion.objects.within(scope)
        .filter(person_id__in=list(person_ids), **PRESENT)
        .select_related("person", "household")
    )


def present_version_of(scope: Scope, person_id: int) -> PersonVersion:
    """A person's present version; NotFound outside this municipality."""
    version = present_versions(scope, [person_id]).first()
    if version is None:
        raise NotFound
    return version


def history_of(scope: Scope, person_id: int) -> QuerySet[PersonVersion]:
    """Every version of a person, newest first, corrected ones included."""
    return (
        PersonVersion.objects.within(scope)
        .filter(person_id=person_id)
        .select_related("household")
        .order_by("-history_number", "-history_branch")
    )


def household_members(scope: Scope, household_id: int) -> list[PersonVersion]:
    """The living members of a household: head first, then by date of birth."""
    members = PersonVersion.objects.within(scope).filter(household_id=household_id, resident_state="1", **PRESENT)
    return sorted(
        members.select_related("person"),
        key=lambda one: (one.relationship_1 != "02", str(one.birth_date or ""), one.person_id),
    )


def head_on(scope: Scope, household_id: int, day: date | None) -> PersonVersion | None:
    """The last record of a head of the household that began by a day, gone since or not; None when none is known."""
    heads = PersonVersion.objects.within(scope).filter(
        household_id=household_id, relationship_1="02", superseded_at__isnull=True
    )
    if day is not None:
        heads = heads.filter(event_date__lte=day)
    return heads.order_by("-event_date", "-history_number", "-history_branch", "-pk").first()


def blocks_of(scope: Scope, person_ids: Iterable[int]) -> dict[int, list[Block]]:
    """The open blocks of each person that has any."""
    blocks: dict[int, list[Block]] = {}
    rows = ProtectionBlock.objects.within(scope).filter(person_id__in=list(person_ids), closed_at__isnull=True)
    for row in rows:
        blocks.setdefault(row.person_id, []).append(
            Block(BlockLevel(row.level), row.starts_on, row.ends_on, frozenset(row.channels))
        )
    return blocks


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register holds of a person: the present version's key and state, and the keys of all versions.

    ``by_clerk``: the present version was written by somebody here, not loaded.
    """

    key: tuple[int, int]
    state: str
    keys: frozenset[tuple[int, int]]
    by_clerk: bool


def standings(scope: Scope, addressee_numbers: Iterable[str]) -> dict[str, Standing]:
    """How these people stand in the register, by addressee number; nobody changes them until the transaction ends."""
    wanted = sorted(set(addressee_numbers))
    people = Person.objects.within(scope).filter(addressee_number__in=wanted).order_by("pk")
    held = dict(people.select_for_update(no_key=True).values_list("pk", "addressee_number"))
    found: dict[str, Standing] = {}
    keys: dict[int, set[tuple[int, int]]] = {person_id: set() for person_id in held}
    versions = list(
        PersonVersion.objects.within(scope)
        .filter(person_id__in=held)
        .only("person_id", *KEY_FIELDS, "is_latest", "superseded_at", "resident_state", "recorded_by")
    )
    for version in versions:
        keys[version.person_id].add((version.history_number, version.history_branch))
    for version in versions:
        if version.is_latest and version.superseded_at is None:
            key = version.history_number, version.history_branch
            by_clerk = version.recorded_by.startswith("account:") and version.history_branch > 0
            all_keys = frozenset(keys[version.person_id])
            found[held[version.person_id]] = Standing(key, version.resident_state, all_keys, by_clerk)
    return found


def hold_people(scope: Scope, person_ids: Iterable[int]) -> None:
    """Keep blocks and corrections from these people until the end of the transaction; whoever makes one waits for it.

    So what is read of them after this call stays true until the caller's own work is committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM register_person WHERE organisation_id = %s AND id = ANY(%s) ORDER BY id FOR SHARE",
            [scope.organisation_id, list(person_ids)],
        )


def person_of_token(scope: Scope, token: str) -> Person:
    """The person behind a token; NotFound outside this municipality."""
    person = Person.objects.within(scope).filter(token=token).first()
    if person is None:
        raise NotFound
    return person


def subjects_of(scope: Scope, person_ids: Iterable[int]) -> dict[int, str]:
    """How the ledger names each of these people (``person:…``), by id; those of other municipalities are left out."""
    tokens = Person.objects.within(scope).filter(pk__in=list(person_ids)).values_list("pk", "token")
    return {person_id: f"person:{token}" for person_id, token in tokens}


def population(scope: Scope) -> int:
    """How many people live here now."""
    return PersonVersion.objects.within(scope).filter(resident_state="1", **PRESENT).count()


FEATURES = """
SELECT v.person_id, p.token::text, p.addressee_number, v.name,
  count(*) FILTER (WHERE v.resident_state = '1') OVER (PARTITION BY v.household_id),
  (SELECT count(*) FROM register_personversion o WHERE o.organisation_id = v.organisation_id
    AND o.person_id = v.person_id AND o.superseded_at IS NULL),
  v.resident_kind = '2',
  EXISTS (SELECT FROM register_protectionblock b WHERE b.organisation_id = v.organisation_id
    AND b.person_id = v.person_id AND b.closed_at IS NULL),
  v.resident_state <> '1', v.birth_date
FROM register_personversion v JOIN register_person p ON p.organisation_id = v.organisation_id AND p.id = v.person_id
WHERE v.organisation_id = %s AND v.is_latest AND v.superseded_at IS NULL ORDER BY v.person_id
"""


def features(scope: Scope) -> list[tuple[Any, ...]]:
    """What a sample is drawn by, of each person.

    Id, token, addressee number, name, size of the household, recorded versions, foreign, protected, removed, birth.
    """
    with connection.cursor() as cursor:
        cursor.execute(FEATURES, [scope.organisation_id])
        return list(cursor.fetchall())


def row_of(version: PersonVersion, keys: Sequence[str]) -> dict[str, str]:
    """One version as a standard row; vault items empty."""
    values = {field.attname: getattr(version, field.attname) for field in PersonVersion._meta.concrete_fields}
    values["addressee_number"] = version.person.addressee_number
    values["household_number"] = version.household.number
    return standard_row(values, version.further, keys)


def standard_rows(scope: Scope, keys: Sequence[str]) -> Iterator[dict[str, str]]:
    """Every recorded version as a standard row in the order of addressee and history number; vault items empty."""
    columns = [field.attname for field in PersonVersion._meta.concrete_fields]
    versions = (
        PersonVersion.objects.within(scope)
        .filter(superseded_at__isnull=True)
        .select_related("person", "household")
        .order_by("person__addressee_number", "history_number", "history_branch")
    )
    for version in versions.iterator(chunk_size=2_000):
        values = {name: getattr(version, name) for name in columns}
        values["addressee_number"] = version.person.addressee_number
        values["household_number"] = version.household.number
        yield standard_row(values, version.further, keys)


RECONCILED = (
    "p.addressee_number",
    "v.history_number::text",
    "v.history_branch::text",
    "v.sex",
    "v.resident_kind",
    "v.resident_state",
    "v.relationship_1",
    "v.event_reason",
    "v.address_town_code",
    "v.address_town",
    "v.birth_date::text",
    "v.event_date::text",
)


def frames_of(scope: Scope, size: int) -> Iterator[pl.DataFrame]:
    """What a reconciliation compares of every row, as frames of text of about ``size`` bytes times 100.

    Rows that a clerk has corrected are among them: they came in and are kept.
    """
    names = [name.split("::")[0].split(".")[1] for name in RECONCILED]
    chosen = ", ".join(f"COALESCE({name}, '')" for name in RECONCILED)
    statement = (
        f"COPY (SELECT {chosen} FROM register_personversion v JOIN register_person p "
        "ON p.organisation_id = v.organisation_id AND p.id = v.person_id "
        f"WHERE v.organisation_id = {int(scope.organisation_id)}) "
        "TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        pending = bytearray()
        for block in copy:
            pending += block
            if len(pending) > size * 100:
                yield _text_frame(bytes(pending), names)
                pending.clear()
    if pending:
        yield _text_frame(bytes(pending), names)


def _text_frame(csv: bytes, names: list[str]) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(csv, has_header=False, new_columns=names, infer_schema=False).fill_null("")


def totals(scope: Scope) -> dict[str, dict[str, int]]:
    """Counts of the recorded rows by sex, birth year and district: the register's side of the reconciliation."""
    return {
        "sex": _totals(scope, "sex"),
        "birth_year": _totals(scope, "COALESCE(to_char(birth_date, 'YYYY'), '')"),
        "district": _totals(scope, "address_town"),
        "resident_state": _totals(scope, "resident_state"),
        "resident_kind": _totals(scope, "resident_kind"),
    }


def _totals(scope: Scope, expression: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {expression} AS value, count(*) FROM register_personversion "
            "WHERE organisation_id = %s AND superseded_at IS NULL GROUP BY 1 ORDER BY 1",
            [scope.organisation_id],
        )
        return dict(cursor.fetchall())


def _found(version: PersonVersion) -> Found:
    return Found(
        person_id=version.person_id,
        subject=version.person.subject,
        addressee_number=version.person.addressee_number,
        name=version.name,
        name_kana=version.name_kana,
        birth_date=version.birth_date,
        sex=version.sex,
        resident_state=version.resident_state,
        address=address_line(version),
        household_number=version.household.number,
    )


def address_line(version: PersonVersion) -> str:
    """The address in one line, as it is written."""
    return (
        f"{version.address_prefecture}{version.address_municipality}{version.address_town}{version.address_number}"
        f"{'　' if version.address_building else ''}{version.address_building}"
    )
