"""The room's long work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from machikumo.kernel.files.actions import open_file, remove_file
from machikumo.kernel.jobs import Run, job
from machikumo.kernel.registries import demo_parts
from machikumo.operations import actions
from machikumo.operations.arriving.loading import load
from machikumo.operations.arriving.rights import with_rights
from machikumo.operations.receiving import secret_key

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


@job("operations.load_package")
def load_package(scope: Scope, run: Run, token: str, signer: str) -> dict[str, Any]:
    """The uploaded package in this town; the file is taken away whether it came in or was refused."""
    file = UUID(token)
    _, place = open_file(scope, token=file)
    try:
        with place.open() as closed:
            loaded = load(
                closed,
                secret_key(),
                scope_in=lambda _town: with_rights(scope),
                signer=signer,
                only=scope.organisation_code,
                say=run.log,
            )
    finally:
        remove_file(scope, token=file, ground="exit_package")
    for name in loaded.missing:
        run.log(
            f"もとの環境で失われていたファイル: {name}", f"Lost in the former installation: {name}", level="warning"
        )
    return {"rows": loaded.rows, "files": loaded.files, "former_rows": loaded.former_rows}


@job("operations.reset_training")
def reset_training(scope: Scope, run: Run, people: int, seed: int) -> dict[str, Any]:
    """Empty the training town and fill it with made-up people."""
    gone = actions.empty_training_town(scope)
    run.log(f"{gone:,} 行を消しました。", f"{gone:,} rows are gone.")
    refill = demo_parts.get(REFILL)
    result: dict[str, Any] = refill(scope, run, people=people, seed=seed)
    return result
