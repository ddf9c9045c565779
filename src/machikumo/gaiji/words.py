"""Words for the states, verdicts and grounds of the workbench, in both languages."""

from __future__ import annotations

from typing import Any

from machikumo.gaiji.domain.decisions import Ground, Outcome, ReducedTo, State
from machikumo.gaiji.models import Status, Verdict
from machikumo.kernel.ui.language import t

STATUSES: dict[str, Any] = {
    Status.OPEN: t("未決定", "Open"),
    Status.PROPOSED: t("確認待ち", "To be confirmed"),
    Status.IDENTIFIED: t("同定済み", "Identified"),
    Status.KEPT: t("図形のまま", "Kept as a figure"),
}
STATUS_LOOKS = {Status.OPEN: "warning", Status.PROPOSED: "info", Status.IDENTIFIED: "success", Status.KEPT: "success"}
VERDICTS: dict[str, Any] = {
    Verdict.WAITING: t("照合待ち", "Not compared yet"),
    Verdict.CANDIDATES: t("候補あり", "Candidates"),
    Verdict.NO_CANDIDATE: t("候補なし（似た図形がない）", "No candidate: nothing resembles it"),
    Verdict.BLANK: t("空白の図形", "A blank figure"),
    Verdict.BROKEN: t("フォントから読めない図形", "A figure that cannot be read"),
    Verdict.MISSING: t("データにあるがフォントにない", "Used in the data, not in the font"),
}
STATES: dict[str, Any] = {
    State.PROPOSED: t("確認待ち", "To be confirmed"),
    State.CONFIRMED: t("確認済み", "Confirmed"),
    State.RETURNED: t("差戻し", "Given back"),
    State.SUPERSEDED: t("後の決定に置換え", "Superseded"),
}
OUTCOMES: dict[str, Any] = {
    Outcome.IDENTIFIED: t("同定する", "Identified"),
    Outcome.KEPT: t("候補なし: 図形のまま残す", "No candidate: keep as a figure"),
}
REDUCED_TO: dict[str, Any] = {
    ReducedTo.JIS_X_0213: "JIS X 0213",
    ReducedTo.JIS_X_0208: "JIS X 0208",
}
GROUNDS: dict[str, Any] = {
    Ground.UNIFICATION: t("JIS包摂規準・UCS統合規則", "Unification rules of JIS and UCS"),
    Ground.NOTICE: t("法務省戸籍法関連通達・通知", "Notices of the Ministry of Justice"),
    Ground.PUBLIC_NOTICE_582: t("法務省告示582号別表第四", "Public Notice 582 of the Ministry of Justice, table 4"),
    Ground.DICTIONARY: t("辞書類等による関連字", "Related in dictionaries"),
    Ground.ANALOGY: t("読み・字形による類推", "Analogy of reading and shape"),
    Ground.TOWN: t("自治体の判断", "The town's own judgement"),
}
