"""Forms of the pages of rows set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.kernel.ui.forms import FilterForm, PlainForm, any_choice
from machikumo.kernel.ui.language import t
from machikumo.layouts.mending_alike import LEAVE_OUT, PROPOSAL, REPLACE, VALUE, Way
from machikumo.layouts.words import HELD_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.layouts.queries.held import Defect

LONGEST_REASON = 500
OPENING_GROUNDS = [
    ("data_migration", t("データ移行の確認", "Checking a move-in")),
    ("notification", t("届出・職権による記載の事務", "Notification or entry by the office")),
]
WAY_WORDS = [
    (PROPOSAL, t("行ごとの提案を採用する", "Accept the proposal of each row")),
    (VALUE, t("すべて同じ値にする", "Put the same value in all")),
    (REPLACE, t("値の一部を置き換える", "Replace a part of the value")),
    (LEAVE_OUT, t("取り込まない", "Leave the rows out")),
]


class HeldFilter(FilterForm):
    """Which rows to list."""

    rule = forms.ChoiceField(label=t("規則", "Rule"))
    item = forms.ChoiceField(label=t("項目", "Item"))
    state = forms.ChoiceField(label=t("状態", "State"), choices=[any_choice(), *HELD_STATES.items()])

    def __init__(self, *args: Any, defects: Iterable[Defect], names: dict[str, Any], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        found = list(defects)
        rules = {one.rule: names.get(one.rule, one.rule) for one in found}
        items = {one.item: one.item_name for one in found if one.item}
        self.fields["rule"].choices = [any_choice(), *rules.items()]  # type: ignore[attr-defined]
        self.fields["item"].choices = [any_choice(), *items.items()]  # type: ignore[attr-defined]


class ReasonForm(PlainForm):
    """Why something is done to a row."""

    reason = forms.CharField(
        label=t("理由", "Reason"),
        max_length=LONGEST_REASON,
        help_text=t(
            "何で確かめたかを書きます。例: 届出書の原本", "What it was compared with, such as the notification."
        ),
    )


class OpenForm(PlainForm):
    """On which ground the values of a row are opened."""

    ground = forms.ChoiceField(label=t("開く根拠", "Ground"), choices=OPENING_GROUNDS)


class AlikeForm(PlainForm):
    """How rows with the same defect are mended."""

    way = forms.ChoiceField(label=t("直し方", "How"), choices=WAY_WORDS, widget=forms.RadioSelect, initial=PROPOSAL)
    find = forms.CharField(
        label=t("置き換える文字", "What is replaced"), required=False, max_length=100, strip=False,
        help_text=t("「値の一部を置き換える」のときだけ", "Only to replace a part of the value"),
    )  # fmt: skip
    value = forms.CharField(
        label=t("新しい値", "New value"), required=False, max_length=200, strip=False,
        help_text=t("「すべて同じ値」「一部を置き換える」のとき", "For the same value in all, or to replace a part"),
    )  # fmt: skip
    reason = forms.CharField(label=t("理由", "Reason"), max_length=LONGEST_REASON)
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def chosen(self) -> Way:
        """The way, of a valid form."""
        return Way(self.cleaned_data["way"], self.cleaned_data["value"], self.cleaned_data["find"])
