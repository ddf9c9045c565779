"""What is done with one block by itself: read, check, hold back, convert. Whoever does it keeps nothing of the file.

So blocks can be looked at in several processes; what must be seen in the file's order is the engine's.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from machikumo.layouts.domain.blocks import Place, without
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.executors import executor_of
from machikumo.layouts.domain.fixed.rows import CellDefects
from machikumo.layouts.domain.issues import Issue
from machikumo.layouts.domain.progress import BlockEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from machikumo.layouts.domain.blocks import Block
    from machikumo.layouts.domain.cells import Cell
    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.rules import CellRule, RowRule, RuleSet
    from machikumo.layouts.domain.setrules import Finding


_REMEMBERED = 4096


class Reject(NamedTuple):
    """A row held back: its place with its original bytes, and every issue it has."""

    place: Place
    issues: tuple[Issue, ...]


class Loss(NamedTuple):
    """A cell that a lossy step changed: data row, source column, its value, and what would come back."""

    row: int
    key: str
    before: str
    after: str


def _no_rows() -> list[tuple[str, ...]]:
    return []


@dataclass(slots=True)
class BlockResult:
    """What became of a block. The last result of a run is ``closing``: it has no rows, only what the whole file told.

    ``rows`` are the accepted rows in the file's own layout (a Polars frame of text columns by item key, or a list of
    tuples from the plain executor), ``numbers`` their data row numbers. With a mapping ``converted`` holds the same
    rows in the target's layout, same order, every value a text, empty where there is none. ``block`` gives original
    bytes.
    """

    entry: BlockEntry
    make_rows: Callable[[], Any] = _no_rows
    numbers: Sequence[int] = ()
    converted: Any = None
    issues: list[Issue] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    block: Block | None = None
    closing: bool = False
    stopped: bool = False
    fatal: bool = False

    @property
    def rows(self) -> Any:
        """The accepted rows in the file's own layout, made when asked for."""
        return self.make_rows()


class Examined(NamedTuple):
    """What a block told by itself, for the rules over several rows.

    ``rows`` is what those need of its good rows, ``numbers`` the data row numbers of these. ``records`` and ``lines``
    are what the block really has; ``odd_newlines`` and ``blank`` count for the whole file.
    """

    number: int
    rows: Any
    numbers: Sequence[int]
    records: int
    lines: int
    odd_newlines: int
    blank: int


@dataclass(slots=True)
class _Open:
    """A block between the two looks at it."""

    block: Block
    rows: Any
    numbers: Sequence[int]
    issues: list[Issue]
    quarantined: set[int]


