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
HELD_STATES = {
    "held": t("保留中", "Set aside"),
    "mended": t("修正済み（取込前）", "Mended, not taken in yet"),
    "left_out": t("取り込まない", "Left out"),
    "taken_in": t("修正して取込済み", "Mended and taken in"),
}
HELD_LOOKS = {"held": "warning", "mended": "info", "left_out": "neutral", "taken_in": "success"}
STEPS = {
    "cells": t("値の修正", "Values mended"),
    "left_out": t("取り込まないと決定", "Left out"),
    "undone": t("取消し", "Undone"),
    "returned": t("再検査で保留", "Set aside again"),
}
RULES = {  # short names of the rules that set rows aside; what is wrong in a row is said by the message beside
    "structure.columns_few": t("列が足りない", "Too few columns"),
    "structure.columns_many": t("列が多い", "Too many columns"),
    "structure.quote_open": t("引用符が閉じていない", "Quote not closed"),
    "structure.quote": t("引用符の使い方", "Use of quotes"),
    "structure.nul": t("NUL文字", "NUL byte"),
    "structure.lone_cr": t("行の途中の復帰文字", "Lone carriage return"),
    "structure.decode": t("文字として読めない", "Not of the character set"),
    "cell.unreadable": t("読めなかった文字の跡", "Trace of unreadable bytes"),
    "cell.required": t("必須", "Required"),
    "cell.condition": t("条件付き必須", "Required in this case"),
    "cell.width": t("半角・全角", "Width"),
    "cell.length": t("長さ", "Length"),
    "cell.text": t("印刷できない文字", "Unprintable characters"),
    "cell.number": t("数の形", "Number"),
    "cell.year": t("年の形", "Year"),
    "cell.time": t("時刻の形", "Time"),
    "cell.boolean": t("真偽の値", "Yes or no"),
    "cell.date": t("日付", "Date"),
    "cell.wareki": t("和暦の日付", "Era date"),
    "cell.code": t("コード表", "Code list"),
    "cell.pattern": t("値の形", "Form"),
    "cell.range": t("範囲", "Range"),
    "cell.check_digit": t("検査用数字", "Check digit"),
    "cell.gaiji": t("未決定の外字", "Undecided gaiji"),
    "cell.selector": t("異体字セレクタ", "Variation selector"),
    "set.unique": t("主キーの重複", "Repeated key"),
    "set.two_heads": t("世帯主が複数", "Two heads of a household"),
    "set.no_head": t("世帯主がいない", "No head of a household"),
    "set.history_gap": t("履歴番号の飛び", "Gap in the history"),
    "set.history_overlap": t("異動日の逆転", "Events out of order"),
    "set.two_latest": t("最新の履歴が複数", "Two latest rows"),
    "set.no_latest": t("最新の履歴がない", "No latest row"),
    "set.latest_not_last": t("最新フラグの位置", "Latest mark misplaced"),
    "set.not_before": t("日付の前後", "Order of dates"),
    "set.held": t("ファイル全体の検査", "Check of the whole file"),
    "convert.step": t("標準の項目への変換", "Conversion"),
    "write.unmappable": t("書けない文字", "Unwritable characters"),
    "total": t("保留した行の合計", "All rows set aside"),
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


def rule_words(rule: str) -> Any:
    """The short name of a rule; its key where it has none."""
    return RULES.get(rule, rule)
