import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.text import graphemes, is_narrow, is_wide, masked, strip_selectors, visible_length


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("abc", 3), ("葛\U000e0102城", 2), ("神\ufe00", 1), ("𠮷野", 2), ("葛城", 2), ("\ue000", 1)],
)
def test_selectors_do_not_count_in_the_length(text: str, length: int) -> None:
    assert visible_length(text) == length


@given(st.text())
def test_the_visible_length_is_that_of_the_text_without_selectors(text: str) -> None:
    assert visible_length(text) == len(strip_selectors(text)) <= len(text)


@given(st.text(st.sampled_from("葛辻a\U000e0102\ufe00\u3099か")))
def test_graphemes_joined_give_the_text_again(text: str) -> None:
    pieces = graphemes(text)
    assert "".join(pieces) == text
    assert all(pieces)


def test_a_base_keeps_its_selectors_and_marks() -> None:
    assert graphemes("葛\U000e0102城か\u3099\n") == ["葛\U000e0102", "城", "か\u3099", "\n"]


@pytest.mark.parametrize("text", ["佐藤　太郎", "ＪＯＨＮ", "葛\U000e0102", "\ue000", "𠮷", "ア・イ", ""])
def test_full_width_text_is_wide(text: str) -> None:
    assert is_wide(text)


@pytest.mark.parametrize("text", ["佐藤 太郎", "JOHN", "ｱｲ", "佐藤1", "\n"])
def test_text_with_any_half_width_sign_is_not_wide(text: str) -> None:
    assert not is_wide(text)


@pytest.mark.parametrize("text", ["JOHN 1-2", "ｱｲｳﾞ", ""])
def test_half_width_text_is_narrow(text: str) -> None:
    assert is_narrow(text)


@pytest.mark.parametrize("text", ["Ａ", "佐藤", "a　b", "a\n"])
def test_text_with_any_full_width_sign_is_not_narrow(text: str) -> None:
    assert not is_narrow(text)


@given(st.text(min_size=1))
def test_no_text_is_both_wide_and_narrow_unless_it_is_only_selectors(text: str) -> None:
    assert not (is_wide(text) and is_narrow(text))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("佐藤　太郎", "佐＊　太＊"),
        ("葛\U000e0102城　花", "葛\U000e0102＊　＊"),
        ("林", "＊"),
        ("", ""),
        ("ＷＡＮＧ　ＬＩ", "Ｗ＊＊＊　Ｌ＊"),
    ],
)
def test_each_part_of_a_name_shows_its_first_character_only(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@given(st.lists(st.sampled_from(["佐", "藤", "　", "葛\U000e0102"])).map("".join), st.integers(0, 3))
def test_a_mask_always_hides_something_of_each_part(text: str, shown: int) -> None:
    hidden = masked(text, shown=shown)
    assert len(graphemes(hidden)) == len(graphemes(text))
    assert all("＊" in part for part in hidden.split())


def test_another_sign_may_hide() -> None:
    assert masked("abcd", shown=2, sign="*") == "ab**"
