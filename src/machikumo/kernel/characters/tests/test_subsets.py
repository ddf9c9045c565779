from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from machikumo.kernel.characters import FontUnreadable, find_ipamj, subset_font
from machikumo.kernel.characters.subsets import FAMILY
from machikumo.kernel.characters.tests.making import make_font

KUZU_MJ = "葛\U000e0102"


@pytest.fixture
def font(tmp_path: Path) -> Path:
    return make_font(
        tmp_path / "small.ttf",
        {"葛": "mj022336", "城": "uni57CE", "木": "uni6728"},
        {KUZU_MJ: "mj022335", "葛\U000e0103": None},
    )


def opened(data: bytes) -> TTFont:
    return TTFont(BytesIO(data))


def sequences_of(font: TTFont) -> set[str]:
    tables = [table for table in font["cmap"].tables if table.format == 14]
    return {
        chr(base) + chr(selector)
        for table in tables
        for selector, pairs in table.uvsDict.items()
        for base, _glyph in pairs
    }


def test_a_subset_holds_what_was_asked_and_nothing_else(font: Path, tmp_path: Path) -> None:
    found = subset_font([f"{KUZU_MJ}城"], font, cache_folder=tmp_path)
    with opened(found.data) as small:
        assert set(map(chr, small.getBestCmap())) == {"葛", "城"}
        assert sequences_of(small) == {KUZU_MJ}
    assert found.flavour in {"woff", "woff2"}
    assert found.media_type == f"font/{found.flavour}"


def test_a_derived_font_has_another_name_and_keeps_its_notices(font: Path, tmp_path: Path) -> None:
    with opened(subset_font(["城"], font, cache_folder=tmp_path).data) as small:
        assert small["name"].getDebugName(1) == FAMILY
        assert small["name"].getDebugName(0) == "nobody's"


def test_the_same_characters_in_any_order_are_the_same_font_and_are_kept(font: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    first = subset_font(["城", "木"], font, cache_folder=folder)
    assert subset_font(["木城城"], font, cache_folder=folder) is first
    (kept,) = folder.iterdir()
    assert kept.read_bytes() == first.data
    assert subset_font(["木"], font, cache_folder=folder).digest != first.digest


def test_a_character_that_the_font_lacks_is_simply_not_there(font: Path, tmp_path: Path) -> None:
    with opened(subset_font(["城辻"], font, cache_folder=tmp_path).data) as small:
        assert set(map(chr, small.getBestCmap())) == {"城"}


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.ttf").write_bytes(b"not a font at all")
    for name in ("no.ttf", "nothing.ttf"):
        with pytest.raises(FontUnreadable):
            subset_font(["城"], tmp_path / name, cache_folder=tmp_path)


def test_names_from_ipamj_make_a_font_of_a_few_kilobytes(tmp_path: Path) -> None:
    path = find_ipamj()
    assert path is not None
    found = subset_font(["渡邉\U000e010f　太郎", KUZU_MJ], path, cache_folder=tmp_path)
    assert len(found.data) < 20_000
    with opened(found.data) as small:
        assert sequences_of(small) == {"邉\U000e010f", KUZU_MJ}
        assert "IPA" in small["name"].getDebugName(0)
