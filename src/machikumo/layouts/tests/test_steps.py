"""Steps and mappings: what goes there comes back, and columns fare as single values do."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain import steps
from machikumo.layouts.domain.convert import convert_frame, convert_rows
from machikumo.layouts.domain.dates import write_era_date
from machikumo.layouts.domain.errors import BadDefinition, Unmappable
from machikumo.layouts.domain.kana import FULL_TO_HALF, HALF_TO_FULL, to_full, to_half
from machikumo.layouts.domain.mapping import load_gaiji, load_mapping
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import KASUMI, MINATO, Row, frame_of, kasumi_row, minato_row

ERAS = shipped().code_lists["era-1digit"].eras
SEXES = steps.CodeMap("sex", {"1": "M", "2": "F", "3": "F"}, {"M": "1", "F": "2"}, invertible=False)
GAIJI = steps.MapGaiji({"\ue000": "邉\U000e010f", "\ue001": "𠮷"})
STEPS: list[steps.Step] = [
    steps.Copy(), SEXES, SEXES.inverse(), steps.Lookup("t", {"a": "b"}, "?"), steps.EraToIso(ERAS),
    steps.IsoToEra(ERAS),
    steps.DateForm(to_iso=True), steps.DateForm(to_iso=False), steps.SplitName(), steps.WidthFold(full=True),
    steps.WidthFold(full=False), steps.Pad("0", 5, 3), steps.Pad("0", 5, 0), steps.Unpad("0", 5, 3),
    steps.Unpad("0", 5, 0), steps.TakeOut("-", 3), steps.PutIn("-", 3), GAIJI, GAIJI.inverse(), steps.MapGaiji({}),
]  # fmt: skip
SAMPLES = (
    "|1|2|3|M|F|a|4310430|4310501|3640108|1450730|2010730|2019-04-30|1912-07-30|1872-01-01|9999-12-31|20190430"
    "|2019-02-29|氏　名|　名|氏　|氏　名　名|ｶﾞｷﾞ ﾊﾟ|ガ　Ａ|00012|00000|0|12345|123456|916-0001|9160001|\ue000田|\ue009"
    "|邉\U000e010f|𠮷|邉|ﾞ|゛"
)
values = st.one_of(st.sampled_from(SAMPLES.split("|")), st.text(max_size=5))


def one(step: steps.Step, given_values: tuple[str, ...]) -> tuple[str, ...] | None:
    try:
        return step.one(given_values)
    except Unmappable as refusal:
        return None if refusal.reason_ja and refusal.reason_en else ("no reason given",)


@given(st.sampled_from(range(len(STEPS))), st.lists(values, min_size=1, max_size=6))
@settings(max_examples=500, deadline=None)
def test_a_step_does_to_a_column_what_it_does_to_each_value(number: int, cells: list[str]) -> None:
    step = STEPS[number]
    columns = step.many([pl.Series(cells, dtype=pl.String)])
    wanted = [one(step, (cell,)) for cell in cells]
    for place, column in enumerate(columns):
        assert column.to_list() == [found[place] if found else None for found in wanted]


@given(st.lists(st.tuples(values, values), min_size=1, max_size=5))
@settings(deadline=None)
def test_joining_names_does_to_columns_what_it_does_to_each_pair(pairs: list[tuple[str, str]]) -> None:
    columns = [pl.Series([pair[at] for pair in pairs], dtype=pl.String) for at in (0, 1)]
    (joined,) = steps.JoinName().many(columns)
    wanted = [one(steps.JoinName(), pair) for pair in pairs]
    assert joined.to_list() == [found[0] if found else None for found in wanted]
    for pair, found in zip(pairs, wanted, strict=True):
        assert found is None or one(steps.SplitName(), found) in {pair, None}


@given(st.dates(date(1873, 1, 1), date(2117, 12, 31)))
def test_every_day_goes_to_iso_and_back(day: date) -> None:
    text = write_era_date(day, ERAS)
    assert text is not None
    assert steps.EraToIso(ERAS).one((text,)) == (day.isoformat(),)
    assert steps.EraToIso(ERAS).inverse().one((day.isoformat(),)) == (text,)


@given(st.lists(st.sampled_from(sorted(HALF_TO_FULL)), max_size=8).map("".join))
def test_half_width_text_comes_back_from_full_width(text: str) -> None:
    assert to_half(to_full(text)) == text
    assert len(HALF_TO_FULL) == len(FULL_TO_HALF)


@given(st.lists(st.sampled_from(["田", "\ue000", "\ue001", "　"]), max_size=6).map("".join))
def test_user_defined_characters_come_back(text: str) -> None:
    (there,) = GAIJI.one((text,))
    assert GAIJI.inverse().one((there,)) == (text,)
    assert not any("\ue000" <= sign <= "\uf8ff" for sign in there)


def test_a_number_beyond_the_tables_of_eras_is_refused_and_no_accident() -> None:
    cells = ["20190430", "-4310430", "2147483647", "99999999999", "4310430"]
    assert steps.EraToIso(ERAS).many([pl.Series(cells)])[0].to_list() == [None, None, None, None, "2019-04-30"]


def test_a_constant_gives_the_same_to_every_row_and_another_on_the_way_back() -> None:
    constant = steps.Constant(("1",), 0, ())
    assert constant.one(()) == ("1",)
    assert [column.to_list() for column in constant.many([])] == [["1"]]
    assert constant.inverse().many([pl.Series(["a", "b"])]) == []
    back = steps.Lookup("t", {}, "").inverse()
    assert back.many([pl.Series(["a", "b"])])[0].to_list() == ["", ""]


ODD = {
    "kanji_shimei": st.sampled_from(["渡\ue000　太郎", "山\ue030", "髙橋"]),
    "sei_cd": st.sampled_from(["1", "3", "8", ""]),
    "seinen_ymd": st.sampled_from(["3400430", "4310501", "1450730", ""]),
    "kana_shimei": st.sampled_from(["ｶﾞｷﾞ ﾀﾛｳ", "", "ｱ･ｲ"]),
    "yubin_no": st.sampled_from(["916-0001", "9160001", ""]),
    "atena_code": st.sampled_from(["0000000001", "12345678901234567", ""]),
}
kasumi_rows = st.fixed_dictionaries(ODD).map(lambda changes: kasumi_row(1, **changes))
minato_rows = st.fixed_dictionaries({
    "family_name": st.sampled_from(["渡邉\U000e010f", "氏　名", ""]), "given_name": st.sampled_from(["太郎", ""]),
    "event_code": st.sampled_from(["A03", "A06", "X99", ""]), "person_id": st.sampled_from(["1", "12", ""]),
}).map(lambda changes: minato_row(1, **changes))  # fmt: skip


@given(rows=st.one_of(st.lists(kasumi_rows, max_size=4), st.lists(minato_rows, max_size=4)), back=st.booleans())
@settings(max_examples=120, deadline=None)
def test_rows_and_frames_are_converted_alike_in_both_directions(rows: list[Row], *, back: bool) -> None:
    mapping = MINATO if rows and rows[0][MINATO.source.index["record_sub"]] == "0" and "MNT" in _id(rows) else KASUMI
    by_row = convert_rows(mapping, rows)
    by_frame = convert_frame(mapping, frame_of(mapping.source, rows))
    if back:
        mapping, rows = mapping.inverse(), by_row.rows
        by_row, by_frame = convert_rows(mapping, rows), convert_frame(mapping, frame_of(mapping.source, rows))
    assert by_frame.rows.rows() == by_row.rows
    assert by_frame.rows.columns == list(mapping.target.keys)
    assert list(by_frame.kept) == list(by_row.kept)
    assert (by_frame.refused, by_frame.changed, by_frame.dropped) == (by_row.refused, by_row.changed, by_row.dropped)


def _id(rows: list[Row]) -> str:
    """Which vendor's rows these are: only one of them has a flag of letters."""
    return "MNT" if rows[0][MINATO.source.index["current_flag"]] == "true" else "KSM"


