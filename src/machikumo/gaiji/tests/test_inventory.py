"""Counting the use of user-defined characters, and how much of it is decided."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.gaiji.domain.coverage import Part, coverage
from machikumo.gaiji.domain.errors import UnreadableFile
from machikumo.gaiji.domain.inventory import codes_in, inventory, texts_of

FILE = "宛名番号,氏名,住所\r\n1,山\ue000　太郎,\ue000町\ue001\r\n2,\ue000\ue000,本町\r\n1,林　花,\ue001\r\n"


def read(text: str = FILE, *, charset: str = "cp932", key: str = "宛名番号", **more: str) -> list[tuple[str, str, str]]:
    return list(texts_of(BytesIO(text.encode(charset)), charset=charset, key_column=key, **more))


def test_cells_people_and_columns_are_counted() -> None:
    found = inventory(read())
    first, second = found.uses
    assert (first.code, first.people, first.cells) == (0xE000, 2, 3)
    assert first.columns == {"氏名": 2, "住所": 1}
    assert (second.code, second.people, second.cells) == (0xE001, 1, 2)
    assert (found.texts, found.cells, found.people) == (9, 4, 2)


def test_the_character_of_the_most_people_comes_first() -> None:
    texts = [("1", "a", "\ue005\ue001"), ("2", "a", "\ue001"), ("1", "b", "\ue005")]
    assert [use.code for use in inventory(texts).uses] == [0xE001, 0xE005]


def test_nothing_used_is_an_empty_inventory() -> None:
    found = inventory([("1", "a", "山"), ("2", "a", "x")])
    assert (found.uses, found.texts, found.cells, found.people) == ((), 2, 0, 0)


def test_only_the_private_area_counts_and_never_a_neighbour() -> None:
    assert codes_in("\ud7ff\ue000\uf8ff\uf900邉\U000e0100") == {0xE000, 0xF8FF}
    assert codes_in("ABC") == frozenset()


@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from("ab"), st.text("\ue000\ue001山", max_size=4))))
def test_the_sums_agree_with_the_texts_whatever_they_are(texts: list[tuple[str, str, str]]) -> None:
    found = inventory(texts)
    assert found.texts == len(texts)
    for use in found.uses:
        cells = [(key, column) for key, column, text in texts if chr(use.code) in text]
        assert (use.cells, use.people) == (len(cells), len({key for key, _ in cells}))
        assert sum(use.columns.values()) == use.cells


@pytest.mark.parametrize("charset", ["cp932", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_charset_that_is_said(charset: str) -> None:
    assert read(charset=charset)[1] == ("1", "氏名", "山\ue000　太郎")


def test_quotes_delimiters_and_empty_lines_are_understood() -> None:
    assert read('k\tn\n1\t"山\t\ue000"\n\n', key="k", delimiter="\t") == [("1", "k", "1"), ("1", "n", "山\t\ue000")]


def test_the_wrong_charset_is_told_with_its_place_and_nothing_is_replaced() -> None:
    with pytest.raises(UnreadableFile, match=r"cp932 ではないバイト"):
        list(texts_of(BytesIO(b"k,n\r\n1,\x82\x20\r\n"), charset="cp932", key_column="k"))


def test_a_missing_heading_is_told_by_name() -> None:
    with pytest.raises(UnreadableFile, match="「番号」"):
        read(key="番号")
    with pytest.raises(UnreadableFile, match="「番号」"):
        read("", key="番号")


def test_a_row_with_another_number_of_columns_is_told_with_its_number() -> None:
    with pytest.raises(UnreadableFile, match="3件目"):
        read("k,n\n1,a\n2\n", key="k")


def test_an_open_quote_is_told() -> None:
    with pytest.raises(UnreadableFile, match="引用符"):
        read('k,n\n1,"a\n', key="k")


def test_coverage_counts_figures_in_use_cells_and_people() -> None:
    found = coverage([(30, 20, True), (10, 5, False), (0, 0, False)])
    assert (found.figures, found.cells, found.people) == (Part(1, 2), Part(30, 40), Part(20, 25))
    assert (found.figures.percent, found.cells.percent, found.people.percent) == (50.0, 75.0, 80.0)


def test_a_hundred_percent_means_every_one() -> None:
    assert Part(99_999, 100_000).percent == 99.9
    assert Part(0, 0).percent == 100.0
