"""The files of a round, read as the move-in reads them: what is accepted, what is set aside, what was found."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.engine import BlockResult, iterate_blocks
from machikumo.layouts.domain.errors import LayoutError, Unmappable
from machikumo.layouts.domain.executors import COLUMNAR, Plan
from machikumo.layouts.domain.reconcile import KeySet, key_text
from machikumo.layouts.domain.wide import readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from machikumo.layouts.domain.mapping import Mapping

DOUBLE = "set.unique"  # the rule that sets a second row of a key aside
Told = dict[str, tuple[str, str]]  # words of a rule in both languages


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file of a round: its place in the round from 0, how it is opened, and by which mapping it is read.

    ``plan`` has that mapping (narrowed, as ``layouts.domain.wide`` wants it); ``layout`` is the file's own.
    """

    number: int
    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    mapping: Mapping
    training: bool = False

    def plan(self, held: dict[int, tuple[str, str]]) -> Plan:
        """The plan by which the engine reads the file; ``held`` are rows that only the whole file can refuse."""
        return Plan(
            layout=self.mapping.source,
            mapping=self.mapping,
            training=self.training,
            held=held,
            file_name=self.name,
            executor=COLUMNAR,
            fingerprints=False,
        )


@dataclass(slots=True)
class Defects:
    """Findings by rule and item: one hash a finding (of the rule's row), so that two rounds can be compared."""

    found: dict[tuple[str, str], KeySet] = field(default_factory=lambda: defaultdict(KeySet))
    words: Told = field(default_factory=dict)

    def add(self, issue: Any, row: str) -> None:
        """Take a finding and what its row is known by."""
        self.found[issue.rule, issue.item_name].add([row])
        self.words.setdefault(issue.rule, (issue.message_ja, issue.message_en))


@dataclass(slots=True)
class HeldRows:
    """Rows set aside: by the key that they will have when they are mended, and how many do not tell it.

    What tells no key, and the double of a row that was accepted under the same key, is known by its bytes.
    """

    count: int = 0
    untold: int = 0
    keys: KeySet = field(default_factory=KeySet)


def whole_file(delivery: Delivery, stream: BinaryIO) -> dict[int, tuple[str, str]]:
    """The rows that the rules over several rows refuse, found by reading the whole file once.

    Raises LayoutError in the words of the finding when the file cannot be read at all.
    """
    held: dict[int, tuple[str, str]] = {}
    for result in iterate_blocks(stream, delivery.plan({})):
        if result.fatal:
            first = result.issues[0]
            raise LayoutError(f"{first.message_ja} {first.remedy_ja}", f"{first.message_en} {first.remedy_en}")
        if result.closing:
            errors = (issue for issue in result.issues if issue.severity is Severity.ERROR and issue.row)
            held |= {issue.row: (issue.message_ja, issue.message_en) for issue in errors}
    return held


def accepted_blocks(delivery: Delivery, held: dict[int, tuple[str, str]] | None = None) -> Iterator[BlockResult]:
    """What became of each block of the file; ``held`` as ``whole_file`` found it, else it is found first."""
    with delivery.open() as file, readable(file, delivery.mapping.source) as stream:
        plan_held = whole_file(delivery, stream) if held is None else held
        stream.seek(0)
        yield from iterate_blocks(stream, delivery.plan(plan_held))


@dataclass(frozen=True, slots=True)
class Keyed:
    """How a row set aside tells its key: the moves that make the target's primary key of the file's columns."""

    mapping: Mapping

    def key_of(self, raw: bytes) -> str:
        """The key in the target's form; empty when the row does not tell it (too few columns, letters for digits)."""
        physical = self.mapping.source.physical
        text = raw.decode(physical.charset, "replace").replace("\0", "").rstrip("\r\n")
        row = next(csv.reader([text], delimiter=physical.delimiter), [])
        if len(row) != len(self.mapping.source.items):
            return ""
        try:
            values = self._moved(row)
        except (Unmappable, ValueError):
            return ""
        return key_text(values) if all(values[:1]) else ""

    def _moved(self, row: Sequence[str]) -> list[str]:
        made: dict[str, str] = {}
        wanted = self.mapping.target.primary_key
        for move in self.mapping.moves:
            if set(move.target) & set(wanted):
                cells = tuple(row[self.mapping.source.index[key]] for key in move.source)
                made |= dict(zip(move.target, move.one(cells), strict=True))
        return [made.get(key, "") for key in wanted]


def take_rejects(result: BlockResult, keyed: Keyed, held: HeldRows, defects: Defects) -> None:
    """Note the rows that a block set aside, and what was found in them."""
    for reject in result.rejects:
        key = keyed.key_of(reject.place.raw)
        held.count += 1
        held.untold += not key
        is_double = any(issue.rule == DOUBLE for issue in reject.issues)
        known_by = f"\0{reject.place.raw.hex()}" if is_double or not key else key
        held.keys.add([known_by])
        for issue in reject.issues:
            defects.add(issue, known_by)


def take_warnings(result: BlockResult, frame: Any, primary_key: Sequence[str], defects: Defects) -> None:
    """Note what was found in rows that were accepted all the same; ``frame`` is the block's converted rows."""
    wanted = {issue.row for reject in result.rejects for issue in reject.issues}
    warned = [issue for issue in result.issues if issue.row and issue.row not in wanted]
    if not warned:
        return
    places = {row: place for place, row in enumerate(result.numbers)}
    keys = frame.select(primary_key)
    for issue in warned:
        place = places.get(issue.row)
        if place is not None:
            defects.add(issue, key_text(keys.row(place)))
