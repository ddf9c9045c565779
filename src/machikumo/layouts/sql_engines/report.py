"""What an engine told, in the words of the other executors: every issue counted, some examples of each rule shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from machikumo.layouts.domain.definition import Severity
from machikumo.layouts.domain.rules import CellRule
from machikumo.layouts.domain.sql.compiled import SqlRules, Told, findings, number_of
from machikumo.layouts.domain.tally import EXAMPLES, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from machikumo.layouts.domain.definition import SetRule
    from machikumo.layouts.domain.issues import Issue
    from machikumo.layouts.domain.rules import RowRule
    from machikumo.layouts.sql_engines.staging import Staging

Cell = tuple[int, str, str]  # data row, rule, item


@dataclass
class SqlReport:
    """The result of a check by an engine.

    ``tally`` counts the issues; its examples have no line and no byte offset, which an engine does not know. ``cells``
    is the whole list when it was asked for. ``stopped`` names the rules beyond their thresholds.
    """

    rules: SqlRules
    file_name: str = ""
    most: int = EXAMPLES
    keep_cells: bool = False
    read: int = 0
    fatal: bool = False
    tally: Tally = field(init=False)
    cells: list[Cell] = field(default_factory=list)
    stopped: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    _wanted: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _taken: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.tally = Tally(self.most)
        self._every = self.rules.every

    def add_broken(self, lines: Iterable[tuple[int, str]]) -> None:
        """Take the lines of the one-pass query."""
        for row, broken in lines:
            for mark in broken.split(",")[1:]:
                self._taken[mark] += 1
                if self._taken[mark] <= self.most or self.keep_cells:
                    self._wanted[row].append(number_of(mark))

    def add_values(self, values: Callable[[Sequence[int]], Mapping[int, Sequence[str]]]) -> None:
        """Make the examples, now that all lines are in; ``values`` gives the values of rows."""
        of_rows = values(sorted(self._wanted))
        index = self.rules.rules.layout.index
        for row in sorted(self._wanted):
            for number in self._wanted[row]:
                rule = self._every[number]
                self._add(replace(rule.issue(of_rows[row][index[rule.item.key]]), row=row, file=self.file_name))
        for mark, count in self._taken.items():
            unseen = 0 if self.keep_cells else max(0, count - self.most)
            rule = self._every[number_of(mark)]
            self.tally.counts[self.rules.told_as(mark)] += unseen
            self.errors += unseen if _severity(rule) is Severity.ERROR else 0
        self._wanted.clear()

    def add_told(self, lines: Iterable[Sequence[object]], rule: SetRule) -> list[int]:
        """Take the lines of a set rule's query, and return the rows that it told of."""
        found = findings(Told(*line) for line in lines)  # type: ignore[arg-type]  # a line has Told's columns
        for finding in found:
            self._add(replace(finding.issue(self.rules.rules.layout, rule), file=self.file_name))
        return [finding.row for finding in found]

    def close(self, thresholds: dict[str, int]) -> SqlReport:
        """Put the cells in order and compare the counts with their limits."""
        self.cells.sort()
        self.stopped = self.tally.beyond(thresholds)
        return self

    def add_file(self, staging: Staging) -> None:
        """Take what the reader told of the file and of rows that could not be parsed."""
        self.read, self.fatal = staging.read, staging.fatal
        self.tally.add(staging.issues)
        self.tally.counts.update(staging.defects)
        self.errors += sum(staging.defects.values())

    def _add(self, issue: Issue) -> None:
        self.errors += issue.severity is Severity.ERROR
        self.tally.add([issue])
        if self.keep_cells:
            self.cells.append((issue.row, issue.rule, issue.item))


def _severity(rule: CellRule | RowRule) -> Severity:
    return rule.item.severity if isinstance(rule, CellRule) else rule.severity
