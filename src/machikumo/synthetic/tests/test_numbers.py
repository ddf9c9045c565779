from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.numbers.domain.digits import NumberKind, Verdict, complete, examine
from machikumo.synthetic.domain.numbers import Numbers

seeds = st.integers(0, 10**9)
indexes = st.integers(0, 2_000_000)


@given(seeds, indexes)
def test_no_individual_number_is_valid_in_life(seed: int, index: int) -> None:
    number = Numbers(Random(seed)).individual(index)
    assert examine(number, NumberKind.INDIVIDUAL, training=False) is Verdict.TRAINING_NUMBER
    assert examine(number, NumberKind.INDIVIDUAL, training=True) is Verdict.VALID


@given(seeds, indexes)
def test_record_codes_are_those_of_training(seed: int, index: int) -> None:
    code = Numbers(Random(seed)).record_code(index)
    assert len(code) == 11
    assert examine(code, NumberKind.RESIDENT_RECORD, training=True) is Verdict.VALID
    assert code == complete(code[:-1], NumberKind.RESIDENT_RECORD, training=True)


@given(seeds)
def test_numbers_of_one_town_never_meet(seed: int) -> None:
    numbers = Numbers(Random(seed))
    for make in (numbers.addressee, numbers.household, numbers.individual, numbers.record_code):
        assert len({make(index) for index in range(500)}) == 500


@given(seeds, indexes)
def test_addressee_and_household_numbers_have_fifteen_digits_of_which_five_are_zeros(seed: int, index: int) -> None:
    numbers = Numbers(Random(seed))
    for number in (numbers.addressee(index), numbers.household(index)):
        assert len(number) == 15
        assert number.isdigit()
        assert number.startswith("00000")


@pytest.mark.parametrize("index", [0, 1, 999_999])
def test_the_same_seed_gives_the_same_numbers(index: int) -> None:
    first, second, other = (Numbers(Random(seed)) for seed in (1, 1, 2))
    assert first.individual(index) == second.individual(index)
    assert first.record_code(index) == second.record_code(index)
    assert first.individual(index) != other.individual(index)
