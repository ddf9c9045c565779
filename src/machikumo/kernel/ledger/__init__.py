"""The ledger (証跡): an append-only log of every view and change of a person's data, which nobody can rewrite.

Guidelines: all ten; above all 指針9 (security) and the person's right to see who looked.
Rows are written in the business transaction, sealed into a Merkle log per organisation, and told to witnesses outside.
It never holds a personal value: only who, when, for what purpose, about which subject, and digests.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from machikumo.kernel.ledger.acting import ActionLeftNoTrace, action
    from machikumo.kernel.ledger.domain.entry import LedgerError
    from machikumo.kernel.ledger.recording import digest_of, record, record_many
    from machikumo.kernel.ledger.sealing import seal
    from machikumo.kernel.ledger.witnesses import witness_sources

__all__ = [
    "ActionLeftNoTrace",
    "LedgerError",
    "action",
    "digest_of",
    "record",
    "record_many",
    "seal",
    "witness_sources",
]

_HOME = {
    "ActionLeftNoTrace": "acting",
    "LedgerError": "domain.entry",
    "action": "acting",
    "digest_of": "recording",
    "record": "recording",
    "record_many": "recording",
    "seal": "sealing",
    "witness_sources": "witnesses",
}


def __getattr__(name: str) -> Any:
    """The public names, loaded at first use: the pure domain and the command line work without Django."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
