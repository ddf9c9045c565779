"""The few rows that cannot hold in another installation as they were: told here, with why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.operations.arriving.arrival import Arrival

OPEN, EXPIRED = "requested", "expired"
NOTE = "旧環境で未決のまま移行したため、期限切れにしました。必要なら改めて依頼してください。"


def _approval(arrival: Arrival, row: dict[str, Any]) -> dict[str, Any]:
    """What waited for an approval has to be asked for again: its facts name rows of the former installation."""
    if row["state"] == OPEN:
        row |= {"state": EXPIRED, "decided_at": arrival.manifest.made_at, "note": NOTE}
    return row


def _file(arrival: Arrival, row: dict[str, Any]) -> dict[str, Any]:
    """A file without bytes in the package (an earlier package, or one that was lost) is one that was taken away."""
    if row["removed_at"] is None and not arrival.has(f"files/{row['token']}"):
        row["removed_at"] = arrival.manifest.made_at
    return row


CHANGES: dict[str, Callable[[Arrival, dict[str, Any]], dict[str, Any]]] = {
    "approvals_approval": _approval,
    "files_storedfile": _file,
}
