"""When a whole load may be undone, and whether the town is then as it was before."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.cutover.domain.deeds import words_of
from machikumo.cutover.domain.errors import NotUndoable

if TYPE_CHECKING:
    from collections.abc import Mapping

WATCHED = (
    "register_household",
    "register_person",
    "register_personversion",
    "register_searchkey",
    "register_protectionblock",
    "numbers_numberrecord",
)
# Tables that tell of the work and not of the town: they grow by the very act of undoing.
TRAIL: Mapping[str, str] = {
    "ledger": "the log only grows",
    "jobs": "runs and their lines",
    "files": "what was received stays as received",
    "layouts": "the move-in itself, its findings and its proof",
    "approvals": "who asked and who approved",
    "cutover": "the plan, and what the load did",
    "rehearsals": "rounds of the move",
    "comparisons": "what was compared of the load",
}


class LoadState(enum.StrEnum):
    """Where a load stands."""

    OPEN = "open"
    UNDOING = "undoing"
    UNDONE = "undone"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """What decides whether a load may be undone: ``later`` is a load after it that is still in the register."""

    state: LoadState
    first_change: str = ""
    later: str = ""
    empty: bool = False


@dataclass(frozen=True, slots=True)
class TableState:
    """One table of the town: how many rows, and the sum of their digests; the order of rows plays no part."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Which tables are not as they were; ``wrong`` are those that a load writes, ``others`` changed by other work."""

    tables: int
    wrong: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that a load writes is exactly as it was before."""
        return not self.wrong


def is_trail(app_label: str) -> bool:
    """Whether the tables of that app tell of the work and not of the town."""
    return app_label in TRAIL


def refuse_undoing(facts: LoadFacts) -> None:
    """Raise NotUndoable, saying why, unless the load may be undone."""
    if facts.state is LoadState.UNDONE:
        raise NotUndoable("この取込は取り消し済みです。", "This load has been undone already.")
    if facts.state is LoadState.UNDOING:
        raise NotUndoable("この取込は取り消している途中です。", "This load is being undone.")
    if facts.first_change:
        ja, en = words_of(facts.first_change)
        raise NotUndoable(
            f"取込のあとで業務の変更（{ja}）があったため、取り消せません。後戻りできない点を過ぎています。"
            "誤りは一件ずつ修正してください。",
            f"Work has changed the register since ({en}): the point of no return is past. Mend errors one by one.",
        )
    if facts.later:
        raise NotUndoable(
            f"あとの取込（{facts.later}）を先に取り消してください。", f"Undo the later load ({facts.later}) first."
        )
    if facts.empty or facts.state is LoadState.SETTLED:
        raise NotUndoable("この取込には取り消すものがありません。", "There is nothing of this load to undo.")


def prove(before: Mapping[str, TableState], after: Mapping[str, TableState]) -> Proof:
    """Compare every table of the town before the load with the same tables after the undoing."""
    tables = {*before, *after}
    changed = sorted(table for table in tables if before.get(table) != after.get(table))
    wrong = tuple(table for table in changed if table in WATCHED)
    return Proof(len(tables), wrong, tuple(table for table in changed if table not in WATCHED))
