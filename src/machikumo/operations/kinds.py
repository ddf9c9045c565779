"""What of this room takes two people: taking all data of the organisation away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds
from machikumo.kernel.jobs import actions as jobs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope

PACKAGE, EXPORT = "operations.exit_package", "operations.export"
SUBJECT = "organisation:exit_package"


def register_all() -> None:
    """Register the kind."""
    kind = ApprovalKind(
        "全データの持ち出し",
        "Taking all data away",
        on_approved=_start,
        ask_permission=EXPORT,
        days_open=3,
        describe=_told,
    )
    approval_kinds.register(PACKAGE, kind)


def ask_for_package(scope: Scope, *, reason: str, recipient: str) -> Approval:
    """The request for an exit package, which another person has to approve; AlreadyDecided while one is open.

    ``recipient`` is the public key of whoever may open the package; the approver sees it.
    """
    payload = {"reason": reason, "recipient": recipient, "role": scope.role, "asked_at": timezone.now().isoformat()}
    return approvals.request(
        scope,
        kind=PACKAGE,
        subject=SUBJECT,
        payload=payload,
        title_ja="全データの持ち出しパッケージの作成",
        title_en="Make an exit package with all data",
    )


def _start(scope: Scope, *, payload: Mapping[str, Any], requested_by: str, **_facts: Any) -> None:
    """The work runs in the name of who asked, with the one right that it needs; the approval says who said yes."""
    asker = replace(scope, person=requested_by, role=payload["role"], permissions=frozenset({EXPORT}))
    arguments = {"recipient": payload["recipient"]}
    jobs.start(asker, kind=PACKAGE, idempotency_key=f"{PACKAGE}:{payload['asked_at']}", arguments=arguments)


def _told(_scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    return [
        ("理由", "Reason", payload["reason"]),
        (
            "含まれるもの",
            "What it holds",
            "すべての表・保管ファイル・証明書の控えと、開いた番号 / every table, file and paper, the numbers opened",
        ),
        ("開ける鍵（公開鍵）", "Key that opens it (public half)", payload["recipient"]),
    ]
