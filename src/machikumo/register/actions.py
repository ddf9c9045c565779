"""Writing the register, and showing it to somebody, which is an act that the ledger keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.db.models.functions import Now

from machikumo.kernel.errors import Conflict, MachikumoError, NotFound
from machikumo.kernel.ledger import action, record, record_many
from machikumo.kernel.registries import listeners, load_watchers, write_gate
from machikumo.register import loading, queries
from machikumo.register.domain import columns as own
from machikumo.register.domain.keys import SOURCE_COLUMNS, keys_of
from machikumo.register.models import Household, Person, PersonVersion, ProtectionBlock, SearchKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    import polars as pl

    from machikumo.kernel.scope import Scope
    from machikumo.register.domain.blocks import BlockLevel
    from machikumo.register.domain.terms import Search
    from machikumo.register.loading import LoadCounts

LISTED = "person.listed"  # shown in a list: found by a search, or with the household
CORRECTABLE = frozenset(own.TEXT_COLUMNS) | frozenset(own.DATE_COLUMNS)


class RegisterError(MachikumoError):
    """Base of the register's errors."""


@dataclass(frozen=True, slots=True)
class Consulted:
    """What somebody was shown of a person."""

    person: Person
    version: PersonVersion
    history: list[PersonVersion]
    household: list[PersonVersion]


@action(permission="register.search")
def search(scope: Scope, *, terms: Search, ground: str = "", limit: int = queries.MOST_FOUND) -> list[queries.Found]:
    """The persons found, at most ``limit``; the ledger keeps who were shown, each on a row, not what was typed."""
    found = queries.find_people(scope, terms, limit=limit)
    asked = {"kinds": [term.kind.name for term in terms.terms], "shown": len(found)}
    listed = ({"event": LISTED, "subject": one.subject, "details": {"in": "search"}} for one in found)
    record_many(scope, [{"details": asked}, *listed], event="people.searched", ground=ground)
    return found


@action(permission="register.view")
def consult(scope: Scope, *, person_id: int, ground: str) -> Consulted:
    """A person's present version, history and household; NotFound outside this municipality.

    The look is a row of the person, and each of the household who is shown with the person has a row too.
    """
    version = queries.present_version_of(scope, person_id)
    household = queries.household_members(scope, version.household_id)
    others = [one.person for one in household if one.person_id != person_id]
    viewed = {"event": "person.viewed", "subject": version.person.subject, "details": {"household": len(household)}}
    listed = ({"subject": other.subject, "details": {"in": "household"}} for other in others)
    record_many(scope, [viewed, *listed], event=LISTED, ground=ground)
    return Consulted(version.person, version, list(queries.history_of(scope, person_id)), household)


@action(permission="layouts.move_in")
def load_block(scope: Scope, *, frame: pl.DataFrame, source: str) -> LoadCounts:
    """Load one block of standard rows; the numbers go to the vault in the same transaction, never to a table here.

    A number that the vault refuses, or that is another person's already, keeps no row out: the result names it
    (``numbers_left_out``). A row whose history key is there with other contents is not written over what is there: the
    result names it (``differing_rows``). Whoever loads must tell both.
    """
    with load_watchers.around(scope, source):
        counts = loading.load_frame(scope, frame)
        left_out = [one for kind in own.VAULT_COLUMNS for one in _store_numbers(scope, frame, kind, counts.tokens)]
    record(
        scope,
        event="people.loaded",
        ground="data_migration",
        details={
            "source": source,
            "rows": counts.rows,
            "versions": counts.versions,
            "persons": counts.persons,
            "renewed": counts.renewed,
            "differing": counts.differing,
            "numbers_left_out": len(left_out),
        },
    )
    return replace(counts, numbers_left_out=tuple(left_out))


def _store_numbers(
    scope: Scope, frame: pl.DataFrame, kind: str, tokens: Mapping[str, str]
) -> Iterator[loading.NumberLeftOut]:
    """Store a kind of number of the block's people, the latest row's; give what was left out."""
    from machikumo.kernel.numbers.actions import store_numbers

    if kind not in frame.columns:
        return
    numbers = {addressee: number for addressee, number in frame.select("addressee_number", kind).iter_rows() if number}
    if not numbers:
        return
    pairs = [(tokens[addressee], number) for addressee, number in numbers.items()]
    stored = store_numbers(scope, kind=kind, pairs=pairs, skip_refused=True)
    problems = [(subject, "") for subject, _ in stored.refused] + list(stored.clashes)
    if not problems:
        return
    people = Person.objects.within(scope).filter(token__in={token for pair in problems for token in pair if token})
    addressees = {str(token): number for token, number in people.values_list("token", "addressee_number")}
    for bringer, holder in problems:
        yield loading.NumberLeftOut(kind, addressees[bringer], addressees[holder] if holder else "")


