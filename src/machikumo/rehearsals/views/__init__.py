"""Pages of the rehearsals: moves, rounds, what differs, the count sheet, signatures and report."""

from machikumo.rehearsals.views.counts import counts, upload_counts
from machikumo.rehearsals.views.differences import difference, rows
from machikumo.rehearsals.views.moves import dates, listing, move, plan
from machikumo.rehearsals.views.rounds import add, explain, hand_over, measure, one_round, report, sign

__all__ = [
    "add",
    "counts",
    "dates",
    "difference",
    "explain",
    "hand_over",
    "listing",
    "measure",
    "move",
    "one_round",
    "plan",
    "report",
    "rows",
    "sign",
    "upload_counts",
]
