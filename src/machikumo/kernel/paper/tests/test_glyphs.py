"""Looking up what a font holds before anything is printed."""

from __future__ import annotations

import pytest

from machikumo.kernel.paper import MissingCharacter, fonts, missing_characters, name_fonts
from machikumo.kernel.paper.glyphs import missing_in_text


def test_a_selector_alone_or_after_another_is_not_held_by_any_font() -> None:
    assert list(missing_in_text("\U000e0102", name_fonts())) == ["\U000e0102"]
    assert list(missing_in_text("葛\U000e0102\U000e0102城", name_fonts())) == ["葛\U000e0102\U000e0102"]


def test_the_missing_character_is_found_with_the_way_to_it() -> None:
    data = {"blocks": [{"name": "山田"}, {"name": "山\u2f00"}], "qr_svg": "\U0001f600", "count": 3, "none": None}
    assert list(missing_characters(data, name_fonts())) == [MissingCharacter("\u2f00", ("blocks", 1, "name"))]


def test_without_ipamj_the_other_font_serves_and_without_both_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "find_ipamj", lambda: None)
    chosen = fonts.name_fonts.__wrapped__()
    assert chosen.families == ["Noto Serif CJK JP"]
    monkeypatch.setattr(fonts, "FALLBACKS", ())
    with pytest.raises(fonts.NoFont, match="fonts-ipamj-mincho"):
        fonts.name_fonts.__wrapped__()


def test_blanks_are_held_by_every_font() -> None:
    assert list(missing_in_text("山田　太郎\n", name_fonts())) == []
