"""What can be approved: each room registers its kinds, with what happens once somebody else has said yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.kernel.registries import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope


def _nothing(_scope: Scope, **_facts: Any) -> None:
    """Approval alone is the effect."""


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """One kind of request.

    ``on_approved(scope, subject=…, payload=…, requested_by=…)`` runs in the transaction of the approval, in the
    approver's scope; an error there undoes the approval. ``on_refused`` runs when it is rejected, withdrawn or expired.
    """

    title_ja: str
    title_en: str
    on_approved: Callable[..., object] = _nothing
    on_refused: Callable[..., object] = _nothing
    ask_permission: str = "work.enter"
    decide_permission: str = "approvals.decide"
    days_open: int = 14


approval_kinds: Registry[ApprovalKind] = Registry("kind of approval")
