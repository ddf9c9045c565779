"""What can be approved: each room registers its kinds, with what happens once somebody else has said yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.kernel.registries import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from machikumo.kernel.scope import Scope


def _as_they_are(_scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """The facts under their own names: for kinds that say nothing better."""
    return [(name, name, value) for name, value in sorted(payload.items())]


def _nothing(_scope: Scope, **_facts: Any) -> None:
    """Approval alone is the effect."""


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """One kind of request.

    ``on_approved(scope, subject=…, payload=…, requested_by=…)`` runs in the transaction of the approval, in the
    approver's scope; an error there undoes the approval. ``on_refused`` runs when it is rejected, withdrawn or expired.
    ``describe(scope, payload)`` gives what the approver reads: title in Japanese, in English, and the value.
    """

    title_ja: str
    title_en: str
    on_approved: Callable[..., object] = _nothing
    on_refused: Callable[..., object] = _nothing
    ask_permission: str = "work.enter"
    decide_permission: str = "approvals.decide"
    days_open: int = 14
    describe: Callable[[Scope, Mapping[str, Any]], Sequence[tuple[str, str, Any]]] = _as_they_are


approval_kinds: Registry[ApprovalKind] = Registry("kind of approval")
