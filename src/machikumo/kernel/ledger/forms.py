"""What the auditor may ask for."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from machikumo.kernel.ledger.queries import Filters
from machikumo.kernel.ui.forms import FilterForm, any_choice
from machikumo.kernel.ui.language import t, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


class LedgerFilterForm(FilterForm):
    """Who, what, whom, when; the choices are those that stand in this organisation's ledger."""

    actor = forms.ChoiceField(label=t("操作した人", "Who"))
    event = forms.ChoiceField(label=t("操作", "What"))
    subject = forms.CharField(label=t("対象の番号", "Subject's token"), max_length=120)
    since = forms.DateField(label=t("開始日", "From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=t("終了日", "To"), widget=forms.DateInput(attrs={"type": "date"}))

    looks = forms.BooleanField(label=t("証跡を見た記録も表示", "Looks into the ledger too"))

    def __init__(
        self,
        *args: Any,
        actors: Mapping[str, tuple[str, str]],
        events: Iterable[tuple[str, tuple[str, str]]],
        **keywords: Any,
    ) -> None:
        super().__init__(*args, **keywords)
        people = sorted((words(name), token) for token, name in actors.items())
        kinds = sorted((words(name), key) for key, name in events)
        self.fields["actor"].choices = [any_choice(), *((token, name) for name, token in people)]  # type: ignore[attr-defined]
        self.fields["event"].choices = [any_choice(), *((key, name) for name, key in kinds)]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """What was asked for; a field that does not fit asks for nothing in particular."""
        self.full_clean()
        asked = getattr(self, "cleaned_data", {})
        until = asked.get("until")
        return Filters(
            actor=asked.get("actor") or "",
            subject=asked.get("subject") or "",
            event=asked.get("event") or "",
            since=_midnight(asked.get("since")),
            until=_midnight(until + timedelta(days=1)) if until else None,
            without_looks=not asked.get("looks"),
        )


def _midnight(day: date | None) -> datetime | None:
    """The day's beginning where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
