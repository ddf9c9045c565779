"""The second signature under a move-in's report: the officer signs by asking, the section head by approving."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html

from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals import queries as asked
from machikumo.kernel.approvals.blockers import Signing, refuse_blocked
from machikumo.kernel.approvals.domain.rules import FactsChanged
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import record
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.ui.language import t
from machikumo.layouts.models import MoveInState
from machikumo.layouts.queries import move_ins as queries
from machikumo.layouts.queries.held import account_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.models import MoveIn

KIND = "layouts.acceptance"
COUNTS = ("rows", "accepted", "quarantined", "loaded")


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signed the report and when; ``asked`` is the latest request, None when nobody has signed."""

    asked: Approval | None
    by_officer: str = ""
    by_head: str = ""


def register_all() -> None:
    """Register the kind."""
    kind = ApprovalKind(
        "データ移行の結果の確認",
        "Acceptance of a move-in",
        on_approved=_accept,
        ask_permission="layouts.move_in",
        decide_permission="layouts.approve",
        days_open=30,
        describe=_told,
    )
    approval_kinds.register(KIND, kind)


def sign(scope: Scope, *, move_in_id: int) -> Approval:
    """The officer's signature under the report as it stands, which another person's has to follow.

    Raises:
        Conflict: it is not reconciled yet, signed by both already, or something is open that blocks it (Blocked).
        AlreadyDecided: it waits for the second signature.
    """
    with entered(scope):
        one = queries.move_in_of(scope, move_in_id)
        _refuse_unready(scope, one)
        refuse_blocked(scope, signing_of(one))
        return approvals.request(
            scope,
            kind=KIND,
            subject=_subject(one),
            payload=_facts(scope, one),
            title_ja=f"移行結果の確認: {one.file.name}（{one.rehearsal}回目）",
            title_en=f"Accept the move-in of {one.file.name} (attempt {one.rehearsal})",
        )


def _refuse_unready(scope: Scope, one: MoveIn) -> None:
    if not is_reconciled(one):
        raise Conflict(
            "照合が終わっていないので署名できません。照合が終わってから報告書を確認してください。",
            "It is not reconciled yet: look at the report when it is.",
        )
    done = latest(scope, one)
    if done is not None and done.state == "approved":
        raise Conflict("この移行結果は確認済みです。", "This move-in is accepted already.")


def is_reconciled(one: MoveIn) -> bool:
    """Whether there is a result to sign."""
    return one.state == MoveInState.RECONCILED


def latest(scope: Scope, one: MoveIn) -> Approval | None:
    """The latest request for that move-in."""
    return asked.latest_for(scope, KIND, _subject(one))


def signatures(scope: Scope, one: MoveIn) -> Signatures:
    """Who signed the report; a rejected or withdrawn request signs nothing."""
    row = latest(scope, one)
    if row is None or row.state in {"rejected", "withdrawn", "expired"}:
        return Signatures(row)
    names = names_of(scope, [row.requested_by, row.decided_by])
    return Signatures(row, names[row.requested_by], names[row.decided_by] if row.state == "approved" else "")


def _subject(one: MoveIn) -> str:
    return f"move_in:{one.pk}"


def signing_of(one: MoveIn) -> Signing:
    """What is signed here, as other rooms are told it."""
    subject = _subject(one)
    return Signing(
        subject, one.layout_key, one.rehearsal, is_real=False, move_in_ids=(one.pk,), mapping_keys=(one.mapping_key,)
    )


def _facts(scope: Scope, one: MoveIn) -> dict[str, Any]:
    """What both sign: the file, the counts, what became of rows set aside, and the reconciliation by its digest."""
    account = account_of(scope, one)
    whole = json.dumps(one.reconciliation, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "move_in_id": one.pk,
        "file": one.file.name,
        "sha256": one.file.sha256,
        "holds": bool(one.reconciliation.get("holds")),
        "reconciliation": hashlib.sha256(whole.encode()).hexdigest(),
        "mended": account.mended,
        "left_out": account.left_out,
        "held": account.held,
    } | {name: getattr(one, name) for name in COUNTS}


def _accept(scope: Scope, *, payload: Mapping[str, Any], requested_by: str, **_given: Any) -> None:
    one = queries.move_in_of(scope, payload["move_in_id"])
    if _facts(scope, one) != dict(payload):
        raise FactsChanged(
            "依頼のあとで移行結果が変わりました。報告書を確認し、署名からやり直してください。",
            "The result is another one than was signed: look at the report and sign again.",
        )
    record(
        scope,
        event="move_in.accepted",
        subject=_subject(one),
        details={"signed_by": requested_by, "reconciliation": payload["reconciliation"]},
    )


def _told(scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    address = reverse("layouts:report", args=[scope.organisation_code, payload["move_in_id"]])
    verdict = t("一致", "Agrees") if payload["holds"] else t("差異あり", "Differs")
    return [
        ("ファイル", "File", payload["file"]),
        ("読んだ行", "Rows read", f"{payload['rows']:,}"),
        ("取り込んだ行", "Accepted", f"{payload['accepted']:,}"),
        ("保留した行", "Set aside", f"{payload['quarantined']:,}"),
        ("うち、直して取り込んだ行", "Of these mended and taken in", f"{payload.get('mended', 0):,}"),
        ("うち、取り込まないと決めた行", "Of these left out", f"{payload.get('left_out', 0):,}"),
        ("台帳にある行", "In the register", f"{payload['loaded']:,}"),
        ("判定", "Verdict", verdict),
        ("報告書", "Report", format_html('<a href="{}">{}</a>', address, t("報告書を開く", "Open the report"))),
    ]
