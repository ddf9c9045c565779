from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.kernel.numbers.domain.digits import NumberKind, is_valid
from machikumo.kernel.official import municipalities
from machikumo.synthetic.domain.dates import DAYS_OF_A_YEAR
from machikumo.synthetic.domain.events import EVENTS
from machikumo.synthetic.domain.plans import PLANS
from machikumo.synthetic.domain.population import Beat, Town
from machikumo.synthetic.domain.rows import ITEMS, Row
from machikumo.synthetic.tables import age_table, basis_of
from machikumo.synthetic.tests.scenes import AS_OF, SABAE, everybody, living, persons, town

seeds = st.integers(0, 14)
any_town = settings(max_examples=8, deadline=None)


@any_town
@given(seeds)
def test_every_row_has_the_items_of_the_standard_layout_as_text(seed: int) -> None:
    for home in town(seed):
        for row in home.rows:
            assert tuple(row) == ITEMS
            assert all(isinstance(value, str) for value in row.values())


@any_town
@given(seeds)
def test_every_household_with_somebody_living_in_it_has_exactly_one_head(seed: int) -> None:
    for home in town(seed):
        last = [versions[-1] for versions in persons(home)]
        heads = [row for row in last if row["resident_state"] == "1" and row["relationship_1"] == "02"]
        assert len(heads) == any(row["resident_state"] == "1" for row in last)


@any_town
@given(seeds)
def test_the_history_of_a_person_is_a_chain_without_gap_of_which_only_the_last_is_the_latest(seed: int) -> None:
    for versions in everybody(town(seed)):
        assert [row["history_number"] for row in versions] == [str(number + 1) for number in range(len(versions))]
        assert {row["history_branch"] for row in versions} == {"0"}
        assert [row["is_latest"] for row in versions] == ["0"] * (len(versions) - 1) + ["1"]


@any_town
@given(seeds)
def test_events_follow_each_other_after_the_birth_and_not_after_today(seed: int) -> None:
    for versions in everybody(town(seed)):
        dated = [row for row in versions if row["event_date"]]
        days = [row["event_date"] for row in dated]
        assert days == sorted(set(days))
        assert all(versions[0]["birth_date"] <= day <= AS_OF.isoformat() for day in days)
        assert all(
            row["event_date"] <= row["notified_on"] <= AS_OF.isoformat() for row in versions if row["event_date"]
        )


@any_town
@given(seeds)
def test_a_person_keeps_number_household_sex_and_birth_day_for_life(seed: int) -> None:
    kept = ("household_number", "individual_number", "resident_record_code", "sex", "birth_date", "became_resident_on")
    for versions in everybody(town(seed)):
        for item in kept:
            assert len({row[item] for row in versions}) == 1


@any_town
@given(seeds)
def test_no_number_is_valid_in_life_and_none_occurs_twice(seed: int) -> None:
    people = [versions[0] for versions in everybody(town(seed))]
    for row in people:
        assert not is_valid(row["individual_number"], NumberKind.INDIVIDUAL, training=False)
        assert is_valid(row["individual_number"], NumberKind.INDIVIDUAL, training=True)
    for item in ("addressee_number", "individual_number", "resident_record_code"):
        assert len({row[item] for row in people}) == len(people)
    assert len({home.number for home in town(seed)}) == len(town(seed))


@any_town
@given(seeds, st.integers(1, 120))
def test_there_are_exactly_as_many_people_as_asked_for(seed: int, people: int) -> None:
    made = tuple(Town(basis_of(SABAE), seed, AS_OF).households(people))
    assert len(everybody(made)) == people


@any_town
@given(seeds)
def test_the_same_arguments_give_the_same_town(seed: int) -> None:
    first, second = (list(Town(basis_of(SABAE), seed, AS_OF).households(80)) for _ in range(2))
    assert first == second


def test_another_seed_or_municipality_gives_another_town() -> None:
    first, other_seed, other_code = town(1), town(2), town(1, 600, "403491")
    assert first[0].rows != other_seed[0].rows
    assert {row["address_municipality"] for home in other_code for row in home.rows} == {"糟屋郡粕屋町"}


