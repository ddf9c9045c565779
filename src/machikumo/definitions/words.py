"""Words for the choices of the layout editor, in both languages."""

from __future__ import annotations

from typing import Any

from machikumo.kernel.ui.language import t

Choices = list[tuple[str, Any]]
TYPES: Choices = [
    ("TEXT", t("文字列（全角・半角）", "Text, both widths")),
    ("X", t("X 半角文字列", "X half-width text")),
    ("N", t("Ｎ 全角文字列", "N full-width text")),
    ("9", t("9 整数", "9 whole number")),
    ("S9", t("S9 符号付き整数", "S9 signed number")),
    ("9V", t("9V 小数", "9V decimal")),
    ("YEAR", t("YEAR 西暦年", "YEAR")),
    ("DATE", t("DATE 日付", "DATE")),
    ("TIME", t("TIME 時刻", "TIME")),
    ("BOOL", t("真偽", "True or false")),
    ("WAREKI", t("和暦日付", "Date in eras")),
    ("BLOB", t("BLOB 画像", "BLOB picture")),
]
REQUIREMENTS: Choices = [
    ("required", t("必須", "Required")),
    ("conditional", t("条件付き必須", "Conditional")),
    ("optional", t("任意", "Optional")),
]
SENSITIVITIES: Choices = [
    ("plain", t("そのまま表示", "Shown")),
    ("personal", t("伏せて表示", "Masked")),
    ("vault", t("表示しない（番号）", "Never shown (numbers)")),
]
SEVERITIES: Choices = [
    ("error", t("エラー（行を保留）", "Error: row set aside")),
    ("warning", t("警告", "Warning")),
    ("note", t("参考", "Note")),
]
CHECK_DIGITS: Choices = [
    ("", t("なし", "None")),
    ("individual_number", t("個人番号", "Individual Number")),
    ("resident_record_code", t("住民票コード", "Resident record code")),
    ("local_government_code", t("全国地方公共団体コード", "Local government code")),
]
CHARSETS: Choices = [
    ("utf-8", "UTF-8"),
    ("cp932", t("CP932（Windows の Shift_JIS）", "CP932 (Shift_JIS of Windows)")),
    ("shift_jis", "Shift_JIS"),
    ("euc_jp", "EUC-JP"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
]
NEWLINES: Choices = [("crlf", "CRLF"), ("lf", "LF")]
DELIMITERS: Choices = [
    (",", t("カンマ", "Comma")),
    ("\t", t("タブ", "Tab")),
    (";", t("セミコロン", "Semicolon")),
    ("|", t("縦線", "Bar")),
]
QUOTINGS: Choices = [
    ("minimal", t("必要なときだけ", "Only where needed")),
    ("all", t("すべての値", "Every value")),
]
HEADERS: Choices = [
    ("name", t("名称", "Name")),
    ("key", t("キー", "Key")),
    ("romaji", t("ローマ字", "Romaji")),
    ("none", t("なし", "None")),
]
DATES: Choices = [("iso", "2026-04-01"), ("compact", "20260401"), ("wareki", t("和暦", "Eras"))]
OPENING_GROUNDS: Choices = [
    ("data_migration", t("データ移行の確認", "Checking a move-in")),
    ("notification", t("届出・職権による記載の事務", "Notification or entry by the office")),
]
ORIGINS = {True: t("確認済み", "Confirmed"), False: t("未確認", "Not confirmed")}


def word_of(choices: Choices, key: str) -> Any:
    """The words of a choice, or the key itself."""
    return dict(choices).get(key, key)
