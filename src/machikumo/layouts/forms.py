"""Handing over an old vendor's file."""

from __future__ import annotations

from typing import Any

from django import forms

from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.recipients import RecipientField
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.limits import EACH, TOTAL, read_limits
from machikumo.layouts.queries.catalogue import shipped


def mapping_choices() -> list[tuple[str, Any]]:
    """The mappings that there are, by the names of their old systems."""
    catalogue = shipped()
    found = (catalogue.mapping(key) for key in catalogue.mapping_keys)
    return [(mapping.key, t(mapping.name, mapping.name_en)) for mapping in found]


class ExportForm(PlainForm):
    """In which layout the register goes out, and who may open the file."""

    mapping = forms.ChoiceField(label=t("書き出す様式", "Layout"), choices=mapping_choices)
    recipient = RecipientField()


class HandOverForm(PlainForm):
    """The file as the old vendor wrote it, and which system it came from."""

    mapping = forms.ChoiceField(label=t("旧システムと変換定義", "Old system and mapping"), choices=mapping_choices)
    file = forms.FileField(
        label=t("旧システムのファイル", "File of the old system"),
        help_text=t(
            "受け取ったままのファイルを選んでください。Excelなどで開いて保存し直すと、桁や文字が変わることがあります。",
            "Please choose the file as received. Saving it again in Excel may change digits and characters.",
        ),
    )
    most_held = forms.IntegerField(
        label=t("保留の上限（行）", "Most rows set aside"),
        required=False,
        min_value=0,
        help_text=t(
            "これより多くの行に誤りがあると、取り込む前に止めて判断を待ちます。空欄なら止めません。",
            "With more bad rows the run stops before it loads anything and waits for a decision; empty: never.",
        ),
    )
    most_a_rule = forms.IntegerField(
        label=t("一つの規則あたりの上限（行）", "Most bad rows of one rule"), required=False, min_value=0
    )
    single_rules = forms.CharField(
        label=t("規則ごとの上限", "Limits of single rules"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "cell.code = 100"}),
        help_text=t("1行に一つ「規則 = 行数」", "One a line: rule = rows"),
    )

    def clean_single_rules(self) -> dict[str, int]:
        """The limits by rule."""
        try:
            return read_limits(self.cleaned_data["single_rules"])
        except LayoutError as error:
            raise forms.ValidationError(str(words(error))) from error

    @property
    def limits(self) -> dict[str, int]:
        """The limits of a valid form, as a run takes them."""
        facts = self.cleaned_data
        whole = {TOTAL: facts["most_held"], EACH: facts["most_a_rule"]}
        single: dict[str, int] = facts["single_rules"]
        return {rule: most for rule, most in whole.items() if most is not None} | single
