"""What stands against a signature: each room tells what is still open, and nobody signs while anything is.

A source is registered as ``signature_blockers.register(key, source)`` (kernel.registries); ``source(scope, signing)``
gives blockers. A source that fails blocks too: what cannot be asked cannot be called done.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from machikumo.kernel.errors import Conflict
from machikumo.kernel.registries import signature_blockers

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Signing:
    """What is about to be signed: one round (a rehearsal or the real move) of one business system (業務システム).

    ``system`` is the business system's key ("resident_record"), ``round_number`` counts within the move from 1,
    ``move_in_ids`` and ``mapping_keys`` are the runs that the round is made of; ``subject`` is the round as the ledger
    names it ("rehearsal:12").
    """

    subject: str
    system: str
    round_number: int
    is_real: bool
    move_in_ids: tuple[int, ...] = ()
    mapping_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that is open: what, how many of them, and the page on which it can be done (empty: none)."""

    title_ja: str
    title_en: str
    url: str = ""
    count: int = 1


class Blocked(Conflict):
    """A signature was refused; ``blockers`` are the open things."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        self.blockers = blockers
        super().__init__(
            "まだ署名できません。次のことを済ませてください: " + "、".join(one.title_ja for one in blockers),
            "Not to be signed yet; still open: " + "; ".join(one.title_en for one in blockers),
        )


def blockers_of(scope: Scope, signing: Signing) -> tuple[Blocker, ...]:
    """Everything that stands against the signature, in order of registration; empty when it may be given."""
    found: list[Blocker] = []
    for key, source in signature_blockers.items():
        try:
            with transaction.atomic():
                found += source(scope, signing)
        except Exception:
            logger.exception("blockers of %s cannot be asked", key)
            found.append(Blocker(f"「{key}」を確かめられませんでした", f"'{key}' could not be asked"))
    return tuple(found)


def refuse_blocked(scope: Scope, signing: Signing) -> None:
    """Raise Blocked while anything stands against the signature."""
    blockers = blockers_of(scope, signing)
    if blockers:
        raise Blocked(blockers)
