"""A file's rows on their way into an engine: read exactly as the other executors read them, all values as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from machikumo.layouts.domain.blocks import BLOCK_SIZE
from machikumo.layouts.domain.examining import numbers_of
from machikumo.layouts.domain.executors import Plan, executor_of
from machikumo.layouts.domain.readers import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from machikumo.layouts.domain.issues import Issue


class Batch(NamedTuple):
    """The good rows of one block (a Polars frame, or a list without Polars) with their data row numbers."""

    number: int
    rows: Any
    numbers: Sequence[int]

    def lines(self) -> Iterator[tuple[Any, ...]]:
        """Yield each row with its number before its values."""
        rows = self.rows if isinstance(self.rows, list) else self.rows.iter_rows()
        for number, row in zip(self.numbers, rows, strict=True):
            yield (number, *row)


@dataclass
class Staging:
    """Reads a file for an engine. ``defects`` counts what kept rows from being parsed, ``issues`` are the file's."""

    stream: BinaryIO
    plan: Plan
    block_size: int = BLOCK_SIZE
    read: int = 0
    defects: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    fatal: bool = False

    def batches(self) -> Iterator[Batch]:
        """Yield the rows block by block."""
        reader = reader_of(self.stream, self.plan.layout, block_size=self.block_size)
        executor = executor_of(self.plan)
        for block in reader.blocks():
            if not block.is_proved:
                block.look_closely()
            rows = executor.read(block)
            self.read += block.records
            self.defects.update(defect.rule for defect in block.defects.values())
            yield Batch(block.number, rows, numbers_of(block))
        self.issues, self.fatal = reader.issues, reader.fatal