class Bench:
    """Takes blocks one by one: ``examine`` first, then, with what the rules over several rows found, ``finish``.

    Without ``hand_over`` converted rows are checked and then forgotten.
    """

    def __init__(self, plan: Plan, *, hand_over: bool = True) -> None:
        self.plan, self.hand_over = plan, hand_over
        self.executor = executor_of(plan)
        self.open: dict[int, _Open] = {}

    def examine(self, block: Block) -> Examined:
        """Read and check a block, and keep it open."""
        rows, failing = self._read(block)
        numbers = numbers_of(block)
        with _without_collecting():
            issues = self._structure(block)
            issues += self._cells(failing, self.executor.rules, block, numbers)
            issues += self._held(numbers, block)
        quarantined = {issue.row for issue in issues if issue.severity is Severity.ERROR}
        self.open[block.number] = _Open(block, rows, numbers, issues, quarantined)
        narrow = self.executor.narrow(rows, numbers)
        return Examined(block.number, narrow, numbers, block.records, block.lines, block.odd_newlines, block.blank)

    def finish(self, number: int, told: Sequence[tuple[Finding, int]]) -> BlockResult:
        """Convert what is accepted and return what became of a block.

        ``told`` are the findings of the rules over several rows in it, each with the place of its rule.
        """
        found = self.open.pop(number)
        block, issues, quarantined = found.block, found.issues, found.quarantined
        for finding, place in told:
            rule = self.executor.checkers[place].rule
            issue = finding.issue(self.plan.layout, rule)
            issues.append(self._placed(issue, block.place(finding.row - block.first_row)))
            if rule.quarantine and rule.severity is Severity.ERROR:
                quarantined.add(finding.row)
        result = BlockResult(self._entry(block), issues=issues, block=block)
        self._convert(result, found.rows, found.numbers, quarantined, block)
        with _without_collecting():
            _gather(result, quarantined, block)
        return result

    def _read(self, block: Block) -> tuple[Any, list[Cell]]:
        """Return the block's rows and the cells refused; a CR in one of them means that counting was not enough."""
        rows = self.executor.read(block)
        failing = self.executor.failing(rows)
        if not block.is_proved and any("\r" in cell.value for cell in failing):
            block.look_closely()
            rows = self.executor.read(block)
            failing = self.executor.failing(rows)
        return rows, failing

    def _entry(self, block: Block) -> BlockEntry:
        sha256 = hashlib.sha256(block.data).hexdigest() if self.plan.fingerprints else ""
        return BlockEntry(
            block.number,
            block.offset,
            block.end,
            block.first_row,
            block.first_line,
            block.records,
            block.lines,
            0,
            0,
            sha256,
        )

    def _structure(self, block: Block) -> list[Issue]:
        found = []
        for record, defect in block.defects.items():
            place = block.place(record)
            if isinstance(defect, CellDefects):
                found += [self._placed(issue, place) for issue in defect.issues]
                continue
            facts = defect.facts | {"line": str(place.line)}
            found.append(self._placed(Issue(defect.rule, Severity.ERROR, facts=facts), place))
        return found

    def _placed(self, issue: Issue, place: Place) -> Issue:
        return issue.at(self.plan.file_name, place.row, place.line, place.offset)

    def _cells(self, cells: Iterable[Cell], rules: RuleSet, block: Block, numbers: Sequence[int]) -> list[Issue]:
        every: tuple[CellRule | RowRule, ...] = (*rules.cells, *rules.rows)
        # What is wrong in many rows is mostly wrong in the same way: the words are found once.
        words = lru_cache(_REMEMBERED)(lambda rule, value: every[rule].issue(value))
        return [
            self._placed(words(cell.rule, cell.value), block.place(numbers[cell.row] - block.first_row))
            for cell in cells
        ]

    def _held(self, numbers: Sequence[int], block: Block) -> list[Issue]:
        if not self.plan.held:
            return []
        found = []
        for number in numbers:
            if number in self.plan.held:
                reason = dict(zip(("reason_ja", "reason_en"), self.plan.held[number], strict=True))
                issue = Issue("set.held", Severity.ERROR, facts=reason)
                found.append(self._placed(issue, block.place(number - block.first_row)))
        return found

    def _convert(
        self, result: BlockResult, rows: Any, numbers: Sequence[int], quarantined: set[int], block: Block
    ) -> None:
        """Fill in the accepted rows, converted if there is a mapping; what cannot be converted is quarantined too."""
        gone = places(numbers, quarantined)
        numbers = without(numbers, gone)
        if self.plan.mapping is None:
            result.make_rows, result.numbers = (lambda: self.executor.drop(rows, gone)), numbers
            return
        accepted = self.executor.drop(rows, gone)
        converted = self.executor.convert(accepted)
        issues = [
            self._placed(cell.issue(self.plan.layout), block.place(numbers[cell.row] - block.first_row))
            for cell in converted.refused
        ]
        there = _pick(numbers, converted.kept)
        if self.executor.target_rules:
            found = self.executor.failing_target(converted.rows)
            issues += self._cells(found, self.executor.target_rules, block, there)
        bad = {issue.row for issue in issues if issue.severity is Severity.ERROR}
        quarantined |= bad
        result.issues += issues
        result.losses = [
            Loss(numbers[cell.row], *cell[1:]) for cell in converted.changed if numbers[cell.row] not in bad
        ]
        result.dropped = converted.dropped
        late = places(numbers, bad)
        result.make_rows = lambda: self.executor.drop(accepted, late)
        if self.hand_over:
            result.converted = self.executor.drop(converted.rows, places(there, bad))
        result.numbers = without(numbers, late)


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Make many small objects that all live on: looking for cycles among them would take as long as making them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _gather(result: BlockResult, quarantined: set[int], block: Block) -> None:
    """Fill in the rows held back and the counts."""
    issues: defaultdict[int, list[Issue]] = defaultdict(list)
    for issue in result.issues:
        issues[issue.row].append(issue)
    result.rejects = [Reject(block.place(row - block.first_row), tuple(issues[row])) for row in sorted(quarantined)]
    result.issues.sort(key=lambda issue: issue.row)
    rules = Counter(issue.rule for issue in result.issues)
    result.entry = replace(result.entry, accepted=len(result.numbers), rejected=len(result.rejects), rules=dict(rules))


def numbers_of(block: Block) -> Sequence[int]:
    """Return the data row numbers of a block's good records."""
    rows = range(block.first_row, block.first_row + block.records)
    return without(rows, block.defects)


def places(numbers: Sequence[int], rows: Collection[int]) -> set[int]:
    """Return the places of data rows among the (ascending) numbers of a block's rows; absent ones are left out."""
    if isinstance(numbers, range):
        return {row - numbers.start for row in rows if row in numbers}
    found = {bisect_left(numbers, row): row for row in rows}
    return {place for place, row in found.items() if place < len(numbers) and numbers[place] == row}


def _pick(numbers: Sequence[int], kept: Sequence[int]) -> Sequence[int]:
    return numbers if len(kept) == len(numbers) else [numbers[place] for place in kept]
