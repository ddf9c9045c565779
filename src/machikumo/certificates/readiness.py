"""What stands between a municipality and its first certificate: said before anybody types, and checked at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from machikumo.certificates import queries
from machikumo.certificates.domain.addresses import TRAINING_ADDRESS, VARIABLE, fault_of
from machikumo.certificates.domain.options import Options
from machikumo.certificates.domain.requests import Channel, RequestKind
from machikumo.certificates.domain.statements import Asked
from machikumo.certificates.errors import NotReady

if TYPE_CHECKING:
    from machikumo.certificates.domain.orders import Order
    from machikumo.certificates.models import CertificateRequest
    from machikumo.kernel.scope import Scope

Pair = tuple[str, str]
NO_ISSUER: Pair = (
    "証明する人（市区町村長の職名・氏名・認証文）が設定されていません。「証明書の設定」で設定してください。",
    "Who certifies is not set: see the settings of certificates.",
)
ANYTHING = Asked(RequestKind.SELF, Options(), Channel.DESK, 1)


def public_address(scope: Scope) -> str:
    """The address that papers carry, without a slash at its end.

    Raises:
        NotReady: a live municipality's installation has none that others can reach.
    """
    address = str(settings.PUBLIC_ADDRESS).rstrip("/")
    if scope.training:
        return address or TRAINING_ADDRESS
    fault = _address_fault()
    if fault:
        raise NotReady([fault])
    return address


def obstacles(scope: Scope, asked: Asked = ANYTHING) -> list[Pair]:
    """Why this municipality cannot issue what is asked (or the simplest copy) yet; a training one always can."""
    if scope.training:
        return []
    found = [fault] if (fault := _address_fault()) else []
    if queries.issuer_in_force(scope, timezone.localdate()) is None:
        found.append(NO_ISSUER)
    return found + [_unconfirmed(one.title) for one in queries.unconfirmed(scope, asked)]


def require_ready(scope: Scope, asked: Asked) -> None:
    """Raise NotReady with everything that has to be done first."""
    found = obstacles(scope, asked)
    if found:
        raise NotReady(found)


def asked_by(order: Order) -> Asked:
    """What of an order decides on which statements it rests."""
    return Asked(order.kind, order.options, order.channel, len(order.person_ids))


def asked_of(request: CertificateRequest) -> Asked:
    """The same of a request that was received."""
    options = Options.from_json(request.options)
    return Asked(RequestKind(request.kind), options, Channel(request.channel), len(request.person_ids))


def _address_fault() -> Pair | None:
    fault = fault_of(str(settings.PUBLIC_ADDRESS))
    if fault is None:
        return None
    return (
        f"真偽の確認に使う{fault[0]}運用担当に、環境変数 {VARIABLE} の設定を依頼してください。",
        f"{fault[1]} Papers carry it for their check: ask operations to set {VARIABLE}.",
    )


def _unconfirmed(title: Pair) -> Pair:
    return (
        f"「{title[0]}」が未確認です。「証明書の設定」で根拠と照合して確認してください。",
        f"Not confirmed: {title[1]}. Compare it with its source in the settings of certificates.",
    )
