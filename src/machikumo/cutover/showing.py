"""The evidence that another room registered for an item of go or no-go."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from machikumo.cutover.domain.decisions import Evidence
from machikumo.kernel.registries import evidence

if TYPE_CHECKING:
    from machikumo.cutover.domain.decisions import Item
    from machikumo.kernel.scope import Scope

logger = logging.getLogger(__name__)


def evidence_of(scope: Scope, item: Item) -> Evidence | None:
    """What a room shows beside the item; None when the item has none, or its room is not installed.

    Registered as ``evidence.register(key, source)``; ``source(scope)`` gives an Evidence. A source that fails is told
    as evidence that does not hold.
    """
    if not item.evidence or item.evidence not in evidence:
        return None
    try:
        with transaction.atomic():
            found: Evidence | None = evidence.get(item.evidence)(scope)
    except Exception:
        logger.exception("evidence %s cannot be asked", item.evidence)
        return Evidence("確かめられませんでした", "It could not be asked", holds=False)
    return found
