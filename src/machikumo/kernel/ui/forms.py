"""The base of every form: ordinary Django fields, our look, errors that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.kernel.ui.fields import EraDateField
from machikumo.kernel.ui.language import t

if TYPE_CHECKING:
    from django.forms import Field

__all__ = ["EraDateField", "FilterForm", "PlainForm", "PlainModelForm", "any_choice", "t"]


def required_message(field: Field) -> Any:
    """What to say when the field was left empty: name it and say what to do."""
    label = field.label or ""
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return t(f"{label}を選んでください。", f"Choose: {label}.")
    if isinstance(field, forms.FileField):
        return t(f"{label}のファイルを選んでください。", f"Choose a file: {label}.")
    if isinstance(field, forms.BooleanField):
        return t("確認のうえ、チェックを入れてください。", "Please confirm by ticking the box.")
    return t(f"{label}を入力してください。", f"Enter: {label}.")


class _PlainLook:
    """What both bases share: no label suffix, no browser bubbles, messages in both languages."""

    tells_need = True  # whether 必須 or 任意 stands beside each label

    def __init__(self, *args: Any, **keywords: Any) -> None:
        keywords.setdefault("label_suffix", "")
        super().__init__(*args, **keywords)
        fields: dict[str, Field] = self.fields  # type: ignore[attr-defined]
        for field in fields.values():
            _speak(field)


def _speak(field: Field) -> None:
    """Give the field our own words for the commonest faults."""
    own = field.__class__.__dict__.get("default_error_messages", {})
    if "required" not in own or not isinstance(field, EraDateField):
        field.error_messages["required"] = required_message(field)
    if "invalid_choice" in field.error_messages:
        field.error_messages["invalid_choice"] = t(
            "一覧にない値です。選び直してください。", "Not one of the choices: please choose again."
        )
    for validator in field.validators:
        limit = getattr(validator, "limit_value", None)
        if getattr(validator, "code", "") == "max_length" and isinstance(limit, int):
            validator.message = t(  # type: ignore[attr-defined]
                f"{limit}文字以内で入力してください。", f"Enter at most {limit} characters."
            )


class PlainForm(_PlainLook, forms.Form):
    """The base of a room's forms."""


class PlainModelForm(_PlainLook, forms.ModelForm):  # type: ignore[type-arg]
    """The base of a room's forms that belong to one model."""


class FilterForm(PlainForm):
    """The base of a filter bar: nothing is required, nothing says so."""

    tells_need = False

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        for field in self.fields.values():
            field.required = False


def any_choice(words_ja: str = "すべて", words_en: str = "All") -> tuple[str, Any]:
    """The first choice of a filter's select: no narrowing."""
    return ("", t(words_ja, words_en))
