"""Files closed for somebody else's key: they open with it alone, and a failure never looks like a whole file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machikumo.kernel.files.closing import ClosedWriter, NotAKey, new_key, open_closed, recipient_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def closed(public: str, *parts: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with ClosedWriter(out, public) as writer:
        for part in parts:
            writer.write(part)
    out.seek(0)
    return out


def opened(source: io.BytesIO, secret: str) -> bytes:
    out = io.BytesIO()
    open_closed(source, out, secret)
    return out.getvalue()


@given(st.lists(st.binary(max_size=200_000), max_size=4))
@settings(max_examples=20, deadline=None)
def test_what_is_closed_opens_with_its_key(parts: list[bytes]) -> None:
    public, secret = new_key()
    file = closed(public, *parts)
    assert file.getvalue().startswith(b"age-encryption.org/v1")
    assert opened(file, f"# public key: {public}\n{secret}\n") == b"".join(parts)


def test_nothing_of_the_content_is_readable() -> None:
    assert "葛城".encode() not in closed(new_key()[0], "葛城　太郎".encode() * 1000).getvalue()


def test_another_key_and_a_cut_file_do_not_open() -> None:
    public, secret = new_key()
    file = closed(public, b"x" * 100_000)
    with pytest.raises(NotAKey, match="この鍵では開けません"):
        opened(file, new_key()[1])
    with pytest.raises(NotAKey, match="この鍵では開けません"):
        opened(io.BytesIO(file.getvalue()[:-10]), secret)


@pytest.mark.parametrize("given_key", ["", "age1", "葛城", pytest.param(new_key()[1], id="a secret key")])
def test_what_is_no_public_key_is_refused_in_words(given_key: str) -> None:
    with pytest.raises(NotAKey, match="age1"):
        recipient_of(given_key)


def test_a_file_without_a_secret_key_is_refused_in_words() -> None:
    with pytest.raises(NotAKey, match="AGE-SECRET-KEY-1"):
        opened(io.BytesIO(b""), "葛城")


def write_into(out: io.BytesIO, parts: Iterable[bytes]) -> None:
    with ClosedWriter(out, new_key()[0]) as writer:
        for part in parts:
            writer.write(part)


def failing() -> Iterator[bytes]:
    yield b"x"
    raise ValueError("midway")


class Full(io.BytesIO):
    """A disk on which nothing has room."""

    def write(self, _data: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_an_error_and_not_a_short_file() -> None:
    with pytest.raises(OSError, match=r"space|pipe"):
        write_into(Full(), [b"x" * 100_000] * 100)


def test_an_error_of_the_one_who_writes_is_told_as_it_is() -> None:
    with pytest.raises(ValueError, match="midway"):
        write_into(io.BytesIO(), failing())
