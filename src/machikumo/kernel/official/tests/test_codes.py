import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.official import (
    LocalGovernmentCodeError,
    is_local_government_code,
    local_government_check_digit,
    local_government_code,
    municipalities,
    prefectures,
    wards_of,
)

five_digits = st.integers(min_value=0, max_value=99_999).map("{:05d}".format)


@pytest.mark.parametrize(("code", "check"), [("18207", 9), ("40349", 1), ("22212", 7), ("12100", 2), ("01000", 6)])
def test_known_codes_get_their_published_check_digit(code: str, check: int) -> None:
    assert local_government_check_digit(code) == check
    assert local_government_code(code) == f"{code}{check}"


def test_every_code_of_the_shipped_tables_has_the_right_check_digit() -> None:
    cities = municipalities()
    codes = [place.code for place in (*prefectures(), *cities)]
    codes += [ward.code for city in cities for ward in wards_of(city.code)]
    assert len(codes) == 47 + 1_741 + 171
    assert all(is_local_government_code(code) for code in codes)


@given(five_digits)
def test_exactly_one_of_ten_last_digits_makes_a_code(code: str) -> None:
    assert sum(is_local_government_code(f"{code}{digit}") for digit in range(10)) == 1


@given(five_digits, st.integers(0, 4), st.integers(1, 9))
def test_one_wrong_digit_is_found_unless_two_rests_meet(code: str, place: int, step: int) -> None:
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    if local_government_check_digit(code) == local_government_check_digit(wrong):
        assert local_government_check_digit(code) in {0, 1}
    else:
        assert not is_local_government_code(wrong + local_government_code(code)[5])


@pytest.mark.parametrize("text", ["", "1820", "182o7", "１８２０７", "1820799", " 18207"])
def test_text_that_is_not_five_half_width_digits_is_refused_in_japanese(text: str) -> None:
    with pytest.raises(LocalGovernmentCodeError, match="全国地方公共団体コードではありません"):
        local_government_check_digit(text)


@pytest.mark.parametrize("text", ["", "18207", "182078", "１８２０７９", "1820790", "182079\n"])
def test_text_with_wrong_length_width_or_check_digit_is_no_code(text: str) -> None:
    assert not is_local_government_code(text)
