"""The room's long work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.jobs import Run, job
from machikumo.operations import actions

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Importing this module registered the jobs."""


@job("operations.exit_package")
def make_exit_package(scope: Scope, run: Run) -> dict[str, Any]:
    """The exit package as a stored file."""
    stored = actions.make_exit_package(scope)
    run.log(
        f"{stored.name}（{stored.size:,} バイト）を作りました。", f"{stored.name} ({stored.size:,} bytes) is ready."
    )
    return {"file": str(stored.token)}
