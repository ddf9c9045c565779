"""The widget of a day: a count (era or Gregorian), year, month, day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.kernel.ui.language import ENGLISH, active, choose, t

if TYPE_CHECKING:
    from collections.abc import Iterable

GREGORIAN = "西暦"
PARTS = ("era", "year", "month", "day")
_PART_WORDS = {"year": t("年", "Year"), "month": t("月", "Month"), "day": t("日", "Day")}


def era_choices() -> list[tuple[str, str]]:
    """The counts to choose from: the eras, newest first, and the Gregorian calendar."""
    from machikumo.kernel.wareki import eras

    named = [(era.name, choose(era.name, f"{era.name_en} {era.name}")) for era in reversed(eras())]
    return [*named, (GREGORIAN, choose("西暦", "Gregorian"))]


class EraDateWidget(forms.MultiWidget):
    """Four plain inputs; without a value the count stands on the newest era (Gregorian in English)."""

    template_name = "ui/parts/era_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        figures = {"inputmode": "numeric", "autocomplete": "off", "class": "mk-input"}
        inputs = {
            part: forms.TextInput(attrs=figures | {"maxlength": 4 if part == "year" else 2, "aria-label": words})
            for part, words in _PART_WORDS.items()
        }
        count = forms.Select(attrs={"class": "mk-input", "aria-label": t("元号または西暦", "Era or Gregorian")})
        super().__init__({"era": count, **inputs}, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The inputs' facts, with the eras as they are named in the reader's language."""
        self.widgets[0].choices = era_choices()  # type: ignore[attr-defined]
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for input_, part in zip(context["widget"]["subwidgets"], PARTS, strict=True):
            input_["part"], input_["part_word"] = part, _PART_WORDS.get(part, "")
        context["same"] = _same_day(value)
        return context

    def decompress(self, value: date | None) -> list[str]:
        """The day as its four parts, in the count in which the reader will know it."""
        if value is None:
            return [GREGORIAN if active() == ENGLISH else era_choices()[0][0], "", "", ""]
        from machikumo.kernel.wareki import era_of

        era = None if active() == ENGLISH else era_of(value)
        count, year = (era.name, era.year_of(value)) if era else (GREGORIAN, value.year)
        return [count, str(year), str(value.month), str(value.day)]


def _same_day(value: Any) -> str:
    """The day in the other count, shown below the inputs."""
    from machikumo.kernel.ui import dates

    if not isinstance(value, date):
        return ""
    return dates.both(value)


def joined(parts: Iterable[Any]) -> str:
    """What was typed, as one text that ``wareki.parse_any`` reads; empty when nothing but the count is given."""
    era, year, month, day = (str(part or "").strip() for part in parts)
    if not (year or month or day):
        return ""
    return f"{'' if era == GREGORIAN else era}{year}年{month}月{day}日"
