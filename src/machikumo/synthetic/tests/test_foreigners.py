from machikumo.kernel.text.widths import is_wide
from machikumo.synthetic.domain.rows import Row
from machikumo.synthetic.tests.scenes import AS_OF, living, persons, town, with_trait

SEEDS = range(1, 6)


def foreigners() -> list[Row]:
    return [row for seed in SEEDS for row in living(town(seed)) if row["resident_kind"] == "2"]


def test_about_three_in_a_hundred_people_are_foreign_residents() -> None:
    everyone = [row for seed in SEEDS for row in living(town(seed))]
    assert 0.015 < len(foreigners()) / len(everyone) < 0.07


def test_every_foreign_resident_has_nationality_status_and_a_roman_name_in_full_width() -> None:
    for row in foreigners():
        assert len(row["nationality_code"]) == 3
        assert row["nationality"]
        assert row["residence_status_code"]
        assert is_wide(row["name_roman"])
        assert "Ａ" <= row["name_roman"][0] <= "Ｚ"
        assert "　" in row["name"]


def test_no_japanese_has_items_of_foreign_residents_or_the_other_way_round() -> None:
    for row in living(town(1)):
        if row["resident_kind"] == "1":
            assert not any(
                row[item] for item in ("nationality_code", "name_roman", "common_name", "residence_card_number")
            )
            assert row["registered_domicile"]
            assert row["register_head"]
        else:
            assert row["registered_domicile"] == ""


def test_nobody_was_a_foreign_resident_before_the_law_or_the_arrival() -> None:
    for row in foreigners():
        assert row["foreign_resident_since"] >= "2012-07-09"
        assert row["foreign_resident_since"] >= (row["became_resident_on"] or "")


def test_special_permanent_residents_have_a_common_name_and_no_card() -> None:
    special = [row for row in foreigners() if row["article_30_45_category"] == "02"]
    assert special
    for row in special:
        assert row["nationality_code"] == "KOR"
        assert row["common_name"]
        assert row["common_name_kana"]
        assert row["residence_card_number"] == ""
        assert row["name"] == row["name_foreign_kanji"]


def test_a_card_number_has_the_form_of_one_and_is_marked_as_made_up() -> None:
    cards = [row["residence_card_number"] for row in foreigners() if row["residence_card_number"]]
    assert cards
    for card in cards:
        assert card.startswith("ZZ")
        assert card.endswith("ZZ")
        assert card[2:10].isdigit()


def test_a_limited_stay_ends_after_today() -> None:
    limited = [row for row in foreigners() if row["residence_period_years"]]
    assert limited
    assert all(row["residence_expires_on"] > AS_OF.isoformat() for row in limited)
    assert all(not row["residence_expires_on"] for row in foreigners() if not row["residence_period_years"])


def test_children_stay_as_dependants_not_as_students_or_workers() -> None:
    young = [row for row in foreigners() if row["birth_date"] > "2011"]
    assert young
    assert all(row["residence_status_code"] in {"002", "006"} for row in young)


def test_a_foreign_household_shares_nationality_and_family_name() -> None:
    for home in with_trait("foreign"):
        rows = [row for row in home.rows if row["resident_kind"] == "2"]
        assert len({row["nationality_code"] for row in rows}) == 1
        assert len({row["name_roman"].partition("　")[0] for row in rows}) == 1


def test_a_mixed_couple_is_of_both_kinds() -> None:
    for home in with_trait("mixed_couple"):
        first = [versions[0] for versions in persons(home)][:2]
        assert {row["resident_kind"] for row in first} == {"1", "2"}


def test_who_came_from_abroad_names_the_country_instead_of_a_municipality() -> None:
    abroad = [row for row in foreigners() if row["previous_address_country"]]
    assert abroad
    for row in abroad:
        assert row["previous_address_country_code"] == row["nationality_code"]
        assert row["previous_address_municipality_code"] == ""
