"""Checkpoints: signing, reading, refusing; and the outsider's Ed25519 against the library's."""

from __future__ import annotations

import base64
import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.checkpoint import BadCheckpoint, Checkpoint
from machikumo.kernel.ledger.domain.merkle import leaf_hash

REPOSITORY = Path(__file__).resolve().parents[5]
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
STATED = Checkpoint("182079", 41230, leaf_hash(b"x"), datetime(2026, 11, 24, 9, tzinfo=UTC))
LINE = notes.verifier_key("182079", KEY.public_key())
# RFC 8032, 7.1, tests 1 to 3: public key, message, signature
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
            "655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
            "b00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
            "c027beceea1ec40a"
        ),
    ),
)


@pytest.fixture(scope="module")
def outsider() -> Any:
    """The script of the documentation, as a module."""
    place = REPOSITORY / "docs" / "operations" / "verify_ledger.py"
    specification = importlib.util.spec_from_file_location("verify_ledger", place)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_note_is_text_that_a_person_can_read() -> None:
    lines = notes.sign(STATED, KEY).split("\n")
    assert lines[0] == "machikumo/ledger/182079"
    assert lines[1] == "41230"
    assert base64.b64decode(lines[2]) == STATED.root
    assert lines[3:5] == ["time 2026-11-24T09:00:00.000000Z", ""]
    assert lines[5].startswith("— machikumo/ledger/182079 ")


def test_what_was_signed_is_read_back() -> None:
    assert notes.verified(notes.sign(STATED, KEY), LINE) == STATED
    assert notes.read(notes.sign(STATED, KEY)) == STATED


def test_another_key_or_another_log_is_refused() -> None:
    with pytest.raises(BadCheckpoint, match="署名"):
        notes.verified(notes.sign(STATED, OTHER), LINE)
    with pytest.raises(BadCheckpoint, match="別の記録"):
        notes.verified(notes.sign(STATED, KEY), notes.verifier_key("403491", KEY.public_key()))


@given(st.data())
def test_no_changed_letter_goes_unseen(data: st.DataObject) -> None:
    note = notes.sign(STATED, KEY)
    place = data.draw(st.integers(0, len(note) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda found: found != note[place]))
    changed = note[:place] + letter + note[place + 1 :]
    try:
        seen = notes.verified(changed, LINE)
    except BadCheckpoint:
        return
    assert seen == STATED, "a blank after the signature may change, what was signed may not"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "machikumo/ledger/1\n5\nAA==\ntime 2026-11-24T09:00:00.000000Z\n\n",
        "machikumo/ledger/1\nfive\n" + "A" * 43 + "=\ntime 2026-11-24T09:00:00.000000Z\n\n",
        "machikumo/ledger/1\n05\n" + "A" * 43 + "=\ntime 2026-11-24T09:00:00.000000Z\n\n",
        "machikumo/ledger/1\n5\n" + "A" * 43 + "=\ntime yesterday\n\n",
        "machikumo/ledger/1\n5\n" + "A" * 43 + "=\ntime 2026-11-24T09:00:00.000000\n\n",
        "machikumo/ledger/1\n5\n" + "A" * 43 + "=\ntime 0001-01-01T00:00:00.000000+09:00\n\n",
        "machikumo/ledger/1\n5\n" + "A" * 43 + "=\n2026-11-24T09:00:00.000000Z\n\n",
        "another/1\n5\n" + "A" * 43 + "=\ntime 2026-11-24T09:00:00.000000Z\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(BadCheckpoint):
        notes.read(note)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "machikumo/ledger/182079+00000000+" + LINE.split("+", 2)[2],
        "machikumo/ledger/182079+00000000+????",
        "machikumo/ledger/182079+00000000+" + base64.b64encode(b"\x02" + b"k" * 32).decode(),
    ],
)
def test_a_damaged_key_line_is_refused(line: str) -> None:
    with pytest.raises(BadCheckpoint):
        notes.verified(notes.sign(STATED, KEY), line)


def test_damaged_signature_lines_are_passed_over() -> None:
    body, _gap, good = notes.sign(STATED, KEY).partition("\n\n")
    note = f"{body}\n\n— machikumo/ledger/182079 ???\n— somebody/else AAAA\n-- what\n{good}"
    assert notes.verified(note, LINE) == STATED


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_outsiders_script_knows_the_standards_signatures(
    outsider: Any, public: str, message: str, signature: str
) -> None:
    key, text, signed = (bytes.fromhex(part) for part in (public, message, signature))
    assert outsider.is_signed(key, text, signed)
    assert not outsider.is_signed(key, text + b"\x00", signed)
    assert not outsider.is_signed(key, text, signed[:-1])
    assert not outsider.is_signed(key, text, signed[:32] + bytes(32))
    assert not outsider.is_signed(key, text, signed[:32] + b"\xff" * 32)
    assert not outsider.is_signed(b"\xff" * 32, text, signed)
    assert not outsider.is_signed(b"\x02" + bytes(31), text, signed)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_the_outsiders_script_and_the_library_agree(seed: bytes, message: bytes) -> None:
    script = _script()
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature, public = key.sign(message), key.public_key().public_bytes_raw()
    assert script.is_signed(public, message, signature)
    assert not script.is_signed(public, message + b"!", signature)


def test_the_outsiders_script_reads_our_notes(outsider: Any) -> None:
    note = notes.sign(STATED, KEY)
    assert outsider.read_note(note, "machikumo/ledger/182079") == (STATED.size, STATED.root)
    assert outsider.is_signed_note(note, LINE)
    assert not outsider.is_signed_note(notes.sign(STATED, OTHER), LINE)


_loaded: list[Any] = []


def _script() -> Any:
    if not _loaded:
        _loaded.append(outsider.__wrapped__())  # type: ignore[attr-defined]  # the fixture's own function
    return _loaded[0]
