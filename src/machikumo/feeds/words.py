"""Words for the states of feeds, in both languages: what it is, and what to do."""

from __future__ import annotations

from typing import Any

from machikumo.kernel.ui.language import t

VERDICTS = {
    "taken": t("受け取りました", "Taken"),
    "repeated": t("受け取り済みの再送", "Sent again"),
    "other_content": t("同じ番号で内容が違う", "Same number, other content"),
    "older": t("反映済みより古い番号", "Older than what is applied"),
    "wrong_name": t("ファイル名が決まりと違う", "Not a name of this feed"),
    "wrong_town": t("別の団体のファイル", "Another town's file"),
    "truncated": t("途中で切れている", "Cut short"),
    "control_differs": t("ファイル名と制御レコードが違う", "Name and control record differ"),
    "unreadable": t("レイアウトと合わず読めない", "Does not fit the layout"),
    "withdrawn": t("取下げ", "Withdrawn"),
}
REMEDIES = {
    "repeated": t("何もしなくてかまいません。", "Nothing is to be done."),
    "other_content": t(
        "どちらが正しいか送り手に確かめてください。先のファイルが反映前なら、取り下げると入れ替えられます。",
        "Ask the sender which is right. The first one can be withdrawn while it is not applied.",
    ),
    "older": t("送り手に、番号の付け方を確かめてください。", "Ask the sender about the numbers."),
    "wrong_name": t("ファイル名を決まりどおりにして送り直してください。", "Send it again under a name of this feed."),
    "wrong_town": t(
        "送り手に、宛先を間違えていないか確かめてください。", "Ask the sender whether it was meant for here."
    ),
    "truncated": t("もう一度送ってもらってください。", "Have it sent again."),
    "control_differs": t("送り手に、日付と番号を確かめてください。", "Ask the sender about day and number."),
    "unreadable": t(
        "送り手に、レイアウトが変わっていないか確かめてください。", "Ask the sender whether the layout has changed."
    ),
}
STATES = {
    "waiting": t("順番待ち", "Waiting"),
    "stopped": t("確認待ち", "Needs a word"),
    "applied": t("反映済み", "Applied"),
    "skipped": t("欠番", "Does not exist"),
}
STOPS = {
    "zero_rows": t(
        "1行もありません。その日は本当に異動がなかったか、送り手に確かめてください。",
        "It has no row. Ask the sender whether nothing happened on that day.",
    ),
    "too_many": t(
        "台帳と合わない行が多すぎます。別の時点のファイルではないか、確かめてください。",
        "Too many rows do not fit the register. Is it a file of another time?",
    ),
    "definitions": t(
        "受け取ったあとでレイアウトか変換定義が変わりました。新しい定義で読んでよいか、確かめてください。",
        "Layout or mapping changed after it was received. May it be read by the new one?",
    ),
    "unreadable": t(
        "いまの定義では読めません。取り下げて、送り直してもらってください。", "It cannot be read: withdraw it."
    ),
}
REASONS = {
    "unknown_person": t("台帳にいない人", "Not in the register"),
    "missing_version": t("間の履歴がない", "A version between is missing"),
    "older_version": t("台帳より古い履歴", "Older than the register"),
    "corrected_here": t("職員が修正した記録", "Corrected here"),
    "not_living": t("消除された人の異動", "Has left or died"),
    "lives_here": t("すでに住民である人", "Lives here already"),
    "after_conflict": t("同じ人の前の行を待つ", "Waits for an earlier row"),
    "other_content": t("台帳と内容が違う", "Other contents in the register"),
    "number_clash": t("番号がほかの人と重なる", "Number of somebody else"),
    "number_refused": t("番号が正しくない", "Number not valid"),
}
ROW_STATES = {
    "open": t("未処理", "Open"),
    "applied": t("反映した", "Applied"),
    "kept": t("台帳のまま", "Register kept"),
}
EVENTS = {
    "born": t("出生", "Births"),
    "moved_in": t("転入", "Moves in"),
    "moved": t("転居", "Moves within"),
    "moved_out": t("転出", "Moves out"),
    "died": t("死亡", "Deaths"),
    "household_changed": t("世帯変更", "Household changes"),
    "changed": t("その他の修正", "Other changes"),
}
LEVELS = {
    "fresh": t("最新", "Fresh"),
    "late": t("遅れ", "Late"),
    "stale": t("古い", "Stale"),
    "none": t("反映なし", "Nothing yet"),
}
KINDS = {"fresh": "success", "late": "warning", "stale": "error", "none": "neutral"}
VIAS = {
    "page": t("画面", "Page"),
    "command": t("コマンド", "Command"),
    "folder": t("フォルダー", "Folder"),
    "machine": t("REST", "REST"),
}
SIGNS = {
    "applied": t("済", "done"),
    "missing": t("欠", "gap"),
    "waiting": t("待", "wait"),
    "stopped": t("止", "stop"),
    "skipped": t("飛", "none"),
    "late": t("未", "late"),
    "off": t("休", "off"),
    "future": t("", ""),
}
WEEKDAYS = (
    t("月", "Mon"), t("火", "Tue"), t("水", "Wed"), t("木", "Thu"), t("金", "Fri"), t("土", "Sat"), t("日", "Sun"),
)  # fmt: skip


def words_in(table: dict[str, Any], key: str) -> Any:
    """The word of a key; a rule's own key where it has none."""
    return table.get(key, key)
