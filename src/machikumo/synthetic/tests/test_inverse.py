import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.text.widths import is_narrow
from machikumo.synthetic.domain.inverse import CannotWrite, Made, half_width, inverse
from machikumo.synthetic.tables import name_tables

CODES = {"sex": [["M", "1"], ["F", "2"], ["W", "2"]]}


@pytest.mark.parametrize(
    ("full", "half"),
    [
        ("サトウ　ハナコ", "ｻﾄｳ ﾊﾅｺ"),
        ("カツラギ", "ｶﾂﾗｷﾞ"),
        ("ヴァン　アン", "ｳﾞｧﾝ ｱﾝ"),
        ("パク　ヨーコ", "ﾊﾟｸ ﾖｰｺ"),
        ("ンヲッャ", "ﾝｦｯｬ"),
        ("", ""),
    ],
)
def test_kana_become_half_width_with_voicing_marks_of_their_own(full: str, half: str) -> None:
    assert half_width(full) == half


def test_every_kana_of_the_name_tables_has_a_half_width_form() -> None:
    tables = name_tables()
    words = [line.written.kana for line in (*tables.family, *tables.given)] + [line.kana for line in tables.foreign]
    assert all(is_narrow(half_width(word)) for word in words)


def test_a_copied_item_needs_no_table_and_gaiji_are_put_in_later() -> None:
    assert inverse({"kind": "copy"}, 0, {}) is None
    assert inverse({"kind": "gaiji_map"}, 0, {}) is None


def test_codes_go_back_to_the_first_that_means_them_and_empty_stays_empty() -> None:
    table = inverse({"kind": "code_map", "table": "sex"}, 0, CODES)
    assert table is not None
    assert (table["1"], table["2"], table[""]) == ("M", "F", "")
    with pytest.raises(KeyError):
        table["9"]


@given(st.text("山川花子アイウ", min_size=1), st.text("山川花子　", min_size=1))
def test_a_joined_name_is_split_at_its_first_full_width_space(family: str, given_name: str) -> None:
    name = f"{family}　{given_name}"
    parts = [inverse({"kind": "join_name"}, part, {}) for part in (0, 1)]
    assert [table[name] for table in parts if table is not None] == [family, given_name]


@pytest.mark.parametrize(
    ("length", "value", "written"),
    [
        (10, "000000000551200", "0000551200"),
        (0, "000000000551200", "551200"),
        (0, "000000000000000", "0"),
        (0, "", ""),
        (10, "", ""),
    ],
)
def test_padding_is_taken_off(length: int, value: str, written: str) -> None:
    table = inverse({"kind": "pad", "length": 15, "source_length": length, "fill": "0"}, 0, {})
    assert table is not None
    assert table[value] == written


def test_a_hyphen_is_put_back_but_not_into_nothing() -> None:
    table = inverse({"kind": "strip", "what": "hyphen", "at": 3}, 0, {})
    assert table is not None
    assert (table["9160024"], table[""]) == ("916-0024", "")


@pytest.mark.parametrize("step", [{"kind": "lookup"}, {"kind": "width_fold", "to": "half"}, {"kind": "unheard"}])
def test_a_step_that_cannot_be_undone_is_refused_by_name(step: dict[str, str]) -> None:
    with pytest.raises(CannotWrite, match=step["kind"]):
        inverse(step, 0, {})


def test_a_made_table_asks_once_for_each_value() -> None:
    asked: list[str] = []
    table = Made(lambda value: asked.append(value) or value.upper())
    assert [table["a"], table["a"], table["b"]] == ["A", "A", "B"]
    assert asked == ["a", "b"]
