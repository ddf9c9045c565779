"""An opened package while it is read: on disk only closed, with a key that is in this process's memory alone."""

from __future__ import annotations

import os
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from machikumo.kernel.files.closing import open_closed
from machikumo.kernel.files.domain.sealing import KEY_BYTES, PIECE, SALT, Header, cipher_of, close_all
from machikumo.kernel.files.reading import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.files.reading import ClosedReader

BINDING = b"machikumo.operations.scratch"


@contextmanager
def opened_package(closed: IO[bytes], key_file: str) -> Iterator[ClosedReader]:
    """The package that is closed for the holder of the key, as a stream that seeks; NotAKey when it does not open."""
    key, header = os.urandom(KEY_BYTES), Header(1, os.urandom(SALT))
    with tempfile.TemporaryDirectory(prefix="machikumo-") as folder:
        place = Path(folder) / "package"
        with place.open("wb") as out, _opening(closed, key_file) as source:
            out.write(header.to_bytes())
            for piece in close_all(iter(partial(source.read, PIECE), b""), cipher_of(key, header.salt, BINDING)):
                out.write(piece)
        with reader_of(place, lambda _version: key, BINDING) as stream:
            place.unlink()
            yield stream


@contextmanager
def _opening(closed: IO[bytes], key_file: str) -> Iterator[IO[bytes]]:
    """The clear bytes through a pipe; what went wrong at the other end is raised at the end."""
    reading, writing = os.pipe()
    faults: list[BaseException] = []

    def pump() -> None:
        with os.fdopen(writing, "wb") as out:
            try:
                open_closed(closed, out, key_file)
            except BaseException as fault:  # noqa: BLE001 - told to whoever waits
                faults.append(fault)

    thread = threading.Thread(target=pump, daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    finally:
        thread.join()
    if faults:
        raise faults[0]
