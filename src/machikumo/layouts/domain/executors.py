"""The two ways to run a plan's rules over a block: Polars, or plain Python where Polars is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from machikumo.layouts.domain import cells, parsing, setrules
from machikumo.layouts.domain.convert import Converted, convert_frame, convert_rows
from machikumo.layouts.domain.definition import Requirement
from machikumo.layouts.domain.errors import FastPathMissing
from machikumo.layouts.domain.fixed.rows import fixed_rows
from machikumo.layouts.domain.rules import RuleSet, compile_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from machikumo.layouts.domain.blocks import Block
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping

COLUMNAR, PLAIN = "columnar", "plain"


@dataclass(frozen=True)
class Plan:
    """What is to be done with a file.

    ``training`` chooses the check digits of a training organisation. ``thresholds`` stops the run when a rule (or
    "total", for held-back rows) is broken more often. ``held`` are rows to hold back on the word of a check before,
    with the reason in Japanese and English. ``fingerprints`` lets a stopped run be resumed. ``mapped`` are user-defined
    characters with a decision, beside those of the mapping.
    """

    layout: Layout
    mapping: Mapping | None = None
    training: bool = False
    thresholds: dict[str, int] = field(default_factory=dict)
    held: dict[int, tuple[str, str]] = field(default_factory=dict)
    executor: str = ""
    fingerprints: bool = True
    file_name: str = ""
    mapped: frozenset[str] = frozenset()

    @property
    def source_rules(self) -> RuleSet:
        """The rules of the file's own layout."""
        return compile_rules(self.layout, mapped=self._mapped(self.layout), training=self.training)

    def _mapped(self, layout: Layout) -> frozenset[str]:
        """Return the user-defined characters that files of a layout may hold: none where it has no user area."""
        if not layout.physical.user_area:
            return frozenset()
        return self.mapped | (self.mapping.mapped_characters if self.mapping else frozenset())

    @property
    def target_rules(self) -> RuleSet | None:
        """The rules of the layout converted to, as far as the mapping fills its items."""
        if self.mapping is None:
            return None
        target = self.mapping.target
        rules = compile_rules(target, mapped=self._mapped(target), training=self.training)
        filled = {key for move in self.mapping.moves for key in move.target}
        return RuleSet(
            rules.layout,
            tuple(rule for rule in rules.cells if rule.item.key in filled or rule.id == "cell.required"),
            tuple(
                rule
                for rule in rules.rows
                if rule.item.requirement is Requirement.CONDITIONAL or rule.item.key in filled
            ),
        )


class Executor(Protocol):
    """Reads, checks and converts the rows of a block; rows are a frame or a list, as the executor likes."""

    name: str
    checkers: list[Any]

    def read(self, block: Block) -> Any:
        """Return the block's good rows."""
        ...

    def failing(self, rows: Any) -> list[cells.Cell]:
        """Return the cells that break a rule of the file's layout."""
        ...

    def failing_target(self, rows: Any) -> list[cells.Cell]:
        """Return the cells that break a rule of the layout converted to."""
        ...

    def drop(self, rows: Any, places: Collection[int]) -> Any:
        """Return the rows without some of them."""
        ...

    def narrow(self, rows: Any, numbers: Sequence[int]) -> Any:
        """Return what the rules over several rows need of the rows and their row numbers."""
        ...

    def convert(self, rows: Any) -> Converted[Any]:
        """Return the rows converted by the plan's mapping."""
        ...


class PlainExecutor:
    """Rows are lists of tuples."""

    name = PLAIN

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rules, self.target_rules = plan.source_rules, plan.target_rules
        self.checkers = setrules.set_checkers(plan.layout)
        self.fixed = fixed_rows(plan.layout)

    def read(self, block: Block) -> list[tuple[str, ...]]:
        """See Executor."""
        return self.fixed.plain(block) if self.fixed else parsing.plain_rows(block, self.plan.layout)

    def failing(self, rows: list[tuple[str, ...]]) -> list[cells.Cell]:
        """See Executor."""
        return cells.failing_cells(self.rules, rows)

    def failing_target(self, rows: list[tuple[str, ...]]) -> list[cells.Cell]:
        """See Executor."""
        return cells.failing_cells(self.target_rules, rows) if self.target_rules else []

    def drop(self, rows: list[tuple[str, ...]], places: Collection[int]) -> list[tuple[str, ...]]:
        """See Executor."""
        return [row for at, row in enumerate(rows) if at not in places] if places else rows

    def narrow(self, rows: list[tuple[str, ...]], numbers: Sequence[int]) -> list[tuple[str, ...]]:  # noqa: ARG002
        """See Executor."""
        return rows

    def convert(self, rows: list[tuple[str, ...]]) -> Converted[Any]:
        """See Executor."""
        assert self.plan.mapping is not None  # noqa: S101 - the engine converts only where there is a mapping
        return convert_rows(self.plan.mapping, rows)


class ColumnarExecutor:
    """Rows are Polars frames of text columns named by item key."""

    name = COLUMNAR

    def __init__(self, plan: Plan) -> None:
        from machikumo.layouts.domain.columnar import ColumnarChecker
        from machikumo.layouts.domain.setrules_columnar import column_checkers

        self.plan = plan
        self.rules, self.target_rules = plan.source_rules, plan.target_rules
        self.checker = ColumnarChecker(self.rules)
        self.target_checker = ColumnarChecker(self.target_rules) if self.target_rules else None
        self.checkers = column_checkers(plan.layout)
        self.fixed = fixed_rows(plan.layout)

    def read(self, block: Block) -> Any:
        """See Executor."""
        return self.fixed.frame(block) if self.fixed else parsing.columnar_rows(block, self.plan.layout)

    def failing(self, rows: Any) -> list[cells.Cell]:
        """See Executor."""
        return self.checker.failing_cells(rows)

    def failing_target(self, rows: Any) -> list[cells.Cell]:
        """See Executor."""
        return self.target_checker.failing_cells(rows) if self.target_checker else []

    def drop(self, rows: Any, places: Collection[int]) -> Any:
        """See Executor."""
        import polars as pl

        if not places:
            return rows
        kept = pl.repeat(value=True, n=rows.height, eager=True).scatter(list(places), values=False)
        return rows.filter(kept)

    def narrow(self, rows: Any, numbers: Sequence[int]) -> Any:
        """See Executor."""
        from machikumo.layouts.domain.unique_columnar import ROW, row_numbers

        wanted = {key for rule in self.plan.layout.set_rules for key in (*rule.items, *rule.roles.values())}
        return rows.select(*sorted(wanted), row_numbers(rows, numbers).alias(ROW))

    def convert(self, rows: Any) -> Converted[Any]:
        """See Executor."""
        assert self.plan.mapping is not None  # noqa: S101 - the engine converts only where there is a mapping
        return convert_frame(self.plan.mapping, rows)


def has_fast_path() -> bool:
    """Whether Polars is installed."""
    return find_spec("polars") is not None


def executor_of(plan: Plan) -> PlainExecutor | ColumnarExecutor:
    """Return the executor that the plan names, or the best there is.

    Raises:
        FastPathMissing: the plan names the columnar one and Polars is not installed.
    """
    if plan.executor == PLAIN or (not plan.executor and not has_fast_path()):
        return PlainExecutor(plan)
    if not has_fast_path():
        raise FastPathMissing
    return ColumnarExecutor(plan)
