"""Finding what was altered, removed, reordered, inserted or rolled back in a log.

Pure: rows come in as a stream of blocks, checkpoints and what the witnesses hold as lists; findings come out.
The tree is computed over the stored leaf hashes, every row's text is compared with its leaf, and the tree with every
signed checkpoint. So a changed text is named exactly; a changed leaf is narrowed down by the signed peaks of the first
checkpoint that fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from struct import unpack
from typing import TYPE_CHECKING
from uuid import UUID

from machikumo.kernel.ledger.domain.merkle import HASH_BYTES, LEAF, Frontier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from machikumo.kernel.ledger.domain.checkpoint import Checkpoint

ID_BYTES = 16
MOST_FINDINGS = 50


class Kind(Enum):
    """What is wrong with a log; the value is what reports carry."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"
    INSERTED = "inserted"
    REWRITTEN = "rewritten"
    ROLLED_BACK = "rolled_back"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a log, by place, packed: a million objects would cost more than the hashing.

    ``places`` are 8 bytes each, big-endian; ``hashes`` the leaves' 32, ``ids`` the rows' 16; ``texts`` the rows'
    canonical texts between newlines (which no canonical text contains), an empty one where there is no such row.
    """

    places: bytes
    hashes: bytes
    ids: bytes
    texts: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: rows ``first`` to ``last`` (places in the log from 0), or a checkpoint or witness."""

    kind: Kind
    first: int
    last: int
    entry: str = ""
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """A checkpoint whose signature was verified; ``peaks`` when they were stored and give its root."""

    checkpoint: Checkpoint
    peaks: tuple[bytes, ...] = ()
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """What a whole log showed: its size, how many of its rows are there, and the first MOST_FINDINGS findings."""

    size: int
    present: int
    root: bytes
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Reader:
    """The state while the rows stream by."""

    mark: bytes
    seals: Mapping[int, Sequence[Seal]]
    frontier: Frontier = field(default_factory=Frontier)
    expected: int = 0  # the place that should come next
    missing: int = 0  # leaves whose row is not there
    good: int = 0  # rows known to be right by a seal
    findings: list[Finding] = field(default_factory=list)
    mismatches: dict[int, tuple[bytes, bytes, str]] = field(default_factory=dict)
    unordered: list[tuple[int, str]] = field(default_factory=list)
    previous: bytes = b""
    is_broken: bool = False  # a seal has failed: later ones say nothing new

    def report(self, kind: Kind, first: int, last: int, *, entry: str = "", witness: str = "") -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, first, last, entry, witness))


def examine(blocks: Iterable[Block], seals: Sequence[Seal], organisation: str) -> Examination:
    """Everything that is wrong with the log whose rows stream in by place.

    ``seals`` are the database's own checkpoints and those of witnesses. Cost: one pass, about two hashes a row,
    constant memory.
    """
    by_size: dict[int, list[Seal]] = {}
    for seal in seals:
        by_size.setdefault(seal.checkpoint.size, []).append(seal)
    reader = _Reader(f'"organisation":"{organisation}"'.encode(), by_size)
    stops = iter(sorted(by_size))
    stop = next(stops, None)
    for block in blocks:
        hashes = _checked(reader, block)
        start = 0
        while stop is not None and stop <= reader.frontier.size + len(hashes) - start:
            end = start + stop - reader.frontier.size
            _advance(reader, hashes[start:end])
            _compare(reader, stop)
            start, stop = end, next(stops, None)
        _advance(reader, hashes[start:])
    _conclude(reader)
    size, root = reader.frontier.size, reader.frontier.root()
    return Examination(size, size - reader.missing, root, tuple(reader.findings))


def _advance(reader: _Reader, hashes: Sequence[bytes]) -> None:
    reader.frontier = reader.frontier.extended(hashes)


