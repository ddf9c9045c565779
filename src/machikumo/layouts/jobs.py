"""The room's long work: moving a file in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.jobs import Run, job
from machikumo.layouts import actions, moving
from machikumo.layouts.domain.blocks import BLOCK_SIZE

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Importing this module registered the job."""


@job("layouts.move_in")
def move_in(scope: Scope, run: Run, move_in_id: int, block_size: int = BLOCK_SIZE) -> dict[str, Any]:
    """Check, load and prove one received file, reading it in blocks of so many bytes."""
    return moving.move_in(scope, run, move_in_id, block_size=block_size)


@job("layouts.export")
def export(scope: Scope, run: Run, mapping_key: str, recipient: str) -> dict[str, Any]:
    """The register as a file of the old vendor's layout, closed for the recipient."""
    stored = actions.export_file(scope, mapping_key=mapping_key, recipient=recipient)
    run.log(
        f"{stored.name}（{stored.size:,} バイト）を作りました。"
        "「データ移行」の「旧システムの様式で書き出す」から受け取れます。",
        f"{stored.name} ({stored.size:,} bytes) is ready: fetch it at Move in, Export to an old system's layout.",
    )
    return {"file": str(stored.token)}
