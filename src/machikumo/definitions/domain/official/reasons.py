"""Why a cell of a workbook has no place in the model, or was read with an assumption; in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.definitions.domain.document import Document, ItemSheet

REASONS = {
    "outside": ("表の外にある文字です。", "It stands outside the table."),
    "no_column": ("見出しのない列です。", "Its column has no heading that is known."),
    "no_item_id": ("データ項目IDのない行です。", "Its row has no item id."),
    "legend": ("凡例の説明です。", "It explains the form."),
    "other_sheet": ("項目表でもコード表でもないシートです。", "Its sheet is neither of items nor of codes."),
    "type": ("データ型が読めません。全角半角混在の文字列とみなしました。", "The type is unknown: taken as mixed text."),
    "length": ("桁数が読めません。最大4000文字とみなしました。", "The length is unknown: taken as 4,000 characters."),
    "no_fraction": (
        "小数部の桁数がありません。9桁までとみなしました。", "The fraction has no length: taken as up to 9 digits.",
    ),
    "required": ("データ出力条件が読めません。任意とみなしました。", "The requirement is unknown: taken as optional."),
    "mark": ("○でも空白でもありません。空白とみなしました。", "Neither ○ nor empty: taken as empty."),
    "occurrences": ("繰り返しが数ではありません。1とみなしました。", "The repetition is no number: taken as 1."),
    "no_code_list": ("コード一覧がこのブックにありません。", "Its code list is not in this workbook."),
    "code_twice": ("同じコード値が2回あります。最初のものを使います。", "The code stands twice: the first counts."),
    "condition_missing": (
        "条件付き必須ですが、※※で始まる条件がありません。", "Conditional, but no condition begins with ※※.",
    ),
    "id_twice": ("同じデータ項目IDの2行目です。", "The second row of one item id."),
    "edited": (
        "公式の欄が書き出しのあとで変わったため、補足の値を使いませんでした。",
        "The official cell was changed after the export, so the supplement's value was not used.",
    ),
}  # fmt: skip
ASSUMED = {
    "condition_in_words": (
        "条件は文章のまま持ち、機械では検査しません。", "The condition is kept in words and not checked.",
    ),
    "occurrences_one_column": (
        "繰り返しの項目です。ファイルでの並べ方は書かれていないため、1列としました。",
        "Repeated: how a file lays it out is not said, so it takes one column.",
    ),
    "uncertain_day": (
        "不詳日を許容する項目です。書き方が書かれていないため、日付でない値は警告にとどめます。",
        "Uncertain days are allowed but their form is not said: what is no date is only a warning.",
    ),
    "open_code_list": (
        "自治体固有コードです。値は自治体が定めるため検査しません。",
        "The codes are the municipality's own: not checked.",
    ),
    "masked": (
        "報告書で値を伏せるかどうかは、名前と型から決めました。",
        "Whether reports mask it was decided by its name and type.",
    ),
}  # fmt: skip


def assumptions(document: Document) -> Iterator[tuple[ItemSheet, str]]:
    """What was assumed of each item where the workbook leaves it open: the item and a word of ``ASSUMED``."""
    free = {sheet.key for sheet in document.codes if sheet.open}
    for item in document.items:
        if item.condition_text and not item.condition:
            yield item, "condition_in_words"
        if item.occurrences > 1 and item.repetition == 1:
            yield item, "occurrences_one_column"
        if item.type == "DATE" and item.severity == "warning":
            yield item, "uncertain_day"
        if item.codes in free:
            yield item, "open_code_list"
        if item.sensitivity != "plain":
            yield item, "masked"
