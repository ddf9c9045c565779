"""Pages of the cut-over."""

from machikumo.cutover.views.deciding import emergency, item, lift, load, release
from machikumo.cutover.views.planning import files, listing, new_plan, plan, step

__all__ = ["emergency", "files", "item", "lift", "listing", "load", "new_plan", "plan", "release", "step"]
