"""Words for the codes of the register, in both languages; codes without a word are shown as they are."""

from __future__ import annotations

from typing import Any

from machikumo.kernel.ui.language import t

SEX = {"1": t("男", "Male"), "2": t("女", "Female"), "0": t("不明", "Not known"), "9": t("適用なし", "Not applicable")}
STATE = {
    "1": t("住民", "Resident"),
    "2": t("転出", "Moved out"),
    "3": t("死亡", "Deceased"),
    "9": t("消除", "Removed"),
}
KIND = {"1": t("日本人", "Japanese"), "2": t("外国人", "Foreign national")}
REASON = {
    "01": t("出生", "Birth"),
    "02": t("転入", "Moved in"),
    "03": t("転居", "Moved within"),
    "04": t("転出", "Moved out"),
    "05": t("死亡", "Death"),
    "06": t("世帯変更", "Household change"),
    "07": t("戸籍届出による修正", "Change by the family register"),
    "08": t("職権記載", "Entry by the office"),
    "09": t("国籍取得", "Nationality acquired"),
    "10": t("帰化", "Naturalisation"),
    "99": t("その他（移行時の初期値）", "Other (at the move)"),
}


def sex_words(code: str) -> Any:
    """The word for a sex code."""
    return SEX.get(code, code)


def state_words(code: str) -> Any:
    """The word for a resident state code."""
    return STATE.get(code, code)


def kind_words(code: str) -> Any:
    """The word for a resident kind code."""
    return KIND.get(code, code)


def reason_words(code: str) -> Any:
    """The word for an event reason code."""
    return REASON.get(code, code)
