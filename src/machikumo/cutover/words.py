"""Words for the states of steps, loads and answers, in both languages."""

from __future__ import annotations

from typing import Any

from machikumo.cutover.domain.decisions import Verdict
from machikumo.cutover.domain.sheet import Standing
from machikumo.cutover.domain.undoing import LoadState
from machikumo.kernel.ui.language import t

STANDINGS: dict[str, Any] = {
    Standing.PLANNED: t("予定", "Planned"),
    Standing.LATE_TO_BEGIN: t("開始が遅れ", "Late to begin"),
    Standing.RUNNING: t("実施中", "Under way"),
    Standing.OVERDUE: t("予定を超過", "Overdue"),
    Standing.DONE: t("完了", "Done"),
    Standing.DONE_LATE: t("遅れて完了", "Done late"),
}
STANDING_LOOKS = {
    Standing.PLANNED: "neutral",
    Standing.LATE_TO_BEGIN: "warning",
    Standing.RUNNING: "info",
    Standing.OVERDUE: "error",
    Standing.DONE: "success",
    Standing.DONE_LATE: "warning",
}
LOAD_STATES: dict[str, Any] = {
    LoadState.OPEN: t("台帳に入っている", "In the register"),
    LoadState.UNDOING: t("取り消し中", "Being undone"),
    LoadState.UNDONE: t("取り消し済み", "Undone"),
    LoadState.SETTLED: t("確定（取り消せません）", "Settled: not to be undone"),
}
LOAD_LOOKS = {
    LoadState.OPEN: "info",
    LoadState.UNDOING: "warning",
    LoadState.UNDONE: "neutral",
    LoadState.SETTLED: "success",
}
VERDICTS: dict[str, Any] = {Verdict.GO: t("可", "Go"), Verdict.NO_GO: t("否", "No-go")}
VERDICT_LOOKS = {Verdict.GO: "success", Verdict.NO_GO: "error"}
COUNTS: dict[str, Any] = {
    "rows": t("読んだ行", "Rows read"),
    "accepted": t("取り込んだ行", "Accepted"),
    "quarantined": t("保留した行", "Set aside"),
    "loaded": t("台帳にある行", "In the register"),
}
TABLES: dict[str, Any] = {
    "register_household": t("世帯", "Households"),
    "register_person": t("個人", "Persons"),
    "register_personversion": t("個人の履歴", "Versions of records"),
    "register_searchkey": t("検索の手がかり", "Search keys"),
    "register_protectionblock": t("支援措置", "Protection blocks"),
    "numbers_numberrecord": t("番号保管庫", "Number vault"),
}
