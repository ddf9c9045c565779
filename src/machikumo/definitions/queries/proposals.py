"""Proposals for mapping one layout to another, with the words that come with Machikumo. Needs no Django."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from machikumo.definitions.domain.proposing.conversion import Sides
from machikumo.definitions.domain.proposing.proposals import Proposals, propose_moves
from machikumo.definitions.domain.proposing.vocabulary import Vocabulary, load_vocabulary
from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.wide import narrowed, readable
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.layouts.domain.definition import Layout

SAMPLE_ROWS = 500
_BLOCK = 1 << 18


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words of item names that come with Machikumo."""
    path = shipped().folder / "words" / "mapping-words.toml"
    return load_vocabulary(path.read_text("utf-8"), path.name)


def first_rows(
    stream: BinaryIO, layout: Layout, *, training: bool, mapped: frozenset[str] = frozenset(), most: int = SAMPLE_ROWS
) -> list[tuple[str, ...]]:
    """Up to ``most`` rows from the beginning of a file that its layout accepts, as they stand in it.

    ``mapped`` are user-defined characters that rows may hold.
    """
    return list(islice(_rows(stream, layout, training=training, mapped=mapped), most))


def _rows(stream: BinaryIO, layout: Layout, *, training: bool, mapped: frozenset[str]) -> Iterator[tuple[str, ...]]:
    plan = Plan(layout=narrowed(layout), training=training, fingerprints=False, mapped=mapped)
    with readable(stream, layout) as readable_stream:
        for result in iterate_blocks(readable_stream, plan, block_size=_BLOCK):
            if result.closing or result.fatal:
                return
            rows = result.rows if isinstance(result.rows, list) else result.rows.rows()
            yield from rows


def proposals_for(
    source: Layout, target: Layout, rows: list[tuple[str, ...]], *, gaiji: str = "", training: bool = False
) -> Proposals:
    """The proposals between two layouts; ``rows`` are rows of the source, none when there is no sample."""
    columns = dict(zip(source.keys, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    sides = Sides(source, target, shipped().code_lists, gaiji)
    return propose_moves(sides, vocabulary(), columns, training=training)
