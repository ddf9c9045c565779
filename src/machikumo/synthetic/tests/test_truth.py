import json
from collections import Counter

from machikumo.synthetic.domain.truth import Truth
from machikumo.synthetic.tests.scenes import everybody, living, town, with_trait


def truth(seed: int = 1, people: int = 600) -> Truth:
    counted = Truth()
    for home in town(seed, people):
        counted.add(home)
    return counted


def test_the_truth_counts_rows_persons_and_households() -> None:
    counted = truth()
    assert counted.rows == sum(len(home.rows) for home in town())
    assert counted.persons == len(everybody(town())) == 600
    assert counted.households == len(town())
    assert counted.live_households == len({row["household_number"] for row in living(town())})


def test_the_living_are_counted_by_sex_birth_year_town_district_and_kind() -> None:
    counted, people = truth(), living(town())
    assert counted.by_state["1"] == len(people)
    assert counted.by_sex == Counter(row["sex"] for row in people)
    assert counted.by_birth_year == Counter(row["birth_date"][:4] or "unknown" for row in people)
    assert counted.by_town == Counter(row["address_town"] for row in people)
    assert counted.by_district == Counter(row["local_district_1"] for row in people)
    assert counted.by_kind == Counter(row["resident_kind"] for row in people)


def test_every_count_of_the_living_sums_to_the_same_number() -> None:
    counted = truth(2)
    sums = {sum(part.values()) for part in (counted.by_sex, counted.by_birth_year, counted.by_town, counted.by_kind)}
    assert sums == {counted.by_state["1"]}


def test_states_sum_to_all_persons_and_reasons_to_all_rows() -> None:
    counted = truth(3)
    assert sum(counted.by_state.values()) == counted.persons
    assert sum(counted.by_event_reason.values()) == counted.rows


def test_an_unknown_birth_day_is_counted_as_unknown() -> None:
    seed = next(seed for seed in range(1, 8) if any("uncertain_birth" in home.traits for home in town(seed)))
    assert truth(seed).by_birth_year["unknown"] >= 1


def test_examples_lead_to_households_of_their_trait_but_not_to_more_than_twenty() -> None:
    counted = truth(1, 4_000)
    assert len(counted.examples["foreign"]) == 20
    assert counted.traits["foreign"] > 20
    twins = {home.rows[0]["addressee_number"] for home in with_trait("twins", range(1, 2))}
    assert set(truth(1).examples["twins"]) == twins


def test_the_truth_can_be_written_as_json_with_sorted_keys() -> None:
    document = truth().as_dict()
    assert json.loads(json.dumps(document)) == document
    assert list(document["by_birth_year"]) == sorted(document["by_birth_year"])
    assert document["live_persons"] == document["by_state"]["1"]


def test_multiplied_counts_are_those_of_so_many_towns() -> None:
    once, thrice = truth(), truth()
    thrice.multiply(3)
    assert thrice.rows == 3 * once.rows
    assert thrice.persons == 1_800
    assert thrice.by_sex["2"] == 3 * once.by_sex["2"]
    assert thrice.traits["twins"] == 3 * once.traits["twins"]
    assert thrice.protected == once.protected
    assert thrice.examples == once.examples
