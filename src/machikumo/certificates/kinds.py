"""What of this room takes two people: who certifies, and in which words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from machikumo.certificates.actions.certifying import ISSUER, set_issuer
from machikumo.kernel.approvals.kinds import ApprovalKind, approval_kinds
from machikumo.kernel.ui.language import t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from machikumo.kernel.scope import Scope

FACTS = (
    ("mayor_title", "職名", "Title"),
    ("mayor_name", "氏名", "Name"),
    ("certification", "認証文", "Words of certification"),
    ("source", "根拠", "Source"),
    ("valid_from", "適用開始日", "From"),
)
PRINTED = ("mayor_title", "mayor_name", "certification")


def register_all() -> None:
    """Register the kind."""
    approval_kinds.register(
        ISSUER,
        ApprovalKind(
            title_ja="証明者の設定",
            title_en="Who certifies",
            on_approved=_set,
            ask_permission="organisations.settings",
            describe=_told,
        ),
    )


def _set(scope: Scope, *, subject: str, payload: Mapping[str, Any], requested_by: str) -> None:
    del subject
    facts = dict(payload) | {"valid_from": date.fromisoformat(payload["valid_from"])}
    set_issuer(scope, asked_by=requested_by, **facts)


def _told(scope: Scope, payload: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    given = urlencode({key: payload.get(key, "") for key in PRINTED})
    address = f"{reverse('certificates:specimen', args=[scope.organisation_code])}?{given}"
    shown = format_html('<a href="{}">{}</a>', address, t("見本を見る（PDF）", "See a specimen (PDF)"))
    return [*((ja, en, payload.get(key, "")) for key, ja, en in FACTS), ("見本", "Specimen", shown)]
