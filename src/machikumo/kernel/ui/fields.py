"""Form fields of our own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.widgets import EraDateWidget, joined


class EraDateField(forms.Field):
    """A day, written in an era or in the Gregorian calendar; gives a ``date`` or None.

    A day outside its era (平成31年5月1日) is refused with the right name of that day as a question.
    """

    widget = EraDateWidget
    default_error_messages = {  # noqa: RUF012 - Django's own form of class data
        "required": t("日付を入力してください。", "Enter the date."),
        "incomplete": t("年・月・日をすべて入力してください。", "Enter year, month and day."),
    }

    def to_python(self, value: Any) -> date | None:
        """The day that was typed; ValidationError says what is wrong with it."""
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = joined(value)
        if not text:
            return None
        if any(not str(part or "").strip() for part in value[1:]):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        return read_day(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another day than the initial one was typed."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def read_day(text: str) -> date:
    """The day of a typed date; ValidationError in the reader's language."""
    from machikumo.kernel.wareki import WarekiError, parse_any

    try:
        return parse_any(text)
    except WarekiError as error:
        raise ValidationError(words(error), code="invalid") from None