def test_a_sound_row_comes_back_as_it_was() -> None:
    for mapping, row in ((KASUMI, kasumi_row(7)), (MINATO, minato_row(7))):
        there = convert_rows(mapping, [row])
        assert there.refused == []
        back = convert_rows(mapping.inverse(), there.rows)
        assert back.rows == [row]
        assert (back.refused, back.dropped) == ([], {})


def test_a_lossy_step_lists_the_cells_that_would_not_come_back() -> None:
    found = convert_rows(MINATO, [minato_row(1, event_code="A03"), minato_row(2, event_code="A06")])
    assert [(cell.row, cell.key, cell.before, cell.after) for cell in found.changed] == [
        (1, "event_code", "A06", "A03")
    ]
    assert [move.source for move in MINATO.moves if not move.invertible] == [("event_code",)]


def test_what_the_other_side_has_no_place_for_is_counted() -> None:
    there = convert_rows(KASUMI, [kasumi_row(1)]).rows
    index = KASUMI.target.index["relationship_3"]
    changed = [tuple("20" if place == index else value for place, value in enumerate(there[0]))]
    assert convert_rows(KASUMI.inverse(), changed).dropped == {"relationship_3": 1}


def test_a_refused_cell_says_why_and_keeps_its_row_out() -> None:
    found = convert_rows(KASUMI, [kasumi_row(1, kanji_shimei="\ue030"), kasumi_row(2)])
    assert list(found.kept) == [1]
    issue = found.refused[0].issue(KASUMI.source)
    assert "U+E030" in issue.message_ja
    assert issue.value == "＊"


