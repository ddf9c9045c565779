import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.characters import CellNote, is_user_area, notes_of_bytes, to_cp932, user_area_positions
from machikumo.kernel.characters.cp932 import cells_by_character, user_cell_of

characters = st.sampled_from(sorted(cells_by_character()))
texts = st.lists(characters | st.sampled_from("aZ0 ｱﾞ\n")).map("".join)


def test_the_measured_facts_of_the_code_table_hold() -> None:
    cells = cells_by_character()
    assert sum(map(len, cells.values())) == 9_604
    returning = sum(cell == sign.encode("cp932") for sign, found in cells.items() for cell in found)
    assert 9_604 - returning == 398


@pytest.mark.parametrize(
    ("sign", "python", "windows"),
    [("髙", "eee0", "fbfc"), ("﨑", "ed95", "fab1"), ("德", "ed9e", "faba"), ("高", "8d82", "8d82")],
)
def test_we_write_what_windows_writes_where_python_would_not(sign: str, python: str, windows: str) -> None:
    assert sign.encode("cp932").hex() == python
    assert to_cp932(sign).hex() == windows


@given(texts)
def test_whatever_is_written_is_read_back_as_the_same_characters(text: str) -> None:
    assert to_cp932(text).decode("cp932") == text


def test_a_character_without_a_cell_is_told_with_its_place() -> None:
    with pytest.raises(UnicodeEncodeError) as caught:
        to_cp932("髙\U00020bb7")
    assert caught.value.start == 1


def test_cells_that_will_change_are_listed_beside_a_round_trip() -> None:
    data = b"a" + bytes.fromhex("eee0") + bytes.fromhex("fbfc") + b"\xb1"
    assert notes_of_bytes(data) == [CellNote(1, "髙", bytes.fromhex("eee0"), bytes.fromhex("fbfc"))]


@given(texts)
def test_a_text_that_we_wrote_has_no_changing_cell(text: str) -> None:
    assert notes_of_bytes(to_cp932(text)) == []


def test_bytes_that_are_not_cp932_are_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        notes_of_bytes(b"\x81")


@given(st.integers(0xE000, 0xE757))
def test_the_user_defined_area_and_its_cells_correspond(point: int) -> None:
    sign = chr(point)
    cell = user_cell_of(sign)
    assert is_user_area(sign)
    assert 0xF040 <= int.from_bytes(cell, "big") <= 0xF9FC
    assert cell.decode("cp932") == sign == to_cp932(sign).decode("cp932")


@pytest.mark.parametrize("sign", ["葛", "\ue758", "a", "\U000f0000"])
def test_other_characters_have_no_user_defined_cell(sign: str) -> None:
    assert not is_user_area(sign)
    with pytest.raises(ValueError, match="not in the user-defined area"):
        user_cell_of(sign)


def test_positions_of_user_defined_characters_are_found() -> None:
    assert user_area_positions("佐\ue000藤\ue757") == [1, 3]
    assert user_area_positions("佐藤") == []
