"""Proposals from a sample: types, lengths and codes as they are seen; doubts are said, nothing is claimed."""

from __future__ import annotations

import pytest

from machikumo.definitions.domain.sampling import propose
from machikumo.layouts.domain.errors import BadDefinition


def proposed(text: str, charset: str = "utf-8", **more: object) -> tuple[dict[str, tuple[object, ...]], list[str]]:
    found = propose(text.encode(charset), key="abc", name="見本", file="s.csv", **more)  # type: ignore[arg-type]
    items = {item.name: (item.type, item.length, item.required) for item in found.document.items}
    return items, [japanese for japanese, _ in found.doubts]


def test_types_are_proposed_by_what_all_values_are() -> None:
    items, doubts = proposed(
        "番号,数,小数,日付,時刻,全角,半角,混在,印,空\n"
        "001,12,1.25,2026-04-01,09:30,甲,A-1,甲1,○,\n"
        "002,3,-10.5,2026-04-02,10:00,乙丙,B,乙,,\n"
    )
    assert items == {
        "番号": ("X", 3, "required"), "数": ("9", 2, "required"), "小数": ("9V", "2,2", "required"),
        "日付": ("DATE", 10, "required"), "時刻": ("TIME", 8, "required"), "全角": ("N", 3, "required"),
        "半角": ("X", 5, "required"), "混在": ("TEXT", 3, "required"), "印": ("BOOL", 1, "optional"),
        "空": ("TEXT", 100, "optional"),
    }  # fmt: skip
    assert doubts == []


def test_few_values_that_come_again_and_again_become_a_code_list() -> None:
    rows = "\n".join(f"{at},{'有' if at % 2 else '無'}" for at in range(10, 20))
    document = propose(f"番号,設備\n{rows}\n".encode(), key="abc", name="見本", file="s.csv").document
    sheet = document.code_sheet(document.items[1].codes)
    assert sheet is not None
    assert [row.code for row in sheet.value] == ["有", "無"]
    assert not sheet.confirmed
    assert document.items[0].codes == ""


def test_headings_that_are_empty_or_stand_twice_are_told() -> None:
    items, doubts = proposed("甲,甲,\n1,2,3\n")
    assert list(items) == ["甲", "甲（2列目）", "列3（3列目）"]
    assert len(doubts) == 2


def test_rows_of_another_width_and_a_cut_sample_are_minded() -> None:
    items, doubts = proposed("甲,乙\n1\n2,3\n")
    assert items["乙"][2] == "optional"
    assert "列の数" in doubts[0]
    whole = propose("甲\n一\n二".encode()[:-1], key="abc", name="見本", file="s.csv", whole=False)
    assert whole.rows == 1


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be"])
def test_the_character_set_is_the_one_that_reads_the_sample(charset: str) -> None:
    text = "番号,名称\r\n1,市役所の本館と窓口\r\n2,図書館のカウンター\r\n"
    found = propose(text.encode(charset), key="abc", name="見本", file="s.csv")
    assert (found.document.form.charset, found.document.form.newline) == (charset, "crlf")
    assert found.document.items[1].sample == "漢漢漢あ漢漢あ漢漢"


def test_no_value_of_a_person_is_kept_and_reports_will_mask_them() -> None:
    text = (
        "氏名,個人番号,性別,登録日\n"
        + "渡辺　Ａ子,123456789012,1,2026-04-01\n鈴木　ハルカ,210987654321,2,2026-04-02\n" * 3
    )
    document = propose(text.encode(), key="abc", name="見本", file="s.csv").document
    assert "渡辺" not in str(document)
    assert "123456789012" not in str(document)
    assert [item.sensitivity for item in document.items] == ["personal", "vault", "personal", "personal"]
    assert document.items[0].sample == "漢漢　A漢"


@pytest.mark.parametrize(("line", "delimiter"), [("a,b", ","), ("a\tb", "\t"), ("a;b", ";"), ("a|b", "|")])
def test_the_delimiter_is_the_one_of_the_header(line: str, delimiter: str) -> None:
    found = propose(f"{line}\n{line}\n".encode(), key="abc", name="見本", file="s.csv").document
    assert found.form.delimiter == delimiter
    assert [item.key for item in found.items] == ["a", "b"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe\x00\xd8\xff\xff\xff\x80\x81"])
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(BadDefinition, match=r"s\.csv"):
        propose(data, key="abc", name="見本", file="s.csv")
