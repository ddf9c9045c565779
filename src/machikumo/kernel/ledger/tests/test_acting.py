"""Actions: permission first, one transaction, and no action without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.ledger import ActionLeftNoTrace, action, record, record_many
from machikumo.kernel.ledger.recording import rows_written
from machikumo.kernel.ledger.tests.helpers import rows_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import ScopeMismatch, current_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


class Refused(Exception):
    """What a failing action raises here."""


@action(permission="register.correct")
def correct(scope: Scope, *, subject: str, fail: bool = False) -> str:
    """Corrects a person."""
    record(scope, event="person.corrected", subject=subject)
    if fail:
        raise Refused
    return f"corrected {subject}"


@action(permission="register.correct")
def forget(scope: Scope) -> None:
    """An action whose author forgot the ledger."""


@action(permission="register.correct")
def forget_after_failure(scope: Scope) -> None:
    """The inner action's row was rolled back, so this one has none."""
    with pytest.raises(Refused):
        correct(scope, subject="person:1", fail=True)


@action()
def load(scope: Scope, *, rows: int) -> int:
    """Many rows at once, by anybody."""
    return record_many(scope, ({"subject": f"person:{number}"} for number in range(rows)), event="person.loaded")


@action(permission="register.correct")
def correct_two(scope: Scope) -> None:
    """The rows of the actions that it calls are its own."""
    correct(scope, subject="person:1")
    correct(scope, subject="person:2")


def subjects(scope: Scope) -> list[str]:
    return [row[0] for row in rows_of(scope, "subject")]


def test_an_action_runs_in_a_transaction_of_its_own_and_leaves_its_row(scope: Scope) -> None:
    assert correct(scope, subject="person:7") == "corrected person:7"
    assert subjects(scope) == ["person:7"]
    assert current_scope.get() is None


def test_without_the_permission_nothing_happens(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    weak = scope_of(town, permissions=frozenset({"register.find"}))
    with pytest.raises(Forbidden, match="この操作"):
        correct(weak, subject="person:7")
    assert load(weak, rows=2) == 2
    assert subjects(weak) == ["person:0", "person:1"]


def test_an_action_without_a_trace_is_refused(scope: Scope) -> None:
    with pytest.raises(ActionLeftNoTrace, match="forget") as caught:
        forget(scope)
    assert "rolled back" in caught.value.message_en
    assert subjects(scope) == []


def test_a_trace_that_was_rolled_back_does_not_count(scope: Scope) -> None:
    with pytest.raises(ActionLeftNoTrace):
        forget_after_failure(scope)
    assert subjects(scope) == []


def test_a_row_of_the_request_does_not_stand_in_for_one_of_the_action(scope: Scope) -> None:
    with entered(scope):
        record(scope, event="person.viewed", subject="person:0")
        with pytest.raises(ActionLeftNoTrace):
            forget(scope)
    assert subjects(scope) == ["person:0"]


def test_a_failing_action_undoes_its_own_work_and_not_the_requests(scope: Scope) -> None:
    with entered(scope):
        record(scope, event="person.viewed", subject="person:0")
        with pytest.raises(Refused):
            correct(scope, subject="person:1", fail=True)
        correct(scope, subject="person:2")
    assert subjects(scope) == ["person:0", "person:2"]


def test_an_action_may_be_made_of_actions(scope: Scope) -> None:
    correct_two(scope)
    assert subjects(scope) == ["person:1", "person:2"]


def test_bulk_rows_are_a_trace_and_no_rows_are_none(scope: Scope) -> None:
    assert load(scope, rows=3) == 3
    with pytest.raises(ActionLeftNoTrace):
        load(scope, rows=0)
    assert len(subjects(scope)) == 3


def test_an_action_of_another_organisation_within_a_transaction_is_refused(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    with entered(scope), pytest.raises(ScopeMismatch):
        correct(scope_of(other_town), subject="person:1")
    assert subjects(scope) == []


def test_the_count_of_rows_is_as_before_after_a_failure(scope: Scope) -> None:
    before = rows_written.get()
    with pytest.raises(Refused):
        correct(scope, subject="person:1", fail=True)
    assert rows_written.get() == before


def test_an_action_tells_its_permission_and_keeps_its_name() -> None:
    assert correct.machikumo_permission == "register.correct"  # type: ignore[attr-defined]
    assert correct.__name__ == "correct"
    assert correct.__doc__ == "Corrects a person."
