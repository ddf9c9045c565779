"""A town whose resident records move in rounds, with files that are moved in at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.rehearsals import actions, queries
from machikumo.rehearsals.tests.makers import bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.layouts.tests.makers import Row
    from machikumo.rehearsals.models import Move, Round

OFFICER = frozenset({"work.enter", "layouts.view", "layouts.move_in"})
HEAD = frozenset({"work.enter", "layouts.view", "layouts.approve", "approvals.decide"})


@pytest.fixture
def officer(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:1", permissions=OFFICER)


@pytest.fixture
def head(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:2", permissions=HEAD)


@pytest.fixture
def move(officer: Scope) -> Move:
    """A move of the resident records with two rehearsals and the real move."""
    return actions.plan_move(
        officer, system="resident_record", old_vendor="霞システム", new_vendor="まちくも", rehearsals=2
    )


@pytest.fixture
def rounds(officer: Scope, move: Move) -> list[Round]:
    with entered(officer):
        return queries.rounds_of(officer, move)


@pytest.fixture
def brought(officer: Scope) -> Callable[..., None]:
    """Brings rows as a file of a round and moves it in; ``measured=False`` leaves the counting for later."""

    def bring(one: Round, rows: Sequence[Row], *, name: str = "town.csv", measured: bool = True) -> None:
        added = actions.receive_file(
            officer, round_id=one.pk, name=name, chunks=[bytes_of(rows)], mapping_key="kasumi-to-standard"
        )
        with entered(officer):
            run = queries.files_of(officer, one)[-1]
        assert added.move_in_id == run.pk
        perform(officer.organisation_id, run.job_run_id)
        if measured:
            measure(officer, one)

    return bring


def measure(scope: Scope, one: Round) -> None:
    """Count the round now."""
    run = actions.start_measuring(scope, round_id=one.pk)
    perform(scope.organisation_id, run.pk)


def again(scope: Scope, one: Round) -> Any:
    """The round as it stands."""
    with entered(scope):
        return queries.round_of(scope, one.pk)


def facts(scope: Scope, one: Round) -> Any:
    """What the work says about it."""
    with entered(scope):
        return queries.facts_of(scope, queries.round_of(scope, one.pk))
