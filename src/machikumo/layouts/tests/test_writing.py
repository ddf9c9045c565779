"""Writing: the bytes that Windows writes, never a substitute, and the same from rows and from frames."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain.charwriter import encode, ibm_preferences, lookalikes, unwritable
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.tests.makers import KASUMI, MINATO, STANDARD, frame_of

LAYOUTS = [layout.subset(layout.keys[:4]) for layout in (KASUMI.source, MINATO.source, STANDARD)]
cells = st.one_of(
    st.sampled_from(["", " ", '"', ",", "\n", "\r", "\r\n", "髙﨑", "①", "\ue000", "é", "𠮷", "\\N", "#", "-1"]),
    st.text(max_size=4),
)


@given(st.sampled_from(range(3)), st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_rows_and_frames_are_written_alike(number: int, rows: list[tuple[str, ...]]) -> None:
    layout = LAYOUTS[number]
    rows = [tuple(cell.encode("utf-8", "ignore").decode() for cell in row) for row in rows]
    writer = Writer(layout)
    by_row, by_frame = writer.rows(rows), writer.rows(frame_of(layout, rows))
    assert by_frame.data == by_row.data
    assert list(by_frame.kept) == list(by_row.kept)
    assert by_frame.issues == by_row.issues
    read = list(csv.reader(io.StringIO(by_row.data.decode(layout.physical.charset), newline="")))
    empty = layout.physical.empty
    assert read == [[cell or empty for cell in rows[at]] for at in by_row.kept]


def test_the_ibm_block_is_written_as_windows_does() -> None:
    written = {
        "髙": "FBFC",
        "﨑": "FAB1",
        "ⅰ": "FA40",
        "①": "8740",
        "㈱": "878A",
        "∵": "81E6",
        "￢": "81CA",
        "Ⅰ": "8754",
    }
    for character, wanted in written.items():
        assert encode(character, "cp932").hex().upper() == wanted
    assert "髙".encode("cp932").hex().upper() == "EEE0"
    assert len(ibm_preferences()) > 350


def test_every_character_of_the_set_comes_back_from_its_bytes() -> None:
    every = {
        bytes(pair).decode("cp932")
        for pair in ((lead, trail) for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)) for trail in range(0x40, 0xFD))
        if _decodes(bytes(pair))
    }
    text = "".join(sorted(every))
    assert encode(text, "cp932").decode("cp932") == text
    assert len(every) > 9000


def _decodes(pair: bytes) -> bool:
    try:
        return len(pair.decode("cp932")) == 1
    except UnicodeDecodeError:
        return False


def test_what_cannot_be_written_is_listed_cell_by_cell_and_its_row_left_out() -> None:
    layout = KASUMI.source.subset(("atena_code", "kanji_shimei", "biko"))
    found = Writer(layout).rows([("1", "吉田", ""), ("2", "𠮷田", "é"), ("3", "山", "")], first_row=11)
    assert list(found.kept) == [0, 2]
    assert found.data == "1,吉田,\r\n3,山,\r\n".encode("cp932")
    assert [(issue.row, issue.item, issue.rule) for issue in found.issues] == [
        (12, "kanji_shimei", "write.unmappable"),
        (12, "biko", "write.unmappable"),
    ]
    assert "U+20BB7" in found.issues[0].message_ja
    assert b"?" not in found.data
    assert unwritable("a𠮷〓", "cp932") == ["𠮷"]


@pytest.mark.parametrize("charset", ["cp932", "euc_jp", "shift_jis"])
def test_a_character_is_never_written_as_one_that_looks_like_it(charset: str) -> None:
    assert "¢".encode("cp932").decode("cp932") == "￠"
    for character in sorted(lookalikes(charset)):
        with pytest.raises(UnicodeEncodeError):
            encode(f"山{character}", charset)
        assert unwritable(f"山{character}", charset) == [character]
    assert encode("山川", charset).decode(charset) == "山川"
    assert lookalikes("utf-8") == frozenset()


@pytest.mark.parametrize("layout", [KASUMI.source, MINATO.source, STANDARD])
def test_the_header_is_written_as_the_reader_wants_it(layout: object) -> None:
    header = Writer(layout).header()  # type: ignore[arg-type]
    physical = layout.physical  # type: ignore[attr-defined]
    (words,) = csv.reader(io.StringIO(header.decode(physical.charset)))
    assert tuple(words) == layout.header  # type: ignore[attr-defined]
    assert header.endswith(b"\r\n") == (physical.newline == "crlf")
