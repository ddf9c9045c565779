"""UTF-16: the same rows and findings as in UTF-8, and the very bytes back."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.loading import load_layout
from machikumo.layouts.domain.quarantine import Quarantine
from machikumo.layouts.domain.wide import Widened, is_wide, narrow, narrowed
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.tests.makers import results_of, rules_of
from machikumo.layouts.tests.test_definition import small

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout

TEXT = small(
    ('charset = "cp932"', 'charset = "utf-16-le"\nbom = true'),
    ('type = "X"\nlength = 5', 'type = "TEXT"\nlength = 9'),
    more='[[item]]\nid = "S-2"\nkey = "b"\nname = "乙"\nromaji = "otsu"\ngroup = "g"\ntype = "X"\nlength = 2\n'
    'required = "optional"\nconfirmed = true\n',
)


def wide(charset: str = "utf-16-le") -> Layout:
    layout = load_layout(TEXT, "wide.toml", {})
    return replace(layout, physical=replace(layout.physical, charset=charset))


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_read_row_by_row_and_its_bad_rows_kept_as_they_were(charset: str) -> None:
    layout = wide(charset)
    lines = ["\ufeff甲,乙\r\n", "市役所2-16,1\r\n", "𠮷野家,長すぎる\r\n", "あ𠮷,9\r\n"]
    data = "".join(lines).encode(charset)
    found = results_of(narrow(io.BytesIO(data), io.BytesIO(), layout).read(), Plan(layout=narrowed(layout)))
    assert (2, "cell.width") in rules_of(found)
    assert sum(result.entry.accepted for result in found) == 2
    held, reasons = io.BytesIO(), io.BytesIO()
    quarantine = Quarantine(Widened(held, layout), reasons, narrowed(layout))
    for result in found:
        quarantine.add(result)
    assert held.getvalue() == (lines[0] + lines[2]).encode(charset)


def test_what_is_no_character_is_refused_in_its_row() -> None:
    layout = wide()
    data = "\ufeff甲,乙\r\n".encode("utf-16-le") + b"\x00\xd8,\x001\x00\r\x00\n\x00" + "い,2\r\n".encode("utf-16-le")
    found = results_of(narrow(io.BytesIO(data), io.BytesIO(), layout).read(), Plan(layout=narrowed(layout)))
    assert rules_of(found) == [(1, "structure.decode")]


def test_other_layouts_are_left_as_they_are() -> None:
    plain = load_layout(small(), "small.toml", {})
    assert not is_wide(plain)
    assert narrowed(plain) is plain
    out = io.BytesIO()
    assert Widened(out, plain).write(b"abc") == 3
    assert out.getvalue() == b"abc"


@settings(deadline=None)
@given(st.binary(max_size=40), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_any_bytes_come_back(data: bytes, charset: str) -> None:
    layout = wide(charset)
    out = io.BytesIO()
    Widened(out, layout).write(narrow(io.BytesIO(data), io.BytesIO(), layout).read())
    assert out.getvalue() == data


def test_a_file_is_written_in_utf_16_with_its_mark() -> None:
    layout = wide("utf-16-be")
    writer = Writer(layout)
    data = writer.header() + writer.rows([("𠮷,", "1")]).data
    assert data == '\ufeff甲,乙\r\n"𠮷,",1\r\n'.encode("utf-16-be")


def test_mixed_text_takes_both_widths_and_refuses_control_characters_user_characters_and_what_is_too_long() -> None:
    layout = narrowed(wide())
    rows = ["本町2-16", "あ\x07", "あ\ue000", "一二三四五六七八九十", '"二\n行"']
    data = ("\ufeff甲,乙\r\n" + "".join(f"{row},1\r\n" for row in rows)).encode()
    for executor in ("columnar", "plain"):
        found = results_of(data, Plan(layout=layout, executor=executor))
        assert rules_of(found) == [(2, "cell.text"), (3, "cell.text"), (4, "cell.length")]
