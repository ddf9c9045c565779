"""What a witness accepts: a log only grows, and always begins with what the witness has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.domain.merkle import is_consistent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.kernel.ledger.domain.checkpoint import Checkpoint


class WitnessRefusal(LedgerError):
    """The offered checkpoint contradicts what the witness knows: the log was rolled back or rewritten."""


def judge(known: Checkpoint | None, offered: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether the offered checkpoint is news for a witness that knows ``known``; the same size and root are not.

    Raises WitnessRefusal for another log, a smaller size, another root at the same size, or a proof that fails.
    """
    if known is None:
        return True
    if known.log != offered.log:
        raise WitnessRefusal(
            f"{known.log} の証人に {offered.log} のチェックポイントが届きました。",
            f"A witness of {known.log} was offered a checkpoint of {offered.log}.",
        )
    if offered.size < known.size:
        raise WitnessRefusal(
            f"{offered.log}: 証人は {known.size} 件まで確認済みですが、{offered.size} 件に戻っています。"
            "古い控えから復元されていないか確認してください。",
            f"{offered.log}: the witness has seen {known.size} rows but is offered {offered.size}: rolled back.",
        )
    if not is_consistent(known.size, known.root, offered.size, offered.root, proof):
        raise WitnessRefusal(
            f"{offered.log}: {known.size} 件までの内容が、証人の確認したものと異なります。",
            f"{offered.log}: the first {known.size} rows are not those that the witness has seen.",
        )
    return offered.size > known.size
