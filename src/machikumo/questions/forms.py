"""Forms of the question log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from machikumo.kernel.ui.forms import EraDateField, FilterForm, PlainForm, any_choice
from machikumo.kernel.ui.language import t
from machikumo.questions.domain.sheet import LARGEST, LONGEST_ANSWER
from machikumo.questions.words import PARTIES, STATES

VENDORS = [(key, PARTIES[key]) for key in ("old_vendor", "new_vendor")]


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, or none; gives pairs of name and bytes."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(required=False, widget=_Files(attrs={"multiple": True}), **keywords)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Every file by itself."""
        uploads = [super(FilesField, self).clean(one, initial) for one in data or [] if one]
        return [(upload.name, upload.read()) for upload in uploads]


def _files() -> FilesField:
    return FilesField(
        label=t("添付", "Files"), help_text=t("5個まで、一つ20MBまで（任意）", "At most 5 of 20 MB each (optional)")
    )


class NarrowForm(FilterForm):
    """Which questions to list."""

    state = forms.ChoiceField(
        label=t("状態", "State"),
        choices=[any_choice(), ("unsettled", t("決着していないもの", "Not settled")), *STATES.items()],
    )
    asked_of = forms.ChoiceField(label=t("宛先", "Asked of"), choices=[any_choice(), *PARTIES.items()])


class AskForm(PlainForm):
    """A new question."""

    asked_of = forms.ChoiceField(label=t("宛先", "Asked of"), widget=forms.RadioSelect)
    title = forms.CharField(label=t("件名", "Title"), max_length=120)
    body = forms.CharField(
        label=t("質問", "Question"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=t(
            "住民の氏名や番号は書かないでください。行は番号で示します。",
            "Please write no resident's name or number: rows are told by their place.",
        ),
    )
    due_on = EraDateField(label=t("回答の期限", "Answer by"))
    blocks = forms.BooleanField(
        label=t("決着するまで署名を止める", "Nobody signs before it is settled"), required=False, initial=True
    )
    attachments = _files()

    def __init__(self, *args: Any, party: str, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        others = [(key, words) for key, words in PARTIES.items() if key != party]
        self.fields["asked_of"].choices = others  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        """A day from today on."""
        day = self.cleaned_data["due_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(t("今日以後の日にしてください。", "Choose today or a later day."))
        return day


class WriteForm(PlainForm):
    """An answer, or asking on."""

    text = forms.CharField(
        label=t("回答・追記", "Answer or remark"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 4})
    )
    attachments = _files()


class SettleForm(PlainForm):
    """What was decided, or why the question is taken back."""

    decision = forms.CharField(
        label=t("決定の内容（取下げのときは理由）", "What was decided (or why it is withdrawn)"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SheetForm(PlainForm):
    """The answered sheet of a vendor."""

    party = forms.ChoiceField(label=t("回答した事業者", "Who answered"), choices=VENDORS, widget=forms.RadioSelect)
    file = forms.FileField(
        label=t("回答を記入した質問票", "The answered sheet"),
        help_text=t("ここから書き出したExcelファイル（xlsx）", "The Excel file (xlsx) that was exported here"),
    )

    def clean_file(self) -> Any:
        """The upload, unless it is larger than any sheet."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(t("ファイルが大きすぎます（上限20MB）。", "The file is too large (20 MB)."))
        return upload


class MemberForm(PlainForm):
    """For which vendor an engineer takes part."""

    person = forms.ChoiceField(label=t("事業者技術者", "Vendor's engineer"))
    party = forms.ChoiceField(label=t("事業者の立場", "Which vendor"), choices=VENDORS, widget=forms.RadioSelect)
    company = forms.CharField(label=t("事業者の名称", "Name of the company"), max_length=100)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
