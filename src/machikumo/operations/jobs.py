"""The room's long work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.jobs import Run, job
from machikumo.kernel.registries import demo_parts
from machikumo.operations import actions

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

REFILL = "training.refill"


def register_all() -> None:
    """Importing this module registered the jobs."""


@job("operations.exit_package")
def make_exit_package(scope: Scope, run: Run, recipient: str) -> dict[str, Any]:
    """The exit package as a stored file, closed for the recipient."""
    stored = actions.make_exit_package(scope, recipient=recipient)
    run.log(
        f"{stored.name}（{stored.size:,} バイト）を作りました。", f"{stored.name} ({stored.size:,} bytes) is ready."
    )
    return {"file": str(stored.token)}


@job("operations.reset_training")
def reset_training(scope: Scope, run: Run, people: int, seed: int) -> dict[str, Any]:
    """Empty the training town and fill it with made-up people."""
    gone = actions.empty_training_town(scope)
    run.log(f"{gone:,} 行を消しました。", f"{gone:,} rows are gone.")
    refill = demo_parts.get(REFILL)
    result: dict[str, Any] = refill(scope, run, people=people, seed=seed)
    return result
