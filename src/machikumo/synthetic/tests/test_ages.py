from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.synthetic.domain.ages import OLDEST, AgeBand, AgeTable, Balance
from machikumo.synthetic.domain.chance import Dice
from machikumo.synthetic.tables import age_table

SMALL = AgeTable((AgeBand(0, 10, 20), AgeBand(5, 30, 40)))


def test_the_table_has_eighteen_bands_of_five_years() -> None:
    assert [band.low for band in age_table().bands] == list(range(0, 90, 5))
    assert age_table().bands[0] == AgeBand(0, 7_117, 6_737)
    assert age_table().bands[-1] == AgeBand(85, 7_512, 15_339)


def test_shares_follow_the_table_and_sum_to_one() -> None:
    assert SMALL.shares() == (0.1, 0.2, 0.3, 0.4)
    assert sum(age_table().shares()) == pytest.approx(1.0)


@pytest.mark.parametrize(("age", "sex", "cell"), [(0, "1", 0), (4, "2", 1), (5, "1", 2), (9, "2", 3), (104, "1", 2)])
def test_every_age_has_a_cell_and_the_last_band_is_open(age: int, sex: str, cell: int) -> None:
    assert SMALL.cell(age, sex) == cell


def test_drawn_ages_lie_within_life() -> None:
    balance, dice = Balance(age_table()), Dice(Random(4))
    drawn = [balance.draw(dice) for _ in range(5_000)]
    assert {sex for _, sex in drawn} == {"1", "2"}
    assert min(age for age, _ in drawn) == 0
    assert 95 < max(age for age, _ in drawn) <= OLDEST


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_what_is_drawn_and_counted_comes_close_to_the_table(seed: int) -> None:
    balance, dice = Balance(age_table()), Dice(Random(seed))
    counts = [0] * 36
    for _ in range(4_000):
        person = balance.draw(dice)
        balance.add([person])
        counts[age_table().cell(*person)] += 1
    gaps = [abs(count / 4_000 - share) for count, share in zip(counts, age_table().shares(), strict=True)]
    assert max(gaps) < 0.005


def test_what_came_by_other_ways_is_made_up_for() -> None:
    balance, dice = Balance(SMALL), Dice(Random(5))
    balance.add([(7, "2")] * 1_000)
    drawn = [balance.draw(dice) for _ in range(300)][64:]
    assert all(age < 5 or sex == "1" for age, sex in drawn)
