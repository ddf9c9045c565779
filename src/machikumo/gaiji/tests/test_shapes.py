"""Outlines, drawings and descriptions: what stays the same under place and size, and what is drawn as a picture."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from machikumo.gaiji.domain.drawing import CANVAS, EM, drawn, glyph_pictures
from machikumo.gaiji.domain.outlines import EMPTY, Outline, svg_path
from machikumo.gaiji.domain.shapes import LENGTH, SIDE, described, standard_picture, stored
from machikumo.gaiji.tests.making import figure_font_file, outline

SQUARE = Outline(np.array([[0.0, 0.0], [0.0, 0.5], [0.5, 0.5], [0.5, 0.0]]), np.ones(4, dtype=bool), (3,))


def description(shape: Outline) -> np.ndarray:
    picture = standard_picture(drawn(shape))
    assert picture is not None
    return described(picture[None])[0]


def apart(one: Outline, other: Outline) -> float:
    return float(np.linalg.norm(description(one) - description(other)))


def test_a_square_is_a_path_of_four_lines_with_y_downward() -> None:
    assert svg_path(SQUARE) == "M0 0L0 -500L500 -500L500 0L0 0Z"


def test_a_curve_of_control_points_alone_begins_between_two_of_them() -> None:
    round_shape = replace(SQUARE, on_curve=np.zeros(4, dtype=bool))
    path = svg_path(round_shape)
    assert path.startswith("M250 0Q0 0 0 -250")
    assert path.endswith("Q500 0 250 0Z")
    assert path.count("Q") == 4


def test_a_contour_is_begun_at_its_first_point_of_the_curve() -> None:
    shape = replace(SQUARE, on_curve=np.array([False, True, True, True]))
    assert svg_path(shape) == "M0 -500L500 -500L500 0Q0 0 0 -500Z"


def test_a_path_holds_nothing_but_numbers_and_four_letters() -> None:
    assert re.fullmatch(r"[MLQZ0-9 -]+", svg_path(outline(5)))


def test_a_lonely_point_and_an_empty_outline_draw_nothing() -> None:
    assert svg_path(EMPTY) == ""
    assert svg_path(Outline(np.zeros((1, 2)), np.ones(1, dtype=bool), (0,))) == ""
    assert not drawn(EMPTY).any()


def test_a_square_is_drawn_with_its_area_in_ink() -> None:
    picture = drawn(SQUARE)
    assert picture.shape == (CANVAS, CANVAS)
    assert picture.sum() / 255 == pytest.approx((EM / 2) ** 2, rel=0.01)


def test_what_lies_outside_the_canvas_is_cut_off() -> None:
    assert not drawn(replace(SQUARE, points=SQUARE.points + 3)).any()


def test_a_standard_picture_is_the_same_wherever_the_figure_stands() -> None:
    shape = outline(1)
    moved = replace(shape, points=shape.points + np.array([0.1, -0.05]))
    assert apart(shape, moved) < 0.06 < apart(shape, outline(2))


def test_a_standard_picture_hardly_changes_with_the_size() -> None:
    shape = outline(1)
    assert apart(shape, replace(shape, points=shape.points * 0.9)) < 0.1


def test_a_flat_figure_keeps_its_flatness() -> None:
    flat = replace(SQUARE, points=SQUARE.points * np.array([1.0, 0.1]))
    picture = standard_picture(drawn(flat))
    assert picture is not None
    tall, wide = (picture.sum(axis=axis) > 0.5 for axis in (1, 0))
    assert tall.sum() < wide.sum() / 2


def test_a_picture_without_ink_has_no_standard_form() -> None:
    assert standard_picture(np.zeros((10, 10), dtype=np.uint8)) is None
    assert standard_picture(np.full((1, 2), 255, dtype=np.uint8)) is None


def test_a_description_has_its_length_and_fits_in_bytes() -> None:
    found = description(outline(3))
    assert found.shape == (LENGTH,)
    assert found.dtype == np.float32
    kept = stored(found[None])
    assert kept.dtype == np.uint8
    assert kept.max() < 255


def test_a_description_tells_lying_from_upright_strokes() -> None:
    lying = replace(SQUARE, points=SQUARE.points * np.array([1.0, 0.2]))
    upright = replace(SQUARE, points=SQUARE.points * np.array([0.2, 1.0]))
    assert apart(lying, upright) > 1


def test_pictures_of_a_fonts_glyphs_agree_with_the_drawn_outlines(tmp_path) -> None:  # noqa: ANN001
    path = figure_font_file(tmp_path / "small.ttf", 3)
    empty, first, _second = glyph_pictures(str(path), [0, 1, 2])
    assert empty.shape == (1, 1)
    mine, theirs = standard_picture(drawn(outline(0))), standard_picture(first)
    assert mine is not None
    assert theirs is not None
    assert mine.shape == (SIDE, SIDE)
    assert np.abs(mine - theirs).mean() < 0.02
