"""A former ledger verifies by its own key only, row by row, up to its last seal."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.ledger.domain.checkpoint import Checkpoint, sign, verifier_key
from machikumo.kernel.ledger.domain.merkle import EMPTY_ROOT, leaf_hash, root_of
from machikumo.operations.domain.former import verified_head
from machikumo.operations.domain.package import PackageFault

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = verifier_key("182079", KEY.public_key())
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def rows_of(count: int) -> list[bytes]:
    return [f'{{"n":{number}}}'.encode() for number in range(count)]


def note_of(rows: list[bytes], key: Ed25519PrivateKey = KEY) -> str:
    return sign(Checkpoint("182079", len(rows), root_of([leaf_hash(row) for row in rows]), NOW), key)


@given(st.lists(st.integers(1, 9000), min_size=1, max_size=3, unique=True))
def test_the_head_is_that_of_the_last_seal(sizes: list[int]) -> None:
    rows = rows_of(max(sizes))
    head = verified_head(iter(rows), [note_of(rows[:size]) for size in sizes], PUBLIC)
    assert (head.size, head.root) == (len(rows), root_of([leaf_hash(row) for row in rows]))


def test_a_log_in_which_nothing_was_sealed_has_an_empty_head() -> None:
    assert verified_head([], [], PUBLIC).root == EMPTY_ROOT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows[:-1], "封印と違います"),
        (lambda rows: [*rows, b"{}"], "封印されていない行"),
        (lambda rows: [rows[1], rows[0], *rows[2:]], "封印と違います"),
        (lambda rows: [*rows[:2], b"{}", *rows[3:]], "封印と違います"),
    ],
)
def test_a_row_that_is_not_as_it_was_sealed_is_found(change: object, words: str) -> None:
    rows = rows_of(7)
    with pytest.raises(PackageFault, match=words):
        verified_head(change(rows), [note_of(rows[:3]), note_of(rows)], PUBLIC)  # type: ignore[operator]


def test_a_seal_by_another_key_is_none() -> None:
    rows = rows_of(3)
    with pytest.raises(PackageFault, match="署名が合いません"):
        verified_head(rows, [note_of(rows, Ed25519PrivateKey.from_private_bytes(b"x" * 32))], PUBLIC)
