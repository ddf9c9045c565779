import pytest

from machikumo.synthetic.domain.events import EVENTS
from machikumo.synthetic.domain.plans import PLANS
from machikumo.synthetic.tests.scenes import AS_OF, everybody, persons, town, with_trait


def family_name(name: str) -> str:
    return name.partition("　")[0]


def test_twins_are_born_on_one_day_and_have_names_of_their_own() -> None:
    for home in with_trait("twins"):
        children = [versions[-1] for versions in persons(home) if versions[-1]["relationship_text"] == "子"]
        births = [row["birth_date"] for row in children]
        assert len(set(births)) < len(births)
        assert len({row["name"] for row in children}) == len(children)


def test_a_namesake_bears_the_full_name_of_somebody_else_in_the_town() -> None:
    for seed in range(1, 6):
        names = [versions[-1]["name"] for versions in everybody(town(seed))]
        for home in town(seed):
            if "same_name" in home.traits:
                assert names.count(home.rows[0]["name"]) >= 2


def test_a_double_shares_name_sex_and_birth_day_but_no_number() -> None:
    found = 0
    for seed in range(1, 6):
        everyone = [versions[-1] for versions in everybody(town(seed))]
        for home in (home for home in town(seed) if "same_name_and_birth" in home.traits):
            last = home.rows[0]
            alike = [row for row in everyone if all(row[item] == last[item] for item in ("name", "sex", "birth_date"))]
            assert len(alike) >= 2
            assert len({row["individual_number"] for row in alike}) == len(alike)
            found += 1
    assert found >= 5


def test_rare_names_cannot_be_written_in_cp932_without_a_gaiji() -> None:
    for home in with_trait("rare_name"):
        with pytest.raises(UnicodeEncodeError):
            home.rows[0]["name"].encode("cp932")


def test_housemates_have_family_names_and_domiciles_of_their_own() -> None:
    homes = with_trait("housemates")
    for home in homes:
        mates = [row for row in home.rows if row["relationship_text"] == "同居人"]
        assert all(row["relationship_1"] == "99" and row["register_head"] == row["name"] for row in mates)
    different = [home for home in homes if len({family_name(row["name"]) for row in home.rows}) > 1]
    assert len(different) > 0.8 * len(homes)


def test_siblings_bear_one_family_name() -> None:
    for home in with_trait("siblings"):
        names = {family_name(row["name"]) for row in home.rows if row["former_name"] == ""}
        assert len(names) == 1


def test_a_new_head_follows_one_who_died() -> None:
    for home in with_trait("head_died"):
        people = list(persons(home))
        gone = [versions[-1] for versions in people if versions[-1]["resident_state"] == "3"]
        successor = people[0]
        assert [row["relationship_text"] for row in gone] == ["世帯主"]
        assert successor[0]["relationship_text"] in {"妻", "夫"}
        assert successor[-1]["relationship_text"] == "世帯主"
        assert successor[-1]["event_reason"] == "06"
        assert successor[-1]["event_date"] == gone[0]["removed_on"] == gone[0]["event_date"]
        assert gone[0]["sex"] != successor[-1]["sex"]


def test_a_child_who_left_was_grown_and_the_head_stays() -> None:
    for home in with_trait("child_left"):
        left = [versions[-1] for versions in persons(home) if versions[-1]["resident_state"] == "2"]
        assert [row["relationship_text"] for row in left] == ["子"]
        assert int(left[0]["removed_on"][:4]) - int(left[0]["birth_date"][:4]) >= 18
        assert left[0]["event_reason"] == "04"


def test_a_household_that_left_leaves_nobody_behind_and_goes_to_one_place() -> None:
    for home in with_trait("household_left"):
        last = [versions[-1] for versions in persons(home)]
        assert {row["resident_state"] for row in last} == {"2"}
        assert len({(row["removed_on"], row["destination_planned_municipality_code"]) for row in last}) == 1


def test_a_wife_who_was_renamed_came_under_another_name_that_may_stay_as_former_name() -> None:
    homes = with_trait("wife_renamed")
    for home in homes:
        wife = next(versions for versions in persons(home) if versions[-1]["event_reason"] == "07")
        before, after = wife[0], wife[-1]
        assert family_name(before["name"]) != family_name(after["name"])
        assert before["name"].partition("　")[2] == after["name"].partition("　")[2]
        assert (before["relationship_text"], after["relationship_text"]) == ("妻（未届）", "妻")
        assert before["register_head"] == before["name"]
        assert after["former_name"] in {"", family_name(before["name"])}
    kept = [home for home in homes if home.rows and any(row["former_name"] for row in home.rows)]
    assert 0 < len(kept) < len(homes)


def test_a_former_name_stands_beside_another_family_name_with_its_kana() -> None:
    for home in with_trait("former_name"):
        women = [row for row in home.rows if row["former_name"]]
        assert women
        for row in women:
            assert row["former_name"] != family_name(row["name"])
            assert row["former_name_kana"]
            assert row["sex"] == "2"


def test_an_unknown_arrival_leaves_the_day_empty_and_words_it() -> None:
    for home in with_trait("uncertain_date", range(1, 8)):
        first = home.rows[0]
        assert (first["event_date"], first["event_date_uncertain"]) == ("", "1")
        assert first["event_date_text"].endswith("年頃")
        assert (first["became_resident_on"], first["became_resident_on_uncertain"]) == ("", "0")
        assert first["event_reason"] == "02"


def test_an_unknown_birth_day_leaves_the_day_empty_and_words_it_in_every_version() -> None:
    homes = with_trait("uncertain_birth", range(1, 8))
    assert homes
    for home in homes:
        for row in next(persons(home)):
            assert (row["birth_date"], row["birth_date_uncertain"]) == ("", "1")
            assert row["birth_date_text"].startswith(("大正", "昭和"))


def test_a_protected_household_has_a_block_for_each_of_its_people_for_one_year() -> None:
    homes = with_trait("protected")
    assert homes
    for home in homes:
        people = list(persons(home))
        assert [block.addressee_number for block in home.blocks] == [rows[0]["addressee_number"] for rows in people]
        assert {block.household_number for block in home.blocks} == {home.number}
        assert all(block.starts_on < AS_OF.isoformat() < block.ends_on for block in home.blocks)
        assert people[0][-1]["sex"] == "2"


def test_who_is_not_protected_has_no_block_and_no_row_tells_of_protection() -> None:
    for home in town(1):
        assert bool(home.blocks) == ("protected" in home.traits)
        assert all(row["remarks"] == "" for row in home.rows)


def test_a_naturalised_person_takes_a_japanese_name_and_leaves_the_foreign_items() -> None:
    for home in with_trait("naturalised", range(1, 8)):
        versions = next(persons(home))
        before, after = versions[0], versions[-1]
        assert (before["resident_kind"], after["resident_kind"]) == ("2", "1")
        assert after["event_reason"] == "10"
        assert after["name"] != before["name"]
        assert after["registered_domicile"]
        assert not any(after[item] for item in ("nationality_code", "residence_card_number", "name_roman"))


def test_at_most_one_rare_event_and_one_rare_kind_meet_in_a_household() -> None:
    for home in town(2, 1_000):
        assert len(home.traits & EVENTS.keys()) <= 1
        assert len(home.traits & PLANS.keys()) <= 1


def test_a_rare_event_comes_about_once_in_its_period() -> None:
    homes = town(5, 4_000)
    for name in ("head_died", "child_left", "household_left", "wife_renamed"):
        share = sum(name in home.traits for home in homes) / len(homes)
        assert 0.8 < share * EVENTS[name].period < 1.2
