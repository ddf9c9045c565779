"""Checkpoints: the signed statement of a log's size and root at a time.

The text is a signed note as transparency logs use it (C2SP tlog-checkpoint and signed-note), so that tools of others
read it too::

    machikumo/ledger/182079          the log: the organisation's code
    41230                            the number of rows
    rFqE…=                           the root, base64
    time 2026-11-24T09:00:00.000000Z
    <empty line>
    — machikumo/ledger/182079 base64(4 bytes of the key's id, 64 bytes of the Ed25519 signature)
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from machikumo.kernel.ledger.domain.canonical import instant_text
from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.domain.merkle import HASH_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "machikumo/ledger/"
ED25519 = b"\x01"
KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64
BODY_LINES = 4


class BadCheckpoint(LedgerError):
    """The text is no checkpoint of this log, or its signature is not the log's."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root at a time; ``log`` is the organisation's code."""

    log: str
    size: int
    root: bytes
    time: datetime

    def body(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{ORIGIN}{self.log}\n{self.size}\n{root}\ntime {instant_text(self.time)}\n"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note."""
    name, body = ORIGIN + checkpoint.log, checkpoint.body()
    signed = key_id(name, key.public_key()) + key.sign(body.encode())
    return f"{body}\n— {name} {base64.b64encode(signed).decode()}\n"


def read(note: str) -> Checkpoint:
    """The checkpoint that the note states, unverified; BadCheckpoint when it is no such text."""
    body, gap, _signatures = note.partition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) != BODY_LINES or not lines[0].startswith(ORIGIN) or not lines[3].startswith("time "):
        raise _bad("形がちがいます", "it is no signed note of ours")
    try:
        root = base64.b64decode(lines[2], validate=True)
        checkpoint = Checkpoint(
            log=lines[0].removeprefix(ORIGIN),
            size=int(lines[1]),
            root=root,
            time=datetime.fromisoformat(lines[3].removeprefix("time ")),
        )
        spelt = checkpoint.body()
    except (ValueError, OverflowError) as error:
        raise _bad(str(error), str(error)) from None
    if len(root) != HASH_BYTES or spelt != body + "\n":
        raise _bad("書き方が正規の形ではありません", "it is not spelt in the one way that is allowed")
    return checkpoint


def verified(note: str, verifier_key: str) -> Checkpoint:
    """The checkpoint of the note, whose signature is that of the key and whose log is the key's; else BadCheckpoint."""
    name, identity, public = _key_parts(verifier_key)
    checkpoint = read(note)
    if ORIGIN + checkpoint.log != name:
        raise _bad(f"{checkpoint.log} は別の記録です", f"it is of the log {checkpoint.log}")
    body, _gap, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        signature = _signature_by(line, name, identity)
        if signature and _is_signed(public, signature, body + "\n"):
            return checkpoint
    raise _bad("署名が合いません", "no signature of the log's key fits")


def key_id(name: str, key: Ed25519PublicKey) -> bytes:
    """The four bytes that name the key in a note."""
    return sha256(name.encode() + b"\n" + ED25519 + key.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def verifier_key(log: str, key: Ed25519PublicKey) -> str:
    """The line that whoever verifies the log keeps: name, id and public key."""
    name = ORIGIN + log
    public = base64.b64encode(ED25519 + key.public_bytes_raw()).decode()
    return f"{name}+{key_id(name, key).hex()}+{public}"


def _key_parts(verifier_key: str) -> tuple[str, bytes, Ed25519PublicKey]:
    try:
        name, identity, encoded = verifier_key.strip().split("+", 2)
        public = base64.b64decode(encoded, validate=True)
        if public[:1] != ED25519:
            raise _bad("鍵の種類が Ed25519 ではありません", "the key is not of Ed25519")
        key = Ed25519PublicKey.from_public_bytes(public[1:])
    except ValueError as error:
        raise _bad(f"検証鍵を読めません（{error}）", f"the verifier key cannot be read ({error})") from None
    if key_id(name, key).hex() != identity:
        raise _bad("検証鍵の番号が合いません", "the verifier key does not fit its id")
    return name, bytes.fromhex(identity), key


def _signature_by(line: str, name: str, identity: bytes) -> bytes | None:
    """The signature in the line when it is of that key."""
    mark, _blank, rest = line.partition(" ")
    signer, _blank, encoded = rest.partition(" ")
    if mark != "—" or signer != name:
        return None
    try:
        signed = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    return signed[KEY_ID_BYTES:] if signed[:KEY_ID_BYTES] == identity else None


def _is_signed(key: Ed25519PublicKey, signature: bytes, body: str) -> bool:
    try:
        key.verify(signature, body.encode())
    except InvalidSignature:
        return False
    return True


def _bad(japanese: str, english: str) -> BadCheckpoint:
    return BadCheckpoint(f"チェックポイントを信じられません: {japanese}。", f"The checkpoint is not good: {english}.")
