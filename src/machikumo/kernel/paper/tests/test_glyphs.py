"""Looking up what a font holds before anything is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.paper import MissingCharacter, fonts, missing_characters, name_fonts
from machikumo.kernel.paper.glyphs import clusters, is_variation_selector, missing_in_text


def test_a_character_and_its_selector_are_one_cluster() -> None:
    assert list(clusters("葛\U000e0102城")) == ["葛\U000e0102", "城"]


@given(st.text())
def test_clusters_lose_and_add_nothing(text: str) -> None:
    assert "".join(clusters(text)) == text


def test_a_selector_alone_or_after_another_is_not_held_by_any_font() -> None:
    assert list(missing_in_text("\U000e0102", name_fonts())) == ["\U000e0102"]
    assert list(missing_in_text("葛\U000e0102\U000e0102", name_fonts())) == ["\U000e0102"]


def test_the_missing_character_is_found_with_the_way_to_it() -> None:
    data = {"blocks": [{"name": "山田"}, {"name": "山\u2f00"}], "qr_svg": "\U0001f600", "count": 3, "none": None}
    assert list(missing_characters(data, name_fonts())) == [MissingCharacter("\u2f00", ("blocks", 1, "name"))]


def test_both_blocks_of_selectors_are_known() -> None:
    assert is_variation_selector("\ufe00")
    assert is_variation_selector("\U000e01ef")
    assert not is_variation_selector("葛")


def test_without_ipamj_the_other_font_serves_and_without_both_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "find_ipamj", lambda: None)
    chosen = fonts.name_fonts.__wrapped__()
    assert chosen.families == ["Noto Serif CJK JP"]
    monkeypatch.setattr(fonts, "FALLBACKS", ())
    with pytest.raises(fonts.NoFont, match="fonts-ipamj-mincho"):
        fonts.name_fonts.__wrapped__()
