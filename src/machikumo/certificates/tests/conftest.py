"""The example households, moved into a fresh town, with training numbers in its vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.certificates.domain.options import Options
from machikumo.certificates.domain.orders import Order
from machikumo.certificates.domain.requests import RequestKind
from machikumo.certificates.tests.examples import FAMILY, FOREIGN
from machikumo.kernel.numbers.domain.digits import NumberKind, complete
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions as register_actions
from machikumo.register.domain.columns import OWN_COLUMNS
from machikumo.register.domain.keys import KeyKind
from machikumo.register.domain.terms import Search, Term
from machikumo.register.queries import find_people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.certificates.domain.records import HouseholdRecord
    from machikumo.kernel.scope import Scope


@dataclass(frozen=True)
class Town:
    """A town with our example people; ``people`` gives the id in this town's register by the example's id."""

    scope: Scope
    people: dict[int, int]

    def ids(self, *examples: int) -> tuple[int, ...]:
        return tuple(self.people[number] for number in examples)

    def order(self, *examples: int, options: Options | None = None, **facts: Any) -> Order:
        given = {"kind": RequestKind.SELF, "requester_name": "葛城　太郎", "options": options or Options()} | facts
        return Order(person_ids=self.ids(*(examples or (1, 2, 3, 4, 5))), **given)


def individual_number(person: int) -> str:
    return complete(f"{person:011d}", NumberKind.INDIVIDUAL, training=True)


def record_code(person: int) -> str:
    return complete(f"{person:010d}", NumberKind.RESIDENT_RECORD, training=True)


def standard_rows(household: HouseholdRecord) -> Iterator[dict[str, str]]:
    for place, member in enumerate(household.members):
        person = member.person_id
        yield {
            "addressee_number": f"{person:015d}",
            "household_number": f"{household.household_id:015d}",
            "history_number": "1",
            "history_branch": "0",
            "is_latest": "1",
            "event_date_uncertain": "0",
            "birth_date_uncertain": "0",
            "relationship_1": "02" if place == 0 else "20",
            "article_30_45_category": "01" if member.row["resident_kind"] == "2" else "",
            "residence_status_code": "005" if member.row["resident_kind"] == "2" else "",
            "individual_number": individual_number(person),
            "resident_record_code": record_code(person),
            **{key: value for key, value in member.row.items() if not key.endswith(("category_text", "status_text"))},
        }


def move_in(scope: Scope, *households: HouseholdRecord) -> Town:
    import polars as pl

    rows = [row for household in households for row in standard_rows(household)]
    keys = sorted({*OWN_COLUMNS, *(key for row in rows for key in row)})
    frame = pl.DataFrame([{key: row.get(key, "") for key in keys} for row in rows])
    register_actions.load_block(scope, frame=frame, source="test")
    people = {}
    with entered(scope):
        for household in households:
            for member in household.members:
                number = f"{member.person_id:015d}"
                found = find_people(scope, Search((Term.exact(KeyKind.NUMBER, number),)))
                people[member.person_id] = found[0].person_id
    return Town(scope, people)


@pytest.fixture
def home(scope: Scope) -> Town:
    return move_in(scope, FAMILY, FOREIGN)


@pytest.fixture
def other_home(other_town: Any, scope_of: Callable[..., Scope]) -> Town:
    return move_in(scope_of(other_town), FAMILY, FOREIGN)
