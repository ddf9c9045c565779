import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ui.domain.colours import TOWN_DEFAULT, checked, contrast, ink_on, luminance

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_is_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_colour_has_no_contrast_with_itself() -> None:
    assert contrast("#0a6b3d", "#0a6b3d") == 1


def test_luminance_runs_from_black_to_white() -> None:
    assert (luminance("#000000"), luminance("#ffffff")) == (0, pytest.approx(1))


@given(colours)
def test_the_ink_can_be_read_on_every_town_colour(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= 4.5


@given(colours, colours)
def test_contrast_does_not_ask_which_colour_is_in_front(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)


def test_a_colour_is_written_in_small_letters() -> None:
    assert checked("#0A6B3D") == "#0a6b3d"


@pytest.mark.parametrize(
    "bad", ["", "red", "#fff", "#12345", "#1234567", "#0a6b3d;}body{", "#0a6b3d\n", "#ｆｆｆｆｆｆ"]
)
def test_what_is_no_colour_cannot_reach_the_style_sheet(bad: str) -> None:
    assert checked(bad) == TOWN_DEFAULT
