"""Rules without a database: who is drawn, and when two values say the same."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.comparisons.domain.fields import PRINTED, fields_for, masked, printed_of
from machikumo.comparisons.domain.judging import (
    Decision,
    Form,
    Verdict,
    checked,
    fold_dashes,
    fold_spaces,
    fold_width,
    is_asked,
    is_settled,
    judge,
)
from machikumo.comparisons.domain.sampling import Candidate, Stratum, draw, has_gaiji, strata_of

TODAY = date(2026, 4, 1)


def somebody(number: int = 1, **facts: Any) -> Candidate:
    plain = Candidate(
        number, f"t{number}", f"{number:015d}", "山田　太郎", 2, 1,
        is_foreign=False, is_protected=False, is_removed=False, birth_date=date(1980, 1, 1),
    )  # fmt: skip
    return dataclasses.replace(plain, **facts)


@pytest.mark.parametrize(
    ("facts", "strata"),
    [
        ({}, {Stratum.PLAIN}),
        ({"is_protected": True}, {Stratum.PROTECTED}),
        ({"name": "葛\U000e0100城　花"}, {Stratum.GAIJI}),
        ({"name": "\ue000田　花"}, {Stratum.GAIJI}),
        ({"name": "𠮷田　花"}, {Stratum.GAIJI}),
        ({"is_foreign": True}, {Stratum.FOREIGN}),
        ({"versions": 2}, {Stratum.HISTORY}),
        ({"household_size": 3}, {Stratum.LARGE}),
        ({"household_size": 1}, {Stratum.SINGLE}),
        ({"birth_date": TODAY - timedelta(days=365 * 91)}, {Stratum.OLDEST}),
        ({"birth_date": TODAY - timedelta(days=20)}, {Stratum.NEWBORN}),
        ({"birth_date": None}, {Stratum.PLAIN}),
        ({"is_removed": True, "household_size": 1, "birth_date": date(1900, 1, 1)}, {Stratum.REMOVED}),
        ({"is_foreign": True, "versions": 3, "household_size": 5}, {Stratum.FOREIGN, Stratum.HISTORY, Stratum.LARGE}),
    ],
)
def test_the_strata_of_somebody(facts: dict[str, Any], strata: set[Stratum]) -> None:
    assert set(strata_of(somebody(**facts), TODAY)) == strata


def town() -> list[Candidate]:
    people = [somebody(number) for number in range(1, 200)]
    people += [somebody(200 + number, is_foreign=True) for number in range(3)]
    people += [somebody(300, is_protected=True), somebody(301, name="葛\U000e0100城　花")]
    return people


def ids(drawn: Any) -> list[int]:
    return [one.candidate.person_id for one in drawn]


def test_rare_people_are_in_every_sample_and_nobody_twice() -> None:
    for seed in ("a", "b", "c"):
        drawn = ids(draw(town(), seed=seed, size=12, today=TODAY))
        assert {300, 301} <= set(drawn)
        assert len([one for one in drawn if 200 <= one < 203]) == 3
        assert len(drawn) == len(set(drawn)) == 12


def test_the_same_seed_draws_the_same_people_in_whatever_order_they_come() -> None:
    first = ids(draw(town(), seed="7", size=20, today=TODAY))
    assert ids(draw(reversed(town()), seed="7", size=20, today=TODAY)) == first
    assert ids(draw(town(), seed="8", size=20, today=TODAY)) != first


def test_a_small_town_is_drawn_as_a_whole() -> None:
    assert len(draw(town()[:5], seed="x", size=50, today=TODAY)) == 5
    assert draw([], seed="x", size=50, today=TODAY) == []


@pytest.mark.parametrize(
    ("old", "ours", "verdict", "reasons"),
    [
        ("山田　太郎", "山田　太郎", Verdict.EQUAL, ()),
        ("山田 太郎", "山田　太郎", Verdict.FORM, (Form.WIDTH,)),
        ("山田太郎", "山田　太郎", Verdict.FORM, (Form.SPACES,)),
        ("ﾔﾏﾀﾞﾀﾛｳ", "ヤマダ　タロウ", Verdict.FORM, (Form.WIDTH, Form.SPACES)),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ", Verdict.FORM, (Form.WIDTH,)),
        ("２番５号", "2番5号", Verdict.FORM, (Form.WIDTH,)),
        ("2ー5", "2－5", Verdict.FORM, (Form.DASHES,)),
        ("２ー５", "2‐5", Verdict.FORM, (Form.WIDTH, Form.DASHES)),
        ("昭和55年1月1日", "1980-01-01", Verdict.FORM, (Form.ERA,)),
        ("S55.1.1", "昭和55年1月1日", Verdict.FORM, (Form.ERA,)),
        ("1990/1/15", "西暦1990年1月15日", Verdict.FORM, (Form.ERA,)),
        ("令和元年5月1日", "令和1年5月1日", Verdict.FORM, (Form.ERA,)),
        ("", "【空欄】", Verdict.FORM, (Form.BLANK,)),
        ("昭和55年1月1日", "昭和55年1月2日", Verdict.DIFFERENT, ()),
        ("\ufa19田", "\u795e田", Verdict.DIFFERENT, ()),
        ("葛\U000e0100城", "葛城", Verdict.DIFFERENT, ()),
        ("髙橋", "高橋", Verdict.DIFFERENT, ()),
        ("2番5号", "2-5", Verdict.DIFFERENT, ()),
        ("", "山田", Verdict.DIFFERENT, ()),
        ("セーラ", "セ-ラ", Verdict.DIFFERENT, ()),
    ],
)
def test_when_two_values_say_the_same(old: str, ours: str, verdict: Verdict, reasons: Any) -> None:
    found = judge(old, ours)
    assert (found.verdict, found.reasons) == (verdict, reasons)
    assert judge(ours, old).verdict is verdict


@given(st.text(max_size=30), st.text(max_size=30))
def test_judging_is_the_same_both_ways_and_equal_only_for_the_same_text(one: str, other: str) -> None:
    assert judge(one, one).verdict is Verdict.EQUAL
    found = judge(one, other)
    assert found.verdict is judge(other, one).verdict
    assert (found.verdict is Verdict.EQUAL) is (one == other)
    assert bool(found.reasons) is (found.verdict is Verdict.FORM)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0xFAFF), max_size=20))
def test_no_letter_of_a_name_is_folded_into_another(name: str) -> None:
    assert fold_dashes(fold_spaces(fold_width(name))) == name.replace("\u3000", "")


def test_what_the_old_paper_leaves_out_is_not_asked() -> None:
    assert not is_asked("【省略】")
    assert not is_asked(" 省略 ")
    assert is_asked("")


def test_a_decision_needs_a_reason_and_what_is_to_be_mended_is_not_settled() -> None:
    assert checked(Decision.EXPLAINED, " 届出後の修正 ") == "届出後の修正"
    with pytest.raises(ValueError, match="ours_right"):
        checked(Decision.OURS_RIGHT, " ")
    assert is_settled("ours_right")
    assert not is_settled("old_right")
    assert not is_settled("")


def test_a_masked_value_keeps_its_first_letter_and_its_length() -> None:
    assert masked("山田　太郎") == "山●●●●"
    assert masked("") == ""
    assert masked("山") == "山"


ROW = {
    "resident_kind": "1",
    "resident_state": "1",
    "name": "山田　太郎",
    "sex": "1",
    "birth_date": "1980-02-29",
    "relationship_text": "世帯主",
    "registered_domicile": "福井県鯖江市",
    "nationality": "",
    "address_municipality": "鯖江市",
}


def test_a_row_is_printed_as_the_certificate_prints_it() -> None:
    found = printed_of(ROW, "山田　太郎")
    assert (found["birth_date"], found["sex"], found["head_name"]) == ("昭和55年2月29日", "男", "山田　太郎")
    assert list(found) == fields_for(is_foreign=False)
    foreign = printed_of(ROW | {"resident_kind": "2", "nationality": "ブラジル"}, "")
    assert foreign["birth_date"] == "西暦1980年2月29日"
    assert "registered_domicile" not in foreign
    assert foreign["nationality"] == "ブラジル"


def test_a_code_without_a_confirmed_word_leaves_its_fields_out_and_no_other() -> None:
    found = printed_of(ROW | {"resident_kind": "2", "residence_status_code": "ZZZ"}, "")
    assert found["residence_status"] == ""
    assert found["name"] == "山田　太郎"


def test_every_field_has_words_in_both_languages() -> None:
    assert all(ja and en.isascii() for ja, en in PRINTED.values())
    assert set(fields_for(is_foreign=True)) | set(fields_for(is_foreign=False)) == set(PRINTED)


def test_a_name_that_every_system_can_write_has_no_gaiji() -> None:
    assert not has_gaiji("髙橋　一郎")
    assert has_gaiji("𩸽　花")
