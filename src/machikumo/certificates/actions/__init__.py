"""Everything that changes a request or its paper; each action one transaction with its ledger row."""

from machikumo.certificates.actions.certifying import (
    confirm_statement,
    propose_issuer,
    set_issuer,
    withdraw_confirmation,
)
from machikumo.certificates.actions.handing import check_paper, deliver_request, open_document, withdraw_certificate
from machikumo.certificates.actions.judging import (
    approve_request,
    cancel_request,
    refuse_request,
    reopen_channel,
    stop_channel,
)
from machikumo.certificates.actions.making import check_request, release_request, render_request, verify_request
from machikumo.certificates.actions.receiving import Received, receive_request
from machikumo.certificates.actions.showing import compose_rows, show_request, show_requests

__all__ = [
    "Received",
    "approve_request",
    "cancel_request",
    "check_paper",
    "check_request",
    "compose_rows",
    "confirm_statement",
    "deliver_request",
    "open_document",
    "propose_issuer",
    "receive_request",
    "refuse_request",
    "release_request",
    "render_request",
    "reopen_channel",
    "set_issuer",
    "show_request",
    "show_requests",
    "stop_channel",
    "verify_request",
    "withdraw_certificate",
    "withdraw_confirmation",
]
