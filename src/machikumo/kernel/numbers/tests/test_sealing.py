import pytest
from hypothesis import given
from hypothesis import strategies as st

from machikumo.kernel.numbers.domain.sealing import (
    NONCE_BYTES,
    SealBroken,
    keyed_hash,
    place_of,
    seal,
    seal_all,
    unseal,
)

KEY, OTHER = b"k" * 32, b"o" * 32
NONCE = b"n" * NONCE_BYTES
numbers = st.text("0123456789", min_size=11, max_size=12)
tokens = st.text("abcdef0123456789-", min_size=1, max_size=40)


@given(numbers, tokens)
def test_a_sealed_number_opens_in_its_own_place_only(number: str, subject: str) -> None:
    place = place_of(7, "individual_number", subject)
    sealed = seal(KEY, NONCE, number, place)
    assert unseal(KEY, sealed, place, subject) == number
    assert number.encode() not in sealed
    for elsewhere in (
        place_of(8, "individual_number", subject),
        place_of(7, "resident_record_code", subject),
        place_of(7, "individual_number", subject + "x"),
    ):
        with pytest.raises(SealBroken):
            unseal(KEY, sealed, elsewhere, subject)


@given(numbers, st.integers(0, 39), st.integers(1, 255))
def test_a_sealed_number_with_any_byte_changed_does_not_open(number: str, position: int, change: int) -> None:
    place = place_of(7, "individual_number", "a")
    sealed = bytearray(seal(KEY, NONCE, number, place))
    position %= len(sealed)
    sealed[position] ^= change
    with pytest.raises(SealBroken, match="復号できません") as caught:
        unseal(KEY, bytes(sealed), place, "a")
    assert number not in str(caught.value) + caught.value.message_en


@pytest.mark.parametrize("sealed", [b"", b"short", b"n" * NONCE_BYTES])
def test_a_cut_row_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, b"", "a")


def test_another_key_does_not_open() -> None:
    sealed = seal(KEY, NONCE, "123456789019", b"place")
    with pytest.raises(SealBroken):
        unseal(OTHER, sealed, b"place", "a")


@given(numbers)
def test_the_hash_depends_on_key_kind_and_number(number: str) -> None:
    own = keyed_hash(KEY, "individual_number", number)
    assert len(own) == 32
    assert own == keyed_hash(KEY, "individual_number", number)
    assert own != keyed_hash(OTHER, "individual_number", number)
    assert own != keyed_hash(KEY, "resident_record_code", number)
    assert own != keyed_hash(KEY, "individual_number", number + "0")


@given(st.lists(st.tuples(tokens, numbers), max_size=5))
def test_many_at_once_are_sealed_as_each_alone(pairs: list[tuple[str, str]]) -> None:
    nonces = bytes(range(256))[: NONCE_BYTES * len(pairs)]
    kind = "individual_number"
    whole = list(seal_all(pairs, key=KEY, lookup=OTHER, nonces=nonces, place=place_of(7, kind, ""), kind=kind))
    assert [subject for subject, _, _ in whole] == [subject for subject, _ in pairs]
    for (subject, number), (_, sealed, found) in zip(pairs, whole, strict=True):
        assert unseal(KEY, sealed, place_of(7, kind, subject), subject) == number
        assert found == keyed_hash(OTHER, kind, number)