MAPPING = """
[mapping]
key = "m"
version = "1"
name = "m"
source_layout = "vendor-minato-resident"
target_layout = "vendor-minato-resident"
source = "t"
edition = "1"
confirmed = true
[[code_map]]
key = "two"
pairs = [["a", "x"], ["b", "x"]]
"""


def loaded(moves: str) -> None:
    load_mapping(
        MAPPING + moves, "m.toml", layouts=shipped().layout, code_lists=shipped().code_lists, gaiji=shipped().gaiji
    )


def move(step: str, key: str = "note") -> str:
    return f'[[move]]\nsource = ["{key}"]\ntarget = ["{key}"]\nsteps = [{step}]\n'


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        (move('{ kind = "code_map", table = "two", invertible = true }'), "invertible"),
        (move('{ kind = "code_map", table = "none" }'), "none"),
        (move('{ kind = "lookup", table = "none" }'), "none"),
        (move('{ kind = "lookup", table = "two", invertible = true }'), "invertible"),
        (move('{ kind = "era_to_iso", eras = "sex" }'), "sex"),
        (move('{ kind = "gaiji_map" }'), "外字"),
        (move('{ kind = "guess" }'), "kind"),
        (move(""), "steps"),
        (move('{ kind = "copy" }', "nowhere"), "nowhere"),
        (move('{ kind = "copy" }') * 2, "note"),
        (move('{ kind = "copy" }'), "empty"),
    ],
)
def test_a_wrong_mapping_is_refused(moves: str, says: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        loaded(moves)
    assert says in caught.value.message_en
    assert caught.value.message_ja


def test_user_defined_characters_need_two_people_and_stand_once() -> None:
    head = '[gaiji]\nkey = "g"\nversion = "1"\nname = "g"\nsource = "s"\nedition = "1"\nconfirmed = true\n'
    entry = (
        '[[character]]\ncode = "U+E000"\nto = "U+9089 U+E010F"\ndecided_by = ["甲", "乙"]\ndecided_on = "2026-10-14"\n'
    )
    assert load_gaiji(head + entry, "g").table == {"\ue000": "邉\U000e010f"}
    wrong = [
        entry * 2,
        entry.replace('"乙"', '"甲"'),
        entry.replace("U+E000", "E000"),
        entry + '[[undecided]]\ncode = "U+E000"\n',
    ]
    for text in wrong:
        with pytest.raises(BadDefinition):
            load_gaiji(head + text, "g")
    town = shipped().gaiji("kasumi-sabae")
    assert len(town.characters) >= 20
    assert set(town.undecided) == {"\ue030", "\ue0c0", "\ue757"}
