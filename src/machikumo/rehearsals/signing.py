"""The two signatures under a round, and what stands against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html

from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.approvals.blockers import Blocker, Signing, blockers_of, refuse_blocked
from machikumo.kernel.approvals.domain.rules import FactsChanged, digest_of
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import record
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.ui.language import t
from machikumo.rehearsals import queries
from machikumo.rehearsals.domain.results import defects_in, differing_rows, sum_of
from machikumo.rehearsals.domain.steps import Block, blocks_of
from machikumo.rehearsals.models import RoundKind
from machikumo.rehearsals.words import BLOCKS, round_title, round_title_en

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Round

ON_SHEET = frozenset({Block.LINES_OPEN})


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signed and when; ``asked`` is the latest request, None when nobody has signed."""

    asked: Approval | None
    by_officer: str = ""
    by_head: str = ""


def register_all() -> None:
    """Register the kind of approval."""
    kind = ApprovalKind(
        "移行リハーサルの結果の確認",
        "Acceptance of a rehearsal",
        on_approved=_accept,
        ask_permission="layouts.move_in",
        decide_permission="layouts.approve",
        days_open=30,
        describe=_told,
    )
    approval_kinds.register(queries.KIND, kind)


def signing_of(scope: Scope, one: Round) -> Signing:
    """What is to be signed, as the sources of blockers are told it."""
    files = queries.files_of(scope, one)
    return Signing(
        subject=queries.subject_of(one),
        system=one.move.system,
        round_number=one.number,
        is_real=one.kind == RoundKind.REAL,
        move_in_ids=tuple(row.pk for row in files),
        mapping_keys=tuple(dict.fromkeys(row.mapping_key for row in files)),
    )


def open_blockers(scope: Scope, one: Round) -> tuple[Blocker, ...]:
    """Everything that stands against signing the round, of every room."""
    return blockers_of(scope, signing_of(scope, one))


def own_blockers(scope: Scope, signing: Signing) -> Iterator[Blocker]:
    """What this room has against a signature: unfinished files, differences, figures that nobody explained."""
    kind, _, number = signing.subject.partition(":")
    if kind != "rehearsal":
        return
    one = queries.round_of(scope, int(number))
    for block, count in blocks_of(queries.facts_of(scope, one)).items():
        name = "rehearsals:counts" if block in ON_SHEET else "rehearsals:round"
        ja, en = BLOCKS[block]
        url = reverse(name, args=[scope.organisation_code, one.pk])
        yield Blocker(ja.format(n=count), en.format(n=count), url, count)


def sign(scope: Scope, *, round_id: int) -> Approval:
    """The officer's signature under the round as it stands, which another person's has to follow.

    Raises:
        Blocked: something is open. Conflict: signed by both already. AlreadyDecided: it waits for the second signature.
    """
    with entered(scope):
        one = queries.round_of(scope, round_id)
        done = queries.signature_of(scope, one)
        if done is not None and done.state == "approved":
            raise Conflict("この回は確認済みです。", "This round is accepted already.")
        refuse_blocked(scope, signing_of(scope, one))
        return approvals.request(
            scope,
            kind=queries.KIND,
            subject=queries.subject_of(one),
            payload=facts_signed(scope, one),
            title_ja=f"移行結果の確認: {round_title(one)}",
            title_en=f"Accept: {round_title_en(one)}",
        )


def signatures(scope: Scope, one: Round) -> Signatures:
    """Who signed the round; a rejected or withdrawn request signs nothing."""
    row = queries.signature_of(scope, one)
    if row is None or row.state in {"rejected", "withdrawn", "expired"}:
        return Signatures(row)
    names = names_of(scope, [row.requested_by, row.decided_by])
    return Signatures(row, names[row.requested_by], names[row.decided_by] if row.state == "approved" else "")


def facts_signed(scope: Scope, one: Round) -> dict[str, Any]:
    """What both sign: the files by their hashes, the counts, and all results by their digest."""
    files = queries.files_of(scope, one)
    lines = [[line.key, line.ours, line.theirs, line.explanation] for line in queries.count_lines(scope, one)]
    remarks = {str(key): row.text for key, row in sorted(queries.remarks_of(scope, one).items())}
    proofs = {str(row.pk): row.reconciliation for row in files}
    whole = {"measured": one.measured, "difference": one.difference, "lines": lines, "remarks": remarks}
    return {
        "round_id": one.pk,
        "title": round_title(one),
        "files": {row.file.name: row.file.sha256 for row in files},
        "rows": sum_of(one.measured, "read"),
        "accepted": sum_of(one.measured, "accepted"),
        "held_open": sum_of(one.measured, "held_open"),
        "defects": defects_in(one.measured),
        "differing": differing_rows(one.difference),
        "results": digest_of(whole | {"proofs": proofs}),
    }


def _accept(scope: Scope, *, payload: Mapping[str, Any], requested_by: str, **_given: Any) -> None:
    one = queries.round_of(scope, payload["round_id"])
    refuse_blocked(scope, signing_of(scope, one))
    if facts_signed(scope, one) != dict(payload):
        raise FactsChanged(
            "依頼のあとで結果が変わりました。内容を確認し、署名からやり直してください。",
            "The results are other ones than were signed: look at them and sign again.",
        )
    details = {"signed_by": requested_by, "results": payload["results"]}
    record(scope, event="rehearsal.accepted", subject=queries.subject_of(one), ground="data_migration", details=details)


def _told(scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    address = reverse("rehearsals:round", args=[scope.organisation_code, payload["round_id"]])
    return [
        ("回", "Round", payload["title"]),
        ("読んだ行", "Rows read", f"{payload['rows']:,}"),
        ("受け入れた行", "Accepted", f"{payload['accepted']:,}"),
        ("まだ保留の行", "Still set aside", f"{payload['held_open']:,}"),
        ("見つかった不備", "Findings", f"{payload['defects']:,}"),
        ("前回と違う行", "Rows that differ from the last round", f"{payload['differing']:,}"),
        ("内容", "Contents", format_html('<a href="{}">{}</a>', address, t("この回を開く", "Open the round"))),
    ]
