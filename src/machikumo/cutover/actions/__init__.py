"""Everything that changes a plan or a load; each action one transaction with its ledger row."""

from machikumo.cutover.actions.answering import answer
from machikumo.cutover.actions.planning import change_step, end_step, lift_freeze, link_files, make_plan, start_step
from machikumo.cutover.actions.undoing import finish_undoing, settle_loads, undo_block

__all__ = [
    "answer",
    "change_step",
    "end_step",
    "finish_undoing",
    "lift_freeze",
    "link_files",
    "make_plan",
    "settle_loads",
    "start_step",
    "undo_block",
]
