"""What files give to the registries: the sweep of what no row names any more."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from machikumo.kernel.files import queries, store
from machikumo.kernel.files.domain.sealing import FileDamaged
from machikumo.kernel.registries import Periodic, periodic

if TYPE_CHECKING:
    from uuid import UUID

    from machikumo.kernel.scope import Scope

logger = logging.getLogger(__name__)


def register_all() -> None:
    """Register the sweep."""
    periodic.register("files.sweep", SWEEP)


def sweep(scope: Scope) -> int:
    """Take away what emptied towns, uploads and transactions that broke off left, and close what an older edition kept.

    Gives how many files. What is damaged is left for the reader to be told.
    """
    kept = queries.hashes_kept(scope)
    return store.sweep(scope, kept) + sum(_close(scope, token, sha256) for token, sha256 in kept.items())


def _close(scope: Scope, token: UUID, sha256: str) -> bool:
    try:
        return store.close_older(scope, token, sha256)
    except FileDamaged:
        logger.error("file %s of organisation %s is damaged", token, scope.organisation_id)  # noqa: TRY400 - no fault here
        return False


SWEEP = Periodic(
    "登録のないファイルを消す",
    "Take away files that no row names",
    dt.timedelta(days=1),
    sweep,
    frozenset(),
)
