import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.numbers.domain import (
    PERSONAL,
    RULES,
    NumberKind,
    RealNumberInTraining,
    TrainingNumberInLife,
    Verdict,
    WrongCheckDigit,
    WrongForm,
    check_digit,
    complete,
    examine,
    is_valid,
    require_valid,
    training_number,
)
from machikumo.kernel.official import local_government_code

personal = st.sampled_from(sorted(PERSONAL))
kinds = st.sampled_from(list(NumberKind))


def bodies(kind: NumberKind) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=RULES[kind].length - 1, max_size=RULES[kind].length - 1)


def formula_of_the_ordinance(body: str) -> int:
    """Write the ordinance's words down one by one: P is the n-th digit from the right, Q is n+1 or n-5."""
    total = 0
    for n in range(1, 12):
        p = int(body[-n])
        q = n + 1 if n <= 6 else n - 5
        total += p * q
    return 0 if total % 11 <= 1 else 11 - total % 11


@given(bodies(NumberKind.INDIVIDUAL))
def test_the_individual_number_follows_the_ordinance_word_by_word(body: str) -> None:
    assert check_digit(body, NumberKind.INDIVIDUAL) == formula_of_the_ordinance(body)


def test_a_published_example_of_the_individual_number_is_right() -> None:
    assert complete("12345678901", NumberKind.INDIVIDUAL) == "123456789018"


@pytest.mark.parametrize("number", ["5835678256246", "7000012050002"])
def test_published_corporate_numbers_have_the_right_check_digit(number: str) -> None:
    assert is_valid(number, NumberKind.CORPORATE, training=False)


def test_a_corporate_number_with_another_first_digit_is_wrong() -> None:
    assert examine("4835678256246", NumberKind.CORPORATE, training=False) is Verdict.WRONG_CHECK_DIGIT


@given(bodies(NumberKind.LOCAL_GOVERNMENT))
def test_local_government_codes_agree_with_the_official_tables_function(body: str) -> None:
    assert complete(body, NumberKind.LOCAL_GOVERNMENT) == local_government_code(body)


@given(st.data(), kinds)
def test_exactly_one_check_digit_fits_each_body(data: st.DataObject, kind: NumberKind) -> None:
    body = data.draw(bodies(kind))
    numbers = [f"{digit}{body}" if RULES[kind].leads else f"{body}{digit}" for digit in range(10)]
    training = kind in PERSONAL
    assert sum(examine(number, kind, training=training) is Verdict.VALID for number in numbers) == 1


@given(st.data())
def test_no_number_is_valid_both_in_life_and_in_training(data: st.DataObject) -> None:
    kind = NumberKind.INDIVIDUAL
    body = data.draw(bodies(kind))
    real, practice = complete(body, kind), complete(body, kind, training=True)
    assert examine(real, kind, training=False) is Verdict.VALID
    assert examine(practice, kind, training=True) is Verdict.VALID
    assert examine(practice, kind, training=False) is Verdict.TRAINING_NUMBER
    assert examine(real, kind, training=True) is Verdict.REAL_NUMBER


@given(st.data())
def test_an_unconfirmed_formula_never_accuses_a_number_in_life(data: st.DataObject) -> None:
    number = data.draw(st.text("0123456789", min_size=11, max_size=11))
    assert RULES[NumberKind.RESIDENT_RECORD].confirmed is False
    assert examine(number, NumberKind.RESIDENT_RECORD, training=False) is Verdict.UNVERIFIED
    assert is_valid(number, NumberKind.RESIDENT_RECORD, training=False)


@given(st.data())
def test_an_unconfirmed_formula_still_separates_training_numbers(data: st.DataObject) -> None:
    body = data.draw(bodies(NumberKind.RESIDENT_RECORD))
    taken = [d for d in range(10) if is_valid(f"{body}{d}", NumberKind.RESIDENT_RECORD, training=True)]
    assert taken == [(check_digit(body, NumberKind.RESIDENT_RECORD) + 1) % 10]


@given(bodies(NumberKind.INDIVIDUAL), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_found_unless_two_rests_meet(body: str, place: int, step: int) -> None:
    wrong = body[:place] + str((int(body[place]) + step) % 10) + body[place + 1 :]
    same = check_digit(body, NumberKind.INDIVIDUAL) == check_digit(wrong, NumberKind.INDIVIDUAL)
    typed = wrong + complete(body, NumberKind.INDIVIDUAL)[-1]
    assert is_valid(typed, NumberKind.INDIVIDUAL, training=False) is same
    assert not same or check_digit(body, NumberKind.INDIVIDUAL) == 0


@pytest.mark.parametrize(
    "number", ["", "12345678901", "1234567890188", "12345678901８", "12345678901a", "12345678901\n"]
)
@pytest.mark.parametrize("training", [True, False])
def test_anything_but_twelve_half_width_digits_is_of_wrong_form(number: str, *, training: bool) -> None:
    assert examine(number, NumberKind.INDIVIDUAL, training=training) is Verdict.WRONG_FORM
    with pytest.raises(WrongForm, match="半角数字12桁"):
        require_valid(number, NumberKind.INDIVIDUAL, training=training)


def test_a_body_of_wrong_length_is_refused() -> None:
    with pytest.raises(WrongForm, match="半角数字11桁"):
        check_digit("123", NumberKind.INDIVIDUAL)


@pytest.mark.parametrize(
    ("number", "training", "error", "words"),
    [
        ("123456789019", False, TrainingNumberInLife, "練習用の個人番号"),
        ("123456789018", True, RealNumberInTraining, "実在しうる個人番号"),
        ("123456789010", False, WrongCheckDigit, "検査用数字が合いません"),
        ("123456789010", True, WrongCheckDigit, "検査用数字が合いません"),
        ("1234", False, WrongForm, "半角数字12桁"),
    ],
)
def test_each_refusal_has_its_own_error_in_both_languages_without_the_number(
    number: str, *, training: bool, error: type[WrongForm], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        require_valid(number, NumberKind.INDIVIDUAL, training=training)
    assert "individual number" in caught.value.message_en
    assert number not in str(caught.value) + caught.value.message_en + repr(caught.value)


def test_a_right_number_passes_without_an_error() -> None:
    require_valid("123456789018", NumberKind.INDIVIDUAL, training=False)
    require_valid("123456789019", NumberKind.INDIVIDUAL, training=True)
    assert is_valid("123456789019", NumberKind.INDIVIDUAL, training=True)


@given(personal, st.integers(0, 10**10 - 1), st.integers(0, 10**10 - 1))
def test_training_numbers_are_valid_only_in_training_and_differ_by_seed(
    kind: NumberKind, seed: int, other: int
) -> None:
    number = training_number(kind, seed)
    assert number == training_number(kind, seed)
    assert examine(number, kind, training=True) is Verdict.VALID
    assert examine(number, kind, training=False) in {Verdict.TRAINING_NUMBER, Verdict.UNVERIFIED}
    assert (number == training_number(kind, other)) is (seed == other)


def test_twenty_thousand_seeds_in_a_row_give_twenty_thousand_numbers() -> None:
    assert len({training_number(NumberKind.INDIVIDUAL, seed) for seed in range(20_000)}) == 20_000


@pytest.mark.parametrize("seed", [-1, 10**11])
def test_a_seed_outside_the_space_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed must lie in"):
        training_number(NumberKind.INDIVIDUAL, seed)
