"""One pass over a file, block by block: read, check, hold back, convert. Whoever asks may stop after any block."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from machikumo.layouts.domain.blocks import BLOCK_SIZE, Block, Place, Reader, Start, block_of, without
from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.executors import Plan, executor_of
from machikumo.layouts.domain.issues import Issue, file_issue
from machikumo.layouts.domain.progress import BlockEntry, logged_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from machikumo.layouts.domain.cells import Cell
    from machikumo.layouts.domain.rules import CellRule, RowRule, RuleSet
    from machikumo.layouts.domain.setrules import Finding


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


def iterate_blocks(
    stream: BinaryIO, plan: Plan, *, done: Sequence[BlockEntry] = (), block_size: int = BLOCK_SIZE
) -> Iterator[BlockResult]:
    """Yield what becomes of each block of a file, and at the end one closing result.

    ``done`` are the entries of an earlier run that was stopped: their blocks are only read for the rules over several
    rows, and the run goes on after the last of them. The stream must be seekable.

    Raises:
        ResumeRefused: the file is not the one that the entries were made from.
    """
    return _Run(stream, plan, block_size).results(done)


class _Run:
    def __init__(self, stream: BinaryIO, plan: Plan, block_size: int) -> None:
        self.plan = plan
        self.stream = stream
        self.reader = Reader(stream, plan.layout, block_size=block_size)
        self.executor = executor_of(plan)
        self.counts: Counter[str] = Counter()
        self.told = 0

    def results(self, done: Sequence[BlockEntry]) -> Iterator[BlockResult]:
        for entry in done:
            self._replay(entry)
        last = done[-1] if done else None
        for block in self.reader.blocks(last.next_start if last else None):
            result = self._result(block)
            last = result.entry
            yield result
            if result.stopped:
                return
        yield self._closing(last)

    def _replay(self, entry: BlockEntry) -> None:
        data = logged_bytes(self.stream, entry)
        start = Start(entry.number, entry.offset, entry.first_row, entry.first_line)
        block = block_of(data, start, self.reader.shape, final=True)
        if block is None:
            return
        self._sets(self.executor.read(block), _numbers(block))
        self.counts.update(entry.rules)

    def _sets(self, rows: Any, numbers: Sequence[int]) -> list[tuple[Finding, Any]]:
        """Return what the rules over several rows say at once. A row's double takes no part in the rules after it."""
        told: list[tuple[Finding, Any]] = []
        rows = self.executor.narrow(rows)
        for checker in self.executor.checkers:
            found = checker.add(rows, numbers)
            told += [(finding, checker) for finding in found]
            doubles = _places(numbers, {finding.row for finding in found})
            rows, numbers = self.executor.drop(rows, doubles), without(numbers, doubles)
        return told

    def _result(self, block: Block) -> BlockResult:
        rows, failing = self._read(block)
        numbers = _numbers(block)
        issues = self._structure(block)
        issues += self._cells(failing, self.executor.rules, block, numbers)
        issues += self._held(numbers, block)
        quarantined = {issue.row for issue in issues if issue.severity is Severity.ERROR}
        for finding, checker in self._sets(rows, numbers):
            issues.append(self._finding(finding, checker, block))
            if checker.rule.quarantine and checker.rule.severity is Severity.ERROR:
                quarantined.add(finding.row)
        result = BlockResult(self._entry(block), issues=issues, block=block)
        self._convert(result, rows, numbers, quarantined, block)
        self._finish(result, quarantined, block)
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
            facts = defect.facts | {"line": str(place.line)}
            found.append(self._placed(Issue(defect.rule, Severity.ERROR, facts=facts), place))
        return found

    def _placed(self, issue: Issue, place: Place) -> Issue:
        return replace(issue, file=self.plan.file_name, row=place.row, line=place.line, offset=place.offset)

    def _cells(self, cells: Iterable[Cell], rules: RuleSet, block: Block, numbers: Sequence[int]) -> list[Issue]:
        every: tuple[CellRule | RowRule, ...] = (*rules.cells, *rules.rows)
        return [
            self._placed(every[cell.rule].issue(cell.value), block.place(numbers[cell.row] - block.first_row))
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

    def _finding(self, finding: Finding, checker: Any, block: Block | None) -> Issue:
        issue = finding.issue(self.plan.layout, checker.rule)
        if block is None:
            return replace(issue, file=self.plan.file_name)
        return self._placed(issue, block.place(finding.row - block.first_row))

    def _convert(
        self, result: BlockResult, rows: Any, numbers: Sequence[int], quarantined: set[int], block: Block
    ) -> None:
        """Fill in the accepted rows, converted if there is a mapping; what cannot be converted is quarantined too."""
        gone = _places(numbers, quarantined)
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
        late = _places(numbers, bad)
        result.make_rows = lambda: self.executor.drop(accepted, late)
        result.converted = self.executor.drop(converted.rows, _places(there, bad))
        result.numbers = without(numbers, late)

    def _finish(self, result: BlockResult, quarantined: set[int], block: Block) -> None:
        issues: defaultdict[int, list[Issue]] = defaultdict(list)
        for issue in result.issues:
            issues[issue.row].append(issue)
        result.rejects = [Reject(block.place(row - block.first_row), tuple(issues[row])) for row in sorted(quarantined)]
        result.issues.sort(key=lambda issue: issue.row)
        rules = Counter(issue.rule for issue in result.issues)
        result.entry = replace(
            result.entry, accepted=len(result.numbers), rejected=len(result.rejects), rules=dict(rules)
        )
        self.counts.update(rules)
        self.counts["total"] += len(result.rejects)
        self._stop_beyond_threshold(result)
        result.issues = self._file_issues() + result.issues

    def _stop_beyond_threshold(self, result: BlockResult) -> None:
        for rule, limit in self.plan.thresholds.items():
            if self.counts[rule] > limit:
                result.stopped = True
                result.issues.append(file_issue("stop.threshold", rule=rule, count=self.counts[rule], limit=limit))

    def _file_issues(self) -> list[Issue]:
        """Return what the reader has found about the file since it was asked last."""
        fresh = self.reader.issues[self.told :]
        self.told = len(self.reader.issues)
        return [replace(issue, file=self.plan.file_name) for issue in fresh]

    def _closing(self, last: BlockEntry | None) -> BlockResult:
        issues = self._file_issues()
        for checker in self.executor.checkers:
            issues += [self._finding(finding, checker, None) for finding in checker.close()]
        start = last.next_start if last else None
        entry = BlockEntry(
            start.number if start else 0, start.offset if start else 0, start.offset if start else 0,
            start.row if start else 1, start.line if start else 1, 0, 0, 0, 0, "",
        )  # fmt: skip
        return BlockResult(entry, issues=issues, closing=True, fatal=self.reader.fatal)


def _numbers(block: Block) -> Sequence[int]:
    rows = range(block.first_row, block.first_row + block.records)
    return without(rows, block.defects)


def _places(numbers: Sequence[int], rows: Collection[int]) -> set[int]:
    """Return the places of data rows among the (ascending) numbers of a block's rows; absent ones are left out."""
    places = {bisect_left(numbers, row): row for row in rows}
    return {place for place, row in places.items() if place < len(numbers) and numbers[place] == row}


def _pick(numbers: Sequence[int], places: Sequence[int]) -> Sequence[int]:
    return numbers if len(places) == len(numbers) else [numbers[place] for place in places]
