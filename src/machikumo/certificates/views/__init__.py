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

__all__ = [
    "approve",
    "cancel",
    "deliver",
    "detail",
    "document",
    "enter",
    "go_on",
    "issue",
    "new",
    "reopen",
    "requests",
    "state",
    "verify",
    "withdraw",
]
