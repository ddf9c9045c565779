"""Merkle trees over a log: roots, inclusion and consistency proofs.

Source: RFC 9162 (Certificate Transparency 2.0), section 2.1, with SHA-256. A leaf is ``sha256(00 ‖ data)``, a node
``sha256(01 ‖ left ‖ right)``; the left branch of n leaves holds the largest power of two below n.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAF = b"\x00"
NODE = b"\x01"
HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf, 32 bytes."""
    return sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two branches, 32 bytes."""
    return sha256(NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the complete subtrees of a log's first ``size`` leaves, largest first.

    All that is needed to append to the log, to give its root and to prove consistency later; at most 64 hashes.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"{len(self.peaks)} peaks do not fit {self.size} leaves")

    def root(self) -> bytes:
        """The root of the tree; EMPTY_ROOT for no leaves."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = node_hash(peak, root)
        return root

    def extended(self, leaf_hashes: Sequence[bytes]) -> Frontier:
        """The frontier after the leaves are appended; cost one hash a leaf, whole subtrees at a time."""
        peaks, size, start, end = list(self.peaks), self.size, 0, len(leaf_hashes)
        while start < end:
            width = _aligned_width(size, end - start)
            peaks.append(_complete_root(leaf_hashes[start : start + width]))
            start, size = start + width, size + width
            while not size & width:  # two subtrees of one width stand side by side: join them
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
                width *= 2
        return Frontier(size, tuple(peaks))

    def to_bytes(self) -> bytes:
        """The peaks one after the other, for storage beside the size."""
        return b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Frontier:
        """What ``to_bytes`` gave; ValueError when it does not fit the size."""
        if len(stored) % HASH_BYTES:
            raise ValueError(f"{len(stored)} bytes are no list of hashes")
        return cls(size, tuple(stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)))


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over the leaf hashes, MTH of the RFC."""
    return Frontier().extended(leaf_hashes).root()


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from leaf ``index`` (from 0) to the root, nearest first; PATH of the RFC."""
    start, stop = 0, len(leaf_hashes)
    if not start <= index < stop:
        raise ValueError(f"there is no leaf {index} in a log of {stop}")
    path = []
    while stop - start > 1:
        middle = start + _left_width(stop - start)
        if index < middle:
            path.append(root_of(leaf_hashes[middle:stop]))
            stop = middle
        else:
            path.append(root_of(leaf_hashes[start:middle]))
            start = middle
    return path[::-1]


def is_included(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that ``leaf`` (its hash) is number ``index`` of the log of that size and root."""
    if not 0 <= index < size:
        return False
    place, last, known = index, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if place & 1 or place == last:
            known = node_hash(sibling, known)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            known = node_hash(known, sibling)
        place, last = place >> 1, last >> 1
    return not last and known == root


def consistency_proof(old: Frontier, new_leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """The hashes that prove that the log grew from ``old`` by the new leaves and lost nothing; PROOF of the RFC.

    Needs only the old frontier and what came since, never the old leaves. Empty when nothing came or nothing was.
    """
    first, start, stop = old.size, 0, old.size + len(new_leaf_hashes)
    if not first:
        return []
    known = dict(zip(_peak_ranges(first), old.peaks, strict=True))
    path = []
    while stop != first:
        middle = start + _left_width(stop - start)
        if first <= middle:
            path.append(root_of(new_leaf_hashes[middle - first : stop - first]))
            stop = middle
        else:
            path.append(known[start, middle])
            start = middle
    if start:
        path.append(known[start, first])
    return path[::-1]


def is_consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the log with the new root still begins with the log of the old root."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if not old_size:
        return not proof and old_root == EMPTY_ROOT
    if old_size > new_size or not proof:
        return False
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    return _roots_from(path, place, last) == (old_root, new_root)


def _roots_from(path: Sequence[bytes], place: int, last: int) -> tuple[bytes, bytes] | None:
    """Both roots as the path gives them; None when it is too long or too short (RFC 9162, 2.1.4.2, steps 5 to 7)."""
    old = new = path[0]
    for sibling in path[1:]:
        if not last:
            return None
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return None if last else (old, new)


def _left_width(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << ((width - 1).bit_length() - 1)


def _aligned_width(size: int, available: int) -> int:
    """The leaves of the largest complete subtree that may stand at position ``size``."""
    width = 1 << (available.bit_length() - 1)
    return min(width, size & -size) if size else width


def _complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree, level by level: the loop that a million rows go through."""
    level = hashes
    while len(level) > 1:
        level = [sha256(NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def _peak_ranges(size: int) -> list[tuple[int, int]]:
    """Where each peak of a log of that size begins and ends."""
    ranges, start = [], 0
    for bit in range(size.bit_length() - 1, -1, -1):
        if size >> bit & 1:
            ranges.append((start, start + (1 << bit)))
            start += 1 << bit
    return ranges
