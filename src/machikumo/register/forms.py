"""What a clerk types: a search, a correction, a block."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator

from machikumo.kernel.text import visible_length
from machikumo.kernel.ui.forms import EraDateField, PlainForm
from machikumo.kernel.ui.language import t
from machikumo.layouts.queries.catalogue import STANDARD, shipped
from machikumo.register.domain import terms
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.domain.terms import Search
from machikumo.register.grounds import grounds

if TYPE_CHECKING:
    from machikumo.register.models import PersonVersion


def ground_choices() -> list[tuple[str, Any]]:
    """The grounds to choose from; what is not confirmed says so."""
    return [
        (key, t(f"{one.ja}{mark_ja}", f"{one.en}{mark_en}"))
        for key, one in grounds().items()
        for mark_ja, mark_en in [("", "") if one.confirmed else ("【未確認】", " [unconfirmed]")]
    ]


class FindForm(PlainForm):
    """Find a person; every filled field must hold."""

    ground = forms.ChoiceField(label=t("検索の根拠", "Ground for looking"), choices=ground_choices)
    name = forms.CharField(
        label=t("氏名・カナ・ローマ字", "Name, kana or Latin letters"),
        required=False,
        help_text=t(
            "姓だけ、名だけでも探せます。新旧の字体は区別しません。",
            "Family or given name; old and new forms are alike.",
        ),
    )
    born = EraDateField(label=t("生年月日", "Date of birth"), required=False)
    address = forms.CharField(label=t("住所（町名から）", "Address, from the town"), required=False)
    number = forms.CharField(label=t("宛名番号", "Addressee number"), required=False)

    def clean(self) -> dict[str, Any]:
        """At least one field besides the ground."""
        facts: dict[str, Any] = super().clean() or {}
        if not self.errors and self.search(facts).is_empty:
            raise forms.ValidationError(
                t("探す手がかりを一つ以上入力してください。", "Please fill in at least one field.")
            )
        return facts

    @staticmethod
    def search(facts: dict[str, Any]) -> Search:
        """The search that was asked for."""
        return Search(
            terms.number_terms(facts.get("number") or "")
            + terms.birth_terms(facts.get("born"))
            + terms.name_terms(facts.get("name") or "")
            + terms.address_terms(facts.get("address") or "")
        )


ONE_LINE = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]",
    t(
        "改行や制御文字は使えません。取り除いてください。",
        "Line breaks and control characters cannot be kept: remove them.",
    ),
    inverse_match=True,
)


@cache
def lengths() -> dict[str, int]:
    """How many characters the standard layout lets each item of text have."""
    return {item.key: item.length for item in shipped().layout(STANDARD).items if item.length}


class RecordField(forms.CharField):
    """An item of the record, kept as typed; its length is the standard layout's, variation selectors not counted."""

    def __init__(self, item: str, label: Any, *, required: bool = False) -> None:
        self.item = item
        super().__init__(label=label, required=required, strip=False, empty_value="", validators=[ONE_LINE])

    def validate(self, value: str) -> None:
        """Refuse what is longer than the layout lets it be, and spaces alone where something is asked for."""
        super().validate(value.strip() if self.required else value)
        limit, count = lengths()[self.item], visible_length(value)
        if count > limit:
            raise forms.ValidationError(
                t(
                    f"{limit}文字以内で入力してください（今は{count}文字）。",
                    f"At most {limit} characters, not {count}.",
                )
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether anything at all was changed, a space included."""
        return (initial or "") != (data or "")


class CorrectForm(PlainForm):
    """Correct a person's present record; the version that was shown travels with the form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(label=t("修正の根拠", "Ground for the correction"), choices=ground_choices)
    name = RecordField("name", t("氏名", "Name"), required=True)
    name_kana = RecordField("name_kana", t("フリガナ", "Kana"))
    address_town = RecordField("address_town", t("町字", "Town"))
    address_number = RecordField("address_number", t("番地号", "Plot"))
    address_building = RecordField("address_building", t("方書", "Building"))
    registered_domicile = RecordField("registered_domicile", t("本籍", "Registered domicile"))
    register_head = RecordField("register_head", t("筆頭者", "Head of the family register"))

    ITEMS = (
        "name",
        "name_kana",
        "address_town",
        "address_number",
        "address_building",
        "registered_domicile",
        "register_head",
    )

    def changes(self, shown: PersonVersion) -> dict[str, Any]:
        """The items that were changed: what the clerk did not touch stays as it is, spaces at its ends included."""
        return {item: self.cleaned_data[item] for item in self.ITEMS if self.cleaned_data[item] != getattr(shown, item)}


class BlockForm(PlainForm):
    """Put a protection block on a person."""

    level = forms.ChoiceField(
        label=t("扱い", "Handling"),
        choices=[
            (BlockLevel.REFUSE.value, t("交付しない", "Refuse")),
            (BlockLevel.APPROVE.value, t("承認を要する", "Needs approval")),
            (BlockLevel.ALERT.value, t("注意を表示する", "Show an alert")),
        ],
    )
    starts_on = EraDateField(label=t("開始日", "First day"))
    ends_on = EraDateField(
        label=t("期限", "Last day"),
        required=False,
        help_text=t("期限が過ぎても、職員が解除するまで続きます。", "It holds past this day until somebody lifts it."),
    )
    section = forms.CharField(label=t("申出を受けた課", "Section"), required=False)

    def clean(self) -> dict[str, Any]:
        """The last day does not come before the first."""
        facts: dict[str, Any] = super().clean() or {}
        first, last = facts.get("starts_on"), facts.get("ends_on")
        if first and last and last < first:
            self.add_error(
                "ends_on", t("期限は開始日より後の日にしてください。", "The last day must not be before the first.")
            )
        return facts
