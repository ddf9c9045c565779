"""Writing rows: what they hold, and that they live and die with the business transaction."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from machikumo.kernel import ledger
from machikumo.kernel.ledger import digest_of, keys, record, record_many
from machikumo.kernel.ledger.domain.canonical import canonical
from machikumo.kernel.ledger.domain.entry import RefusedEntry
from machikumo.kernel.ledger.recording import ROWS_A_STATEMENT, OutsideTransaction
from machikumo.kernel.ledger.tests.helpers import rows_of, write
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def test_a_row_says_who_did_what_when_why_and_to_whom(scope: Scope) -> None:
    started = datetime.now(UTC)
    with entered(scope):
        row = record(scope, event="person.viewed", subject="person:12", ground="住民基本台帳法第12条")
    facts = json.loads(rows_of(scope)[0][0])
    assert started <= datetime.fromisoformat(facts.pop("recorded_at")) <= datetime.now(UTC)
    assert facts == {
        "version": 1,
        "id": str(row),
        "organisation": scope.organisation_code,
        "actor": "account:1",
        "role": "desk_clerk",
        "purpose": "resident_service",
        "event": "person.viewed",
        "subject": "person:12",
        "ground": "住民基本台帳法第12条",
    }


def test_the_columns_are_made_from_the_text_by_the_database(scope: Scope) -> None:
    with entered(scope):
        row = record(scope, event="person.viewed", subject="person:12", ground='法\\条\n\t"12"')
        record(scope, event="setting.changed")
    columns = "id, recorded_at, actor, event, subject, purpose, canonical"
    first, second = rows_of(scope, columns)
    facts = json.loads(first[6])
    assert first[:1] + first[2:6] == (row, "account:1", "person.viewed", "person:12", "resident_service")
    assert first[1] == datetime.fromisoformat(facts["recorded_at"])
    assert facts["ground"] == '法\\条\n\t"12"'
    assert second[4] is None


def test_the_text_is_canonical(scope: Scope) -> None:
    with entered(scope):
        record(scope, event="person.corrected", before={"b": 1}, after={"a": [1.5]}, details={"z": 1, "a": 0.25})
    (text,) = rows_of(scope)[0]
    assert canonical(json.loads(text)).decode() == text


def test_before_and_after_are_kept_as_digests_only(scope: Scope) -> None:
    before, after = {"name": "山田　花子", "born": date(1990, 1, 2)}, {"name": "鈴木　花子", "born": "1990-01-02"}
    with entered(scope):
        record(scope, event="person.corrected", before=before, after=after)
    (text,) = rows_of(scope)[0]
    facts = json.loads(text)
    assert facts["before"] == digest_of(scope, {"born": "1990-01-02", "name": "山田　花子"})
    assert facts["after"] == digest_of(scope, after) != facts["before"]
    assert "花子" not in text


def test_two_towns_have_different_digests_of_one_value(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    assert digest_of(scope, "A") != digest_of(scope_of(other_town), "A")


def test_personal_words_in_details_are_not_stored(scope: Scope) -> None:
    with entered(scope):
        record(scope, event="person.searched", details={"words": "山田", "shown": 3})
    (text,) = rows_of(scope)[0]
    assert "山田" not in text
    assert json.loads(text)["details"]["shown"] == 3


def test_a_row_goes_when_the_business_transaction_fails(scope: Scope) -> None:
    def view_and_fail() -> None:
        with entered(scope):
            record(scope, event="person.viewed")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        view_and_fail()
    assert rows_of(scope) == []


def test_no_row_is_written_outside_its_transaction(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with pytest.raises(OutsideTransaction):
        record(scope, event="person.viewed")
    with entered(scope), pytest.raises(OutsideTransaction):
        record(scope_of(other_town), event="person.viewed")
    with pytest.raises(OutsideTransaction):
        record_many(scope, [{}], event="person.loaded")


def test_a_malformed_event_is_refused(scope: Scope) -> None:
    with entered(scope), pytest.raises(RefusedEntry):
        record(scope, event="viewed")


def test_the_row_names_the_scope_that_it_was_given(scope: Scope) -> None:
    with entered(scope):
        record(replace(scope, person="job:7", role="machine", purpose="migration"), event="person.loaded")
    facts = json.loads(rows_of(scope)[0][0])
    assert (facts["actor"], facts["role"], facts["purpose"]) == ("job:7", "machine", "migration")


def test_bulk_rows_stand_in_their_order_and_may_differ(scope: Scope) -> None:
    count = ROWS_A_STATEMENT + 3
    rows = [{"subject": f"person:{number}"} for number in range(count - 1)]
    rows.append({"subject": "person:last", "event": "person.merged", "ground": "other", "details": {"n": 1}})
    with entered(scope):
        assert record_many(scope, iter(rows), event="person.loaded", ground="data_migration") == count
    found = rows_of(scope, "subject, event, canonical")
    assert [row[0] for row in found] == [row["subject"] for row in rows]
    assert [row[1] for row in found[-2:]] == ["person.loaded", "person.merged"]
    assert json.loads(found[0][2])["ground"] == "data_migration"
    assert json.loads(found[-1][2])["ground"] == "other"


def test_no_rows_are_written_for_none(scope: Scope) -> None:
    with entered(scope):
        assert record_many(scope, [], event="person.loaded") == 0
    assert rows_of(scope) == []


def test_no_business_transaction_waits_for_another(scope: Scope) -> None:
    """Two open transactions of one town write side by side; with a chain head the second would hang."""
    others = connections.create_connection("default")
    try:
        others.settings_dict = connections["default"].settings_dict
        with entered(scope):
            record(scope, event="person.viewed")
            with others.cursor() as cursor:
                cursor.execute("SET lock_timeout = '500ms'")
                cursor.execute("BEGIN")
                cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(scope.organisation_id)])
                (text,) = _another_text(scope)
                cursor.execute(
                    "INSERT INTO ledger_entry (organisation_id, canonical) VALUES (%s, %s)",
                    [scope.organisation_id, text],
                )
                cursor.execute("COMMIT")
            assert len(rows_of(scope)) == 1
    finally:
        others.close()
    assert len(rows_of(scope)) == 2


def _another_text(scope: Scope) -> list[str]:
    from django.utils import timezone

    from machikumo.kernel.ledger.domain.entry import Entry, time_ordered_id

    now = timezone.now()
    entry = Entry(time_ordered_id(now, 5), scope.organisation_code, now, "account:2", "x", "y", "person.viewed")
    return [entry.canonical().decode()]


def test_the_public_names_are_there_and_no_others(scope: Scope) -> None:
    assert all(getattr(ledger, name) for name in ledger.__all__)
    with pytest.raises(AttributeError, match="unseal"):
        _ = ledger.unseal
    assert write(scope)


def test_the_secrets_are_made_once_and_for_their_owner_only(scope: Scope, var: Path) -> None:
    first = digest_of(scope, 1)
    file = var / "secrets" / "ledger-digest"
    assert file.stat().st_mode & 0o777 == 0o600
    assert digest_of(scope, 1) == first
    keys._secret.cache_clear()
    assert digest_of(scope, 1) == first
    assert [path.name for path in file.parent.iterdir()] == ["ledger-digest"]


def test_when_two_processes_make_a_secret_at_once_the_first_one_holds(
    scope: Scope, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = base64.b64encode(b"t" * 32)

    def another_was_first(_fresh: Path, file: Path) -> None:
        file.write_bytes(theirs)
        raise FileExistsError

    monkeypatch.setattr(keys.os, "link", another_was_first)
    assert digest_of(scope, 1) == digest_of(scope, 1)
    assert [path.read_bytes() for path in (var / "secrets").iterdir()] == [theirs]
