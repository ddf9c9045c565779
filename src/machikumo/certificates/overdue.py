"""Requests whose time has run out are cancelled without anybody asking."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from machikumo.certificates import issuing
from machikumo.kernel.registries import Periodic, periodic

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def register_all() -> None:
    """Register the work."""
    periodic.register("certificates.cancel_overdue", CANCELLING)


def cancel(scope: Scope) -> int:
    """Cancel every request whose time has run out."""
    return issuing.cancel_overdue(scope)


CANCELLING = Periodic(
    "時間を過ぎた証明書の請求を取り消す",
    "Cancel requests for certificates whose time has run out",
    dt.timedelta(minutes=1),
    cancel,
    frozenset({"certificates.issue"}),
)
