from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.synthetic.domain.ages import OLDEST
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.domain.dates import DAYS_OF_A_YEAR
from machikumo.synthetic.domain.households import (
    CHILD,
    FATHER,
    HEAD,
    HOUSEMATE,
    HUSBAND,
    MOTHER,
    WIFE,
    Composer,
    Member,
)

TODAY = date(2026, 4, 1).toordinal()

seeds = st.integers(0, 10**6)
ages = st.integers(0, OLDEST)
sexes = st.sampled_from(["1", "2"])


def composer(seed: int) -> Composer:
    return Composer(Dice(Random(seed)), TODAY)


def age(member: Member) -> float:
    return (TODAY - member.birth) / DAYS_OF_A_YEAR


@settings(max_examples=150)
@given(seeds, ages, sexes)
def test_every_household_has_one_head_who_comes_first_and_is_grown(seed: int, years: int, sex: str) -> None:
    members = composer(seed).around(years, sex)
    assert members[0].relation is HEAD
    assert [member.relation for member in members].count(HEAD) == 1
    assert age(members[0]) > 17.9


@settings(max_examples=150)
@given(seeds, ages, sexes)
def test_the_person_asked_for_lives_in_the_household(seed: int, years: int, sex: str) -> None:
    members = composer(seed).around(years, sex)
    assert any(member.sex == sex and years - 0.01 < age(member) < years + 1.01 for member in members)


@settings(max_examples=150)
@given(seeds, ages, sexes)
def test_nobody_is_unborn_or_older_than_people_get(seed: int, years: int, sex: str) -> None:
    assert all(-0.001 <= age(member) < OLDEST + 1.01 for member in composer(seed).around(years, sex))


@settings(max_examples=150)
@given(seeds, ages, sexes)
def test_sex_and_relationship_agree(seed: int, years: int, sex: str) -> None:
    for member in composer(seed).around(years, sex):
        if member.relation in {HUSBAND, FATHER}:
            assert member.sex == "1"
        if member.relation in {WIFE, MOTHER}:
            assert member.sex == "2"


@settings(max_examples=100)
@given(seeds, st.integers(0, 17), sexes)
def test_parents_are_at_least_eighteen_years_older_than_their_children(seed: int, years: int, sex: str) -> None:
    members = composer(seed).family(years, sex)
    parents = [age(member) for member in members if member.relation in {HEAD, HUSBAND, WIFE}]
    children = [age(member) for member in members if member.relation is CHILD]
    assert children
    assert min(parents) - max(children) > 18


@given(seeds)
def test_twins_are_born_on_one_day(seed: int) -> None:
    children = [member.birth for member in composer(seed).family(5, "1", twins=True) if member.relation is CHILD]
    assert len(children) > len(set(children))


@given(seeds)
def test_children_stand_in_order_of_their_birth(seed: int) -> None:
    births = [member.birth for member in composer(seed).family(9, "2") if member.relation is CHILD]
    assert births == sorted(births)


@given(seeds, st.integers(19, 60), sexes)
def test_siblings_are_called_after_sex_and_age(seed: int, years: int, sex: str) -> None:
    head, *others = composer(seed).siblings(years, sex)
    assert others
    for other in others:
        older = other.birth < head.birth
        assert other.relation.text == {("1", True): "兄", ("2", True): "姉", ("1", False): "弟"}.get(
            (other.sex, older), "妹"
        )


@given(seeds, st.integers(19, 45), sexes)
def test_housemates_are_of_different_families(seed: int, years: int, sex: str) -> None:
    head, *others = composer(seed).housemates(years, sex)
    assert others
    assert {member.relation for member in others} == {HOUSEMATE}
    assert len({member.line for member in (head, *others)}) == 1 + len(others)


@given(seeds, st.integers(22, 90), sexes)
def test_a_couple_is_a_man_and_a_woman_of_about_one_age(seed: int, years: int, sex: str) -> None:
    members = composer(seed).couple(years, sex)
    assert {member.sex for member in members} == {"1", "2"}
    assert abs(age(members[0]) - age(members[1])) < 8


def test_all_kinds_of_households_come_up() -> None:
    made = [composer(seed).around(years, "2") for seed in range(60) for years in (3, 25, 45, 80)]
    relations = {member.relation.text for members in made for member in members}
    assert relations == {"世帯主", "夫", "妻", "子", "父", "母"}
    assert {len(members) for members in made} >= {1, 2, 3, 4, 5}
