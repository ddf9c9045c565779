"""Who may decide, until when, and whether the facts are still those that were asked for."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rfc8785

from machikumo.kernel.errors import Conflict, MachikumoError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class ApprovalRefused(MachikumoError):
    """Base of what this part refuses."""


class SamePerson(ApprovalRefused):
    """The person who asked tried to decide."""

    status = 403


class AlreadyDecided(Conflict):
    """Somebody decided, withdrew, or the time ran out."""


class FactsChanged(ApprovalRefused):
    """The facts are not those that were asked for."""

    status = 409


class ApprovalState(enum.StrEnum):
    """Where a request stands; only REQUESTED can change."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATE_TITLES: Mapping[ApprovalState, tuple[str, str]] = {
    ApprovalState.REQUESTED: ("承認待ち", "Waiting"),
    ApprovalState.APPROVED: ("承認済み", "Approved"),
    ApprovalState.REJECTED: ("差戻し", "Rejected"),
    ApprovalState.WITHDRAWN: ("取下げ", "Withdrawn"),
    ApprovalState.EXPIRED: ("期限切れ", "Expired"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What the rules need to know of a request."""

    requested_by: str
    state: ApprovalState
    expires_at: datetime


def digest_of(payload: Mapping[str, Any]) -> str:
    """The SHA-256 of the payload's canonical form (RFC 8785), in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(payload))).hexdigest()


def refuse_same_person(requested_by: str, decided_by: str) -> None:
    """Raise SamePerson when one person would ask and decide."""
    if requested_by == decided_by:
        raise SamePerson(
            "自分が依頼したものは自分で承認・差戻しできません。別の承認者に依頼してください。",
            "You cannot decide on what you asked for yourself: another approver has to.",
        )


def refuse_decided(request: Request, now: datetime) -> None:
    """Raise AlreadyDecided unless the request still waits and its time has not run out."""
    state = request.state
    if state is ApprovalState.REQUESTED and now >= request.expires_at:
        state = ApprovalState.EXPIRED
    if state is not ApprovalState.REQUESTED:
        ja, en = STATE_TITLES[state]
        raise AlreadyDecided(
            f"この依頼はすでに「{ja}」です。一覧で最新の状態を確認してください。",
            f"This request is already '{en.lower()}': see the list for its present state.",
        )


def refuse_changed(payload: Mapping[str, Any], digest: str) -> None:
    """Raise FactsChanged unless the payload is the one that the digest was taken of."""
    if digest_of(payload) != digest:
        raise FactsChanged(
            "依頼の内容が依頼時と異なります。取り下げて、もう一度依頼してください。",
            "The facts differ from those asked for: withdraw the request and ask again.",
        )