@action(permission="register.edit")
def correct(
    scope: Scope, *, person_id: int, expected_version_id: int, changes: Mapping[str, Any], ground: str
) -> PersonVersion:
    """A corrected version of a person's present record; the corrected one is kept.

    Raises Conflict when somebody else wrote a newer version since ``expected_version_id`` was shown.
    """
    write_gate.ask(scope, "register.correct")
    unknown = set(changes) - CORRECTABLE
    if unknown:
        raise RegisterError(
            f"修正できない項目です: {', '.join(sorted(unknown))}", "These items cannot be corrected here."
        )
    before = _locked(scope, person_id, expected_version_id)
    old = {name: own.as_text(name, getattr(before, name)) for name in changes}
    branch = (
        PersonVersion.objects.within(scope)
        .filter(person_id=person_id, history_number=before.history_number)
        .aggregate(top=Max("history_branch"))["top"]
    )
    PersonVersion.objects.within(scope).filter(pk=before.pk).update(superseded_at=Now())
    after = _copy(scope, before, dict(changes) | {"history_branch": branch + 1})
    _add_keys(scope, after)
    record(
        scope,
        event="person.corrected",
        subject=f"person:{before.person.token}",
        ground=ground,
        before=old,
        after={name: own.as_text(name, getattr(after, name)) for name in changes},
        details={"items": sorted(changes)},
    )
    listeners.tell("person.corrected", scope, person_id=person_id, items=sorted(changes))
    return after


def _locked(scope: Scope, person_id: int, expected_version_id: int) -> PersonVersion:
    """The present version, held until the end of the transaction; Conflict when it is not the one that was shown.

    Waits for certificates that are being made of the person: see queries.hold_people.
    """
    Person.objects.within(scope).select_for_update(no_key=True).filter(pk=person_id).first()
    before = (
        PersonVersion.objects.within(scope)
        .select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=expected_version_id, person_id=person_id, **queries.PRESENT)
        .first()
    )
    if before is None:
        raise Conflict(
            "ほかの職員が先にこの方の記録を更新しました。あなたの入力は保存していません。最新の記録を開いて確認してください。",
            "A colleague updated this record first. Your input was not saved; please open the newest record.",
        )
    return before


def _copy(scope: Scope, before: PersonVersion, changes: Mapping[str, Any]) -> PersonVersion:
    names = (*own.NUMBER_COLUMNS, *own.FLAG_COLUMNS, *own.DATE_COLUMNS, *own.TEXT_COLUMNS)
    facts = {name: getattr(before, name) for name in names} | dict(changes)
    return PersonVersion.objects.add(
        scope,
        person_id=before.person_id,
        household_id=before.household_id,
        further=before.further,
        recorded_by=scope.person,
        **facts,
    )


def _add_keys(scope: Scope, version: PersonVersion) -> None:
    """The new version's search keys; the old ones stay, so that a former name still finds the person."""
    row = [own.as_text(name, getattr(version, name)) for name in SOURCE_COLUMNS]
    SearchKey.objects.within(scope).bulk_create(
        [
            SearchKey(organisation_id=scope.organisation_id, person_id=version.person_id, kind=int(kind), key=key)
            for kind, key in set(keys_of(row))
        ],
        ignore_conflicts=True,
    )


@action(permission="register.protect")
def add_block(
    scope: Scope,
    *,
    person_id: int,
    level: BlockLevel,
    starts_on: date,
    ends_on: date | None,
    channels: list[str] | None = None,
    section: str = "",
) -> ProtectionBlock:
    """A protection block on a person, in force at once."""
    write_gate.ask(scope, "register.add_block")
    version = queries.present_version_of(scope, person_id)
    # waits for certificates that are being made of the person: see queries.hold_people
    Person.objects.within(scope).select_for_update(no_key=True).get(pk=person_id)
    block = ProtectionBlock.objects.add(
        scope,
        person_id=person_id,
        level=level.value,
        starts_on=starts_on,
        ends_on=ends_on,
        channels=channels or [],
        section=section,
        recorded_by=scope.person,
    )
    record(scope, event="block.added", subject=f"person:{version.person.token}", ground="protection_measure")
    return block


