"""The room's long work: moving a file in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.jobs import Run, job
from machikumo.layouts import moving
from machikumo.layouts.domain.blocks import BLOCK_SIZE

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Importing this module registered the job."""


@job("layouts.move_in")
def move_in(scope: Scope, run: Run, move_in_id: int, block_size: int = BLOCK_SIZE) -> dict[str, Any]:
    """Check, load and prove one received file, reading it in blocks of so many bytes."""
    return moving.move_in(scope, run, move_in_id, block_size=block_size)
