"""Where records begin and end: the quick way and the exact way agree, and what is out of order is found and named."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from machikumo.layouts.domain import framing
from machikumo.layouts.domain.framing import Shape, frame_by_segments, frame_exactly, quick_count
from machikumo.layouts.domain.line_index import LineIndex

MINIMAL = Shape(columns=3, delimiter=b",", crlf=True, quote_all=False, max_quoted_lines=5)
QUOTED = Shape(columns=3, delimiter=b",", crlf=False, quote_all=True, max_quoted_lines=5)
PIECES = [b"a", b"\x83\x5c", b",", b",", b'"', b'""', b"\r\n", b"\r\n", b"\n", b"\r", b"\0", b'","', b'"\n"']
bytes_of_pieces = st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)


def records(data: bytes, shape: Shape, size: int, *, final: bool = True) -> list[tuple[bytes, int, str]]:
    """Every record's bytes, first line and defect, by segments of a size."""
    found = []
    for segment in frame_by_segments(data, shape, final=final, size=size):
        defects = segment.exact.defects if segment.exact else {}
        for record in range(segment.records):
            span = segment.span(segment.first_record + record)
            rule = defects[record].rule if record in defects else ""
            found.append((data[span.start : span.end], span.line, rule))
    return found


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"1,2,3", ""),
        (b'1,"2,2",3', ""),
        (b'1,"say ""so""",3', ""),
        (b"1,2", "structure.columns_few"),
        (b"1,2,3,4", "structure.columns_many"),
        (b'1,"2,2,3"', "structure.columns_few"),
        (b"1,2\0,3", "structure.nul"),
        (b"1,2\r2,3", "structure.lone_cr"),
        (b'1,2"2,3', "structure.quote"),
        (b'1,"2"2,3', "structure.quote"),
        (b'1,"2,3', "structure.quote_open"),
    ],
)
def test_a_line_out_of_order_is_named_and_its_neighbours_stay_sound(line: bytes, rule: str) -> None:
    data = b"a,b,c\r\n" * 3 + line + b"\r\n" + b"d,e,f\r\n" * 8
    found = frame_exactly(data, MINIMAL, final=True)
    assert {at: defect.rule for at, defect in found.defects.items()} == ({3: rule} if rule else {})
    assert len(found.starts) == 12
    assert found.consumed == len(data)
    assert records(data, MINIMAL, 16) == records(data, MINIMAL, 1 << 20)


def test_a_quoted_field_may_hold_newlines_as_many_as_the_layout_allows() -> None:
    allowed = b'1,"two\r\nthree\r\nfour",5\r\n'
    found = frame_exactly(allowed + b"6,7,8\r\n", MINIMAL, final=True)
    assert list(found.starts) == [0, 3]
    assert not found.defects
    assert found.span(0) == (0, len(allowed), 0)
    beyond = b'1,"two' + b"\r\nx,y,z" * 6 + b'",5\r\n'
    defects = frame_exactly(beyond, MINIMAL, final=True).defects
    assert defects[0].rule == "structure.quote_open"


def test_an_open_quote_waits_for_the_next_block_but_never_for_the_rest_of_the_file() -> None:
    waiting = b'1,2,3\r\n4,"5\r\n'
    assert frame_exactly(waiting, MINIMAL, final=False).consumed == len(b"1,2,3\r\n")
    assert frame_exactly(waiting, MINIMAL, final=True).consumed == len(waiting)
    swallowed = b'4,"5,6\r\n' + b"1,2,3\r\n" * 1000
    found = frame_exactly(swallowed, MINIMAL, final=False)
    assert len(found.starts) == 1001
    assert list(found.defects) == [0]


def test_blank_lines_and_other_newlines_are_counted_not_taken_for_rows() -> None:
    found = frame_exactly(b"1,2,3\r\n\r\n4,5,6\n\n7,8,9\r\n", MINIMAL, final=True)
    assert list(found.starts) == [0, 2, 4]
    assert (len(found.blank), found.odd_newlines, found.defects) == (2, 1, {})


@given(st.lists(st.lists(st.sampled_from(["", "a", "あ", "b c"]), min_size=3, max_size=3), min_size=1, max_size=8))
def test_sound_rows_are_proved_by_counting_alone(rows: list[list[str]]) -> None:
    plain = "".join(",".join(row) + "\r\n" for row in rows).encode("cp932")
    assert quick_count(plain, MINIMAL) == len(rows)
    quoted = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows).encode()
    assert quick_count(quoted, QUOTED) == len(rows)
    assert len(frame_exactly(quoted, QUOTED, final=True).starts) == len(rows)


@given(bytes_of_pieces, st.sampled_from([MINIMAL, QUOTED]), st.integers(1, 40))
@example(b"\r\n,,,,", MINIMAL, 2)
@settings(max_examples=400)
def test_what_counting_proves_the_exact_way_finds_too(data: bytes, shape: Shape, size: int) -> None:
    data = data.removesuffix(b"\n") + (b"\r\n" if shape.crlf else b"\n")
    exact = frame_exactly(data, shape, final=True)
    count = quick_count(data, shape)
    columns = {defect.rule for defect in exact.defects.values()}
    # The parser confirms the count of lines, and the cells' own rules tell of a CR within a cell.
    if count == data.count(b"\n") and columns <= {"structure.columns_few"} and not exact.odd_newlines:
        # Without a row too long there is none too short, and no other defect.
        assert columns == set()
        assert len(exact.starts) == count
    segments = frame_by_segments(data, shape, final=True, size=size)
    # A row too long is the parser's to refuse; then the block is framed exactly.
    confirmed = all(segment.exact or segment.lines == segment.data.count(b"\n") for segment in segments)
    if confirmed and "structure.columns_many" not in columns:
        assert sum(len(raw) for raw, _, _ in records(data, shape, size)) + len(exact.blank) <= len(data)


@given(bytes_of_pieces, st.sampled_from([MINIMAL, QUOTED]))
@settings(max_examples=100)
def test_counting_is_the_same_where_numpy_is_not_installed(data: bytes, shape: Shape) -> None:
    counted = quick_count(data, shape)
    with pytest.MonkeyPatch.context() as without:
        without.setattr(framing, "np", None)
        assert quick_count(data, shape) == counted


@given(st.lists(st.sampled_from([b"", b"x", b"yy" * 5000]), min_size=1, max_size=40))
def test_the_line_index_finds_every_line(lines: list[bytes]) -> None:
    data = b"".join(line + b"\n" for line in lines)
    index = LineIndex(data)
    bounds = [index.bounds(line) for line in range(len(lines))]
    assert [data[start : end - 1] for start, end in bounds] == lines


@given(bytes_of_pieces, st.integers(1, 60))
@settings(max_examples=200)
def test_any_bytes_are_taken_apart_without_loss(data: bytes, size: int) -> None:
    data += b"\r\n"
    segments = frame_by_segments(data, MINIMAL, final=True, size=size)
    assert b"".join(segment.data for segment in segments) == data
    assert [segment.start for segment in segments] == [
        sum(len(before.data) for before in segments[:at]) for at in range(len(segments))
    ]
