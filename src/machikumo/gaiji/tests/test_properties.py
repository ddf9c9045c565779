"""What holds for any text, any shape and any figures: maps, paths, coverage, descriptions."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.gaiji.domain import maps
from machikumo.gaiji.domain.coverage import coverage
from machikumo.gaiji.domain.decisions import Decision, Ground, Outcome, ReducedTo, checked, is_in
from machikumo.gaiji.domain.drawing import DrawingFailed, drawn
from machikumo.gaiji.domain.errors import GaijiError, UnreadableFile, WrongDecision
from machikumo.gaiji.domain.index import BATCH, build
from machikumo.gaiji.domain.official import reductions
from machikumo.gaiji.domain.outlines import Outline, svg_path
from machikumo.gaiji.domain.shapes import described, standard_picture
from machikumo.gaiji.tests.making import outline
from machikumo.layouts.domain.mapping import load_gaiji

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CODES = st.integers(0xE000, 0xF8FF)
WRITINGS = st.builds(
    lambda base, selector: chr(base) + (chr(selector) if selector else ""),
    st.integers(0x4E00, 0x9FFF),
    st.one_of(st.just(0), st.integers(0xE0100, 0xE01EF)),
)
LINES = st.builds(
    maps.Line,
    CODES,
    WRITINGS,
    st.from_regex(r"MJ[0-9]{6}", fullmatch=True),
    st.tuples(TEXTS.map("甲{}".format), TEXTS.map("乙{}".format)),
    st.dates().map(str),
    TEXTS,
)
HEADS = st.builds(maps.Head, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(["cp932", "utf-8"]))


@given(HEADS, st.lists(LINES, max_size=5, unique_by=(lambda one: one.code, lambda one: one.text)), st.data())
def test_any_map_comes_back_as_it_was(head: maps.Head, lines: list[maps.Line], data: st.DataObject) -> None:
    taken = {line.code for line in lines}
    undecided = data.draw(st.dictionaries(CODES.filter(lambda code: code not in taken), TEXTS, max_size=4))
    whole = maps.ApprovedMap(head, tuple(sorted(lines, key=lambda one: one.code)), undecided)
    again = maps.read(maps.written(whole))
    assert (again.head, again.lines, dict(again.undecided)) == (head, whole.lines, undecided)


@given(st.lists(LINES, min_size=1, max_size=4, unique_by=(lambda one: one.code, lambda one: one.text)))
def test_the_layouts_engine_reads_any_map_that_is_written(lines: list[maps.Line]) -> None:
    head = maps.Head("k", "1", "n", "182079", "s", "e")
    read = load_gaiji(maps.written(maps.ApprovedMap(head, tuple(lines), {})), "any")
    assert read.table == {chr(line.code): line.text for line in lines}


@given(TEXTS)
def test_any_text_is_a_map_or_is_told_to_be_none(text: str) -> None:
    with pytest.raises(UnreadableFile):
        maps.read(text)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_table_or_are_told_to_be_none(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        reductions(data)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.booleans()), max_size=30))
def test_coverage_is_a_hundred_only_when_nothing_in_use_is_open(rows: list[tuple[int, int, bool]]) -> None:
    found = coverage(rows)
    is_open = any(cells and not decided for cells, _, decided in rows)
    assert (found.cells.percent == 100.0) is not is_open
    assert 0 <= found.people.done <= found.people.of
    assert found.figures.of == sum(bool(cells) for cells, _, _ in rows)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """Up to three contours of any points within four em, any of them control points."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    count = sum(sizes)
    places = draw(st.lists(st.tuples(*[st.floats(-4, 4, allow_subnormal=False)] * 2), min_size=count, max_size=count))
    kinds = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    ends = tuple(int(end) for end in np.cumsum(sizes) - 1)
    return Outline(np.array(places), np.array(kinds), ends)


@given(outlines())
def test_any_outline_gives_a_path_of_numbers_and_four_letters_only(shape: Outline) -> None:
    assert re.fullmatch(r"[MLQZ0-9 -]*", svg_path(shape))


@settings(deadline=None, max_examples=60)
@given(outlines())
def test_any_outline_is_drawn_or_refused_and_never_more(shape: Outline) -> None:
    try:
        picture = drawn(shape)
    except DrawingFailed:
        return
    standard = standard_picture(picture)
    assert standard is None or np.isfinite(described(standard[None])).all()


def test_a_refused_outline_says_so() -> None:
    shape = outline(1)
    with pytest.raises(DrawingFailed):
        drawn(replace(shape, ends=(*shape.ends[:-1], 400)))


@given(
    st.sampled_from(Outcome), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS,
    st.one_of(st.none(), st.sampled_from(ReducedTo)), st.one_of(st.none(), st.sampled_from(Ground)),
)  # fmt: skip
def test_any_decision_is_whole_or_refused_in_words(
    outcome: Outcome,
    reason: str,
    figure: str,
    text: str,
    display: str,
    reduced: str,
    reduced_to: ReducedTo | None,
    ground: Ground | None,
) -> None:
    one = Decision(outcome, reason, figure, text, display, reduced, reduced_to, ground)
    try:
        assert checked(one).reason.strip()
    except WrongDecision as error:
        assert error.message_ja  # noqa: PT017 - whichever way it goes is right, as long as it is said
        assert error.status == 400  # noqa: PT017 - as above


@given(st.characters(exclude_categories=["Cs"]))
def test_what_is_in_the_smaller_set_is_in_the_larger(sign: str) -> None:
    assert not is_in(sign, ReducedTo.JIS_X_0208) or is_in(sign, ReducedTo.JIS_X_0213)


def test_every_error_of_the_room_has_one_base() -> None:
    assert issubclass(WrongDecision, GaijiError)
    assert issubclass(UnreadableFile, GaijiError)


def test_an_index_of_more_than_a_batch_tells_its_progress() -> None:
    shapes = [outline(number) for number in range(BATCH + 2)]
    told: list[int] = []
    names = [f"mj{number:06d}" for number in range(len(shapes))]
    made = build(names, map(drawn, shapes), shapes.__getitem__, np.random.default_rng(1), progress=told.append)
    assert told == [BATCH]
    assert len(made.names) == BATCH + 2
    whole = build(names[:BATCH], map(drawn, shapes[:BATCH]), shapes.__getitem__, np.random.default_rng(1))
    assert np.array_equal(whole.rows, made.rows[:BATCH])
