"""Making a plan, its files and steps, answering, asking for a pass, giving reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.cutover.catalogue import systems
from machikumo.cutover.domain.decisions import LONGEST_NOTE
from machikumo.cutover.domain.deeds import DEEDS, USUALLY_CLOSED
from machikumo.cutover.words import VERDICTS
from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t
from machikumo.register.grounds import USUAL, grounds

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "%Y-%m-%dT%H:%M"


def _moment(ja: str, en: str, **given: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)
    return forms.DateTimeField(label=t(ja, en), widget=widget, **given)


def _reason(ja: str, en: str, **given: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=t(ja, en), max_length=LONGEST_NOTE, widget=widget, **given)


def _deeds(keys: Iterable[str] = DEEDS) -> list[tuple[str, Any]]:
    return [(key, t(*DEEDS[key])) for key in DEEDS if key in set(keys)]


class PlanForm(PlainForm):
    """A new plan."""

    system = forms.ChoiceField(label=t("業務システム", "Business system"))
    name = forms.CharField(
        label=t("計画の名前", "Name of the plan"),
        max_length=100,
        help_text=t("例: 住民記録 本番切替", "E.g. real move"),
    )
    freeze_starts_at = _moment("異動凍結の始まり", "The freeze begins")
    freeze_ends_at = _moment("異動凍結の終わり", "The freeze ends")
    closed = forms.MultipleChoiceField(
        label=t("凍結中に止める操作", "Closed during the freeze"),
        choices=_deeds(),
        initial=USUALLY_CLOSED,
        widget=forms.CheckboxSelectMultiple,
        help_text=t(
            "支援措置の設定は、人の安全のため通常は止めません。",
            "Setting protection blocks usually stays open: for safety.",
        ),
    )

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["system"].choices = [(key, t(*title)) for key, title in systems().items()]  # type: ignore[attr-defined]


class FilesForm(PlainForm):
    """Which move-ins are the real load."""

    move_ins = forms.MultipleChoiceField(
        label=t("本番の取込", "The real load"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["move_ins"].choices = choices  # type: ignore[attr-defined]


class StepForm(PlainForm):
    """Who does a step, and when it is planned."""

    owner = forms.CharField(label=t("担当者", "Owner"), max_length=100, required=False)
    planned_start = _moment("開始の予定", "Planned start", required=False)
    planned_end = _moment("終了の予定", "Planned end", required=False)


class AnswerForm(PlainForm):
    """Go or no-go."""

    verdict = forms.ChoiceField(label=t("判断", "Decision"), choices=list(VERDICTS.items()), widget=forms.RadioSelect)
    note = _reason("理由・確かめたこと", "Reason, or what you checked", required=False)


class PassForm(PlainForm):
    """What cannot wait until the freeze ends."""

    deed = forms.ChoiceField(label=t("操作", "Deed"))
    ground = forms.ChoiceField(label=t("根拠", "Ground"), initial=USUAL)
    reason = _reason(
        "待てない理由",
        "Why it cannot wait",
        help_text=t("氏名や番号は書かないでください。", "Please write no names and no numbers."),
    )

    def __init__(self, *args: Any, closed: Iterable[str], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.fields["deed"].choices = _deeds(closed)  # type: ignore[attr-defined]
        known = [(key, t(one.ja, one.en)) for key, one in grounds().items()]
        self.fields["ground"].choices = known  # type: ignore[attr-defined]


class ReasonForm(PlainForm):
    """A reason, and nothing else."""

    reason = _reason("理由", "Reason")
