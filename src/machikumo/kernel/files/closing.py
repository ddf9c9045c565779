"""Closing a file for whoever holds a key that the platform never has: the age format (age-encryption.org/v1).

What is written goes through a pipe into the library (pyrage), so that nothing open touches a disk. Any program for age
files opens it (``age -d -i KEY FILE``), and so does ``machikumo key open``.
"""

from __future__ import annotations

import os
import re
import threading
from typing import IO, TYPE_CHECKING, Self

import pyrage

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from types import TracebackType

SECRET = re.compile(r"^AGE-SECRET-KEY-1[0-9A-Z]+$", re.MULTILINE)


class NotAKey(MachikumoError):
    """What was given is not a key of the kind that is needed, or not the key of this file."""

    status = 422


def recipient_of(public_key: str) -> pyrage.x25519.Recipient:
    """The public key as the library wants it; NotAKey says what one looks like."""
    try:
        return pyrage.x25519.Recipient.from_str(public_key.strip())
    except pyrage.RecipientError:
        raise NotAKey(
            "公開鍵ではありません。「age1」で始まる公開鍵を入力してください（秘密鍵は入力しないでください）。",
            "This is not a public key: enter the one that begins with age1, never the secret one.",
        ) from None


def new_key() -> tuple[str, str]:
    """A new pair: the public key, and the secret one, which is to be kept where the platform is not."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def open_closed(source: IO[bytes], out: IO[bytes], key_file: str) -> None:
    """Write what is in a closed file; ``key_file`` is the text of the key's file. NotAKey when it does not open it."""
    secret = SECRET.search(key_file)
    if secret is None:
        raise NotAKey(
            "秘密鍵がありません。「AGE-SECRET-KEY-1」で始まる行のあるファイルを指定してください。",
            "No secret key: give the file with the line that begins with AGE-SECRET-KEY-1.",
        )
    try:
        pyrage.decrypt_io(source, out, [pyrage.x25519.Identity.from_str(secret[0])])
    except (pyrage.DecryptError, pyrage.IdentityError, OSError) as error:
        raise NotAKey(
            "この鍵では開けません。鍵とファイルの組み合わせと、ファイルが壊れていないかを確かめてください。",
            "This key does not open it: see whether key and file belong together, and whether the file is whole.",
        ) from error


class ClosedWriter:
    """A file to write into, whose closed form goes to ``out``; whole only after the ``with`` ended without an error."""

    def __init__(self, out: IO[bytes], public_key: str) -> None:
        """``out`` is written by another thread until the end; NotAKey when the public key is none."""
        self._out, self._recipient = out, recipient_of(public_key)
        self._fault: BaseException | None = None

    def __enter__(self) -> Self:
        """Start the library at the other end of the pipe."""
        reading, writing = os.pipe()
        self._source, self._pipe = os.fdopen(reading, "rb"), os.fdopen(writing, "wb")
        self._thread = threading.Thread(target=self._close, daemon=True)
        self._thread.start()
        return self

    def write(self, data: bytes) -> int:
        """Close these bytes too."""
        return self._pipe.write(data)

    def flush(self) -> None:
        """Nothing to do: the file is whole at its end only."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until everything is closed; raise what went wrong over there."""
        try:
            self._pipe.close()
        except BrokenPipeError as broken:
            self._fault = self._fault or broken
        self._thread.join()
        if error is None and self._fault is not None:
            raise self._fault

    def _close(self) -> None:
        try:
            with self._source:
                pyrage.encrypt_io(self._source, self._out, [self._recipient])
        except BaseException as fault:  # noqa: BLE001 - told to whoever waits
            self._fault = fault
