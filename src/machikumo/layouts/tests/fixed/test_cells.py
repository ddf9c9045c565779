"""Numbers and texts of hosts, there and back; what cannot be read is told with its bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.official import data_folder
from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fixed.cells import CellCodec, Fault
from machikumo.layouts.domain.fixed.host import BadText, HostTable, load_host
from machikumo.layouts.domain.fixed.numbers import (
    BadNumber,
    Number,
    read_packed,
    read_zoned,
    write_packed,
    write_zoned,
)
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.fixed.makers import small

HOST_FORM = 'charset = "ebcdic"\nhost = "jef-like"\nrecord_length = 200'
JEF, KEIS, IBM = (shipped().host(key) for key in ("jef-like", "keis-like", "ibm-like"))
digits = st.text("0123456789", min_size=1, max_size=15)


def codec(item: str, physical: str = HOST_FORM, table: str = "jef-like") -> CellCodec:
    layout = small(physical, item, table=table)
    return CellCodec(layout.items[0], layout.physical)


@given(digits, st.sampled_from("CDF"))
def test_packed_decimals_come_back(text: str, sign: str) -> None:
    raw = write_packed(text, len(text) // 2 + 1, sign=sign)
    assert read_packed(raw) == Number(text.zfill(2 * len(raw) - 1), sign == "D")


@given(digits, st.sampled_from("CDF"), st.booleans())
def test_zoned_decimals_come_back(text: str, sign: str, host: bool) -> None:  # noqa: FBT001 - given by hypothesis
    raw = write_zoned(text, len(text), sign=sign, host=host)
    assert read_zoned(raw, host=host) == Number(text, sign == "D")


@given(st.binary(min_size=1, max_size=8))
def test_any_bytes_are_a_packed_decimal_or_told_where_they_are_none(raw: bytes) -> None:
    found = read_packed(raw)
    if isinstance(found, Number):
        sign = raw.hex()[-1].upper()
        assert write_packed(found.digits, len(raw), sign=sign) == raw
    else:
        assert found.places
        assert all(0 <= place < len(raw) for place in found.places)


@given(st.binary(min_size=1, max_size=8), st.booleans())
def test_any_bytes_are_a_zoned_decimal_or_told_where_they_are_none(raw: bytes, host: bool) -> None:  # noqa: FBT001
    found = read_zoned(raw, host=host)
    assert isinstance(found, Number) or (found.places and max(found.places) < len(raw))


@pytest.mark.parametrize(
    ("raw", "places", "is_sign"),
    [("123A", (1,), True), ("1B3C", (0,), False), ("0000", (1,), True), ("4040", (1,), True), ("A1B2", (0, 1), False)],
)
def test_wrong_half_bytes_are_named(raw: str, places: tuple[int, ...], is_sign: bool) -> None:  # noqa: FBT001
    assert read_packed(bytes.fromhex(raw)) == BadNumber(places, is_sign)


@pytest.mark.parametrize(
    ("item", "value", "raw"),
    [
        ("a 9 5 3 packed", "123", "00123F"),
        ("a S9 5 3 packed", "-123", "00123D"),
        ("a S9 5 3 packed", "123", "00123C"),
        ("a 9V 3,2 3 packed digits = 5", "1.05", "00105C"),
        ("a 9V 3,2 3 packed digits = 5", "-0.50", "00050D"),
        ("a X 5 3 packed", "00012", "00012F"),
        ('a X 5 3 packed zero = "empty"', "", "00000F"),
        ("a S9 3 3 zoned", "-12", "F0F1D2"),
        ("a X 3 3 zoned", "007", "F0F0F7"),
        ("a X 3 3 zoned", "", "404040"),
        ("a X 4 4 text", "ｱB1", "81C2F140"),
        ("a N 3 6 kanji", "亜", "B0A140404040"),
        ("a TEXT 9 12 mixed", "A亜B", "C128B0A129C2404040404040"),
    ],
)
def test_values_and_their_bytes(item: str, value: str, raw: str) -> None:

    found = codec(item)
    assert found.write(value) == bytes.fromhex(raw)
    assert found.read(bytes.fromhex(raw)) == value


@pytest.mark.parametrize(
    ("item", "raw", "rule"),
    [
        ("a 9 5 3 packed", "00123D", "cell.negative"),
        ("a 9 4 3 packed", "12345F", "cell.digits"),
        ("a 9 5 3 packed", "0012AF", "cell.packed"),
        ("a X 3 3 zoned", "F0F1A2", "cell.zoned"),
        ("a X 3 3 zoned", "000000", "cell.nul"),
        ("a X 3 3 text", "C10040", "cell.nul"),
        ("a X 3 3 text", "C1FF40", "cell.host_byte"),
        ("a N 3 6 kanji", "B0A141A14040", "cell.host_code"),
        ("a TEXT 9 6 mixed", "C128B0A1B0A2", "cell.shift_open"),
        ("a TEXT 9 6 mixed", "28B0A1B02940", "cell.shift_odd"),
        ("a TEXT 9 6 mixed", "28B0A1295740", "cell.host_byte"),
        ("a TEXT 9 6 mixed", "C10000B0A240", "cell.nul"),
    ],
)
def test_what_cannot_be_read_is_told(item: str, raw: str, rule: str) -> None:
    found = codec(item).read(bytes.fromhex(raw))
    assert isinstance(found, Fault)
    assert found.rule == rule


def test_low_values_are_no_value_where_the_layout_says_so() -> None:
    form = HOST_FORM + '\nlow_values = "empty"'
    for item in ("a 9 5 3 packed", "a X 3 3 zoned", "a X 3 3 text"):
        assert codec(item, form).read(bytes(3)) == ""
    assert isinstance(codec("a X 3 3 text", form).read(b"\xc1\0\0"), Fault)


@pytest.mark.parametrize(
    ("item", "value", "rule"),
    [
        ("a 9 5 3 packed", "", "write.number"),
        ("a 9 5 3 packed", "12x", "write.number"),
        ("a 9 5 3 packed", "123456", "write.number"),
        ("a 9 5 3 packed", "007", "write.changed"),
        ("a X 5 3 packed", "7", "write.changed"),
        ("a X 3 3 text", "ABCD", "write.too_long"),
        ("a X 3 3 text", "A ", "write.changed"),
        ("a X 3 3 text", "亜", "write.unmappable"),
        ("a N 3 6 kanji", "髙", "write.unmappable"),
        ("a N 3 6 kanji", "亜亜亜亜", "write.too_long"),
        ("a TEXT 9 6 mixed", "亜亜亜", "write.too_long"),
        ("a TEXT 9 6 mixed", "é", "write.unmappable"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_cut(item: str, value: str, rule: str) -> None:
    found = codec(item).write(value)
    assert isinstance(found, Fault)
    assert found.rule == rule


def test_bytes_of_a_persons_item_are_shown_as_far_as_they_are_at_fault() -> None:
    plain = codec("a X 5 3 packed").read(bytes.fromhex("12A45F"))
    person = codec('a X 5 3 packed sensitivity = "personal"').read(bytes.fromhex("12A45F"))
    vault = codec('a X 5 3 packed sensitivity = "vault"').read(bytes.fromhex("12A45F"))
    assert [fault.facts["bytes"] for fault in (plain, person, vault) if isinstance(fault, Fault)] == [
        ": 12 A4 5F",
        ": A4",
        "",
    ]


@pytest.mark.parametrize("charset", ["cp932", "euc_jp", "shift_jis_2004", "utf-8"])
def test_half_a_character_at_the_end_of_an_item_is_told(charset: str) -> None:
    found = codec("a TEXT 9 5 mixed", f'charset = "{charset}"\nrecord_length = 200', "")
    raw = "亜亜亜".encode(charset)[:5]
    fault = found.read(raw)
    assert isinstance(fault, Fault)
    assert fault.rule == "cell.cut"
    assert found.read("A亜".encode(charset).ljust(5)) == "A亜"


def test_a_character_of_jis_x_0213_comes_back_in_shift_jis_2004() -> None:
    found = codec("a N 3 8 kanji", 'charset = "shift_jis_2004"\nrecord_length = 200', "")
    raw = found.write("俱か゚")
    assert isinstance(raw, bytes)
    assert found.read(raw) == "俱か゚"


def test_vendor_rows_of_euc_jp_are_named() -> None:
    found = codec("a TEXT 9 6 mixed", 'charset = "euc_jp"\nrecord_length = 200', "")
    words = {}
    for raw in (b"\xad\xa1    ", b"\xf9\xa1    ", b"\xf5\xa1    ", b"\x8f\xf3\xa1   ", b"\x8f\xf5\xa1   "):
        fault = found.read(raw)
        assert isinstance(fault, Fault)
        words[raw[:2]] = fault.facts["hint_ja"]
    assert "13区" in words[b"\xad\xa1"]
    assert "NEC選定" in words[b"\xf9\xa1"]
    assert "外字" in words[b"\xf5\xa1"]
    assert "IBM" in words[b"\x8f\xf3"]
    assert "外字" in words[b"\x8f\xf5"]


@pytest.mark.parametrize("table", [JEF, KEIS])
@given(data=st.data())
def test_any_text_of_a_table_comes_back_with_its_shift_codes(table: HostTable, data: st.DataObject) -> None:
    signs = st.sampled_from([*table.single_codes, *table.double_codes])
    text = data.draw(st.text(signs, max_size=12))
    raw = table.write_mixed(text)
    assert isinstance(raw, bytes)
    assert table.read_mixed(raw) == text


@given(st.binary(max_size=12))
def test_any_bytes_are_text_or_told(raw: bytes) -> None:
    for table in (JEF, KEIS, IBM):
        found = table.read_mixed(raw)
        assert isinstance(found, str) or 0 <= found.start <= found.end <= len(raw)


def test_the_tables_know_their_shift_codes_and_user_area() -> None:
    assert JEF.write_mixed("A亜") == bytes.fromhex("C128B0A129")
    assert JEF.read_mixed(bytes.fromhex("38B0A129C1")) == "亜A"
    assert KEIS.write_mixed("A亜") == bytes.fromhex("C10A42B0A10A41")
    assert IBM.write_mixed("亜") == "亜"
    assert JEF.read_double(bytes.fromhex("80A180A2A0FE")) == "\ue000\ue001" + chr(0xE000 + 33 * 94 - 1)
    assert JEF.read_double(b"\x41\xa1") == BadText("cell.host_code", 0, 2)
    assert JEF.read_double(b"\xb0\xa1\xb0") == BadText("cell.shift_odd", 2, 3)
    assert not any(table.source.confirmed for table in (JEF, KEIS, IBM))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('into = ["28", "38"]', 'into = ["2"]', "into"),
        ('blank = "4040"', 'blank = "40"', "A1A1"),
        ('jis_rows = ["1-8", "16-84"]', 'jis_rows = ["8-1"]', "jis_rows"),
        ('user_area = ["80A1", "A0FE"]', 'user_area = ["A0FE", "80A1"]', "user_area"),
        ("pairs = []", 'pairs = [["41A1", "x"]]', "U\\+9AD9"),
        ("pairs = []", 'pairs = [["41A1", "U+9AD9"], ["41A1", "U+FA11"]]', "2回"),
        ('"0020 FF61', '"FF60 FF61', "40"),
        ("FF61 FF62", "FF61 FF61", "同じ文字"),
        ("FF61 FF62", "FF61", "256"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(old: str, new: str, word: str) -> None:
    text = (data_folder() / "layouts" / "hosts" / "jef-like.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(BadDefinition, match=word):
        load_host(text.replace(old, new), "table")
