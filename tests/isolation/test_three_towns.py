"""Three towns at work at once, in whatever order: none ever sees, counts, exports or changes another's rows."""

from __future__ import annotations

import io
import secrets
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from machikumo.kernel.errors import Conflict, MachikumoError, NotFound
from machikumo.kernel.files.actions import open_file, store_file
from machikumo.kernel.files.closing import new_key, open_closed
from machikumo.kernel.jobs import actions as jobs
from machikumo.kernel.jobs import queries as job_queries
from machikumo.kernel.paper import page_texts
from machikumo.kernel.tenancy.doors import entered
from machikumo.operations.actions import make_exit_package
from machikumo.operations.queries import tenant_tables
from machikumo.register import actions, queries
from machikumo.register.domain import terms
from machikumo.register.domain.terms import Search
from machikumo.register.models import Household, Person, PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

TOWNS = st.integers(0, 2)
NAMES = st.sampled_from(["佐藤　花", "髙橋　一", "渡邉　実"])
PUBLIC, SECRET = new_key()
MAKERS: dict[str, Callable[..., Any]] = {}


class ThreeTowns(RuleBasedStateMachine):
    """Every row carries a mark of its town; a foreign mark anywhere is a leak."""

    @initialize()
    def three_fresh_towns(self) -> None:
        self.scopes: list[Scope] = [MAKERS["scope"](MAKERS["organisation"]()) for _ in range(3)]
        self.marks = [secrets.token_hex(8) for _ in range(3)]
        self.people: list[list[int]] = [[], [], []]
        self.files: list[list[Any]] = [[], [], []]
        self.runs: list[list[int]] = [[], [], []]

    @rule(town=TOWNS, name=NAMES)
    def somebody_moves_in(self, town: int, name: str) -> None:
        scope, mark = self.scopes[town], self.marks[town]
        with entered(scope):
            number = secrets.token_hex(6)
            household = Household.objects.add(scope, number=number)
            person = Person.objects.add(scope, addressee_number=number)
            version = PersonVersion.objects.add(
                scope,
                person=person,
                household=household,
                name=name,
                remarks=mark,
                history_number=1,
                history_branch=0,
                is_latest=True,
                resident_state="1",
            )
            actions._add_keys(scope, version)
        self.people[town].append(person.pk)

    @rule(town=TOWNS, name=NAMES)
    def a_clerk_searches(self, town: int, name: str) -> None:
        found = actions.search(self.scopes[town], terms=Search(terms.name_terms(name)))
        assert {one.person_id for one in found} <= set(self.people[town])

    @rule(town=TOWNS, owner=TOWNS, pick=st.integers(0, 50))
    def a_clerk_opens_a_record_by_its_number(self, town: int, owner: int, pick: int) -> None:
        if not self.people[owner]:
            return
        person_id = self.people[owner][pick % len(self.people[owner])]
        try:
            shown = actions.consult(self.scopes[town], person_id=person_id, ground="training")
        except NotFound:
            assert town != owner
        else:
            assert town == owner
            assert shown.version.remarks == self.marks[town]

    @rule(town=TOWNS, owner=TOWNS, pick=st.integers(0, 50))
    def a_clerk_corrects_a_record_by_its_number(self, town: int, owner: int, pick: int) -> None:
        if not self.people[owner]:
            return
        person_id = self.people[owner][pick % len(self.people[owner])]
        with entered(self.scopes[owner]):
            version = queries.present_version_of(self.scopes[owner], person_id)
        try:
            actions.correct(
                self.scopes[town],
                person_id=person_id,
                expected_version_id=version.pk,
                changes={"name": "訂正　済"},
                ground="training",
            )
        except Conflict:
            assert town != owner
        else:
            assert town == owner

    @rule(town=TOWNS)
    def a_file_is_stored(self, town: int) -> None:
        stored = store_file(self.scopes[town], name="a", chunks=[self.marks[town].encode()], purpose="test")
        self.files[town].append(stored.token)

    @rule(town=TOWNS, owner=TOWNS, pick=st.integers(0, 50))
    def a_file_is_opened_by_its_token(self, town: int, owner: int, pick: int) -> None:
        if not self.files[owner]:
            return
        token = self.files[owner][pick % len(self.files[owner])]
        try:
            _, place = open_file(self.scopes[town], token=token)
        except NotFound:
            assert town != owner
        else:
            assert place.read_bytes() == self.marks[town].encode()

    @rule(town=TOWNS)
    def long_work_is_started(self, town: int) -> None:
        arguments = {"total": 1, "seconds": 0, "mark": self.marks[town]}
        run = jobs.start(
            self.scopes[town], kind="jobs.count", idempotency_key=secrets.token_hex(4), arguments=arguments
        )
        self.runs[town].append(run.pk)

    @rule(town=TOWNS)
    def long_work_is_listed(self, town: int) -> None:
        with entered(self.scopes[town]):
            assert {run.pk for run in job_queries.runs(self.scopes[town])} == set(self.runs[town])

    @rule(town=TOWNS)
    def everything_is_exported(self, town: int) -> None:
        stored = make_exit_package(self.scopes[town], recipient=PUBLIC)
        self.files[town].append(stored.token)
        _, place = open_file(self.scopes[town], token=stored.token)
        out = io.BytesIO()
        with place.open("rb") as closed:
            open_closed(closed, out, SECRET)
        with zipfile.ZipFile(out) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        whole = "".join(
            "".join(page_texts(data)) if name.endswith(".pdf") else data.decode(errors="replace")
            for name, data in parts.items()
        )
        for other in {0, 1, 2} - {town}:
            assert self.marks[other] not in whole
        place.unlink()
        self.files[town].pop()

    @rule(town=TOWNS, owner=TOWNS)
    def raw_sql_asks_for_another_town(self, town: int, owner: int) -> None:
        scope, other = self.scopes[town], self.scopes[owner]
        with entered(scope), connection.cursor() as cursor:
            for table in tenant_tables():
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" WHERE organisation_id = %s AND organisation_id <> %s',
                    [other.organisation_id, scope.organisation_id],
                )
                assert cursor.fetchone() == (0,)

    @rule(town=TOWNS, owner=TOWNS)
    def raw_sql_writes_into_another_town(self, town: int, owner: int) -> None:
        if town == owner:
            return
        with entered(self.scopes[town]), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE register_personversion SET remarks = 'stolen' WHERE organisation_id = %s",
                [self.scopes[owner].organisation_id],
            )
            assert cursor.rowcount == 0

    @rule(town=TOWNS)
    def a_request_fails_in_the_middle(self, town: int) -> None:
        with pytest.raises(MachikumoError), entered(self.scopes[town]):
            raise MachikumoError("途中で止まりました。")

    @invariant()
    def nothing_is_seen_outside_a_scope(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM register_personversion")
            assert cursor.fetchone() == (0,)

    @invariant()
    def every_row_in_a_town_carries_its_mark(self) -> None:
        for scope, mark in zip(getattr(self, "scopes", []), getattr(self, "marks", []), strict=True):
            with entered(scope):
                marks = set(PersonVersion._base_manager.values_list("remarks", flat=True))
            assert marks <= {mark}


def test_no_order_of_work_in_three_towns_shows_a_foreign_row(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope]
) -> None:
    MAKERS.update(organisation=make_organisation, scope=scope_of)
    ThreeTowns.TestCase.settings = settings(
        max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case = ThreeTowns.TestCase("runTest")
    result = case.run()
    assert result is not None
    problems = [text for _, text in [*result.failures, *result.errors]]
    assert not problems, problems[0]
