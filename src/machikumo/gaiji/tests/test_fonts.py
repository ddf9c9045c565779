"""A font of user-defined characters: its figures are read, and whatever is wrong with it is said in words."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from machikumo.gaiji.domain import fonts
from machikumo.gaiji.domain.errors import UnreadableFont
from machikumo.gaiji.domain.fonts import figure_names, open_font, outline_of, read_font
from machikumo.gaiji.tests.making import font_bytes, gaiji_bytes, glyph, strokes

WHOLE = gaiji_bytes(1, 2, 3)


def test_the_figures_are_read_by_code_point_with_the_fonts_name_and_digest() -> None:
    found = read_font(WHOLE)
    assert list(found.figures) == [0xE000, 0xE001, 0xE002]
    assert found.family == "Kasumi Gaiji"
    assert len(found.sha256) == 64
    assert found.broken == ()


def test_an_outline_is_in_units_of_the_em() -> None:
    shape = read_font(font_bytes({0xE000: glyph([(100, 0, 500, 250)])})).figures[0xE000]
    assert shape.ends == (3,)
    assert np.allclose(shape.points.min(axis=0), [0.1, 0.0])
    assert np.allclose(shape.points.max(axis=0), [0.6, 0.25])
    assert shape.on_curve.all()


def test_a_figure_without_contours_is_empty_and_no_fault() -> None:
    found = read_font(font_bytes({0xE000: glyph([]), 0xE001: glyph(strokes(1))}))
    assert found.figures[0xE000].is_empty
    assert not found.figures[0xE001].is_empty


def test_characters_outside_the_private_area_are_left_out() -> None:
    found = read_font(font_bytes({0x41: glyph(strokes(1)), 0xE005: glyph(strokes(2)), 0xF900: glyph(strokes(3))}))
    assert list(found.figures) == [0xE005]


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"OTTO" + bytes(100), b"wOFF" + bytes(100), b"PK\x03\x04", "外字".encode("cp932")]
)
def test_what_is_no_truetype_font_is_refused_at_sight(data: bytes) -> None:
    with pytest.raises(UnreadableFont) as caught:
        read_font(data)
    assert "TrueType" in caught.value.message_ja
    assert "TrueType" in caught.value.message_en


def test_a_font_without_user_defined_characters_is_told() -> None:
    with pytest.raises(UnreadableFont, match="1つもありません"):
        read_font(font_bytes({0x41: glyph(strokes(1))}))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "LARGEST", 1 << 20)
    with pytest.raises(UnreadableFont, match="上限 1 MB"):
        read_font(WHOLE + bytes(1 << 20))


def test_a_truncated_font_never_fails_otherwise_than_in_words() -> None:
    told: list[UnreadableFont] = []
    for length in range(4, len(WHOLE), 7):
        try:
            found = read_font(WHOLE[:length])
        except UnreadableFont as error:
            told.append(error)
        else:
            assert set(found.figures) | set(found.broken) <= {0xE000, 0xE001, 0xE002}
    assert len(told) > 50
    assert all(error.message_ja and error.message_en for error in told)


def test_a_font_with_spoiled_bytes_never_fails_otherwise_than_in_words() -> None:
    chance = np.random.default_rng(4)
    outcomes = set()
    for _ in range(300):
        spoiled = bytearray(WHOLE)
        for place in chance.integers(4, len(WHOLE), 4):
            spoiled[place] = int(chance.integers(0, 256))
        try:
            read_font(bytes(spoiled))
            outcomes.add("read")
        except UnreadableFont:
            outcomes.add("told")
    assert outcomes == {"read", "told"}


def test_a_character_map_that_claims_a_million_characters_is_refused_before_it_is_unfolded() -> None:
    groups = struct.pack(">LLL", 0xE000, 0xFFFFFFF0, 1)
    subtable = struct.pack(">HHLLL", 12, 0, 16 + len(groups), 0, 1) + groups
    table = struct.pack(">HHHHL", 0, 1, 3, 10, 12) + subtable
    with pytest.raises(UnreadableFont, match="cmap"):
        read_font(_with_table("cmap", table))


def test_a_character_map_of_an_unknown_kind_is_refused() -> None:
    table = struct.pack(">HHHHL", 0, 1, 3, 10, 12) + struct.pack(">HHLL", 8, 0, 16, 0)
    with pytest.raises(UnreadableFont, match="cmap"):
        read_font(_with_table("cmap", table))


def test_a_sound_grouped_character_map_is_read() -> None:
    found = read_font(font_bytes({0xE000: glyph(strokes(1)), 0x20000: glyph(strokes(2))}))
    assert list(found.figures) == [0xE000]


def test_a_figure_that_contains_itself_is_broken_and_the_others_are_read() -> None:
    pen = TTGlyphPen({"uE001": None})
    pen.addComponent("uE001", (1, 0, 0, 1, 0, 0))
    with TTFont(BytesIO(gaiji_bytes(1, 2))) as font:
        font["glyf"]["uE001"] = pen.glyph()
        out = BytesIO()
        font.recalcBBoxes = False
        font["glyf"].recalcBBoxes = False
        font["maxp"].recalc = lambda _font: None
        for one in font["glyf"].glyphs.values():
            one.recalcBounds = lambda *_: None
        composite = font["glyf"]["uE001"]
        composite.xMin = composite.yMin = composite.xMax = composite.yMax = 0
        font.save(out, reorderTables=None)
    found = read_font(out.getvalue())
    assert list(found.figures) == [0xE000]
    assert found.broken == (0xE001,)


def test_a_figure_far_outside_the_em_or_with_too_many_points_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    far = font_bytes({0xE000: glyph([(9000, 0, 100, 100)]), 0xE001: glyph(strokes(1))})
    assert read_font(far).broken == (0xE000,)
    monkeypatch.setattr(fonts, "MOST_POINTS", 10)
    with pytest.raises(UnreadableFont, match="ValueError"):
        read_font(WHOLE)


def test_a_figure_put_together_of_others_is_drawn_whole() -> None:
    pen = TTGlyphPen({"uE000": None})
    pen.addComponent("uE000", (1, 0, 0, 1, 50, 0))
    data = font_bytes({0xE000: glyph([(0, 0, 100, 100)]), 0xE001: pen.glyph()})
    shape = read_font(data).figures[0xE001]
    assert np.allclose(shape.points.min(axis=0), [0.05, 0.0])


def test_only_glyphs_named_after_figures_are_figures() -> None:
    assert figure_names([".notdef", "mj000001", "mjx", "aj1", "mj000007"]) == [(1, "mj000001"), (4, "mj000007")]


def test_an_unknown_name_is_a_key_error() -> None:
    with open_font(BytesIO(WHOLE)) as font, pytest.raises(KeyError):
        outline_of(font, "mj999999")


def _with_table(tag: str, table: bytes) -> bytes:
    """The font with one table in place of its own, whatever it says."""
    with TTFont(BytesIO(WHOLE)) as font:
        tables = {name: font.reader[name] for name in font.reader.keys() if name != tag}  # noqa: SIM118 - a reader
    tables[tag] = table
    head = struct.pack(">LHHHH", 0x00010000, len(tables), 128, 3, 16 * len(tables) - 128)
    place, entries, body = 12 + 16 * len(tables), b"", b""
    for name, content in sorted(tables.items()):
        entries += struct.pack(">4sLLL", name.encode(), 0, place + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    return head + entries + body
