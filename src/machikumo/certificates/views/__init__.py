"""Pages of certificates."""

from machikumo.certificates.views.desk import issue, new
from machikumo.certificates.views.papers import (
    approve,
    cancel,
    deliver,
    detail,
    document,
    go_on,
    reopen,
    requests,
    state,
    withdraw,
)
from machikumo.certificates.views.public import enter, verify
from machikumo.certificates.views.settings import confirm, issuer, settings, specimen, unconfirm

__all__ = [
    "approve",
    "cancel",
    "confirm",
    "deliver",
    "detail",
    "document",
    "enter",
    "go_on",
    "issue",
    "issuer",
    "new",
    "reopen",
    "requests",
    "settings",
    "specimen",
    "state",
    "unconfirm",
    "verify",
    "withdraw",
]
