"""The log of a former installation, verified by its own public key: every row under a signed root."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from machikumo.kernel.ledger.domain import checkpoint as notes
from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.domain.merkle import Frontier, leaf_hash
from machikumo.operations.domain.package import PackageFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class FormerHead:
    """The head of a log: how many rows, and the root over them."""

    size: int
    root: bytes


def verified_head(lines: Iterable[bytes], checkpoints: Sequence[str], verifier_key: str) -> FormerHead:
    """The head of the log whose rows stream in as lines (without their newlines); one pass, constant memory.

    Raises PackageFault: a checkpoint is not signed by the key, a row is not the one that was sealed, or rows are left.
    """
    try:
        signed = [notes.verified(note, verifier_key) for note in checkpoints]
    except LedgerError:
        raise _broken("チェックポイントの署名が合いません", "a checkpoint is not signed by its key") from None
    frontier, rows = Frontier(), iter(lines)
    for seal in sorted(signed, key=lambda one: one.size):
        frontier = _grown(frontier, rows, seal.size)
        if (frontier.size, frontier.root()) != (seal.size, seal.root):
            raise _broken(f"{seal.size:,} 件目までが封印と違います", f"the first {seal.size:,} rows are not as sealed")
    if next(rows, None) is not None:
        raise _broken("封印されていない行があります", "there are rows that nobody sealed")
    return FormerHead(frontier.size, frontier.root())


def _grown(frontier: Frontier, rows: Iterable[bytes], size: int) -> Frontier:
    left = size - frontier.size
    grown = frontier
    while left > 0:
        hashes = [leaf_hash(row) for row in islice(rows, min(left, 4096))]
        if not hashes:
            break
        grown = grown.extended(hashes)
        left -= len(hashes)
    return grown


def _broken(ja: str, en: str) -> PackageFault:
    return PackageFault(f"旧環境の証跡を検証できません: {ja}。", f"The former ledger does not verify: {en}.")
