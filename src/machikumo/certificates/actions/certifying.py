"""Who certifies, and what the municipality has confirmed: asked for, decided by another person, never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from machikumo.certificates import queries
from machikumo.certificates.domain.certifying import refuse_certification
from machikumo.certificates.domain.snapshot import CERTIFICATION
from machikumo.certificates.models import CertificateConfirmation, CertificateIssuer
from machikumo.kernel.approvals import actions as approvals
from machikumo.kernel.errors import Conflict
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from datetime import date

    from machikumo.kernel.approvals.models import Approval
    from machikumo.kernel.scope import Scope

ISSUER = "certificates.issuer"  # kind of approval


@action(permission="organisations.settings")
def propose_issuer(
    scope: Scope, *, mayor_title: str, mayor_name: str, certification: str, source: str, valid_from: date
) -> Approval:
    """Ask another person to approve who certifies from that day on, and in which words; nothing holds before that.

    Raises:
        CertificationRefused: the words lack a place that the paper has to fill, or cannot be printed.
        AlreadyDecided: another proposal waits.
    """
    refuse_certification(certification)
    facts = {
        "mayor_title": mayor_title,
        "mayor_name": mayor_name,
        "certification": certification,
        "source": source,
        "valid_from": valid_from.isoformat(),
    }
    return approvals.request(
        scope,
        kind=ISSUER,
        subject="certificates:issuer",
        payload=facts,
        title_ja=f"証明者の設定（{mayor_title} {mayor_name}、{valid_from.isoformat()}から）",
        title_en=f"Who certifies from {valid_from.isoformat()}",
    )


@action(permission="approvals.decide")
def set_issuer(
    scope: Scope,
    *,
    mayor_title: str,
    mayor_name: str,
    valid_from: date,
    certification: str = CERTIFICATION,
    source: str = "",
    asked_by: str = "",
) -> CertificateIssuer:
    """Let this hold from that day on; what held before stays in the list."""
    refuse_certification(certification)
    row = CertificateIssuer.objects.add(
        scope,
        mayor_title=mayor_title,
        mayor_name=mayor_name,
        certification=certification,
        source=source,
        valid_from=valid_from,
        asked_by=asked_by,
        set_by=scope.person,
    )
    after = {"title": mayor_title, "name": mayor_name, "words": certification, "valid_from": valid_from.isoformat()}
    record(scope, event="certificate.issuer_set", subject=f"issuer:{row.pk}", ground=source, after=after)
    return row


@action(permission="certificates.confirm")
def confirm_statement(scope: Scope, *, key: str, digest: str, source: str) -> CertificateConfirmation:
    """Say that the statement is right after that source; ``digest`` names the text that was read.

    Raises:
        NotFound: there is no such statement.
        Conflict: the text has changed since it was read, or it is confirmed already.
    """
    statement = queries.statement_of(key)
    if statement.digest != digest:
        raise Conflict(
            "表示したあとで文言が変わりました。画面を開き直して、新しい文言を確認してください。",
            "The text changed after it was shown. Open the page again and compare the new text.",
        )
    try:
        with transaction.atomic():
            row = CertificateConfirmation.objects.add(
                scope, key=key, digest=digest, text=statement.text[0], source=source, confirmed_by=scope.person
            )
    except IntegrityError:
        raise Conflict("すでに確認済みです。", "It is confirmed already.") from None
    record(
        scope,
        event="certificate.statement_confirmed",
        subject=f"statement:{key}",
        ground=source,
        after={"digest": digest},
    )
    return row


@action(permission="certificates.confirm")
def withdraw_confirmation(scope: Scope, *, key: str) -> None:
    """Take the confirmation back: the statement is unconfirmed from now on."""
    held = CertificateConfirmation.objects.within(scope).filter(key=key, withdrawn_at__isnull=True)
    if not held.update(withdrawn_at=Now(), withdrawn_by=scope.person):
        raise Conflict("この項目は確認されていません。", "It is not confirmed.")
    record(scope, event="certificate.confirmation_withdrawn", subject=f"statement:{key}")
