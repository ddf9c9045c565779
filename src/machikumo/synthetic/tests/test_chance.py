from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.synthetic.domain.chance import Dice, weighted


class Fixed(Random):
    """A source that always gives the same number."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self.value = value

    def random(self) -> float:
        return self.value


@given(st.integers(), st.integers(-50, 50), st.integers(0, 50))
def test_between_stays_within_its_bounds(seed: int, low: int, width: int) -> None:
    dice = Dice(Random(seed))
    assert all(low <= dice.between(low, low + width) <= low + width for _ in range(20))


def test_between_reaches_both_bounds() -> None:
    dice = Dice(Random(1))
    assert {dice.between(3, 5) for _ in range(100)} == {3, 4, 5}


def test_between_gives_the_low_bound_when_the_high_one_is_smaller() -> None:
    assert Dice(Random(1)).between(7, 3) == 7


def test_a_chance_of_nothing_never_comes_and_a_certain_one_always() -> None:
    dice = Dice(Random(1))
    assert not any(dice.chance(0.0) for _ in range(100))
    assert all(dice.chance(1.0) for _ in range(100))


def test_one_of_gives_every_choice_at_times() -> None:
    dice = Dice(Random(2))
    assert {dice.one_of("あいう") for _ in range(100)} == {"あ", "い", "う"}


def test_weights_are_followed() -> None:
    dice = Dice(Random(3))
    choices = weighted((("often", 9.0), ("seldom", 1.0), ("never", 0.0)))
    counts = Counter(choices.pick(dice) for _ in range(5_000))
    assert set(counts) == {"often", "seldom"}
    assert 0.88 < counts["often"] / 5_000 < 0.92


def test_the_last_choice_is_taken_even_when_rounding_reaches_the_sum() -> None:
    choices = weighted((("a", 0.1), ("b", 0.2)))
    assert choices.pick(Dice(Fixed(1.0 - 2**-53))) == "b"
    assert choices.pick(Dice(Fixed(1.0))) == "b"
    assert choices.pick(Dice(Fixed(0.0))) == "a"


def test_choices_without_any_weight_are_refused_in_japanese() -> None:
    with pytest.raises(ValueError, match="候補"):
        weighted((("a", 0.0),))


def test_the_same_seed_gives_the_same_draws() -> None:
    first, second = Dice(Random(9)), Dice(Random(9))
    assert [first.between(0, 99) for _ in range(50)] == [second.between(0, 99) for _ in range(50)]
