"""Pages of the workbench."""

from machikumo.gaiji.views.figures import decide, figure, review
from machikumo.gaiji.views.maps import download, import_map, publish, reductions
from machikumo.gaiji.views.sets import listing, one_set, receive

__all__ = [
    "decide",
    "download",
    "figure",
    "import_map",
    "listing",
    "one_set",
    "publish",
    "receive",
    "reductions",
    "review",
]
