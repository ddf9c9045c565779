import csv
import io
from itertools import islice

import pytest

from machikumo.synthetic.domain.export import Exporter
from machikumo.synthetic.domain.inverse import CannotWrite
from machikumo.synthetic.domain.rows import Row
from machikumo.synthetic.tests.scenes import living, town, with_trait
from machikumo.synthetic.vendors import Vendor, exporter_of

KASUMI, MINATO = exporter_of(Vendor.KASUMI), exporter_of(Vendor.MINATO)


def as_kasumi(row: Row) -> dict[str, str]:
    return dict(zip(KASUMI.keys, KASUMI.values(row), strict=True))


def as_minato(row: Row) -> dict[str, str]:
    return dict(zip(MINATO.keys, MINATO.values(row), strict=True))


def a_row(**changed: str) -> Row:
    return living(town())[0] | changed


def test_kasumi_writes_era_dates_its_own_codes_and_half_width_kana() -> None:
    row = a_row(
        event_date="2019-05-01", event_reason="03", birth_date="1989-01-07", name_kana="サトウ　ゴロウ", sex="1",
        relationship_1="12", addressee_number="000000000551200", address_postal_code="9160024",
    )  # fmt: skip
    written = as_kasumi(row)
    assert (written["ido_ymd"], written["seinen_ymd"], written["ido_jiyu"]) == ("5010501", "3640107", "31")
    assert written["kana_shimei"] == "ｻﾄｳ ｺﾞﾛｳ"
    assert (written["zokugara_1"], written["atena_code"], written["yubin_no"]) == ("011", "0000551200", "916-0024")


def test_minato_writes_iso_dates_words_for_codes_and_split_names() -> None:
    row = a_row(
        event_date="2019-05-01", event_reason="03", name="佐藤　五郎", name_kana="サトウ　ゴロウ", sex="1",
        relationship_1="12", addressee_number="000000000551200", is_latest="1",
    )  # fmt: skip
    written = as_minato(row)
    assert (written["event_date"], written["event_code"], written["relation"]) == ("2019-05-01", "C01", "WIFE")
    assert (written["family_name"], written["given_name"]) == ("佐藤", "五郎")
    assert (written["family_kana"], written["given_kana"]) == ("サトウ", "ゴロウ")
    assert (written["person_id"], written["current_flag"], written["gender"]) == ("551200", "true", "M")


def test_a_foreign_name_of_several_words_is_split_at_its_first_space() -> None:
    row = a_row(name="ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ")
    written = as_minato(row)
    assert (written["family_name"], written["given_name"]) == ("ＮＧＵＹＥＮ", "ＶＡＮ　ＡＮ")


def test_the_header_is_that_of_the_layout() -> None:
    assert KASUMI.header().decode("cp932").startswith("宛名コード,世帯コード,履歴ＮＯ,")
    assert KASUMI.header().endswith(b"\r\n")
    assert MINATO.header().startswith(b'"record_seq","record_sub","person_id"')
    assert MINATO.header().endswith(b'"note"\n')


@pytest.mark.parametrize(("exporter", "charset"), [(KASUMI, "cp932"), (MINATO, "utf-8")])
def test_a_file_reads_back_as_the_values_that_were_written(exporter: Exporter, charset: str) -> None:
    rows = list(islice((row for home in town() for row in home.rows), 300))
    data = b"".join(exporter.line(exporter.values(row)) for row in rows)
    read = list(csv.reader(io.StringIO(data.decode(charset), newline="")))
    empty = exporter.layout.physical.empty
    for row, fields in zip(rows, read, strict=True):
        wanted = [exporter.encode(value or empty).decode(charset) for value in exporter.values(row)]
        assert fields == wanted


def test_minato_quotes_every_field_and_marks_the_empty_ones() -> None:
    line = MINATO.line(MINATO.values(a_row(common_name=""))).decode()
    assert line.startswith('"')
    assert line.count('"') == 2 * len(MINATO.keys)
    assert '"\\N"' in line


@pytest.mark.parametrize("remark", ["一、二,三", '「"引用"」', "一\n二"])
def test_kasumi_quotes_only_what_needs_it(remark: str) -> None:
    line = KASUMI.line(KASUMI.values(a_row(remarks=remark))).decode("cp932")
    (fields,) = csv.reader(io.StringIO(line, newline=""))
    assert fields[-1] == remark
    doubled = remark.replace('"', '""')
    assert line.endswith(f'"{doubled}"\r\n')


def test_names_beyond_the_charset_are_written_as_gaiji() -> None:
    for home in with_trait("rare_name"):
        data = KASUMI.line(KASUMI.values(home.rows[0]))
        assert any("\ue000" <= sign <= "\ue757" for sign in data.decode("cp932"))


def test_fields_joined_make_the_line() -> None:
    for exporter in (KASUMI, MINATO):
        values = exporter.values(a_row(remarks="一,二"))
        assert exporter.joined(exporter.fields(values)) == exporter.line(values)


def test_a_single_value_can_be_asked_for_in_the_vendors_form() -> None:
    assert KASUMI.value("sex", "2") == "2"
    assert MINATO.value("sex", "2") == "F"
    assert MINATO.value("household_number", "000000000000120") == "120"
    assert KASUMI.value("address_town", "旭町一丁目") == "旭町一丁目"
    assert KASUMI.keys[KASUMI.place("name")] == "kanji_shimei"
    assert MINATO.keys[MINATO.place("name")] == "family_name"


def test_a_code_without_a_form_at_the_vendor_is_refused_by_item_and_value() -> None:
    with pytest.raises(CannotWrite, match="性別ＣＤ") as refused:
        KASUMI.values(a_row(sex="5"))
    assert "'5'" in refused.value.message_en


def test_a_day_before_the_first_era_is_refused() -> None:
    with pytest.raises(CannotWrite, match="1850-01-01"):
        KASUMI.values(a_row(birth_date="1850-01-01"))


def test_a_mapping_that_leaves_a_column_out_is_refused() -> None:
    with pytest.raises(CannotWrite, match="atena_code"):
        Exporter(KASUMI.layout, {"move": []}, gaiji={}, eras={})


def test_several_steps_are_undone_from_the_last_to_the_first() -> None:
    moves = [{"source": [key], "target": ["remarks"], "steps": [{"kind": "copy"}]} for key in MINATO.keys[:-1]]
    steps = [{"kind": "strip", "at": 3}, {"kind": "width_fold", "to": "full"}, {"kind": "copy"}]
    moves.append({"source": [MINATO.keys[-1]], "target": ["name_kana"], "steps": steps})
    exporter = Exporter(MINATO.layout, {"move": moves}, gaiji={}, eras={})
    assert exporter.values(a_row(name_kana="アイウエオ"))[-1] == "ｱｲｳ-ｴｵ"
