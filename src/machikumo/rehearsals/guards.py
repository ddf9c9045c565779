"""What may not be done to a round any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.errors import Conflict
from machikumo.rehearsals import queries

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Round


def refuse_signed(scope: Scope, one: Round) -> None:
    """Raise Conflict when the round is signed or waits for its second signature: what was signed stays as it is."""
    asked = queries.signature_of(scope, one)
    if asked is not None and asked.state in {"requested", "approved"}:
        raise Conflict(
            "署名された回は変更できません。変更するには、確認の依頼を取り下げてください。",
            "A signed round stays as it is: withdraw the request first.",
        )
