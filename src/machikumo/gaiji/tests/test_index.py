"""The index of figures: what is asked comes first, what is unknown gets nothing, and it is kept without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from machikumo.gaiji import figures
from machikumo.gaiji.domain.drawing import drawn
from machikumo.gaiji.domain.index import BATCH, BLOCK, SHOWN, build, dumped, loaded
from machikumo.gaiji.domain.learning import known_pictures, redrawn, unknown_pictures
from machikumo.gaiji.domain.outlines import EMPTY
from machikumo.gaiji.domain.shapes import LEVELS
from machikumo.gaiji.domain.verdicts import learned, measures
from machikumo.gaiji.figures import figure_font
from machikumo.gaiji.tests.making import figure_font_file, gaiji_bytes, outline
from machikumo.kernel.characters import FontUnreadable, MissingFont

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.gaiji.domain.index import FigureIndex
    from machikumo.gaiji.figures import FigureFont

COUNT = 40


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> FigureFont:
    folder = tmp_path_factory.mktemp("figures")
    return figure_font(figure_font_file(folder / "small.ttf", COUNT), cache_folder=folder)


@pytest.fixture
def index(font: FigureFont) -> FigureIndex:
    return font.index


def test_each_figure_finds_itself_first(font: FigureFont) -> None:
    rankings = list(font.index.ranked(font.outline(name) for name in font.index.names))
    assert [ranking.candidates[0].figure for ranking in rankings] == list(font.index.names)
    assert all(len(ranking.candidates) == SHOWN for ranking in rankings)
    assert all(ranking.candidates[0].distance < ranking.candidates[1].distance for ranking in rankings)


def test_a_roughly_redrawn_figure_is_found(font: FigureFont) -> None:
    chance = np.random.default_rng(8)
    asked = [redrawn(font.outline(name), chance) for name in font.index.names]
    found = [ranking.candidates[:1] for ranking in font.index.ranked(asked)]
    right = sum(bool(one) and one[0].figure == name for one, name in zip(found, font.index.names, strict=True))
    assert right >= 0.9 * COUNT


def test_a_blank_figure_is_said_to_be_blank(index: FigureIndex) -> None:
    (ranking,) = index.ranked([EMPTY])
    assert ranking.is_blank
    assert ranking.candidates == ()


def test_blank_and_solid_figures_keep_their_order(index: FigureIndex) -> None:
    one, two, three = index.ranked([EMPTY, outline(7), EMPTY])
    assert (one.is_blank, two.is_blank, three.is_blank) == (True, False, True)
    assert two.candidates[0].figure == "MJ000008"


def test_a_figure_that_resembles_nothing_gets_no_candidate(index: FigureIndex) -> None:
    strangers = [outline(1000 + number) for number in range(30)]
    empty = sum(not ranking.candidates for ranking in index.ranked(strangers))
    assert empty >= 27


def test_as_many_as_asked_are_shown(index: FigureIndex) -> None:
    (ranking,) = index.ranked([outline(3)], shown=3)
    assert len(ranking.candidates) == 3
    assert index.ranked_pictures([]) == []


def test_more_figures_than_a_batch_come_in_order(index: FigureIndex) -> None:
    asked = [outline(number % COUNT) for number in range(BATCH + 6)]
    found = [ranking.candidates[0].figure for ranking in index.ranked(asked)]
    assert found == [f"MJ{number % COUNT + 1:06d}" for number in range(BATCH + 6)]


def test_the_search_goes_block_by_block_and_finds_the_same(index: FigureIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = np.stack(
        [np.asarray(index.rows[3], dtype=np.float32) / LEVELS, np.asarray(index.rows[30], np.float32) / LEVELS]
    )
    whole = index.nearest(asked, 5)
    monkeypatch.setattr("machikumo.gaiji.domain.index.BLOCK", 7)
    parts = index.nearest(asked, 5)
    assert BLOCK > COUNT
    assert np.array_equal(whole[1], parts[1])
    assert np.allclose(whole[0], parts[0])
    assert whole[1][:, 0].tolist() == [3, 30]


def test_the_same_font_gives_the_same_index_byte_for_byte(font: FigureFont) -> None:
    names = [name.lower() for name in font.index.names]
    shapes = [font.outline(name) for name in names]
    again = build(names, map(drawn, shapes), shapes.__getitem__, np.random.default_rng(1))
    once_more = build(names, map(drawn, shapes), shapes.__getitem__, np.random.default_rng(1))
    assert dumped(again) == dumped(once_more)


def test_figures_without_ink_are_left_out_of_the_index() -> None:
    shapes = [outline(1), EMPTY, *(outline(number) for number in range(2, 12))]
    names = [f"mj{number:06d}" for number in range(12)]
    told: list[int] = []
    made = build(names, map(drawn, shapes), shapes.__getitem__, np.random.default_rng(1), progress=told.append)
    assert "MJ000001" not in made.names
    assert len(made.names) == len(made.rows) == 11


def test_the_index_is_kept_and_loaded_without_loss(index: FigureIndex) -> None:
    again = loaded(dumped(index))
    assert again.names == index.names
    assert again.judge == index.judge
    assert np.array_equal(again.rows, index.rows)
    assert np.array_equal(again.lengths, index.lengths)


@pytest.mark.parametrize("spoil", [lambda data: b"x" + data[1:], lambda data: data[:-1], lambda data: data + b"\0"])
def test_a_spoiled_index_is_refused(index: FigureIndex, spoil) -> None:  # noqa: ANN001
    with pytest.raises(ValueError, match="index of figures"):
        loaded(spoil(dumped(index)))


def test_the_index_of_a_font_is_built_once(font: FigureFont, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(figures, "_build", never)
    again = figure_font(font.path, cache_folder=font.path.parent)
    assert again.index.names == font.index.names
    assert len(list(font.path.parent.glob(f"{font.coverage.digest[:32]}-*.figures"))) == 1


def test_a_spoiled_cache_is_built_again(tmp_path: Path) -> None:
    path = figure_font_file(tmp_path / "small.ttf", 12)
    first = figure_font(path, cache_folder=tmp_path)
    (kept,) = tmp_path.glob("*.figures")
    kept.write_bytes(b"half")
    steps: list[tuple[int, int]] = []
    again = figure_font(path, cache_folder=tmp_path, progress=lambda done, total: steps.append((done, total)))
    assert dumped(again.index) == dumped(first.index) == kept.read_bytes()


def test_a_figure_is_written_with_its_selector_where_it_has_one(font: FigureFont) -> None:
    assert font.text_of("MJ000001") == "一\U000e0100"
    assert font.text_of("MJ000002") == "\u4e01"
    assert font.text_of("MJ999999") == ""
    assert font.picture("MJ000002").startswith("M")
    with pytest.raises(KeyError):
        font.outline("MJ999999")


def test_without_a_font_of_figures_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(figures, "find_ipamj", lambda: None)
    with pytest.raises(MissingFont):
        figure_font()
    with pytest.raises(FontUnreadable):
        figure_font(tmp_path / "nothing.ttf")


def facts(chance: np.random.Generator, low: float, high: float) -> np.ndarray:
    """Measures of figures whose first distance lies between two numbers; all else is equal."""
    first = np.log(chance.uniform(low, high, 400))
    return np.stack([np.ones(400), first, first, np.zeros(400)], axis=1)


def test_the_judge_draws_its_line_between_near_and_far() -> None:
    chance = np.random.default_rng(3)
    near, far = facts(chance, 0.1, 0.3), facts(chance, 0.8, 0.9)
    judge = learned(near, far)
    assert (judge.known_kept, judge.unknown_refused) == (1.0, 1.0)
    assert judge.resembles(near).all()
    assert not judge.resembles(far).any()


def test_the_judge_rather_shows_strangers_than_hides_the_right_figure() -> None:
    chance = np.random.default_rng(3)
    judge = learned(facts(chance, 0.3, 1.0), facts(chance, 0.6, 1.4))
    assert judge.known_kept == pytest.approx(0.995, abs=0.003)
    assert 0.3 < judge.unknown_refused < 0.7


def test_a_judge_needs_examples_of_both_sides() -> None:
    with pytest.raises(ValueError, match="examples"):
        learned(np.zeros((0, 4)), np.ones((3, 4)))


def test_equal_shapes_are_measured_without_dividing_by_nought() -> None:
    same = np.ones((1, 512), dtype=np.float32)
    measured = measures(np.zeros((1, 3), dtype=np.float32), same, same)
    assert np.isfinite(measured).all()
    assert measured.shape == (1, 4)


def test_a_difference_in_one_place_weighs_more_than_one_all_over() -> None:
    asked = np.zeros((2, 8, 64), dtype=np.float32)
    asked[0, :, :4] = 1
    asked[1] = 0.25
    one_place, all_over = measures(np.ones((2, 3), dtype=np.float32), asked.reshape(2, 512), np.zeros((2, 512)))[:, 3]
    assert one_place == pytest.approx(0)
    assert all_over == pytest.approx(np.log(0.25))


def test_learning_makes_known_and_unknown_pictures_by_the_seed() -> None:
    shapes = [outline(number) for number in range(6)]
    known = known_pictures(shapes, np.random.default_rng(1))
    unknown = unknown_pictures(shapes, np.random.default_rng(1))
    assert (len(known), len(unknown)) == (8, 6)
    assert np.array_equal(known[0], known_pictures(shapes, np.random.default_rng(1))[0])
    assert not np.array_equal(unknown[2], known[2])


def test_the_font_for_tests_is_a_sound_one() -> None:
    assert gaiji_bytes(1)[:4] == b"\x00\x01\x00\x00"
