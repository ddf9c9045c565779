"""Words for the codes of the question log, in both languages."""

from __future__ import annotations

from machikumo.kernel.ui.language import t

PARTIES = {
    "town": t("自団体", "The town"),
    "old_vendor": t("移行元の事業者", "Old vendor"),
    "new_vendor": t("移行先の事業者", "New vendor"),
}
PARTIES_JA = {"town": "自団体", "old_vendor": "移行元の事業者", "new_vendor": "移行先の事業者"}
STATES = {
    "open": t("回答待ち", "Open"),
    "answered": t("回答あり（確認待ち）", "Answered, to be accepted"),
    "accepted": t("決着", "Accepted"),
    "withdrawn": t("取下げ", "Withdrawn"),
}
STATES_JA = {"open": "回答待ち", "answered": "回答あり", "accepted": "決着", "withdrawn": "取下げ"}
LOOKS = {"open": "warning", "answered": "info", "accepted": "success", "withdrawn": "neutral"}
VERDICTS = {
    "taken": t("取り込む", "Taken"),
    "empty": t("回答が空", "No answer"),
    "same": t("同じ回答が入っている", "The same answer is in"),
    "unknown": t("番号か識別が違う", "Unknown number or token"),
    "settled": t("決着済み", "Settled already"),
    "double": t("同じ番号が前にある", "The number stands twice"),
    "long": t("長すぎる（4,000文字まで）", "Too long (4,000 characters)"),
}
VERDICT_LOOKS = {
    "taken": "success", "empty": "neutral", "same": "neutral", "unknown": "error", "settled": "warning",
    "double": "error", "long": "error",
}  # fmt: skip
