"""The room's long work: moving a file in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.jobs import Run, job
from machikumo.layouts import moving

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Importing this module registered the job."""


@job("layouts.move_in")
def move_in(scope: Scope, run: Run, move_in_id: int) -> dict[str, Any]:
    """Check, load and prove one received file."""
    return moving.move_in(scope, run, move_in_id)
