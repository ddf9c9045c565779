"""One pass over a file, block by block: read, check, hold back, convert. Whoever asks may stop after any block."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from machikumo.layouts.domain.blocks import BLOCK_SIZE, Block, Start, without
from machikumo.layouts.domain.examining import Bench, BlockResult, Examined, Loss, Reject, numbers_of, places
from machikumo.layouts.domain.executors import Plan, executor_of
from machikumo.layouts.domain.issues import Issue, file_issue
from machikumo.layouts.domain.progress import BlockEntry, logged_bytes
from machikumo.layouts.domain.readers import block_again, reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from machikumo.layouts.domain.setrules import Finding

__all__ = ("BlockResult", "Crew", "Loss", "Reject", "iterate_blocks")


class Crew(Protocol):
    """Those who look at blocks, up to ``ahead`` of them at once; what they say comes in the order of the blocks."""

    ahead: int

    def submit(self, block: Block) -> None:
        """Hand over a block."""
        ...

    def examined(self) -> Examined:
        """Return what the first block told that was submitted and not yet asked for."""
        ...

    def again(self, blocks: Sequence[Block]) -> None:
        """Forget the blocks submitted and not yet asked for, and take these (their rows have other numbers now)."""
        ...

    def finish(self, block: Block, told: Sequence[tuple[Finding, int]]) -> BlockResult:
        """Return what became of a block that was examined; see ``Bench``."""
        ...


class _Alone:
    """The crew of one: everything is done here, one block after the other."""

    ahead = 1

    def __init__(self, plan: Plan) -> None:
        self.bench = Bench(plan)
        self.block: Block | None = None

    def submit(self, block: Block) -> None:
        """See Crew."""
        self.block = block

    def examined(self) -> Examined:
        """See Crew."""
        assert self.block is not None  # noqa: S101 - the engine submits before it asks
        return self.bench.examine(self.block)

    def again(self, blocks: Sequence[Block]) -> None:
        """See Crew: nothing is ever ahead."""

    def finish(self, block: Block, told: Sequence[tuple[Finding, int]]) -> BlockResult:
        """See Crew."""
        return self.bench.finish(block.number, told)


def iterate_blocks(
    stream: BinaryIO,
    plan: Plan,
    *,
    done: Sequence[BlockEntry] = (),
    block_size: int = BLOCK_SIZE,
    crew: Crew | None = None,
) -> Iterator[BlockResult]:
    """Yield what becomes of each block of a file, and at the end one closing result.

    ``done`` are the entries of an earlier run that was stopped: their blocks are only read for the rules over several
    rows, and the run goes on after the last of them. The stream must be seekable. With a ``crew`` several blocks are
    looked at at once; the results are the same, in the same order, but for ``converted``, which a crew may keep.

    Raises:
        ResumeRefused: the file is not the one that the entries were made from.
    """
    return _Run(stream, plan, block_size, crew or _Alone(plan)).results(done)


class _Ahead(NamedTuple):
    """A block that is being looked at, what it seemed to have, and how many issues of the file were known then."""

    block: Block
    records: int
    lines: int
    known: int


class _Run:
    def __init__(self, stream: BinaryIO, plan: Plan, block_size: int, crew: Crew) -> None:
        self.plan = plan
        self.stream = stream
        self.crew = crew
        self.reader = reader_of(stream, plan.layout, block_size=block_size)
        self.executor = executor_of(plan)
        self.counts: Counter[str] = Counter()
        self.told = 0

    def results(self, done: Sequence[BlockEntry]) -> Iterator[BlockResult]:
        for entry in done:
            self._replay(entry)
        last = done[-1] if done else None
        start = self.reader.opened(last.next_start if last else None)
        ahead: deque[_Ahead] = deque()
        while start is not None:
            newest = self._look_ahead(start, ahead)
            if not ahead:
                self.reader.close(start)
                break
            cut = ahead.popleft()
            block, seen = cut.block, self.crew.examined()
            self._settle(cut, seen, [later.block for later in ahead])
            result = self._result(block, seen, cut.known)
            last = result.entry
            yield result
            if result.stopped:
                return
            start = (newest or block).next_start
        yield self._closing(last)

    def _look_ahead(self, start: Start, ahead: deque[_Ahead]) -> Block | None:
        """Cut and hand over as many blocks as the crew may have; gives the last block that is being looked at."""
        while len(ahead) < self.crew.ahead:
            block = self.reader.cut(start)
            if block is None:
                break
            ahead.append(_Ahead(block, block.records, block.lines, len(self.reader.issues)))
            self.crew.submit(block)
            start = block.next_start
        return ahead[-1].block if ahead else None

    def _settle(self, cut: _Ahead, seen: Examined, later: Sequence[Block]) -> None:
        """Take over what a closer look found; when a block has more or fewer rows, those after it are counted anew."""
        self.reader.add(seen.odd_newlines, seen.blank)
        if (cut.records, cut.lines) == (seen.records, seen.lines):
            return
        if not cut.block.is_proved:
            cut.block.look_closely()
        for before, after in pairwise((cut.block, *later)):
            after.first_row, after.first_line = before.next_start.row, before.next_start.line
        self.crew.again(later)

    def _replay(self, entry: BlockEntry) -> None:
        data = logged_bytes(self.stream, entry)
        start = Start(entry.number, entry.offset, entry.first_row, entry.first_line)
        block = block_again(self.reader, data, start)
        if block is None:
            return
        rows = self.executor.read(block)
        numbers = numbers_of(block)
        self._sets(self.executor.narrow(rows, numbers), numbers)
        self.counts.update(entry.rules)

    def _sets(self, rows: Any, numbers: Sequence[int]) -> list[tuple[Finding, int]]:
        """Return what the rules over several rows say at once, with the place of each rule.

        A row's double takes no part in the rules after it.
        """
        told: list[tuple[Finding, int]] = []
        checkers: list[Any] = list(self.executor.checkers)
        for place, checker in enumerate(checkers):
            found = checker.add(rows, numbers)
            told += [(finding, place) for finding in found]
            doubles = places(numbers, {finding.row for finding in found})
            rows, numbers = self.executor.drop(rows, doubles), without(numbers, doubles)
        return told

    def _result(self, block: Block, seen: Examined, known: int) -> BlockResult:
        result = self.crew.finish(block, self._sets(seen.rows, seen.numbers))
        self.counts.update(result.entry.rules)
        self.counts["total"] += len(result.rejects)
        self._stop_beyond_threshold(result)
        result.issues = self._file_issues(known) + result.issues
        return result

    def _stop_beyond_threshold(self, result: BlockResult) -> None:
        for rule, limit in self.plan.thresholds.items():
            if self.counts[rule] > limit:
                result.stopped = True
                result.issues.append(file_issue("stop.threshold", rule=rule, count=self.counts[rule], limit=limit))

    def _file_issues(self, known: int) -> list[Issue]:
        """Return what the reader has found about the file since it was asked last, up to so many issues."""
        fresh = self.reader.issues[self.told : known]
        self.told = known
        return [replace(issue, file=self.plan.file_name) for issue in fresh]

    def _closing(self, last: BlockEntry | None) -> BlockResult:
        issues = self._file_issues(len(self.reader.issues))
        for checker in self.executor.checkers:
            found = [finding.issue(self.plan.layout, checker.rule) for finding in checker.close()]
            issues += [replace(issue, file=self.plan.file_name) for issue in found]
        start = last.next_start if last else None
        entry = BlockEntry(
            start.number if start else 0, start.offset if start else 0, start.offset if start else 0,
            start.row if start else 1, start.line if start else 1, 0, 0, 0, 0, "",
        )  # fmt: skip
        result = BlockResult(entry, issues=issues, closing=True, fatal=self.reader.fatal)
        self.counts.update(issue.rule for issue in issues)
        self._stop_beyond_threshold(result)
        return result
