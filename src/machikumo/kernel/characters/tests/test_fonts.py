import zlib
from pathlib import Path

import pytest

from machikumo.kernel.characters import FontCoverage, FontUnreadable, MissingFont, find_ipamj, ipamj
from machikumo.kernel.characters.tests.making import make_font

KUZU, KUZU_MJ = "葛", "葛\U000e0102"


@pytest.fixture
def small(tmp_path: Path) -> FontCoverage:
    """A font with 葛 and 城, one sequence with a glyph of its own and one that is the default."""
    path = make_font(
        tmp_path / "small.ttf",
        {KUZU: "mj022336", "城": "uni57CE", "か": "uni304B", "\u3099": "uni3099"},
        {KUZU_MJ: "mj022335", "葛\U000e0103": None},
    )
    return FontCoverage.load(path, cache_folder=tmp_path / "cache")


def test_a_text_of_known_characters_misses_nothing(small: FontCoverage) -> None:
    assert small.missing(f"{KUZU}城　{KUZU_MJ} \n") == []
    assert small.family == "Small"


def test_what_is_missing_is_told_with_its_place_in_graphemes(small: FontCoverage) -> None:
    assert small.missing(f"{KUZU_MJ}木城辻") == [("木", 1), ("辻", 3)]


def test_a_sequence_that_the_font_does_not_know_is_missing_though_its_base_is_there(small: FontCoverage) -> None:
    stranger = "葛\U000e0100"
    assert small.missing(f"城{stranger}") == [(stranger, 1)]
    assert small.unknown_sequences(f"城{stranger}木") == [(stranger, 1)]


def test_a_base_with_two_selectors_is_missing(small: FontCoverage) -> None:
    assert not small.holds(KUZU_MJ + "\U000e0103")


def test_a_kana_with_a_combining_mark_needs_both_signs(small: FontCoverage) -> None:
    assert small.holds("か\u3099")
    assert not small.holds("か\u309a")


def test_figures_are_read_from_the_glyphs_names_both_ways(small: FontCoverage) -> None:
    assert small.figure_of(KUZU_MJ) == "MJ022335"
    assert small.figure_of(KUZU) == small.figure_of("葛\U000e0103") == "MJ022336"
    assert small.figure_of("城") is None
    assert small.figure_of("辻") is None
    assert small.characters_of("MJ022336") == [KUZU, "葛\U000e0103"]
    assert small.characters_of("MJ999999") == []
    assert small.sequences == {KUZU_MJ, "葛\U000e0103"}


def test_the_second_reading_comes_from_the_cache_and_a_damaged_cache_is_made_anew(
    small: FontCoverage, tmp_path: Path
) -> None:
    (kept,) = (tmp_path / "cache").iterdir()
    assert FontCoverage.load(small.path, cache_folder=tmp_path / "cache") == small
    for damage in (b"", b"no zlib", zlib.compress(b"no json")):
        kept.write_bytes(damage)
        assert FontCoverage.load(small.path, cache_folder=tmp_path / "cache") == small
    assert list((tmp_path / "cache").iterdir()) == [kept]


def test_a_cache_folder_that_cannot_be_made_is_no_fault(small: FontCoverage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert FontCoverage.load(small.path, cache_folder=tmp_path / "file") == small


def test_a_file_that_is_no_font_says_so(tmp_path: Path) -> None:
    (tmp_path / "no.ttf").write_bytes(b"not a font at all")
    for name in ("no.ttf", "nothing.ttf"):
        with pytest.raises(FontUnreadable, match="読めません") as caught:
            FontCoverage.load(tmp_path / name, cache_folder=tmp_path)
        assert "install it again" in caught.value.message_en


def test_a_named_folder_comes_first_then_var_then_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("machikumo.kernel.characters.places.SYSTEM_FONTS", tmp_path / "system")
    monkeypatch.setenv("MACHIKUMO_FONTS", str(tmp_path / "named"))
    monkeypatch.setenv("MACHIKUMO_VAR", str(tmp_path / "var"))
    assert find_ipamj() is None
    wanted = [tmp_path / part / "ipamjm.ttf" for part in ("system/truetype/ipamj", "var/fonts/usr/share", "named")]
    for file in wanted:
        file.parent.mkdir(parents=True)
        file.write_bytes(b"")
        assert find_ipamj() == file


def test_a_machine_without_the_font_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("machikumo.kernel.characters.places.SYSTEM_FONTS", tmp_path)
    monkeypatch.setenv("MACHIKUMO_VAR", str(tmp_path))
    ipamj.cache_clear()
    with pytest.raises(MissingFont, match="fonts-ipamj-mincho"):
        ipamj()


def test_ipamj_knows_the_sequences_of_moji_joho_and_no_others() -> None:
    coverage = ipamj()
    assert coverage.missing("髙﨑𠮷　渡邉\U000e010f葛\U000e0102") == []
    assert coverage.missing("葛\U000e0100") == [("葛\U000e0100", 0)]
    assert coverage.figure_of("葛\U000e0102") == "MJ022335"
    assert coverage.characters_of("MJ022335") == ["葛\U000e0102"]
    assert len(coverage.sequences) > 11_000
