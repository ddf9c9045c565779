"""What of this room takes two people: roles that let one approve, open numbers, read the ledger or give roles."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from machikumo.kernel.approvals.domain.rules import FactsChanged
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds
from machikumo.organisations import queries
from machikumo.organisations.actions import people, transfers
from machikumo.organisations.actions.granting import APPOINTMENT, FILE, STAND_IN
from machikumo.organisations.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from machikumo.kernel.scope import Scope

MANAGE = "organisations.manage_people"
Told = list[tuple[str, str, Any]]


def register_all() -> None:
    """Register the kinds."""
    register = approval_kinds.register
    register(APPOINTMENT, _kind("役割の任命", "Appointment to a role", _appoint, _told))
    register(STAND_IN, _kind("代理の任命", "Appointment of a stand-in", _stand_in, _told))
    register(FILE, _kind("人事異動の反映", "Personnel changes", _apply, _told_file))


def _kind(
    title_ja: str,
    title_en: str,
    act: Callable[..., object],
    describe: Callable[[Scope, Mapping[str, Any]], Told],
) -> ApprovalKind:
    return ApprovalKind(title_ja, title_en, on_approved=act, ask_permission=MANAGE, describe=describe)


def _acting(scope: Scope) -> Scope:
    """The approver, who does with this yes what the asker may and the approver alone may not."""
    return replace(scope, permissions=frozenset({MANAGE}))


def _read(payload: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: dt.date.fromisoformat(payload[name]) for name in ("starts_on", "ends_on") if payload.get(name)}
    return dict(payload) | days


def _appoint(scope: Scope, *, payload: Mapping[str, Any], **_facts: Any) -> None:
    people.appoint(_acting(scope), **_read(payload))


def _stand_in(scope: Scope, *, payload: Mapping[str, Any], **_facts: Any) -> None:
    facts = _read(payload)
    del facts["role"]
    people.stand_in(_acting(scope), **facts)


def _apply(scope: Scope, *, payload: Mapping[str, Any], **_facts: Any) -> None:
    if queries.transfer_batch(scope, payload["batch_id"]).digest != payload["digest"]:
        raise FactsChanged("依頼のあとでファイルが変わりました。", "The file is another one than was asked for.")
    transfers.apply(_acting(scope), batch_id=payload["batch_id"])


def _told(scope: Scope, payload: Mapping[str, Any]) -> Told:
    title = catalogue().role(payload["role"]).title
    staff = queries.staff_member(scope, payload["staff_id"])
    until = payload.get("ends_on") or ""
    return [
        ("職員", "Person", f"{staff.employee_number} {staff.name}"),
        ("役割", "Role", f"{title.ja} / {title.en}"),
        ("期間", "Period", f"{payload['starts_on']} 〜 {until}"),
        ("理由", "Reason", payload.get("reason", "")),
    ]


def _told_file(_scope: Scope, payload: Mapping[str, Any]) -> Told:
    return [
        ("行数", "Lines", payload["lines"]),
        ("二人で決める役割", "Roles that two people give", "、".join(payload["grave"])),
        ("ファイルの指紋", "Digest of the file", payload["digest"]),
    ]
