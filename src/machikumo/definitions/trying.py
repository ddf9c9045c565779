"""Reading a file by a layout without loading anything: counts, findings and the first rows, for whoever decides."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.definition import Sensitivity
from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.wide import narrowed, readable

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.issues import Issue

SHOWN_ROWS, SHOWN_ISSUES = 3, 100


@dataclass(slots=True)
class Trial:
    """What reading told. ``rows`` are the first accepted ones; what must not be shown is a dot a sign."""

    read: int = 0
    accepted: int = 0
    held_back: int = 0
    errors: int = 0
    stopped: bool = False
    rules: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every row was read without an error."""
        return not self.stopped and not self.errors


def try_layout(layout: Layout, data: bytes, name: str, *, training: bool) -> Trial:
    """Read all of the data by the layout."""
    found = Trial()
    plan = Plan(layout=narrowed(layout), training=training, fingerprints=False, file_name=name)
    with readable(io.BytesIO(data), layout) as stream:
        for result in iterate_blocks(stream, plan):
            _add(found, result, layout)
    return found


def _add(found: Trial, result: Any, layout: Layout) -> None:
    found.read += result.entry.records
    found.accepted += result.entry.accepted
    found.held_back += result.entry.rejected
    found.stopped |= result.stopped or result.fatal
    for issue in result.issues:
        found.rules[issue.rule] += 1
        found.errors += issue.severity == "error"
        if len(found.issues) < SHOWN_ISSUES:
            found.issues.append(issue)
    if len(found.rows) < SHOWN_ROWS and not result.closing:
        rows = result.rows if isinstance(result.rows, list) else result.rows.rows()
        found.rows += [_shown(row, layout) for row in rows[: SHOWN_ROWS - len(found.rows)]]


def _shown(row: tuple[str, ...], layout: Layout) -> tuple[str, ...]:
    open_to_see = [item.sensitivity is Sensitivity.PLAIN for item in layout.items]
    return tuple(value if shown else "●" * len(value) for value, shown in zip(row, open_to_see, strict=True))
