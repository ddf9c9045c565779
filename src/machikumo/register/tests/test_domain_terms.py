"""What is typed into a box becomes the kind of question that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.text import address_key, kana_key, kanji_key
from machikumo.register.domain import terms
from machikumo.register.domain.keys import SOURCE_COLUMNS, KeyKind, keys_of
from machikumo.register.domain.terms import Search, Term

if TYPE_CHECKING:
    from datetime import date

ANYTHING = st.text(max_size=60) | st.sampled_from(["'; DROP TABLE--", "%_%", "\x00", "\ud800", "山" * 500])


def kinds(found: tuple[Term, ...]) -> list[KeyKind]:
    return [term.kind for term in found]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("佐藤 健一", KeyKind.NAME),
        ("さとう けんいち", KeyKind.KANA),
        ("ｻﾄｳ ｹﾝｲﾁ", KeyKind.KANA),
        ("サトウ　ケンイチ", KeyKind.KANA),
        ("NGUYEN VAN AN", KeyKind.ROMAN),
        ("Ｎｇｕｙｅｎ", KeyKind.ROMAN),
        ("O'Brien", KeyKind.ROMAN),
        ("佐藤ケン", KeyKind.NAME),
    ],
)
def test_a_name_is_asked_for_in_the_writing_in_which_it_was_typed(typed: str, kind: KeyKind) -> None:
    assert kinds(terms.name_terms(typed)) == [kind]


@pytest.mark.parametrize(
    "name",
    [
        *("佐藤健一", "山田浩二", "本田三", "五十嵐十", "八木一", "佐々木 一", "九", "千葉 一二三"),
        *("一番ヶ瀬", "二番　太郎", "一ノ瀬"),
    ],
)
def test_a_name_with_a_numeral_is_a_name_and_not_a_plot(name: str) -> None:
    assert kinds(terms.box_terms(name)) == [KeyKind.NAME]


@pytest.mark.parametrize(
    "place",
    [
        *("水落町一丁目2-5", "水落町1丁目２番５号", "水落町１ー２ー５", "水落町 1-2", "三条町3", "本町一番二号"),
        *("本町二十三番地", "本町一丁目", "本町２丁目", "本町一－二"),
    ],
)
def test_a_place_with_a_plot_is_asked_for_as_an_address(place: str) -> None:
    assert kinds(terms.box_terms(place)) == [KeyKind.ADDRESS]


@pytest.mark.parametrize("typed", ["000000000000101", "０００００００００１０１", "123456789"])
def test_a_long_number_is_an_addressee_number(typed: str) -> None:
    (term,) = terms.box_terms(f" {typed} ")
    assert term.kind is KeyKind.NUMBER
    assert len(term.low) == 15


@pytest.mark.parametrize("typed", ["", "   ", "\u3000"])
def test_nothing_typed_asks_nothing(typed: str) -> None:
    assert Search(terms.box_terms(typed) + terms.address_terms(typed) + terms.number_terms(typed)).is_empty


@pytest.mark.parametrize("typed", ["・", "-", "'", " ー "])
def test_signs_that_no_key_holds_ask_nothing_instead_of_everybody(typed: str) -> None:
    assert all(term.low for term in terms.box_terms(typed))


@given(ANYTHING)
def test_whatever_is_typed_never_asks_for_everybody(typed: str) -> None:
    for term in terms.box_terms(typed) + terms.address_terms(typed) + terms.name_terms(typed):
        assert term.low
        assert term.low < term.high


@given(st.dates())
def test_a_birth_date_is_asked_for_as_that_very_day(born: date) -> None:
    (term,) = terms.birth_terms(born)
    assert term.low == born.isoformat() < term.high
    assert terms.birth_terms(None) == ()


@given(st.text("山川田中一二三ヶケ", min_size=1, max_size=6), st.text("山川田中太郎", min_size=1, max_size=6))
def test_the_family_name_alone_the_given_name_alone_and_both_lie_within_a_persons_keys(
    family: str, given_: str
) -> None:
    cells = dict.fromkeys(SOURCE_COLUMNS, "") | {"name": f"{family}\u3000{given_}"}
    keys = [key for kind, key in keys_of(list(cells.values())) if kind == KeyKind.NAME]
    for typed in (family, given_, family + given_, f"{family} {given_}"):
        assert any(key.startswith(kanji_key(typed)) for key in keys)


@pytest.mark.parametrize("roman", ["NGUYEN VAN AN", "NGUYEN　VAN　AN", "NGUYEN  VAN  AN"])
def test_a_foreign_residents_last_name_finds_him_whatever_space_stands_before_it(roman: str) -> None:
    cells = dict.fromkeys(SOURCE_COLUMNS, "") | {"name_roman": roman}
    keys = {key for kind, key in keys_of(list(cells.values())) if kind == KeyKind.ROMAN}
    assert keys == {"nguyenvanan", "an"}


def test_every_writing_of_a_person_is_a_key_and_empty_cells_are_none() -> None:
    cells = {
        "name": "阮\u3000文安",
        "former_name": "旧\u3000姓",
        "common_name": "安田\u3000健",
        "name_foreign_kanji": "",
        "name_kana": "グエン\u3000ヴァンアン",
        "former_name_kana": "",
        "common_name_kana": "ヤスダ\u3000ケン",
        "name_roman": "NGUYEN VAN AN",
        "address_town": "本町",
        "address_number": "一丁目１",
    }
    keys = set(keys_of(list(cells.values())))
    assert {(int(kind), key) for kind, key in keys} >= {
        (1, kanji_key("安田健")),
        (1, kanji_key("旧姓")),
        (2, kana_key("ヤスダケン")),
        (2, kana_key("ヴァンアン")),
        (5, address_key("本町一丁目１")),
    }
    assert all(key for _, key in keys)
    assert list(keys_of([None] * len(SOURCE_COLUMNS))) == []