@action(permission="register.protect")
def close_block(scope: Scope, *, block_id: int, person_id: int | None = None) -> None:
    """Close a block: a person's act, never a date's. NotFound when it is not ``person_id``'s, where that is given."""
    write_gate.ask(scope, "register.close_block")
    blocks = ProtectionBlock.objects.within(scope).filter(pk=block_id)
    block = (blocks.filter(person_id=person_id) if person_id else blocks).select_related("person").first()
    if block is None:
        raise NotFound
    if not blocks.filter(closed_at__isnull=True).update(closed_at=Now(), closed_by=scope.person):
        raise Conflict("この支援措置はすでに解除されています。", "This block is closed already.")
    record(
        scope,
        event="block.closed",
        subject=f"person:{block.person.token}",
        ground="protection_measure",
        details={"block": block_id},
    )


@action(permission="layouts.move_in")
def mark_incomplete(scope: Scope, *, household_numbers: Collection[str], reason: str, source: str = "") -> int:
    """Say of households that somebody may be missing; gives how many were marked. Those not there yet are made."""
    known = Household.objects.within(scope)
    missing = set(household_numbers) - set(known.filter(number__in=household_numbers).values_list("number", flat=True))
    with load_watchers.around(scope, source):
        known.bulk_create(
            [Household(organisation_id=scope.organisation_id, number=number) for number in sorted(missing)],
            ignore_conflicts=True,
        )
        marked = known.filter(number__in=household_numbers).update(incomplete_reason=reason)
    record(scope, event="households.marked_incomplete", ground="data_migration", details={"count": marked})
    return marked


@action(permission="register.edit")
def confirm_household(scope: Scope, *, household_id: int, ground: str) -> None:
    """Say that nobody is missing from a household any more, after somebody has looked."""
    write_gate.ask(scope, "register.confirm_household")
    confirmed = (
        Household.objects.within(scope)
        .filter(pk=household_id)
        .exclude(incomplete_reason="")
        .update(incomplete_reason="")
    )
    if not confirmed:
        raise Conflict("この世帯はすでに確認済みです。", "This household has been confirmed already.")
    record(scope, event="household.confirmed", subject=f"household:{household_id}", ground=ground)


@action(permission="layouts.export")
def export_rows(scope: Scope, *, keys: Sequence[str], size: int = 2_000) -> Iterator[list[dict[str, str]]]:
    """Every recorded version as standard rows, in lists of at most ``size``; the numbers are opened from the vault.

    To be read to its end within the entered scope. Each opening of a number is a ledger row of its own.
    """
    record(scope, event="people.exported", ground="data_migration", details={"keys": len(keys)})
    return _exported(scope, keys, size)


def _exported(scope: Scope, keys: Sequence[str], size: int) -> Iterator[list[dict[str, str]]]:
    rows: list[dict[str, str]] = []
    for row in queries.standard_rows(scope, keys):
        rows.append(row)
        if len(rows) == size:
            yield _with_numbers(scope, keys, rows)
            rows = []
    if rows:
        yield _with_numbers(scope, keys, rows)


def _with_numbers(scope: Scope, keys: Sequence[str], rows: list[dict[str, str]]) -> list[dict[str, str]]:
    from machikumo.kernel.numbers.actions import open_numbers
    from machikumo.kernel.numbers.domain.digits import NumberKind
    from machikumo.kernel.numbers.queries import subjects_with

    people = Person.objects.within(scope).filter(addressee_number__in={row["addressee_number"] for row in rows})
    tokens = {number: str(token) for number, token in people.values_list("addressee_number", "token")}
    for kind in set(own.VAULT_COLUMNS) & set(keys):
        held = sorted(subjects_with(scope, kind=NumberKind(kind), subjects=list(tokens.values())))
        if held:
            numbers = open_numbers(scope, kind=kind, subjects=held, purpose="tenant_export", ground="data_migration")
            for row in rows:
                row[kind] = numbers.get(tokens[row["addressee_number"]], "")
    return rows
