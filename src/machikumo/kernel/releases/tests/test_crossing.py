"""What crosses between organisations, and what never does."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections, transaction
from django.db.utils import DatabaseError, ProgrammingError
from django.utils import timezone

from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.releases import actions, queries
from machikumo.kernel.releases.domain.envelope import ReleaseRefused, SignatureInvalid, content_digest
from machikumo.kernel.releases.models import ReceivedRelease, Release, SigningKey
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

CONTENT = {"systems": [{"name": "住民記録", "yen": 1_200_000}], "note": "令和8年度"}


@pytest.fixture
def three(make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope]) -> tuple[Scope, Scope, Scope]:
    """Scopes of a source, a recipient and a stranger."""
    first, second, third = (scope_of(make_organisation()) for _ in range(3))
    return first, second, third


def seen_by(scope: Scope) -> list[tuple[str, int]]:
    with entered(scope):
        return [(row.source_code, row.version) for row in queries.received(scope)]


def test_the_recipient_reads_a_checked_copy_and_a_stranger_sees_nothing(three: tuple[Scope, Scope, Scope]) -> None:
    source, recipient, stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    with entered(recipient):
        (row,) = queries.latest_of_each(recipient, "inventory")
        assert queries.checked_content(row) == CONTENT
        assert row.source_id == source.organisation_id
    assert seen_by(stranger) == []
    assert seen_by(source) == []


def test_withdrawn_is_unreadable_in_the_next_statement_and_the_withdrawal_is_kept(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    session = connections["default"].copy()  # the recipient's own connection, with a transaction that stays open
    with session.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(recipient.organisation_id)])
        cursor.execute("SELECT count(*) FROM releases_receivedrelease")
        before = cursor.fetchone()[0]
        actions.withdraw(source, name="inventory", version=1, reason="数字の誤り")
        cursor.execute("SELECT count(*) FROM releases_receivedrelease")
        after = cursor.fetchone()[0]
        cursor.execute("ROLLBACK")
    session.close()
    assert (before, after) == (1, 0)
    with entered(recipient):
        (told,) = queries.withdrawals(recipient)
        assert (told.source_code, told.version, told.reason) == (source.organisation_code, 1, "数字の誤り")
    with entered(source):
        (kept,) = queries.made(source)
        assert kept.withdrawn_at is not None
        assert kept.withdrawn_by == source.person


def test_withdrawing_erases_the_content_that_lies_with_the_recipient(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    actions.withdraw(source, name="inventory", version=1, reason="取りやめ")
    with transaction.atomic(using="migration"), connections["migration"].cursor() as cursor:
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(recipient.organisation_id)])
        cursor.execute("SELECT content::text, digest <> '' FROM releases_receivedrelease")
        assert cursor.fetchall() == [("{}", True)]


@pytest.mark.parametrize("reason", ["", " ", "　"])
def test_withdrawing_without_a_reason_is_refused_and_takes_nothing_back(three: tuple[Scope, ...], reason: str) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    with pytest.raises(ReleaseRefused, match="理由"):
        actions.withdraw(source, name="inventory", version=1, reason=reason)
    assert seen_by(recipient) == [(source.organisation_code, 1)]


def test_a_newer_version_stands_first_and_both_stay_readable(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    code = recipient.organisation_code
    actions.release(source, name="flows", content={"n": 1}, recipients=[code])
    actions.release(source, name="flows", content={"n": 2}, recipients=[code])
    with entered(recipient):
        (latest,) = queries.latest_of_each(recipient, "flows")
        assert (latest.version, queries.checked_content(latest)) == (2, {"n": 2})
    assert [version for _source, version in seen_by(recipient)] == [2, 1]


def test_one_recipient_can_lose_a_version_that_another_keeps(three: tuple[Scope, ...]) -> None:
    source, second, third = three
    actions.release(source, name="kpi", content=CONTENT, recipients=[second.organisation_code, third.organisation_code])
    count = actions.withdraw(source, name="kpi", version=1, reason="誤送", recipient=second.organisation_code)
    assert count == 1
    assert seen_by(second) == []
    assert seen_by(third) == [(source.organisation_code, 1)]


def test_an_expired_copy_is_not_there(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    soon = timezone.now() + dt.timedelta(seconds=0.4)
    actions.release(source, name="warning", content=CONTENT, recipients=[recipient.organisation_code], expires_at=soon)
    with entered(recipient), connections["default"].cursor() as cursor:
        assert queries.received(recipient).count() == 1
        cursor.execute("SELECT pg_sleep(0.5)")
    assert seen_by(recipient) == []


def test_the_application_can_neither_write_nor_change_received_copies(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    for statement in (
        "UPDATE releases_receivedrelease SET withdrawn_at = NULL",
        "DELETE FROM releases_receivedrelease",
        """INSERT INTO releases_receivedwithdrawal
           (organisation_id, source_id, source_code, name, version, withdrawn_at, reason)
           SELECT organisation_id, source_id, source_code, name, version, now(), '' FROM releases_receivedrelease""",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), entered(recipient):
            connections["default"].cursor().execute(statement)
    assert seen_by(recipient) == [(source.organisation_code, 1)]


def test_the_function_gives_the_callers_organisation_back(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    with entered(source), connections["default"].cursor() as cursor:
        actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
        cursor.execute("SELECT current_setting('machikumo.organisation_id')")
        assert cursor.fetchone() == (str(source.organisation_id),)


def test_a_refused_delivery_gives_the_callers_organisation_back_too(three: tuple[Scope, ...]) -> None:
    source, _recipient, _stranger = three
    call = "SELECT machikumo_deliver_release(%s, 'x', 1, now(), now(), '{}', '', '', '')"
    with entered(source), connections["default"].cursor() as cursor:
        with pytest.raises(DatabaseError, match="no such recipient"), transaction.atomic():
            cursor.execute(call, [0])
        cursor.execute("SELECT current_setting('machikumo.organisation_id')")
        assert cursor.fetchone() == (str(source.organisation_id),)


@pytest.mark.parametrize("setting", ["oneself", "nobody"])
def test_no_source_or_oneself_as_recipient_is_refused_by_the_database(three: tuple[Scope, ...], setting: str) -> None:
    source, _recipient, _stranger = three
    call = "SELECT machikumo_deliver_release(%s, 'x', 1, now(), now(), '{}', '', '', '')"
    cursor = connections["default"].cursor()
    with transaction.atomic():
        value = str(source.organisation_id) if setting == "oneself" else ""
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [value])
        with pytest.raises(DatabaseError, match="a release needs a source"), transaction.atomic():
            cursor.execute(call, [source.organisation_id])


def test_nobody_withdraws_what_another_released(three: tuple[Scope, ...]) -> None:
    source, recipient, stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    with entered(stranger), connections["default"].cursor() as cursor:
        cursor.execute("SELECT machikumo_withdraw_release(%s, 'inventory', 1, '')", [recipient.organisation_id])
    with pytest.raises(NotFound):
        actions.withdraw(stranger, name="inventory", version=1, reason="数字の誤り")
    assert seen_by(recipient) == [(source.organisation_code, 1)]


def test_other_roles_may_not_call_the_functions(three: tuple[Scope, ...]) -> None:
    _source, recipient, _stranger = three
    for alias in ("auditor", "sealer", "publisher", "public"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using=alias):
            connections[alias].cursor().execute(
                "SELECT machikumo_withdraw_release(%s, 'inventory', 1, '')", [recipient.organisation_id]
            )


@pytest.mark.parametrize("recipients", [[], ["nobody"]])
def test_unknown_or_no_recipients_are_refused_with_their_codes(scope: Scope, recipients: list[str]) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        actions.release(scope, name="inventory", content={}, recipients=recipients)
    assert (recipients or ["指定なし"])[0] in refused.value.message_ja


def test_a_release_that_would_expire_in_the_past_is_refused(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    past = timezone.now() - dt.timedelta(days=1)
    with pytest.raises(ReleaseRefused, match="過去"):
        actions.release(source, name="x", content={}, recipients=[recipient.organisation_code], expires_at=past)


def test_releasing_needs_the_permission(town: Organisation, scope_of: Any) -> None:
    with pytest.raises(Forbidden):
        actions.release(scope_of(town, permissions=frozenset()), name="x", content={}, recipients=["y"])


def test_a_copy_altered_behind_the_programs_back_is_found_by_its_signature(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    with transaction.atomic(using="migration"), connections["migration"].cursor() as cursor:
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(recipient.organisation_id)])
        cursor.execute("UPDATE releases_receivedrelease SET content = '{\"systems\": []}'")
    with entered(recipient):
        (row,) = queries.received(recipient)
        with pytest.raises(SignatureInvalid):
            queries.checked_content(row)


def test_a_key_that_the_source_never_told_is_not_believed(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    SigningKey.objects.using("migration").filter(organisation_id=source.organisation_id).delete()
    with entered(recipient):
        (row,) = queries.received(recipient)
        with pytest.raises(SignatureInvalid, match="鍵が登録されていません"):
            queries.checked_content(row)


def test_one_copy_can_be_opened_by_its_number_only_by_its_recipient(three: tuple[Scope, ...]) -> None:
    source, recipient, stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    with entered(recipient):
        number = queries.received(recipient).get().pk
        assert queries.received_release(recipient, number).name == "inventory"
    with entered(stranger), pytest.raises(NotFound):
        queries.received_release(stranger, number)


def test_the_ledger_of_the_source_tells_of_release_and_withdrawal(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    actions.withdraw(source, name="inventory", version=1, reason="数字の誤り")
    with transaction.atomic(using="auditor"), connections["auditor"].cursor() as cursor:
        cursor.execute("SELECT set_config('machikumo.organisation_id', %s, true)", [str(source.organisation_id)])
        cursor.execute("SELECT event FROM ledger_entry ORDER BY id")
        assert [event for (event,) in cursor.fetchall()] == ["release.made", "release.withdrawn"]


def test_the_rows_name_themselves_for_people(three: tuple[Scope, ...]) -> None:
    source, recipient, _stranger = three
    actions.release(source, name="inventory", content=CONTENT, recipients=[recipient.organisation_code])
    actions.withdraw(source, name="inventory", version=1, reason="数字の誤り")
    with entered(source):
        assert str(Release.objects.within(source).get()) == f"inventory v1 → {recipient.organisation_id}"
    with entered(recipient):
        assert str(queries.withdrawals(recipient).get()) == f"{source.organisation_code}: inventory v1"
    assert str(SigningKey(fingerprint="ab12")) == "ab12"
    assert str(ReceivedRelease(source_code="a", name="b", version=3)) == "a: b v3"


def test_of_two_who_release_one_name_at_once_one_is_told_and_nothing_is_sent_twice(
    three: tuple[Scope, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, recipient, _stranger = three
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def digest_when_both_are_here(content: Any) -> str:
        both.wait()
        return content_digest(content)

    def release() -> None:
        try:
            actions.release(source, name="kpi", content=CONTENT, recipients=[recipient.organisation_code])
            outcomes.append("released")
        except Conflict:
            outcomes.append("too late")
        finally:
            connections.close_all()

    monkeypatch.setattr(actions, "content_digest", digest_when_both_are_here)
    threads = [threading.Thread(target=release) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["released", "too late"]
    assert seen_by(recipient) == [(source.organisation_code, 1)]
