"""What the register says of itself: totals, the frames of a reconciliation, the population, and its export."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.ledger import queries as ledger
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions, doors, queries, words
from machikumo.register.models import PersonVersion
from machikumo.register.tests.rows import load, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "sex": st.sampled_from(["1", "2", "0", ""]),
            "birth_date": st.sampled_from(["1980-02-29", "1980-12-31", "2019-05-01", ""]),
            "address_town": st.sampled_from(["本町", "水落町一丁目", ""]),
            "resident_state": st.sampled_from(["1", "2", "3", "9"]),
            "resident_kind": st.sampled_from(["1", "2"]),
        }
    ),
    min_size=1,
    max_size=12,
)
SOURCE = {
    "sex": lambda one: one["sex"],
    "birth_year": lambda one: one["birth_date"][:4],
    "district": lambda one: one["address_town"],
    "resident_state": lambda one: one["resident_state"],
    "resident_kind": lambda one: one["resident_kind"],
}


def frames(scope: Scope, size: int = 1) -> list[pl.DataFrame]:
    with entered(scope):
        return list(queries.frames_of(scope, size))


def corrected(scope: Scope, **changes: Any) -> PersonVersion:
    with entered(scope):
        before = PersonVersion.objects.within(scope).filter(**queries.PRESENT).order_by("pk").first()
    assert before is not None
    return actions.correct(
        scope, person_id=before.person_id, expected_version_id=before.pk, changes=changes, ground="notification"
    )


@given(rows=ROWS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_totals_are_those_of_the_rows_that_were_loaded(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope], rows: list[dict[str, str]]
) -> None:
    scope = scope_of(make_organisation())
    given_rows = [row(addressee_number=f"{number:015}", **items) for number, items in enumerate(rows)]
    load(scope, *given_rows)
    with entered(scope):
        totals = queries.totals(scope)
        population = queries.population(scope)
    assert totals == {name: dict(Counter(map(of, given_rows))) for name, of in SOURCE.items()}
    assert population == sum(one["resident_state"] == "1" for one in given_rows)


def test_a_corrected_row_counts_once_and_with_its_new_value(scope: Scope) -> None:
    load(scope, row(sex="1"), row(addressee_number="000000000000102", sex="1"))
    corrected(scope, sex="2", address_town="本町")
    with entered(scope):
        totals = queries.totals(scope)
    assert totals["sex"] == {"1": 1, "2": 1}
    assert totals["district"] == {"本町": 1, "水落町一丁目": 1}


def test_the_totals_of_a_town_hold_nobody_of_another(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    load(scope, row())
    other = scope_of(other_town)
    with entered(other):
        assert queries.totals(other) == {name: {} for name in SOURCE}
        assert queries.population(other) == 0
    assert frames(other) == []


def test_an_empty_register_has_totals_without_lines_and_no_frames(scope: Scope) -> None:
    with entered(scope):
        assert all(counts == {} for counts in queries.totals(scope).values())
    assert frames(scope) == []


@pytest.mark.parametrize("size", [1, 20, 100_000])
def test_the_frames_hold_every_row_once_whatever_their_size(scope: Scope, size: int) -> None:
    load(scope, *(row(addressee_number=f"{number:015}", address_town='本"町,\n\\') for number in range(60)))
    parts = frames(scope, size)
    whole = pl.concat(parts)
    assert sorted(whole["addressee_number"]) == [f"{number:015}" for number in range(60)]
    assert set(whole["address_town"]) == {'本"町,\n\\'}
    assert all(dtype == pl.String for dtype in whole.dtypes)
    assert (len(parts) > 1) == (size < 100)


def test_an_empty_cell_of_a_frame_is_empty_text_and_not_nothing(scope: Scope) -> None:
    load(scope, row(birth_date="", event_reason="", address_town_code=""))
    (frame,) = frames(scope)
    assert frame.null_count().row(0) == (0,) * len(frame.columns)
    assert frame.row(0, named=True)["birth_date"] == ""


def test_the_doors_of_the_register_read_back_what_they_loaded(scope: Scope) -> None:
    from machikumo.register.tests.rows import block

    counts = doors.load(scope, block(row()), "move_in:7")
    with entered(scope):
        (frame,) = doors.read_back(scope, 100)
    assert (counts.versions, len(frame)) == (1, 1)
    loaded = ledger.entries_of(scope, ledger.Filters(event="people.loaded"))
    assert '"source":"move_in:7"' in loaded[0].canonical


def test_an_export_gives_every_recorded_version_in_lists_of_the_size_asked_for(scope: Scope) -> None:
    load(scope, *(row(addressee_number=f"{number:015}") for number in range(7)))
    with entered(scope):
        lists = list(actions.export_rows(scope, keys=["addressee_number", "name", "individual_number"], size=3))
    assert [len(one) for one in lists] == [3, 3, 1]
    assert [one["addressee_number"] for several in lists for one in several] == [f"{number:015}" for number in range(7)]
    assert {one["individual_number"] for several in lists for one in several} == {""}


def test_an_export_gives_a_correction_and_not_what_it_corrected(scope: Scope) -> None:
    load(scope, row())
    corrected(scope, name="藤澤　健一")
    with entered(scope):
        ((only,),) = actions.export_rows(scope, keys=["addressee_number", "name", "history_branch"])
    assert only == {"addressee_number": "000000000000101", "name": "藤澤　健一", "history_branch": "1"}


def test_an_export_opens_the_numbers_only_when_they_are_asked_for_and_tells_the_ledger(scope: Scope) -> None:
    from machikumo.synthetic.towns import households

    number = next(
        one["individual_number"]
        for home in households("182079", 30, 5, date(2026, 4, 1))
        for one in home.rows
        if one["individual_number"]
    )
    load(scope, row(individual_number=number))
    with entered(scope):
        list(actions.export_rows(scope, keys=["addressee_number", "name"]))
    assert not ledger.entries_of(scope, ledger.Filters(event="number.opened"))
    with entered(scope):
        ((only,),) = actions.export_rows(scope, keys=["addressee_number", "individual_number"])
    assert only["individual_number"] == number
    opened = [entry for entry in ledger.entries_of(scope, ledger.Filters()) if "number" in entry.event]
    assert opened
    assert all(number not in entry.canonical for entry in opened)


def test_an_export_needs_its_own_permission(town: Organisation, scope_of: Callable[..., Scope]) -> None:
    with pytest.raises(Forbidden):
        actions.export_rows(scope_of(town, permissions=frozenset({"register.view", "register.search"})), keys=["name"])


def test_marking_a_household_twice_marks_it_once_and_gives_the_newest_reason(scope: Scope) -> None:
    load(scope, row())
    assert doors.mark_incomplete(scope, {"000000000000901", "000000000000999"}, "一") == 2
    assert doors.mark_incomplete(scope, ["000000000000901"], "二") == 1
    from machikumo.register.models import Household

    with entered(scope):
        reasons = dict(Household.objects.within(scope).values_list("number", "incomplete_reason"))
    assert reasons == {"000000000000901": "二", "000000000000999": "一"}


@pytest.mark.parametrize(
    ("word", "code", "expected"),
    [
        (words.sex_words, "1", "男"),
        (words.state_words, "3", "死亡"),
        (words.kind_words, "2", "外国人"),
        (words.reason_words, "10", "帰化"),
        (words.sex_words, "Z", "Z"),
        (words.reason_words, "", ""),
    ],
)
def test_a_code_is_shown_as_a_word_and_an_unknown_one_as_it_is(
    word: Callable[[str], Any], code: str, expected: str
) -> None:
    assert str(word(code)) == expected
