"""Words for the codes of a move-in, in both languages."""

from __future__ import annotations

from typing import Any

from machikumo.kernel.releases.words import ReleaseWords
from machikumo.kernel.ui.language import t

STATES = {
    "received": t("受領", "Received"),
    "checking": t("検査中", "Checking"),
    "loading": t("取込中", "Loading"),
    "reconciled": t("照合済み", "Reconciled"),
    "stopped": t("停止", "Stopped"),
    "undone": t("取消済み", "Undone"),
}
GROUPS = {
    "rows": t("行数", "Rows"),
    "sex": t("性別", "Sex"),
    "birth_date:year": t("生年", "Year of birth"),
    "birth_date:first": t("最も古い生年月日", "First date of birth"),
    "birth_date:last": t("最も新しい生年月日", "Last date of birth"),
    "event_date:first": t("最も古い異動日", "First event"),
    "event_date:last": t("最も新しい異動日", "Last event"),
    "address_town": t("町字", "District"),
    "address_town_code": t("町字コード", "District code"),
    "resident_state": t("住民状態", "Resident state"),
    "resident_kind": t("住民種別", "Resident kind"),
    "relationship_1": t("続柄", "Relationship"),
    "event_reason": t("異動事由", "Event"),
}
SEVERITIES = {
    "error": t("エラー", "Error"),
    "warning": t("警告", "Warning"),
    "note": t("参考", "Note"),
}
REPORT = ReleaseWords(
    ("データ移行の結果", "Result of a move-in"),
    {
        "mapping": ("変換定義", "Mapping"),
        "rehearsal": ("回", "Attempt"),
        "rows": ("読んだ行", "Rows read"),
        "accepted": ("取り込んだ行", "Rows loaded"),
        "quarantined": ("保留した行", "Rows set aside"),
        "differing": ("台帳と内容が違う行", "Rows with other contents in the register"),
        "agrees": ("照合の一致", "Both sides agree"),
        "finished_at": ("終了", "Finished"),
    },
)


def group_words(group: str) -> Any:
    """The words for a group of totals."""
    return GROUPS.get(group, group)


def severity_words(severity: str) -> Any:
    """The words for a severity."""
    return SEVERITIES.get(severity, severity)
