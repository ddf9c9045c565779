"""Signing and checking an envelope, and the fewest towns that are compared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.releases.domain.envelope import (
    Envelope,
    SignatureInvalid,
    TooFewCompared,
    check,
    comparable,
    content_digest,
    sign,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
CONTENT = {"b": 1, "a": "ア"}
ENVELOPE = Envelope(
    "182079",
    "180009",
    "inventory",
    3,
    "2026-11-24T00:00:00+00:00",
    "2027-11-24T00:00:00+00:00",
    content_digest(CONTENT),
)


def test_what_was_signed_is_accepted() -> None:
    assert check(ENVELOPE, CONTENT, sign(ENVELOPE, KEY), PUBLIC) is None


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert content_digest({"a": "ア", "b": 1}) == content_digest(CONTENT)


def test_the_signed_bytes_name_their_purpose_so_that_no_other_signature_fits() -> None:
    assert b'"signed_as":"machikumo-release-1"' in ENVELOPE.to_sign()


@pytest.mark.parametrize(
    "other",
    [
        replace(ENVELOPE, source="403491"),
        replace(ENVELOPE, recipient="403491"),
        replace(ENVELOPE, name="flows"),
        replace(ENVELOPE, version=4),
        replace(ENVELOPE, issued_at="2026-11-25T00:00:00+00:00"),
        replace(ENVELOPE, expires_at="2099-01-01T00:00:00+00:00"),
        replace(ENVELOPE, digest="0" * 64),
    ],
)
def test_no_fact_of_the_envelope_can_be_changed(other: Envelope) -> None:
    with pytest.raises(SignatureInvalid):
        check(other, CONTENT, sign(ENVELOPE, KEY), PUBLIC)


def test_other_content_under_the_same_envelope_is_refused() -> None:
    with pytest.raises(SignatureInvalid, match="署名が合いません"):
        check(ENVELOPE, {"a": 1}, sign(ENVELOPE, KEY), PUBLIC)


@pytest.mark.parametrize("signature", ["", "zz", "00" * 64])
def test_a_signature_that_is_none_is_refused(signature: str) -> None:
    with pytest.raises(SignatureInvalid):
        check(ENVELOPE, CONTENT, signature, PUBLIC)


def test_another_key_is_refused() -> None:
    other = Ed25519PrivateKey.generate()
    with pytest.raises(SignatureInvalid):
        check(ENVELOPE, CONTENT, sign(ENVELOPE, other), PUBLIC)


@given(st.lists(st.text("abcdefg", min_size=1, max_size=1), max_size=12))
def test_towns_are_compared_from_five_different_ones_up(towns: list[str]) -> None:
    if len(set(towns)) >= 5:
        assert comparable(towns) == sorted(set(towns))
        return
    with pytest.raises(TooFewCompared) as refused:
        comparable(towns)
    assert f"現在{len(set(towns))}団体" in refused.value.message_ja
