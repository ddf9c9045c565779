#!/usr/bin/env python3
"""Verify an exported ledger of Machikumo with Python's standard library and nothing else.

    python3 -I verify_ledger.py FOLDER [--key KEYLINE] [--witness FILE ...]

FOLDER is what ``machikumo ledger export`` wrote: entries.jsonl (one row a line, in the log's order), checkpoints.jsonl
(signed statements of size and root), verifier_key.txt, and perhaps witness-*.jsonl. Take KEYLINE and the witness files
from the witnesses themselves, not from whom you verify: that is the point of witnesses.

Exit code 0: every row is under the signed root, and every witness saw the same log. 1: not so, and it says where.

How it works (RFC 9162, RFC 8032, C2SP signed notes): a row's leaf is sha256(00, line), a node sha256(01, left, right).
The root of every checkpoint must be that of the first n rows, and the last note of each file must carry the Ed25519
signature of the log's key; earlier ones need no signature, because their rows are among those of the last.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from hashlib import sha256, sha512
from pathlib import Path

Point = tuple[int, int, int, int]  # (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z
Note = tuple[int, bytes, str]  # size, root, who says so

# Ed25519 (RFC 8032, 5.1)
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
KEY_BYTES, SIGNATURE_BYTES, BODY_LINES = 32, 64, 4
LOG = "the log"


def add(first: Point, second: Point) -> Point:
    """The sum of two points of the curve."""
    a = (first[1] - first[0]) * (second[1] - second[0]) % P
    b = (first[1] + first[0]) * (second[1] + second[0]) % P
    c = 2 * first[3] * second[3] * D % P
    d = 2 * first[2] * second[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: Point) -> Point:
    """The point added to itself so many times."""
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def is_same(first: Point, second: Point) -> bool:
    """Whether both are one point."""
    x = first[0] * second[2] - second[0] * first[2]
    y = first[1] * second[2] - second[1] * first[2]
    return x % P == 0 and y % P == 0


def point_from(data: bytes) -> Point:
    """The point that 32 bytes encode; ValueError when they encode none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if len(data) != KEY_BYTES or y >= P or (x * x - square) % P or (sign and not x):
        raise ValueError("no point of the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_from((4 * pow(5, P - 2, P) % P).to_bytes(KEY_BYTES, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the 64 bytes are the key's Ed25519 signature of the message."""
    scalar = int.from_bytes(signature[KEY_BYTES:], "little")
    if len(signature) != SIGNATURE_BYTES or scalar >= ORDER:
        return False
    try:
        key, commitment = point_from(public), point_from(signature[:KEY_BYTES])
    except ValueError:
        return False
    challenge = int.from_bytes(sha512(signature[:KEY_BYTES] + public + message).digest(), "little") % ORDER
    return is_same(multiply(scalar, BASE), add(commitment, multiply(challenge, key)))


def read_key(line: str) -> tuple[str, bytes, bytes]:
    """The log's name, the id and the 32 bytes of the key; ValueError when the line is damaged."""
    name, identity, encoded = line.strip().split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    if key[:1] != b"\x01" or sha256(name.encode() + b"\n" + key).digest()[:4].hex() != identity:
        raise ValueError("the key line is damaged")
    return name, bytes.fromhex(identity), key[1:]


def read_note(note: str, name: str) -> tuple[int, bytes]:
    """The size and root that a checkpoint of the log states; ValueError for anything else."""
    lines = note.partition("\n\n")[0].split("\n")
    if len(lines) != BODY_LINES or lines[0] != name:
        raise ValueError(f"this is no checkpoint of {name}")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


def is_signed_note(note: str, key_line: str) -> bool:
    """Whether one of the note's signatures is that of the log's key."""
    name, identity, public = read_key(key_line)
    body, _gap, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        encoded = line.removeprefix(f"— {name} ")
        signed = base64.b64decode(encoded) if encoded != line else b""
        if signed[:4] == identity and is_signed(public, f"{body}\n".encode(), signed[4:]):
            return True
    return False


def read_notes(file: Path, key_line: str, who: str) -> list[Note]:
    """Every note in a file of JSON lines; the program ends when one is damaged or the last is not signed."""
    name, notes, last = read_key(key_line)[0], [], None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            last = json.loads(line)["note"]
            notes.append((*read_note(last, name), who))
        except (ValueError, KeyError) as error:
            raise SystemExit(f"NG  {file}: line {number}: {error}") from None
    if last is not None and not is_signed_note(last, key_line):
        raise SystemExit(f"NG  {file}: the last checkpoint is not signed by the log's key")
    return notes


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two branches."""
    return sha256(b"\x01" + left + right).digest()


def grow(peaks: list[bytes], leaf: bytes, size: int) -> None:
    """Add one leaf to the roots of the complete subtrees of ``size`` leaves."""
    peaks.append(leaf)
    while size & 1:
        right = peaks.pop()
        peaks[-1] = node(peaks[-1], right)
        size >>= 1


def root_of(peaks: list[bytes]) -> bytes:
    """The root over the complete subtrees."""
    if not peaks:
        return sha256(b"").digest()
    root = peaks[-1]
    for peak in peaks[-2::-1]:
        root = node(peak, root)
    return root


def is_row_of(text: bytes, code: str) -> bool:
    """Whether the line is a row of that organisation."""
    try:
        return bool(json.loads(text)["organisation"] == code)
    except (ValueError, KeyError, TypeError):
        return False


def examine(entries: Path, notes: list[Note], code: str) -> tuple[list[str], int, bytes]:
    """Read the rows once; the faults found, the number of rows and the root."""
    by_size: dict[int, list[tuple[bytes, str]]] = {}
    for at, root, who in notes:
        by_size.setdefault(at, []).append((root, who))
    faults: list[str] = []
    peaks: list[bytes] = []
    size = good = 0
    with entries.open("rb") as rows:
        for line in rows:
            text = line.removesuffix(b"\n")
            if not is_row_of(text, code):
                faults.append(f"row {size + 1} is no row of {code}")
            grow(peaks, sha256(b"\x00" + text).digest(), size)
            size += 1
            wrong = [who for root, who in by_size.get(size, ()) if root != root_of(peaks)]
            faults += [f"rows {good + 1} to {size} are not those that {who} has signed for" for who in wrong]
            if size in by_size and not wrong:
                good = size
    faults += [f"{who} knows of {at} rows, here are {size}" for at, _root, who in notes if at > size]
    sealed = max((at for at, _root, who in notes if who == LOG), default=0)
    if size > sealed:
        faults.append(f"rows {sealed + 1} to {size} stand under no checkpoint")
    return faults, size, root_of(peaks)


def main() -> int:
    """Verify and print a verdict."""
    parser = argparse.ArgumentParser(description="Verify an exported ledger of Machikumo.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", help="the log's key line, from a witness (else verifier_key.txt of the export)")
    parser.add_argument("--witness", type=Path, action="append", default=[], help="a witness's file")
    chosen = parser.parse_args()
    key_line = chosen.key or (chosen.folder / "verifier_key.txt").read_text(encoding="ascii")
    code = read_key(key_line)[0].rpartition("/")[2]
    notes = read_notes(chosen.folder / "checkpoints.jsonl", key_line, LOG)
    for file in [*chosen.witness, *sorted(chosen.folder.glob("witness-*.jsonl"))]:
        notes += read_notes(file, key_line, f"the witness file {file.name}")
    faults, size, root = examine(chosen.folder / "entries.jsonl", notes, code)
    for fault in faults[:20]:
        sys.stdout.write(f"    {fault}\n")
    verdict = "NG" if faults else "OK"
    sys.stdout.write(f"{verdict}  {code}: {size} rows, root {root.hex()}, {len(notes)} checkpoints\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
