"""Forms of the layout editor; every choice can be made without scripts."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.definitions.domain.editing import codes_text
from machikumo.definitions.words import (
    CHARSETS,
    CHECK_DIGITS,
    DATES,
    DELIMITERS,
    HEADERS,
    NEWLINES,
    QUOTINGS,
    REQUIREMENTS,
    SENSITIVITIES,
    SEVERITIES,
    TYPES,
)
from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import Document, ItemSheet

_KEY_HELP = t(
    "英小文字・数字・ハイフン（3〜40字）。あとで変えられません。", "Small letters, digits, hyphens; fixed for good."
)


def _key() -> forms.CharField:
    return forms.CharField(label=t("キー", "Key"), max_length=40, help_text=_KEY_HELP)


def _text(ja: str, en: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=t(ja, en), required=False, strip=False, **options)


def _choice(ja: str, en: str, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=t(ja, en), choices=choices, **options)


class SampleForm(PlainForm):
    """A sample file, from which types, lengths and codes are proposed."""

    key = _key()
    name = forms.CharField(label=t("名称", "Name"), max_length=100)
    file = forms.FileField(
        label=t("見本のファイル", "Sample file"),
        help_text=t(
            "1行目が見出しのCSV。先頭の4MBまで読み、ファイルは保存しません。",
            "A CSV file with a header line; its first 4 MB are read and the file is not kept.",
        ),
    )


class WorkbookForm(PlainForm):
    """A workbook in the official form."""

    key = _key()
    edition = forms.CharField(label=t("出典の版", "Edition of the source"), max_length=100)
    file = forms.FileField(
        label=t("項目定義書・基本データリスト（xlsx）", "Workbook in the official form (xlsx)"),
        help_text=t("読めなかったセルは、そのまま一覧に残します。", "Cells that cannot be read are kept in a list."),
    )


def shipped_choices() -> list[tuple[str, Any]]:
    """The layouts that come with Machikumo, by name."""
    found = (shipped().layout(key) for key in shipped().layout_keys)
    return [(layout.key, t(layout.name, layout.name_en or layout.name)) for layout in found]


class CopyForm(PlainForm):
    """A shipped layout to begin with."""

    key = _key()
    name = forms.CharField(label=t("名称", "Name"), max_length=100)
    shipped = forms.ChoiceField(label=t("もとにするレイアウト", "Begin with"), choices=shipped_choices)


class ItemForm(PlainForm):
    """One item. Codes stand on lines: the code, a comma, its meaning."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=t("名称（見出し）", "Name (heading)"), max_length=200, strip=False)
    key = forms.CharField(
        label=t("キー", "Key"), max_length=60, help_text=t("変換定義で使う名前", "The name that mappings use")
    )
    type = _choice("データ型", "Type", TYPES)
    length = forms.CharField(
        label=t("桁数", "Length"), max_length=9, help_text=t("小数は「整数部,小数部」", "Decimals: 'whole,fraction'")
    )
    required = _choice("出力条件", "Requirement", REQUIREMENTS)
    condition = _text("条件式", "Condition", max_length=500, help_text=t('例: sex == "1"', 'Such as sex == "1"'))
    condition_text = _text(
        "条件（文章）", "Condition in words", max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    codes = _text(
        "コード",
        "Codes",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=t("1行に「コード,意味」", "'code,meaning' a line"),
    )
    pattern = _text("形（正規表現）", "Pattern", max_length=300)
    minimum = _text("下限", "Minimum", max_length=20)
    maximum = _text("上限", "Maximum", max_length=20)
    check_digit = _choice("検査用数字", "Check digit", CHECK_DIGITS, required=False)
    primary_key = forms.BooleanField(label=t("主キー", "Primary key"), required=False)
    open_end = forms.BooleanField(label=t("期限なしの日付を認める", "Open-ended days"), required=False)
    sensitivity = _choice("報告書での扱い", "In reports", SENSITIVITIES)
    severity = _choice("誤りの重さ", "Severity", SEVERITIES)
    remarks = _text("備考", "Remarks", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """Two numbers for decimals, and only for them."""
        facts: dict[str, Any] = super().clean() or {}
        if "length" in facts and (facts.get("type") == "9V") != isinstance(facts["length"], str):
            self.add_error(
                "length",
                t("小数（9V）だけが「整数部,小数部」の二つの数です。", "Decimals, and only they, have two numbers."),
            )
        return facts

    @classmethod
    def facts_of(cls, document: Document, item: ItemSheet, revision: int) -> dict[str, Any]:
        """What the form begins with."""
        facts = {name: value for name, value in asdict(item).items() if name in cls.base_fields}
        return facts | {"codes": codes_text(document.code_sheet(item.codes)), "revision": revision}

    def clean_length(self) -> int | str:
        """A whole number, or two for decimals."""
        text: str = self.cleaned_data["length"].strip()
        parts = text.split(",")
        if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 2:  # noqa: PLR2004
            raise forms.ValidationError(t("桁数は数字で入力してください。", "Enter the length in digits."))
        return text if len(parts) > 1 else int(text)

    def applied(self, item: ItemSheet) -> ItemSheet:
        """The item as the form says; the codes are left to whoever keeps code lists."""
        facts = {name: value for name, value in self.cleaned_data.items() if name not in {"revision", "codes"}}
        return replace(item, **facts)


class FileFormForm(PlainForm):
    """What the definition is called, where it is from, and how the bytes of its files lie."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=t("名称", "Name"), max_length=100)
    source = forms.CharField(label=t("出典", "Source"), max_length=500)
    edition = forms.CharField(label=t("出典の版", "Edition of the source"), max_length=100)
    confirmed = forms.BooleanField(
        label=t("出典で確かめた（チェックがなければ未確認）", "Confirmed against the source"), required=False
    )
    licence = _text("利用条件", "Licence", max_length=200)
    credit = _text("クレジット", "Credit", max_length=500)
    note = _text("注記", "Note", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    charset = _choice("文字コード", "Character set", CHARSETS)
    newline = _choice("改行", "Newline", NEWLINES)
    bom = forms.BooleanField(label=t("先頭にBOMがある", "Begins with a byte order mark"), required=False)
    delimiter = _choice("区切り", "Delimiter", DELIMITERS)
    quoting = _choice("引用符", "Quoting", QUOTINGS)
    header = _choice("見出し行", "Header line", HEADERS)
    empty = _text("空の値の書き方", "Written for empty", max_length=10)
    date_form = _choice("日付の形", "Form of dates", DATES)
    true_value = _text("真の値", "Value of true", max_length=10)
    false_value = _text("偽の値", "Value of false", max_length=10)
    file_name = _text("ファイル名", "File name", max_length=200)

    @classmethod
    def facts_of(cls, document: Document, revision: int) -> dict[str, Any]:
        """What the form begins with."""
        return asdict(document.head) | asdict(document.form) | {"revision": revision}

    def applied(self, document: Document) -> Document:
        """The document as the form says."""
        head = {name: self.cleaned_data[name] for name in asdict(document.head) if name in self.cleaned_data}
        form = {name: self.cleaned_data[name] for name in asdict(document.form) if name in self.cleaned_data}
        return replace(document, head=replace(document.head, **head), form=replace(document.form, **form))


class PublishForm(PlainForm):
    """A note on the edition."""

    note = _text("この版の説明", "Note on this edition", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class TryForm(PlainForm):
    """A file to read by the layout."""

    file = forms.FileField(
        label=t("ファイル", "File"),
        help_text=t(
            "検査だけをします。保存も取込もしません（20MBまで）。",
            "Only checked, neither kept nor loaded (up to 20 MB).",
        ),
    )
