"""A job that only counts: for trying the worker of an installation (``machikumo worker``) and its tests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from machikumo.kernel.jobs.registry import job

if TYPE_CHECKING:
    from machikumo.kernel.jobs.registry import Run
    from machikumo.kernel.scope import Scope


@job("jobs.count")
def count(_scope: Scope, run: Run, total: int, seconds: float) -> dict[str, int]:
    """Count to the total, pausing at each step; does nothing else."""
    for number in range(total):
        run.progress(number, total, f"{number}", f"{number}")
        time.sleep(seconds)
    return {"counted": total}
