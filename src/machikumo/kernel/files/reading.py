"""A closed file as a stream that reads and seeks like any other, with one piece in memory at a time."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from machikumo.kernel.files.domain.sealing import HEADER, PIECE, FileDamaged, cipher_of, header_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

    from machikumo.kernel.files.domain.sealing import Cipher


class ClosedFile(io.RawIOBase):
    """The bytes of a closed file in the clear; FileDamaged from whatever was altered, at the latest when it is read."""

    def __init__(self, file: IO[bytes], cipher: Cipher) -> None:
        super().__init__()
        self._file, self._cipher = file, cipher
        self._shape = shape_of(file.seek(0, io.SEEK_END))
        self._at, self._held, self._data = 0, -1, b""
        self._piece(self._shape.pieces - 1)  # a file that was cut off has no last piece

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The place in the clear bytes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place in the clear bytes."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._shape.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer up to the end of the present piece."""
        number, start = divmod(self._at, PIECE)
        if self._at >= self._shape.size:
            return 0
        view = memoryview(buffer).cast("B")
        found = self._piece(number)[start : start + len(view)]
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        """Close the file beneath too."""
        if not self.closed:
            self._file.close()
            self._data = b""
        super().close()

    def _piece(self, number: int) -> bytes:
        if number != self._held:
            offset, length = self._shape.span(number)
            self._file.seek(offset)
            last = number == self._shape.pieces - 1
            self._data, self._held = self._cipher.open(number, self._file.read(length), last=last), number
        return self._data


@dataclass(frozen=True, slots=True)
class Again:
    """How another process of ours opens the same file: to be handed over a pipe, never to be written down."""

    path: str
    key: bytes = field(repr=False)
    salt: bytes
    binding: bytes

    def __call__(self) -> ClosedReader:
        """The file, opened for reading."""
        file = Path(self.path).open("rb")  # noqa: SIM115 - the stream closes it
        try:
            return ClosedReader(ClosedFile(file, cipher_of(self.key, self.salt, self.binding)), self)
        except FileDamaged:
            file.close()
            raise


class ClosedReader(io.BufferedReader):
    """A closed file, buffered; it has no descriptor, so that nothing sends the closed bytes past the cipher."""

    def __init__(self, raw: ClosedFile, again: Again) -> None:
        super().__init__(raw, PIECE)
        self.again = again


def reader_of(path: Path, key_of: Callable[[int], bytes], binding: bytes) -> ClosedReader:
    """The closed file at that path, opened for reading; FileDamaged when it is none or was cut off."""
    with path.open("rb") as file:
        header = header_of(file.read(HEADER))
    return Again(str(path), key_of(header.version), header.salt, binding)()
