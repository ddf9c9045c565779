# ruff: noqa: S314 - the drawings are our own
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ui.svg import AgeBand, Bar, Series, bars, lines, meter, pyramid
from machikumo.kernel.ui.svg.elements import figure, ticks, written
from machikumo.kernel.ui.svg.lines import _label_heights

DRAWINGS = {
    "bars": bars("費用", [Bar("甲市", 1200), Bar("乙町", 0, stands_out=True)], unit="円"),
    "lines": lines("推移", ["令和5", "令和6"], [Series("単独", (1, 2)), Series("共同", (None, 1.5))], unit="百万円"),
    "pyramid": pyramid("年齢", [AgeBand("0–9", 10, 12), AgeBand("10–19", 0, 3)]),
    "meter": meter("移行", 3, 4, unit="町"),
}


def texts(drawing: str) -> list[str | None]:
    return [element.text for element in ET.fromstring(drawing).iter("text")]


def widths(drawing: str, kind: str) -> list[float]:
    return [float(bar.get("width")) for bar in ET.fromstring(drawing).iter("rect") if bar.get("class") == kind]


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_can_be_read_aloud(name: str) -> None:
    root = ET.fromstring(DRAWINGS[name])
    assert root.get("role") == "img"
    assert root.find("title").text
    assert root.find("desc").text


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_drawing_needs_a_style_or_script_of_its_own(name: str) -> None:
    assert "style=" not in DRAWINGS[name]
    assert "<script" not in DRAWINGS[name]


def test_the_description_holds_every_figure() -> None:
    assert "甲市 1,200円、乙町 0円" in DRAWINGS["bars"]
    assert "共同: 令和6 1.5百万円" in DRAWINGS["lines"]


def test_words_are_escaped() -> None:
    drawing = bars("<b>", [Bar("A&B", 1)])
    assert "<b>" not in drawing
    assert ET.fromstring(drawing).find("title").text == "<b>"
    assert "A&B" in texts(drawing)


def test_bars_are_as_long_as_their_values() -> None:
    drawing = bars("費用", [Bar("甲", 50), Bar("乙", 100)])
    shorter, longer = widths(drawing, "mk-svg-a")
    assert longer == pytest.approx(2 * shorter, abs=0.02)


def test_ones_own_bar_stands_out_by_weight_too() -> None:
    (name,) = [element for element in ET.fromstring(DRAWINGS["bars"]).iter("text") if element.text == "乙町"]
    assert name.get("class") == "mk-svg-strong"
    assert widths(DRAWINGS["bars"], "mk-svg-b") == [0]


def test_a_bar_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        bars("費用", [Bar("甲", -1)])


def test_a_chart_of_nothing_is_still_a_drawing() -> None:
    assert ET.fromstring(bars("費用", [])).find("title").text == "費用"
    assert ET.fromstring(pyramid("年齢", [])).find("title").text == "年齢"
    assert ET.fromstring(lines("推移", [], [])).find("title").text == "推移"


def test_lines_differ_by_their_stroke() -> None:
    kinds = [path.get("class") for path in ET.fromstring(DRAWINGS["lines"]).iter("path")]
    assert kinds == ["mk-svg-line mk-svg-line-a", "mk-svg-line mk-svg-line-b"]


def test_a_gap_stays_a_gap() -> None:
    drawing = lines("推移", ["1", "2", "3"], [Series("甲", (1, None, 2))])
    (path,) = ET.fromstring(drawing).iter("path")
    assert path.get("d").count("M") == 2


def test_a_line_of_which_nothing_is_known_is_not_drawn() -> None:
    drawing = lines("推移", ["1", "2"], [Series("甲", (None, None))])
    assert list(ET.fromstring(drawing).iter("path")) == []
    assert "甲" in texts(drawing)


@pytest.mark.parametrize("series", [[Series("甲", (1,))] * 5, [Series("甲", (1, 2))]])
def test_too_many_or_uneven_lines_are_refused(series: list[Series]) -> None:
    with pytest.raises(ValueError, match="at most four"):
        lines("推移", ["1"], series)


@given(st.lists(st.floats(0, 300), max_size=4))
def test_the_names_of_lines_never_lie_on_each_other(wanted: list[float]) -> None:
    placed = sorted(_label_heights(wanted))
    assert all(lower - upper >= 18 - 1e-6 for upper, lower in pairwise(placed))


def test_the_oldest_stand_on_top() -> None:
    drawing = texts(DRAWINGS["pyramid"])
    assert drawing.index("10–19") < drawing.index("0–9")


def test_a_meter_says_its_share() -> None:
    assert "3 / 4町（75%）" in DRAWINGS["meter"]
    assert "0 / 0（0%）" in meter("移行", 0, 0)
    assert widths(meter("移行", 5, 4), "mk-svg-a") == widths(meter("移行", 4, 4), "mk-svg-a")
    with pytest.raises(ValueError, match="less than nothing"):
        meter("移行", -1, 4)


@given(st.floats(0.001, 1e9))
def test_ticks_are_round_and_reach_the_largest_value(largest: float) -> None:
    marks = ticks(largest)
    assert marks[0] == 0
    assert marks[-1] >= largest * (1 - 1e-9)
    assert 2 <= len(marks) <= 9


def test_ticks_of_nothing_are_none_and_one() -> None:
    assert ticks(0) == [0, 1]


def test_figures_are_short() -> None:
    assert (figure(1.0), figure(1.5), figure(0.126), figure(100)) == ("1", "1.5", "0.13", "100")
    assert (written(1741), written(0.5), written(12.25)) == ("1,741", "0.5", "12.25")


def test_the_same_figures_make_the_same_drawing() -> None:
    assert meter("移行", 3, 4, unit="町") == DRAWINGS["meter"]
