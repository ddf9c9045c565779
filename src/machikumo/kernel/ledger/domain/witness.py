"""What a witness accepts: a log only grows, and always begins with what the witness has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.ledger.domain.merkle import is_consistent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.kernel.ledger.domain.checkpoint import Checkpoint


REMEDY_JA = (
    "証人は先の記録を知っています。"
    "① 控えから復元した直後なら、もっと新しい控えから復元し直し、`machikumo ledger verify` で確かめてください。"
    "② 試用・練習の環境でデータベースだけを新しく作ったのなら、`make clean` でデータと証人の控えを一緒に消すか、"
    "証人の控え（MACHIKUMO_VAR の witness フォルダー）を別の場所へ移してから、もう一度始めてください。"
    "③ 本番で覚えがないときは、何も消さず、監査担当とCISOに知らせてください。証人の控えが改ざんの証拠です。"
)
REMEDY_EN = (
    "The witness knows a later record."
    " (1) After a restore: restore from a newer copy and run `machikumo ledger verify`."
    " (2) If a trial or training installation was given a new database: `make clean` clears the data and the witnesses"
    " together, or move the folder witness of MACHIKUMO_VAR elsewhere, and begin again."
    " (3) In a live installation where nobody knows why: delete nothing and tell the auditor and the CISO;"
    " what the witness keeps is the evidence."
)


class WitnessRefusal(LedgerError):
    """The offered checkpoint contradicts what the witness knows: the log was rolled back or rewritten.

    The message says what was found, and then exactly what to do in each of the cases that lead here.
    """

    def __init__(self, message_ja: str, message_en: str) -> None:
        super().__init__(f"{message_ja}{REMEDY_JA}", f"{message_en} {REMEDY_EN}")


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
            f"{offered.log}: 証人は {known.size} 件まで確認済みですが、{offered.size} 件に戻っています。",
            f"{offered.log}: the witness has seen {known.size} rows but is offered {offered.size}: rolled back.",
        )
    if not is_consistent(known.size, known.root, offered.size, offered.root, proof):
        raise WitnessRefusal(
            f"{offered.log}: {known.size} 件までの内容が、証人の確認したものと異なります。",
            f"{offered.log}: the first {known.size} rows are not those that the witness has seen.",
        )
    return offered.size > known.size
