"""Rounds made of a few sound rows, for the tests of what two rounds have in common."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, BinaryIO

from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row
from machikumo.rehearsals.domain.comparing import Count, Difference, compare, count
from machikumo.rehearsals.domain.evidence import DifferingRow
from machikumo.rehearsals.domain.measures import Measures, measures_of
from machikumo.rehearsals.domain.reading import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from machikumo.layouts.tests.makers import Row

MEASURES: Measures = measures_of(KASUMI.target)
__all__ = ("KASUMI", "MEASURES", "bytes_of", "compared", "counted", "delivery", "kasumi_row")


def bytes_of(rows: Sequence[Row]) -> bytes:
    """A file of the first vendor."""
    return file_of(KASUMI.source, rows)


def delivery(data: bytes, number: int = 0) -> Delivery:
    """Those bytes as a file of a round."""

    @contextlib.contextmanager
    def opened() -> Iterator[BinaryIO]:
        yield io.BytesIO(data)

    return Delivery(number, f"file-{number}.csv", opened, KASUMI, training=True)


def counted(*files: bytes) -> tuple[list[Delivery], Count]:
    """A round of those files, read and counted."""
    deliveries = [delivery(data, number) for number, data in enumerate(files)]
    return deliveries, count(deliveries, MEASURES)


def compared(
    before: Sequence[bytes], after: Sequence[bytes], *, at_once: int = 100_000
) -> tuple[Difference, list[DifferingRow]]:
    """The difference of two rounds, and the lines of its evidence as rows."""
    lines: list[bytes] = []
    found = compare(counted(*before), counted(*after), write=lines.append, at_once=at_once)
    return found, [DifferingRow.of(line) for line in lines]
