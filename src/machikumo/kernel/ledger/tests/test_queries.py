"""What the auditor and the person see: filters, pages, and that every filter is answered from an index."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.utils import timezone

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.ledger import record, record_many, seal
from machikumo.kernel.ledger.models import Checkpoint, Entry, Leaf
from machikumo.kernel.ledger.queries import (
    Filters,
    access_record_of,
    all_entries_of,
    entries_of,
    organisations_with_logs,
    seal_state_of,
)
from machikumo.kernel.ledger.tests.helpers import write
from machikumo.kernel.tenancy.doors import entered, read_as

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


@pytest.fixture
def busy(scope: Scope) -> Scope:
    """Rows of two people at the desk about three persons."""
    with entered(scope):
        for subject in ("person:1", "person:2", "person:1"):
            record(scope, event="person.viewed", subject=subject)
        record(replace(scope, person="account:2"), event="person.corrected", subject="person:3")
        record(replace(scope, person="account:2"), event="personnel.moved")
        record(scope, event="setting.changed")
    return scope


def told(entries: Sequence[Entry]) -> list[tuple[str, str | None]]:
    return [(entry.event, entry.subject) for entry in entries]


def test_the_newest_row_comes_first(busy: Scope) -> None:
    found = entries_of(busy, Filters())
    assert told(found)[0] == ("setting.changed", None)
    assert told(found)[-1] == ("person.viewed", "person:1")
    assert len(found) == 6


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (Filters(actor="account:2"), 2),
        (Filters(subject="person:1"), 2),
        (Filters(event="person.viewed"), 3),
        (Filters(event="person."), 4),
        (Filters(event="person"), 0),
        (Filters(actor="account:1", subject="person:1", event="person.viewed"), 2),
        (Filters(actor="account:3"), 0),
        (Filters(without_looks=True), 6),
    ],
)
def test_filters_choose(busy: Scope, filters: Filters, count: int) -> None:
    assert len(entries_of(busy, filters)) == count
    assert len(list(all_entries_of(busy, filters, limit=100))) == count


def test_dates_choose(busy: Scope) -> None:
    now = timezone.now() + timedelta(seconds=1)
    hour = timedelta(hours=1)
    assert len(entries_of(busy, Filters(since=now - hour, until=now))) == 6
    assert entries_of(busy, Filters(since=now)) == []
    assert entries_of(busy, Filters(until=now - hour)) == []


def test_pages_go_on_in_both_directions(busy: Scope) -> None:
    whole = [entry.id for entry in entries_of(busy, Filters())]
    first = entries_of(busy, Filters(), limit=2)
    second = entries_of(busy, Filters(), before=first[-1].id, limit=2)
    assert [entry.id for entry in first + second] == whole[:4]
    back = entries_of(busy, Filters(), after=second[0].id, limit=2)
    assert [entry.id for entry in back] == whole[:2]


def test_a_row_gives_all_its_facts(busy: Scope) -> None:
    (entry, *_rest) = entries_of(busy, Filters(event="person.corrected"))
    assert entry.facts["role"] == "desk_clerk"
    assert entry.recorded_at.isoformat(timespec="microseconds").replace("+00:00", "Z") == entry.facts["recorded_at"]
    assert str(entry) == f"person.corrected {entry.id}"


@pytest.mark.usefixtures("busy")
def test_reading_needs_the_permission_and_stays_within_the_town(
    town: Organisation, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    weak = scope_of(town, permissions=frozenset({"register.view"}))
    with pytest.raises(Forbidden):
        entries_of(weak, Filters())
    with pytest.raises(Forbidden):
        list(all_entries_of(weak, Filters(), limit=1))
    assert entries_of(scope_of(other_town), Filters()) == []
    assert access_record_of(scope_of(other_town), "person:1") == []


@pytest.mark.usefixtures("busy")
def test_a_person_sees_who_looked(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    resident = scope_of(town, person="resident:1", role="resident", permissions=frozenset())
    found = access_record_of(resident, "person:1")
    assert told(found) == [("person.viewed", "person:1")] * 2
    assert told(access_record_of(resident, "person:1", before=found[0].id)) == [("person.viewed", "person:1")]
    assert told(access_record_of(resident, "person:1", limit=1)) == [("person.viewed", "person:1")]


def test_reading_works_inside_and_outside_a_request(busy: Scope) -> None:
    with entered(busy):
        inside = entries_of(busy, Filters())
    assert [entry.id for entry in inside] == [entry.id for entry in entries_of(busy, Filters())]


def test_the_state_of_the_seal_tells_size_signature_and_witnesses(busy: Scope, town: Organisation) -> None:
    before = seal_state_of(busy)
    assert (before.size, before.sealed_at, before.is_signed, before.witnesses) == (0, None, True, ())
    seal(organisations=[town.code])
    state = seal_state_of(busy)
    assert (state.size, state.is_signed) == (6, True)
    assert [(seen.code, seen.size, seen.is_ahead) for seen in state.witnesses] == [("operator", 6, False)]
    assert state.sealed_at == state.witnesses[0].at
    assert f"machikumo/ledger/{town.code}" in state.note


def test_the_state_shows_a_forged_checkpoint_and_a_witness_that_knows_more(
    busy: Scope, town: Organisation, as_superuser: Callable[[], Any]
) -> None:
    seal(organisations=[town.code])
    write(busy, 2)
    seal(organisations=[town.code])
    with as_superuser() as attacker:
        attacker.execute("DELETE FROM ledger_checkpoint WHERE organisation_id = %s AND tree_size = 8", [town.pk])
        attacker.execute("UPDATE ledger_checkpoint SET note = 'x' WHERE organisation_id = %s", [town.pk])
    state = seal_state_of(busy)
    assert not state.is_signed
    assert [seen.is_ahead for seen in state.witnesses] == [True]


def test_a_witness_folder_may_be_named(busy: Scope, town: Organisation, tmp_path: Path) -> None:
    seal(organisations=[town.code], witness_folder=tmp_path / "w")
    assert seal_state_of(busy).witnesses == ()
    assert len(seal_state_of(busy, witness_folder=tmp_path / "w").witnesses) == 1


@pytest.mark.usefixtures("busy")
def test_organisations_with_logs_are_those_with_rows(town: Organisation, other_town: Organisation) -> None:
    found = {organisation.pk for organisation in organisations_with_logs([])}
    assert town.pk in found
    assert other_town.pk not in found
    assert [found.pk for found in organisations_with_logs([other_town.code])] == [other_town.pk]


def test_the_other_tables_are_read_through_the_same_door(busy: Scope, town: Organisation) -> None:
    seal(organisations=[town.code])
    with entered(busy), read_as("auditor", busy):
        leaf = Leaf.objects.within(busy).using("auditor").first()
        checkpoint = Checkpoint.objects.within(busy).using("auditor").last()
    assert leaf is not None
    assert checkpoint is not None
    assert str(leaf).startswith("0: ")
    assert str(checkpoint).startswith("6 @ 20")


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "ledger_entry_pkey"),
        (Filters(actor="account:7"), "ledger_entry_by_actor"),
        (Filters(subject="person:7"), "ledger_entry_by_subject"),
        (Filters(event="person.corrected"), "ledger_entry_by_event"),
    ],
)
def test_every_filter_is_answered_from_an_index(
    scope: Scope, as_superuser: Callable[[], Any], filters: Filters, index: str
) -> None:
    from machikumo.kernel.ledger.queries import _filtered

    with entered(scope):
        for actor in range(20):
            rows = ({"subject": f"person:{actor}-{number}"} for number in range(100))
            record_many(replace(scope, person=f"account:{actor}"), rows, event=f"person.kind_{actor}")
    with as_superuser() as server:
        server.execute("ANALYZE ledger_entry")
    with entered(scope), read_as("auditor", scope):
        plan = _filtered(scope, filters)[:50].explain()
    assert index in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
    assert connections["auditor"].alias == "auditor"
