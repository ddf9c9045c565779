"""Reading the rows of a difference by the layout of the move, without the rules that hold for whole towns only."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from machikumo.layouts.domain.definition import SetRuleKind
from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.wide import narrowed, narrowed_mapping, readable

if TYPE_CHECKING:
    import polars as pl

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.engine import BlockResult, Reject
    from machikumo.layouts.domain.issues import Issue
    from machikumo.layouts.domain.mapping import Mapping

OF_ROWS = frozenset({SetRuleKind.UNIQUE, SetRuleKind.NOT_BEFORE})


@dataclass(frozen=True, slots=True)
class Form:
    """The layout of a feed's files, and the mapping to standard rows; without one they are standard rows."""

    layout: Layout
    mapping: Mapping | None = None

    @property
    def digest(self) -> str:
        """What the definitions are, so that a file is never read by others than it was received for."""
        return f"{self.layout.digest[:32]}{self.mapping.digest[:32] if self.mapping else ''}"

    def plan(self, *, training: bool, file_name: str) -> Plan:
        """How the rows are read: rules over a whole town (one head a household, whole histories) do not hold here."""
        layout = narrowed(self.layout)
        layout = replace(layout, set_rules=tuple(rule for rule in layout.set_rules if rule.kind in OF_ROWS))
        mapping = replace(narrowed_mapping(self.mapping), source=layout) if self.mapping else None
        return Plan(layout=layout, mapping=mapping, training=training, file_name=file_name, fingerprints=False)


@dataclass(slots=True)
class Reading:
    """What a file holds: standard rows with their row numbers, rows held back, and what stops the whole file."""

    records: int = 0
    frames: list[pl.DataFrame] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    results: list[BlockResult] = field(default_factory=list)
    fatal: list[Issue] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The standard rows that may go in, in the order of the file."""
        return [row for frame in self.frames for row in frame.iter_rows(named=True)]


def read_rows(body: bytes, form: Form, *, training: bool, file_name: str) -> Reading:
    """Read a file without its control records; rows that break a rule are held back with their original bytes."""
    plan = form.plan(training=training, file_name=file_name)
    found = Reading()
    with readable(io.BytesIO(body), form.layout) as stream:
        for result in iterate_blocks(stream, plan):
            if result.fatal:
                found.fatal += result.issues
            if result.closing:
                continue
            found.records += result.entry.records
            found.frames.append(result.rows if plan.mapping is None else result.converted)
            found.numbers += list(result.numbers)
            found.rejects += result.rejects
            found.results.append(result)
    return found


def frame_of(rows: list[dict[str, str]]) -> pl.DataFrame:
    """Standard rows as the register takes them: all columns text."""
    import polars as pl

    return pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
