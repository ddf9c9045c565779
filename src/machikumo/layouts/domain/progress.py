"""How far a run is: one entry a block, enough to go on after a stop without reading a row twice or leaving one out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.layouts.domain.blocks import Start
from machikumo.layouts.domain.errors import ResumeRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """A finished block: its place in the file, its counts, and the SHA-256 of its bytes."""

    number: int
    offset: int
    end: int
    first_row: int
    first_line: int
    records: int
    lines: int
    accepted: int
    rejected: int
    sha256: str
    rules: dict[str, int] = field(default_factory=dict)

    @property
    def next_start(self) -> Start:
        """Where the block after this one begins."""
        return Start(self.number + 1, self.end, self.first_row + self.records, self.first_line + self.lines)


def file_digest(stream: BinaryIO) -> str:
    """Return the SHA-256 of a whole file, read in pieces from where the stream stands."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def dump_log(entries: Iterable[BlockEntry]) -> str:
    """Return a block log as text, one JSON object a line: a line can be added without writing the rest again."""
    return "".join(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries)


def load_log(text: str) -> list[BlockEntry]:
    """Return the entries of a block log. A last line cut off by a stop is left out: its block is read again."""
    entries: list[BlockEntry] = []
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        fields: dict[str, Any] = json.loads(line)
        entries.append(BlockEntry(**fields))
    return entries


def logged_bytes(stream: BinaryIO, entry: BlockEntry) -> bytes:
    """Return the bytes of a finished block.

    Raises:
        ResumeRefused: they are not the bytes that were read then.
    """
    stream.seek(entry.offset)
    data = stream.read(entry.end - entry.offset)
    if entry.sha256 and hashlib.sha256(data).hexdigest() != entry.sha256:
        raise ResumeRefused(entry.offset)
    return data


def is_unbroken(entries: Sequence[BlockEntry]) -> bool:
    """Whether each entry begins where the one before it ended, so that nothing is missing between them."""
    return all(
        before.next_start == Start(after.number, after.offset, after.first_row, after.first_line)
        for before, after in pairwise(entries)
    )
