"""Roots and proofs: the reference code's vectors, every small tree, and a second implementation."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from machikumo.kernel.ledger.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

# inputs of the certificate-transparency reference code, and the root of the first n of them
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LARGEST = 40
LEAVES = [leaf_hash(str(number).encode()) for number in range(LARGEST)]

leaves = st.lists(st.binary(max_size=40).map(leaf_hash), max_size=70)


def vector_leaves() -> list[bytes]:
    return [leaf_hash(bytes.fromhex(text)) for text in INPUTS]


def test_the_empty_tree_has_the_root_of_the_reference_code() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == Frontier().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_codes_leaves_give_its_roots(size: int) -> None:
    assert root_of(vector_leaves()[:size]).hex() == ROOTS[size - 1]


def test_the_proofs_of_the_reference_code_come_out() -> None:
    found = [part.hex() for part in inclusion_proof(0, vector_leaves())]
    assert found == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    grown = [part.hex() for part in consistency_proof(Frontier().extended(vector_leaves()[:6]), vector_leaves()[6:])]
    assert grown == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_leaf_of_every_small_tree_is_proved(size: int) -> None:
    root = root_of(LEAVES[:size])
    for index in range(size):
        proof = inclusion_proof(index, LEAVES[:size])
        assert len(proof) <= size.bit_length()
        assert is_included(LEAVES[index], index, size, root, proof)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_growth_of_every_small_tree_is_proved(size: int) -> None:
    root = root_of(LEAVES[:size])
    for old in range(size + 1):
        proof = consistency_proof(Frontier().extended(LEAVES[:old]), LEAVES[old:size])
        assert is_consistent(old, root_of(LEAVES[:old]), size, root, proof)


@given(leaves, st.data())
def test_a_proof_with_any_part_changed_proves_nothing(hashes: list[bytes], data: st.DataObject) -> None:
    hashes = hashes or [leaf_hash(b"")]
    index = data.draw(st.integers(0, len(hashes) - 1))
    proof, root, other = inclusion_proof(index, hashes), root_of(hashes), leaf_hash(b"another")
    assert is_included(hashes[index], index, len(hashes), root, proof)
    assert not is_included(other, index, len(hashes), root, proof)
    assert not is_included(hashes[index], index, len(hashes), other, proof)
    assert not is_included(hashes[index], index, len(hashes), root, [*proof, other])
    assert not is_included(hashes[index], len(hashes), len(hashes), root, proof)
    for place in range(len(proof)):
        wrong = [*proof[:place], other, *proof[place + 1 :]]
        assert not is_included(hashes[index], index, len(hashes), root, wrong)
        assert not is_included(hashes[index], index, len(hashes), root, proof[:place])


@given(leaves, st.data())
def test_a_growth_with_any_part_changed_proves_nothing(hashes: list[bytes], data: st.DataObject) -> None:
    hashes = [*hashes, leaf_hash(b"a"), leaf_hash(b"b")]
    size, other = len(hashes), leaf_hash(b"another")
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(Frontier().extended(hashes[:old]), hashes[old:])
    before, after = root_of(hashes[:old]), root_of(hashes)
    assert is_consistent(old, before, size, after, proof)
    assert not is_consistent(old, other, size, after, proof)
    assert not is_consistent(old, before, size, other, proof)
    assert not is_consistent(size, after, old, before, proof)
    assert not is_consistent(old, before, size, after, [*proof, other])
    for place in range(len(proof)):
        assert not is_consistent(old, before, size, after, [*proof[:place], other, *proof[place + 1 :]])
        assert not is_consistent(old, before, size, after, proof[:place])


@given(st.lists(leaves, max_size=6))
def test_appending_in_any_portions_gives_one_root(portions: list[list[bytes]]) -> None:
    frontier = Frontier()
    for portion in portions:
        frontier = frontier.extended(portion)
    whole = [part for portion in portions for part in portion]
    assert frontier == Frontier().extended(whole)
    assert frontier.root() == root_of(whole)
    assert Frontier.from_bytes(frontier.size, frontier.to_bytes()) == frontier


@given(st.lists(st.binary(max_size=30), min_size=2, max_size=60), st.data())
def test_another_implementation_agrees(rows: list[bytes], data: st.DataObject) -> None:
    tree = InmemoryTree(algorithm="sha256")
    for row in rows:
        tree.append_entry(row)
    hashes = [leaf_hash(row) for row in rows]
    size = data.draw(st.integers(1, len(rows)))
    index = data.draw(st.integers(0, size - 1))
    assert root_of(hashes[:size]) == tree.get_root(size)
    included = tree.prove_inclusion(index + 1, size)
    assert inclusion_proof(index, hashes[:size]) == included.path[1:]
    ours = consistency_proof(Frontier().extended(hashes[:size]), hashes[size:])
    assert is_consistent(size, tree.get_root(size), len(rows), tree.get_root(), ours)


def test_an_empty_log_is_the_beginning_of_every_log() -> None:
    assert is_consistent(0, EMPTY_ROOT, 3, root_of(LEAVES[:3]), [])
    assert not is_consistent(0, LEAVES[0], 3, root_of(LEAVES[:3]), [])
    assert consistency_proof(Frontier(), LEAVES[:3]) == []


def test_a_leaf_is_never_taken_for_a_node() -> None:
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Frontier(3, (LEAVES[0],))
    with pytest.raises(ValueError, match="no list of hashes"):
        Frontier.from_bytes(1, b"short")


def test_a_leaf_beyond_the_log_has_no_proof() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_proof(3, LEAVES[:3])


def test_the_root_of_a_million_leaves_takes_seconds_not_minutes() -> None:
    many = LEAVES * 25_000
    started = time.process_time()
    root = root_of(many)
    assert len(many) == 1_000_000
    assert len(root) == 32
    assert time.process_time() - started < 10
