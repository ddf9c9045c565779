"""Findings in words: what is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.ledger.domain.audit import Kind

if TYPE_CHECKING:
    from machikumo.kernel.ledger.domain.audit import Finding

WORDS = {
    Kind.ALTERED: ("内容が書き換えられています", "was altered"),
    Kind.REMOVED: ("行が消されています", "was removed"),
    Kind.REORDERED: ("順序が入れ替えられています", "was reordered"),
    Kind.INSERTED: ("封印されていない行が入れられています", "was inserted behind the sealer's back"),
    Kind.REWRITTEN: ("証人の確認した内容と異なります", "is not what the witness has seen"),
    Kind.ROLLED_BACK: (
        "証人が知っている行がデータベースにありません",
        "is known to the witness but not to the database",
    ),
    Kind.FORGED: ("チェックポイントの署名が正しくありません", "carries a checkpoint that the log's key did not sign"),
}
ADVICE = {
    Kind.ROLLED_BACK: (
        "古い控えから復元されていないか確認してください。",
        "Was the database restored from an older backup?",
    ),
}
CALL = (
    "このまま運用を続けず、CISO に報告し、データベースの控えを保全してください。",
    "Stop, tell the CISO, and keep a copy of the database as it is.",
)


def finding_words(finding: Finding) -> tuple[str, str]:
    """The finding in Japanese and English: which rows, what is wrong, by whose word."""
    japanese, english = WORDS[finding.kind]
    advice = ADVICE.get(finding.kind, ("", ""))
    witness = (f"（証人 {finding.witness}）", f" (witness {finding.witness})") if finding.witness else ("", "")
    place = _place(finding)
    return (
        f"{place[0]}: {japanese}{witness[0]}。{advice[0]}",
        f"{place[1]} {english}{witness[1]}. {advice[1]}".rstrip(),
    )


def _place(finding: Finding) -> tuple[str, str]:
    """Rows are counted from 1 for readers."""
    entry = f" {finding.entry}" if finding.entry else ""
    if finding.first < 0:
        return f"行{entry}", f"row{entry}"
    if finding.first == finding.last:
        return f"{finding.first + 1} 行目{entry}", f"row {finding.first + 1}{entry}"
    return (
        f"{finding.first + 1}〜{finding.last + 1} 行目{entry}",
        f"rows {finding.first + 1} to {finding.last + 1}{entry}",
    )
