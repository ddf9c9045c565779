"""Bytes beyond a standard character set that vendors use all the same: named, so that the refusal can be understood.

Python's EUC-JP knows JIS X 0208 and, after 8F, JIS X 0212. Row 13 and rows 89 to 92 are NEC's and IBM's, rows 85 to 94
are where eucJP-ms keeps user-defined characters. Which of these a sender means, only the sender can tell.
"""

from __future__ import annotations

_SUPPLEMENT = 0x8F
_EUC = {
    0xAD: ("NEC特殊文字（13区）", "NEC special characters, row 13"),
    **dict.fromkeys(
        range(0xF9, 0xFD), ("NEC選定IBM拡張文字（89〜92区）", "NEC selection of IBM characters, rows 89 to 92")
    ),
    **dict.fromkeys(
        (*range(0xF5, 0xF9), 0xFD, 0xFE), ("ユーザ定義外字の領域（85〜94区）", "user-defined area, rows 85 to 94")
    ),
}
_EUC_SUPPLEMENT = {
    **dict.fromkeys((0xF3, 0xF4), ("IBM拡張文字（8F F3・F4）", "IBM extensions (8F F3, F4)")),
    **dict.fromkeys(range(0xF5, 0xFF), ("ユーザ定義外字の領域（8F）", "user-defined area (8F)")),
}


def explained(raw: bytes, charset: str) -> tuple[str, str]:
    """Return of which vendor's extension bytes are that a charset cannot read, Japanese and English; else nothing."""
    if charset != "euc_jp" or not raw:
        return "", ""
    table, lead = (_EUC_SUPPLEMENT, raw[1]) if raw[0] == _SUPPLEMENT and len(raw) > 1 else (_EUC, raw[0])
    found = table.get(lead)
    if found is None:
        return "", ""
    return f"。{found[0]}は EUC-JP の標準にありません", f"; {found[1]}: no part of standard EUC-JP"