def test_a_larger_town_begins_with_the_same_households() -> None:
    small, large = town(3, 100), town(3, 600)
    assert small[:-1] == large[: len(small) - 1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ages_and_sexes_are_close_to_the_table(seed: int) -> None:
    people = living(town(seed, 4_000))
    counts = Counter()
    for row in people:
        if row["birth_date"]:
            age = int((AS_OF - date.fromisoformat(row["birth_date"])).days / DAYS_OF_A_YEAR)
            counts[age_table().cell(age, row["sex"])] += 1
    gaps = [abs(counts[cell] / len(people) - share) for cell, share in enumerate(age_table().shares())]
    assert max(gaps) < 0.006
    assert sum(gaps) < 0.06


@any_town
@given(seeds)
def test_somebody_who_was_born_here_became_a_resident_by_birth(seed: int) -> None:
    for versions in everybody(town(seed)):
        first = versions[0]
        assert first["event_reason"] in {"01", "02"}
        if first["event_reason"] == "01":
            assert first["event_date"] == first["birth_date"] == first["became_resident_on"]
            assert not any(first[item] for item in ITEMS if item.startswith("previous_address"))
        else:
            assert first["previous_address_prefecture"] or first["previous_address_country"]


@any_town
@given(seeds)
def test_only_a_move_within_the_town_changes_the_address(seed: int) -> None:
    def address(row: Row) -> list[str]:
        return [row[item] for item in ITEMS if item.startswith("address_") and item != "address_set_on"]

    for versions in everybody(town(seed)):
        for before, after in pairwise(versions):
            if after["event_reason"] == "03":
                assert after["moved_address_town"] == before["address_town"]
                assert after["moved_address_number"] == before["address_number"]
                assert after["address_set_on"] == after["event_date"]
            else:
                assert address(before) == address(after)


@any_town
@given(seeds)
def test_members_of_a_household_live_at_one_address(seed: int) -> None:
    for home in town(seed):
        last = [versions[-1] for versions in persons(home) if versions[-1]["resident_state"] == "1"]
        assert len({(row["address_town"], row["address_number"], row["address_building"]) for row in last}) <= 1


@any_town
@given(seeds)
def test_who_is_removed_has_a_day_of_removal_and_who_moved_away_a_real_destination(seed: int) -> None:
    real = {place.code for place in municipalities()}
    for versions in everybody(town(seed)):
        last = versions[-1]
        assert bool(last["removed_on"]) == (last["resident_state"] != "1")
        if last["resident_state"] == "2":
            assert last["destination_planned_municipality_code"] in real - {SABAE}
        if last["resident_state"] == "3":
            assert last["event_reason"] == "05"


def test_most_people_live_in_the_town() -> None:
    assert 0.92 < len(living(town(1, 4_000))) / 4_000 < 0.99


def test_within_a_thousand_people_everything_rare_comes_up() -> None:
    for seed in range(4):
        traits = {trait for home in town(seed, 1_000) for trait in home.traits}
        assert traits >= {*PLANS, *EVENTS} - {"naturalised", "uncertain_birth", "uncertain_date"}
    everything = {trait for seed in range(4) for home in town(seed, 1_000) for trait in home.traits}
    assert everything == {*PLANS, *EVENTS}


def test_memory_does_not_grow_with_the_town() -> None:
    stream = Town(basis_of(SABAE), 1, AS_OF).households(10**9)
    assert sum(len(next(stream).rows) for _ in range(50)) >= 50


@pytest.mark.parametrize("people", [0, -1])
def test_a_town_without_people_is_refused_at_once(people: int) -> None:
    with pytest.raises(ValueError, match="人数"):
        Town(basis_of(SABAE), 1, AS_OF).households(people)


def test_a_day_before_the_law_on_foreign_residents_is_refused() -> None:
    with pytest.raises(ValueError, match="基準日"):
        Town(basis_of(SABAE), 1, date(2012, 12, 31))


@settings(max_examples=8, deadline=None)
@given(st.dates(date(2013, 1, 1), date(2060, 1, 1)))
def test_a_town_can_be_made_of_any_day(day: date) -> None:
    rows = [row for home in Town(basis_of(SABAE), 1, day).households(60) for row in home.rows]
    assert max(row["event_date"] for row in rows) <= day.isoformat()
    assert min(row["birth_date"] or "9" for row in rows) > (day - timedelta(days=107 * 366)).isoformat()


def test_what_is_due_waits_until_it_is_taken_and_comes_once_a_period() -> None:
    beat = Beat({"often": 3, "seldom": 7}, Random(1))
    taken = Counter()
    for index in range(210):
        waiting = beat.due(index)
        assert len(waiting) <= 2
        if waiting and index % 2:
            taken[waiting.pop(0)] += 1
    assert taken == {"often": 70, "seldom": 30} or abs(taken["often"] - 70) + abs(taken["seldom"] - 30) <= 2
