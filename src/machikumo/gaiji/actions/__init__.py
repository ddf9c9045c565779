"""Everything that changes the workbench, each with its ledger row."""

from machikumo.gaiji.actions.deciding import confirm, propose, return_to
from machikumo.gaiji.actions.publishing import import_map, import_reductions, publish
from machikumo.gaiji.actions.receiving import count_use, finish, keep_rankings, receive, start

__all__ = [
    "confirm",
    "count_use",
    "finish",
    "import_map",
    "import_reductions",
    "keep_rankings",
    "propose",
    "publish",
    "receive",
    "return_to",
    "start",
]
