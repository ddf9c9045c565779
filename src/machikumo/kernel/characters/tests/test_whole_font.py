"""The whole of IPAmj Mincho: figures and characters correspond, and the facts that were measured hold."""

import pytest

from machikumo.kernel.characters import FontCoverage, ipamj
from machikumo.kernel.text import graphemes, strip_selectors


@pytest.fixture(scope="module")
def font() -> FontCoverage:
    return ipamj()


def test_every_writing_of_a_figure_leads_to_it_and_back(font: FontCoverage) -> None:
    lost = [
        written
        for written in font.glyphs
        if (figure := font.figure_of(written)) and written not in font.characters_of(figure)
    ]
    assert lost == []


def test_the_font_holds_the_measured_number_of_figures_and_sequences(font: FontCoverage) -> None:
    figures = {figure for written in font.glyphs if (figure := font.figure_of(written))}
    assert len(figures) == 59_127
    assert len(font.sequences) == 11_474
    assert sum(0xFE00 <= ord(written[1]) <= 0xFE0F for written in font.sequences) == 89


def test_every_sequence_is_one_grapheme_with_a_base_that_the_font_holds(font: FontCoverage) -> None:
    assert all(graphemes(written) == [written] for written in font.sequences)
    assert all(font.holds(strip_selectors(written)) for written in font.sequences)


def test_a_plain_character_is_offered_before_its_sequences(font: FontCoverage) -> None:
    writings = font.characters_of(font.figure_of("葛") or "")
    assert writings[0] == "葛"
    assert all(len(written) == 2 for written in writings[1:])


@pytest.mark.parametrize(
    "name", ["髙橋　德子", "山﨑　\ufa19夫", "𠮷野　櫻", "佐々木　ゑみ", "ＮＧＵＹＥＮ　ＡＮ", "ヴィクトル・ド"]
)
def test_names_as_they_are_written_in_registers_come_out(font: FontCoverage, name: str) -> None:
    assert font.missing(name) == []


@pytest.mark.parametrize(("text", "place"), [("한국", 0), ("山ก", 1), ("😀", 0), ("佐\ue000", 1)])
def test_what_the_font_lacks_is_told(font: FontCoverage, text: str, place: int) -> None:
    assert font.missing(text)[0][1] == place