def _checked(reader: _Reader, block: Block) -> Sequence[bytes]:
    """The stored hashes of the block, after every text was compared with its own; the loop of a million rows."""
    texts = block.texts.split(b"\n")
    count, start = len(texts), reader.frontier.size
    places = unpack(f">{count}q", block.places)
    stored = _cut(block.hashes, HASH_BYTES)
    ids = _cut(block.ids, ID_BYTES)
    _note_order(reader, places, ids)
    computed = [sha256(LEAF + text).digest() for text in texts]
    is_whole = places[0] == start and places[-1] == start + count - 1
    if computed == stored and is_whole and block.texts.count(reader.mark) == count:
        reader.expected = start + count
        return stored
    for place, *row in zip(places, stored, ids, texts, computed, strict=True):
        _look_at(reader, place, row)
    return stored


def _cut(packed: bytes, width: int) -> list[bytes]:
    return [packed[at : at + width] for at in range(0, len(packed), width)]


def _note_order(reader: _Reader, places: Sequence[int], ids: Sequence[bytes]) -> None:
    """Within one sealing, rows stand in the order of their ids: remember where they do not."""
    if reader.previous < ids[0] and ids == sorted(ids):
        reader.previous = ids[-1]
        return
    for place, key in zip(places, ids, strict=True):
        if key < reader.previous:
            reader.unordered.append((place, str(UUID(bytes=key))))
        reader.previous = key


def _look_at(reader: _Reader, place: int, row: Sequence[bytes]) -> None:
    """Name what is wrong with one row (leaf, id, text, the text's own leaf) of a block in which something is."""
    stored, key, text, computed = row
    entry = str(UUID(bytes=key))
    if place != reader.expected and not reader.is_broken:
        reader.report(Kind.REMOVED, reader.expected, place - 1)
        reader.is_broken = True  # every later place is shifted
    reader.expected = place + 1
    if not text:
        reader.missing += 1
        reader.report(Kind.REMOVED, place, place, entry=entry)
    elif computed != stored:
        reader.mismatches[place] = (computed, stored, entry)
    elif reader.mark not in text:
        reader.report(Kind.INSERTED, place, place, entry=entry)


def _compare(reader: _Reader, size: int) -> None:
    """Compare the tree with every seal of that size."""
    root = reader.frontier.root()
    for seal in reader.seals[size]:
        if seal.checkpoint.root == root or reader.is_broken:
            continue
        if seal.witness:
            reader.report(Kind.REWRITTEN, reader.good, size - 1, witness=seal.witness)
        else:
            _locate(reader, seal)
            reader.is_broken = True
    if not reader.is_broken:
        reader.good = size
        reader.unordered = [
            place for place in reader.unordered if place[0] > size
        ]  # the first of a sealing may be older


def _locate(reader: _Reader, seal: Seal) -> None:
    """Name what made the seal fail: rows out of order, else the smallest range that the signed peaks leave."""
    unordered = [place for place in reader.unordered if place[0] < seal.checkpoint.size]
    for index, entry in unordered:
        reader.report(Kind.REORDERED, index - 1, index, entry=entry)
    if unordered:
        return
    first, last = reader.good, seal.checkpoint.size - 1
    start = 0
    for signed, present in zip(seal.peaks, reader.frontier.peaks, strict=False):
        width = 1 << ((seal.checkpoint.size - start).bit_length() - 1)
        if signed != present:
            first, last = max(first, start), start + width - 1
            break
        start += width
    reader.report(Kind.ALTERED, first, last)


def _conclude(reader: _Reader) -> None:
    """What only shows at the end: swapped texts, a missing or additional tail, witnesses that know more."""
    computed = {pair[0] for pair in reader.mismatches.values()}
    for index, (_present, stored, entry) in reader.mismatches.items():
        kind = Kind.REORDERED if stored in computed else Kind.ALTERED
        reader.report(kind, index, index, entry=entry)
    size = reader.frontier.size
    own = [at for at, seals in reader.seals.items() if any(not seal.witness for seal in seals)]
    if own and max(own) > size:
        reader.report(Kind.REMOVED, size, max(own) - 1)
    if size > max(own, default=0):
        reader.report(Kind.INSERTED, max(own, default=0), size - 1)
    seen = {(seal.witness, at) for at, seals in reader.seals.items() for seal in seals if seal.witness and at > size}
    for witness in sorted({witness for witness, _at in seen}):
        reader.report(Kind.ROLLED_BACK, size, max(at for name, at in seen if name == witness) - 1, witness=witness)
