"""Drawing a sample, handing a list over, typing from paper, deciding."""

from __future__ import annotations

from typing import Any

from django import forms

from machikumo.comparisons.domain.fields import PRINTED, fields_for
from machikumo.comparisons.words import DECISIONS
from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t

LARGEST = 256 << 20
LONGEST = 400


class DrawForm(PlainForm):
    """A new run."""

    name = forms.CharField(
        label=t("名前", "Name"), max_length=100, help_text=t("例: 第2回リハーサル", "E.g. second rehearsal")
    )
    size = forms.IntegerField(label=t("抽出する人数", "How many people"), min_value=1, max_value=2_000, initial=50)
    seed = forms.CharField(
        label=t("種（シード）", "Seed"),
        max_length=60,
        help_text=t(
            "好きな言葉や数字。同じ種なら、あとから同じ人を抽出し直せます。",
            "Any word or number: the same seed draws the same people again.",
        ),
    )


class ListForm(PlainForm):
    """The old system's list."""

    mapping = forms.ChoiceField(label=t("旧システムと変換定義", "Old system and mapping"))
    file = forms.FileField(
        label=t("一覧ファイル", "List file"),
        help_text=t(
            "旧システムの様式のCSV、または同じ列のExcel（xlsx）。抽出した人の行だけを使い、ファイルは残しません。",
            "A CSV of the old layout, or the same columns in xlsx. Only the sample's rows are used; it is not kept.",
        ),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["mapping"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """The upload, unless it is larger than a list of a whole city."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(t("ファイルが大きすぎます（上限256MB）。", "The file is too large (256 MB)."))
        return upload


class PaperForm(PlainForm):
    """What stands on the old system's certificate."""

    tells_need = False

    def __init__(self, *args: Any, is_foreign: bool, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        for key in fields_for(is_foreign=is_foreign):
            self.fields[key] = forms.CharField(label=t(*PRINTED[key]), required=False, max_length=LONGEST, strip=False)


class DecideForm(PlainForm):
    """What a named person says of a difference."""

    decision = forms.ChoiceField(label=t("判断", "Decision"), choices=list(DECISIONS.items()))
    reason = forms.CharField(label=t("理由", "Reason"), max_length=LONGEST)
