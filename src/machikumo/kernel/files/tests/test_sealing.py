"""Closing a file in pieces: every size comes back, any place can be read, and nothing altered opens."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.files.domain import sealing
from machikumo.kernel.files.domain.sealing import HEADER, PIECE, TAG, FileDamaged, Header, cipher_of, close_all
from machikumo.kernel.files.reading import ClosedFile, reader_of

if TYPE_CHECKING:
    from pathlib import Path

KEY, SALT = b"k" * 32, b"s" * 16
PLACE = sealing.binding_of(7, "token")
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 17]


def closed(data: bytes, *, place: bytes = PLACE) -> bytes:
    chunks = [data[start : start + 100_003] for start in range(0, len(data), 100_003)]
    return Header(1, SALT).to_bytes() + b"".join(close_all(chunks, cipher_of(KEY, SALT, place)))


def plain(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def opened(data: bytes, *, place: bytes = PLACE) -> ClosedFile:
    return ClosedFile(io.BytesIO(data), cipher_of(KEY, SALT, place))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back_whole(size: int, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(closed(plain(size)))
    with reader_of(path, lambda version: KEY if version == 1 else b"", PLACE) as stream:
        assert stream.read() == plain(size)
        assert stream.seek(0, io.SEEK_END) == size


@given(start=st.integers(0, 3 * PIECE + 20), length=st.integers(0, PIECE + 3))
def test_any_place_reads_as_it_does_in_the_clear(start: int, length: int) -> None:
    data = plain(3 * PIECE + 17)
    stream = io.BufferedReader(opened(closed(data)), 1000)
    stream.seek(start)
    assert stream.read(length) == data[start : start + length]
    assert stream.tell() == min(max(start, 0), max(start, 0)) + len(data[start : start + length])


def test_nothing_of_the_clear_text_is_in_the_closed_file() -> None:
    data = "個人番号 123456789018\n".encode() * 30_000
    assert b"123456789018" not in closed(data)


@pytest.mark.parametrize("at", [HEADER, HEADER + PIECE + TAG + 5, -1, -TAG])
def test_one_altered_bit_anywhere_is_found(at: int) -> None:
    data = bytearray(closed(plain(2 * PIECE + 9)))
    data[at] ^= 1
    with pytest.raises(FileDamaged):
        opened(bytes(data)).read()


@pytest.mark.parametrize("left_out", [1, TAG, 9 + TAG, PIECE + TAG, PIECE + 9 + 2 * TAG])
def test_a_file_that_was_cut_off_is_found_when_it_is_opened(left_out: int) -> None:
    data = closed(plain(2 * PIECE + 9))
    with pytest.raises(FileDamaged):
        opened(data[:-left_out])


def test_pieces_in_another_order_and_pieces_left_out_are_found() -> None:
    data = closed(plain(3 * PIECE + 9))
    step = PIECE + TAG
    head, first, second, rest = (
        data[:HEADER],
        data[HEADER:][:step],
        data[HEADER + step :][:step],
        data[HEADER + 2 * step :],
    )
    for wrong in (head + second + first + rest, head + first + rest, head + first + first + rest):
        with pytest.raises(FileDamaged):
            opened(wrong).read()


def test_pieces_added_behind_the_last_are_found() -> None:
    data = closed(plain(PIECE))
    with pytest.raises(FileDamaged):
        opened(data + data[HEADER:])


def test_another_files_bytes_do_not_open_here() -> None:
    elsewhere = closed(plain(10), place=sealing.binding_of(7, "other"))
    with pytest.raises(FileDamaged):
        opened(elsewhere)


@pytest.mark.parametrize("data", [b"", b"name,number\n", b"MKFILE1\n", b"MKFILE1\n" + bytes(20)])
def test_what_is_no_closed_file_is_refused_in_words(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(data)
    with pytest.raises(FileDamaged) as refused:
        reader_of(path, lambda _version: KEY, PLACE)
    assert "開けません" in refused.value.message_ja
