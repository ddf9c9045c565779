"""What is proposed between two layouts: how often it is right, why, and that no item is used twice."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.definitions.domain.proposing.assignment import assigned
from machikumo.definitions.domain.proposing.conversion import Sides, code_pairs, conversion
from machikumo.definitions.domain.proposing.likeness import kind_part, value_part
from machikumo.definitions.domain.proposing.proposals import Proposals, couples, propose_moves
from machikumo.definitions.domain.proposing.vocabulary import load_vocabulary
from machikumo.definitions.queries.proposals import vocabulary
from machikumo.definitions.tests import strangers
from machikumo.definitions.tests.makers import code_sheet, document, item
from machikumo.definitions.tests.strangers import HOST, OFFICIAL, WEB, layout_of, truth_of
from machikumo.layouts.domain.definition import Layout, Sensitivity
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import KASUMI, MINATO, STANDARD, kasumi_row, minato_row

WORDS = vocabulary()
Pairs = frozenset[tuple[tuple[str, ...], tuple[str, ...]]]


def proposed(source: Layout, target: Layout, rows: list[tuple[str, ...]] | None = None, gaiji: str = "") -> Proposals:
    columns = dict(zip(source.keys, zip(*rows, strict=True), strict=True)) if rows else {}
    return propose_moves(Sides(source, target, shipped().code_lists, gaiji), WORDS, columns, training=True)


def rates(found: Proposals, truth: Pairs) -> tuple[float, float]:
    """Precision and recall."""
    right = len(found.pairs & truth)
    return right / len(found.pairs), right / len(truth)


def truth(which: Any, *, back: bool = False) -> Pairs:
    return frozenset((move.target, move.source) if back else (move.source, move.target) for move in which.moves)


# ---- how often it is right -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("which", [KASUMI, MINATO], ids=["kasumi", "minato"])
def test_of_the_two_vendors_mappings_nearly_all_is_proposed_right_both_ways(which: Any, *, back: bool) -> None:
    sides = (which.target, which.source) if back else (which.source, which.target)
    precision, recall = rates(proposed(*sides), truth(which, back=back))
    assert precision >= 0.98
    assert recall >= 0.98


def test_of_systems_that_nobody_had_seen_few_proposals_are_wrong() -> None:
    host = rates(proposed(layout_of(HOST, "host"), STANDARD), truth_of(HOST))
    web = rates(proposed(layout_of(WEB, "web"), STANDARD), truth_of(WEB))
    official = frozenset(((one,), (other,)) for one, other in OFFICIAL.items())
    listed = rates(proposed(shipped().layout("nonresident-addressee"), STANDARD), official)
    assert host[0] >= 0.97
    assert host[1] >= 0.90
    assert web[0] >= 0.93
    assert web[1] >= 0.70
    assert listed == (1.0, 1.0)


def test_a_third_vendor_that_came_later_is_proposed_right() -> None:
    third = shipped().mapping("tsubaki-to-standard")
    precision, recall = rates(proposed(third.source, third.target), truth(third))
    assert precision >= 0.95
    assert recall >= 0.95


def test_a_layout_made_of_a_sample_whose_keys_only_number_the_columns_is_proposed_by_its_headings() -> None:
    items = tuple(replace(one, key=f"column_{at:02d}") for at, one in enumerate(KASUMI.source.items, 1))
    numbered = replace(KASUMI.source, items=items)
    place = {one.key: f"column_{at:02d}" for at, one in enumerate(KASUMI.source.items, 1)}
    known = frozenset((tuple(place[key] for key in one), other) for one, other in truth(KASUMI))
    precision, recall = rates(proposed(numbered, STANDARD), known)
    assert precision >= 0.98
    assert recall >= 0.98


def test_the_steps_are_those_of_the_true_mapping() -> None:
    rows = [kasumi_row(number) for number in range(1, 30)]
    found = {
        move.target: [step["kind"] for step in move.steps] for move in proposed(KASUMI.source, STANDARD, rows).moves
    }
    assert found["addressee_number",] == ["pad"]
    assert found["birth_date",] == ["era_to_iso"]
    assert found["address_postal_code",] == ["strip"]
    assert found["name_kana",] == ["width_fold"]
    assert found["sex",] == ["code_map"]
    assert found["is_latest",] == ["copy"]
    joined = {move.target: move for move in proposed(MINATO.source, STANDARD, [minato_row(1), minato_row(2)]).moves}
    assert joined["name",].source == ("family_name", "given_name")
    assert [step["kind"] for step in joined["name_kana",].steps] == ["join_name"]
    parted = {move.source: move for move in proposed(STANDARD, MINATO.source).moves}
    assert parted["name",].target == ("family_name", "given_name")
    assert [step["kind"] for step in parted["birth_date",].steps] == ["copy"]
    eras = {move.source: move.steps for move in proposed(STANDARD, KASUMI.source).moves}
    assert [step["kind"] for step in eras["birth_date",]] == ["iso_to_era"]
    assert eras["birth_date",][0]["eras"] == "era-1digit"


def test_user_defined_characters_are_mapped_when_a_map_is_named_and_doubted_when_none_is() -> None:
    with_map = {move.target: move for move in proposed(KASUMI.source, STANDARD, gaiji="kasumi-sabae").moves}
    without = {move.target: move for move in proposed(KASUMI.source, STANDARD).moves}
    assert [step["kind"] for step in with_map["name",].steps] == ["gaiji_map"]
    assert [step["kind"] for step in without["name",].steps] == ["copy"]
    assert any("外字" in doubt[0] for doubt in without["name",].doubts)


# ---- why -------------------------------------------------------------------------------------------------------------
def test_each_proposal_has_a_score_and_its_reasons_in_both_languages() -> None:
    found = proposed(KASUMI.source, STANDARD, [kasumi_row(number) for number in range(1, 9)])
    assert all(0 < move.score <= 1 and move.reasons for move in found.moves)
    assert all(japanese and english for move in found.moves for japanese, english in move.reasons)
    birth = next(move for move in found.moves if move.target == ("birth_date",))
    assert "100%" in birth.reasons[-1][0]


def test_codes_that_mean_the_same_are_paired_and_the_others_are_named() -> None:
    found = next(move for move in proposed(MINATO.source, STANDARD).moves if move.target == ("event_reason",))
    ((key, pairs),) = found.maps.items()
    assert dict(pairs)["A01"] == "02"
    assert "A06" not in dict(pairs)
    assert any("A06" in doubt[0] for doubt in found.doubts)
    assert found.steps[0]["table"] == key


def test_values_speak_against_a_pair_whose_names_are_alike() -> None:
    source = document(item("a", name="生年月日", type="X", length=10)).layout()
    target = document(item("day", name="生年月日", type="DATE", length=10)).layout()
    good = proposed(source, target, [("2001-02-03",), ("1999-12-31",)]).moves
    bad = proposed(source, target, [("はれ",), ("くもり",)]).moves
    assert [move.source for move in good] == [("a",)]
    assert not bad or bad[0].score < good[0].score


def test_what_a_required_item_lacks_is_proposed_as_a_constant_to_agree_to() -> None:
    source = document(item("no", name="宛名番号"), item("who", name="氏名", type="N")).layout()
    found = proposed(source, STANDARD)
    constants = {move.target[0]: move for move in found.moves if not move.source}
    assert constants["history_number"].steps[0]["value"] == "1"
    assert constants["is_latest"].doubts
    assert "sex" in found.open_targets
    assert found.open_sources == ()


def test_a_guarded_number_never_goes_where_it_is_not_guarded() -> None:
    guarded = STANDARD.by_key["individual_number"]
    free = replace(guarded, sensitivity=Sensitivity.PLAIN)
    assert kind_part(guarded, free).score == 0
    assert kind_part(free, guarded).score > 0


def test_other_candidates_are_told_with_their_scores() -> None:
    source = document(item("a", name="氏名", type="N"), item("b", name="氏名漢字", type="N")).layout()
    target = document(item("t", name="氏名", type="N")).layout()
    (move,) = proposed(source, target).moves
    assert move.source == ("a",)
    assert [rival.source for rival in move.others] == ["b"]


def test_an_empty_column_tells_nothing() -> None:
    assert value_part([], 0, ["day"]) is None
    part = value_part(["カナ", "かな"], 2, ["kana"])
    assert part is not None
    assert part.score == 0.5


# ---- one to one ------------------------------------------------------------------------------------------------------
@given(st.lists(st.lists(st.integers(0, 100), min_size=4, max_size=4), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_assignment_is_the_best_of_all(table: list[list[int]]) -> None:
    worth, least = [[value / 100 for value in row] for row in table], 0.4
    found = assigned(worth, least)
    assert len(set(found.values())) == len(found)
    assert all(worth[row][column] >= least for row, column in found.items())
    total = sum(worth[row][column] - least for row, column in found.items())
    places = [*range(4), *[None] * len(worth)]
    best = max(
        sum(max(0.0, worth[row][column] - least) for row, column in enumerate(chosen) if column is not None)
        for chosen in itertools.permutations(places, len(worth))
    )
    assert total == pytest.approx(best)


def test_two_poor_pairs_do_not_push_out_a_good_one() -> None:
    assert assigned([[0.5, 1.0], [0.0, 0.55]], 0.5) == {0: 1}
    assert assigned([], 0.5) == {}
    assert assigned([[0.1]], 0.5) == {}


# ---- words -----------------------------------------------------------------------------------------------------------
def test_names_in_kanji_hepburn_and_english_become_the_same_concepts() -> None:
    tokens = WORDS.tokens
    assert (
        tokens("前住所市町村")
        == tokens("zenju_shichoson")
        == tokens("prevCity")
        == {"previous_address", "municipality"}
    )
    assert tokens("続柄ＣＤ２") == {"relationship", "code", "#2"}
    assert tokens("未知の語") == {"~未知語"}
    assert tokens("謎氏名") == {"~謎", "person_name"}


def test_family_and_given_name_are_found_with_their_kana() -> None:
    found = couples(MINATO.source, WORDS.pair)
    assert {(one.first.key, one.second.key, one.further) for one in found} == {
        ("family_name", "given_name", ""),
        ("family_kana", "given_kana", "カナ"),
    }
    assert couples(STANDARD, WORDS.pair) == []


@pytest.mark.parametrize(
    "text",
    [
        '[[concept]]\nkey = "a"\nja = ["甲"]\n[[concept]]\nkey = "b"\nja = ["甲"]',
        '[[concept]]\nkey = "a"\nweight = 2',
        '[[concept]]\nkey = "a"\nshape = "round"',
        '[[concept]]\nkey = "a"\ncolour = "red"',
    ],
)
def test_a_vocabulary_with_a_fault_is_refused(text: str) -> None:
    head = '[words]\nkey = "k"\nversion = "1"\nname = "n"\nsource = "s"\nedition = "1"\nconfirmed = false\n'
    pair = '[pair]\nfirst = []\nsecond = []\nwhole = "a"\n'
    with pytest.raises(BadDefinition):
        load_vocabulary(f"{head}{pair}{text}\n", "words")


# ---- steps -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "target", "values", "kinds"),
    [
        ({"type": "TEXT"}, {"type": "N"}, ("2-4",), ["width_fold"]),
        ({"type": "TEXT"}, {"type": "N"}, ("二の四",), ["copy"]),
        ({"type": "N"}, {"type": "X"}, (), ["width_fold"]),
        ({"type": "9"}, {"type": "X", "pattern": "[0-9]{3}-[0-9]{4}"}, (), ["put_in"]),
        ({"type": "X"}, {"pattern": "[0-9]{7}"}, ("123-4567", "765-4321"), ["strip"]),
        ({"type": "X"}, {"pattern": "[0-9]{7}"}, ("123-4567", "76543-21"), ["copy"]),
        ({"type": "BOOL"}, {"type": "BOOL"}, (), ["copy"]),
    ],
)
def test_steps_follow_from_kinds_and_values(
    source: dict[str, Any], target: dict[str, Any], values: tuple[str, ...], kinds: list[str]
) -> None:
    sides = Sides(document(item("a", **source)).layout(), document(item("b", **target)).layout(), shipped().code_lists)
    made = conversion(sides, sides.source.items[0], sides.target.items[0], values)
    assert [step["kind"] for step in made.steps] == kinds


def test_a_tick_becomes_a_flag_and_the_empty_value_is_doubted() -> None:
    source = document(item("a", type="BOOL"))
    ticked = replace(source, form=replace(source.form, true_value="○", false_value=""))
    sides = Sides(ticked.layout(), document(item("b", type="BOOL")).layout(), {})
    made = conversion(sides, sides.source.items[0], sides.target.items[0], ())
    assert made.maps == {"flag": (("○", "1"),)}
    assert "空" in made.doubts[0][0]


def test_two_codes_of_one_meaning_make_a_map_that_cannot_be_turned_back() -> None:
    one, other = code_sheet("one", "1", "2", "3"), code_sheet("other", "1", "2")
    sheet = replace(one, value=(one.value[0], replace(one.value[1], name="意味1"), one.value[2]))
    lists = (
        document(item("a", codes="one"), codes=(sheet,)).layout(),
        document(item("b", codes="other"), codes=(other,)).layout(),
    )
    sides = Sides(*lists, {})
    made = conversion(sides, sides.source.items[0], sides.target.items[0], ())
    assert made.steps[0]["invertible"] is False
    source_list, target_list = sides.source.items[0].code_list, sides.target.items[0].code_list
    assert source_list is not None
    assert target_list is not None
    assert code_pairs(source_list, target_list) == ((("1", "1"), ("2", "1")), ("3",))
    assert strangers.SEX.key in strangers.CODES
