"""What may be closed during the freeze of changes, and what every such deed is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEDS: Mapping[str, tuple[str, str]] = {
    "register.correct": ("住民記録の修正・異動入力", "Correcting and entering residents' events"),
    "register.confirm_household": ("世帯の確認", "Confirming households"),
    "register.add_block": ("支援措置の設定", "Setting protection blocks"),
    "register.close_block": ("支援措置の解除", "Lifting protection blocks"),
    "numbers.store": ("個人番号の登録", "Entering numbers"),
    "numbers.remove": ("個人番号の消去", "Removing numbers"),
    "certificates.issue": ("証明書の作成", "Issuing certificates"),
}
# Setting a block protects somebody's life: it stays open unless the town closes it.
USUALLY_CLOSED = tuple(deed for deed in DEEDS if deed not in {"register.add_block", "certificates.issue"})
# Deeds that no freeze closes, yet which end the time in which a load can be undone.
OTHERS: Mapping[str, tuple[str, str]] = {
    "numbers.reencrypt": ("番号の鍵の更新", "Encrypting numbers with a new key"),
    "register.load": ("ほかの取込", "Another load"),
}


def words_of(deed: str) -> tuple[str, str]:
    """The deed in Japanese and English; its key where nobody named it."""
    return DEEDS.get(deed) or OTHERS.get(deed) or (deed, deed)
