"""Planning a move, handing a file over in a round, the old system's count sheet, dates, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.kernel.ui.forms import EraDateField, FilterForm, PlainForm
from machikumo.kernel.ui.language import t
from machikumo.layouts.own_layouts import own_choices, own_mappings
from machikumo.layouts.queries.catalogue import shipped
from machikumo.rehearsals.actions import FEWEST, MOST
from machikumo.rehearsals.systems import systems
from machikumo.rehearsals.words import GROUNDS, round_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.domain.counting import CountLine
    from machikumo.rehearsals.models import Round

LARGEST_SHEET = 5 * 1024 * 1024  # bytes of an uploaded count sheet
LONGEST = 400


def system_choices(taken: Iterable[str]) -> list[tuple[str, Any]]:
    """The business systems that have no move yet."""
    known = set(taken)
    return [(key, t(one.title_ja, one.title_en)) for key, one in systems().items() if key not in known]


class PlanForm(PlainForm):
    """A business system, both vendors, and how often the move is rehearsed."""

    system = forms.ChoiceField(label=t("業務システム", "Business system"))
    old_vendor = forms.CharField(label=t("旧システムの事業者", "Old vendor"), max_length=100)
    new_vendor = forms.CharField(label=t("新システムの事業者", "New vendor"), max_length=100)
    rehearsals = forms.TypedChoiceField(
        label=t("リハーサルの回数", "Rehearsals"),
        choices=[(number, t(f"{number}回", str(number))) for number in range(FEWEST, MOST + 1)],
        coerce=int,
        help_text=t("このほかに本番の移行を1回計画します。", "One real move is planned besides."),
    )

    def __init__(self, *arguments: Any, taken: Iterable[str] = (), **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["system"].choices = system_choices(taken)  # type: ignore[attr-defined]  # a ChoiceField


class DatesForm(PlainForm):
    """The planned day of each round."""

    def __init__(self, *arguments: Any, rounds: Sequence[Round], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for one in rounds:
            field = EraDateField(label=round_name(one), required=False, initial=one.planned_on)
            self.fields[f"round_{one.number}"] = field

    def dates(self) -> dict[int, Any]:
        """The days by the number of the round."""
        return {int(name.removeprefix("round_")): day for name, day in self.cleaned_data.items()}


class HandOverForm(PlainForm):
    """The file as the old vendor wrote it, and by which mapping it is read."""

    mapping = forms.ChoiceField(label=t("旧システムと変換定義", "Old system and mapping"))
    file = forms.FileField(
        label=t("旧システムのファイル", "File of the old system"),
        help_text=t(
            "受け取ったままのファイルを選んでください。保留行を直したファイルも、同じ回に追加できます。",
            "Choose the file as received. A file of mended rows can be added to the same round.",
        ),
    )

    def __init__(self, *arguments: Any, mappings: Sequence[tuple[str, Any]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["mapping"].choices = mappings  # type: ignore[attr-defined]  # a ChoiceField


def mapping_choices(scope: Scope, layouts: Sequence[str]) -> list[tuple[str, Any]]:
    """The mappings into the business system's layouts (all where it names none), and the town's own layouts."""
    catalogue = shipped()
    found = [catalogue.mapping(key) for key in catalogue.mapping_keys]
    fitting = [one for one in found if not layouts or one.target.key in layouts]
    names = {one.key: (one.name, one.name_en) for one in fitting}
    own = [
        (key, t(f"{names[base][0]}（{name}）", f"{names[base][1]} ({name})"))
        for key, base, name in own_choices(scope)
        if base in names
    ]
    return [*((key, t(*pair)) for key, pair in names.items()), *own, *own_mappings(scope, layouts)]


def _look(label: Any, width: str) -> dict[str, Any]:
    """How an input looks that stands in a table and has its label in the table's head."""
    return {"class": f"mk-input mk-input--{width}", "aria-label": label}


class SheetForm(PlainForm):
    """The old system's count sheet, a line a row: their count, and why ours is another."""

    tells_need = False

    def __init__(self, *arguments: Any, lines: Sequence[CountLine], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.lines = lines
        for line in lines:
            told = t(f"{line.title_ja}（旧システム）", f"{line.title_en} (old system)")
            why = t(f"{line.title_ja} の違いの説明", f"{line.title_en}: reason")
            self.fields[f"theirs:{line.key}"] = forms.IntegerField(
                label=told,
                min_value=0,
                required=False,
                initial=line.theirs,
                widget=forms.NumberInput(_look(told, "short")),
            )
            self.fields[f"why:{line.key}"] = forms.CharField(
                label=why, max_length=LONGEST, required=False, initial=line.explanation,
                widget=forms.TextInput(_look(why, "medium")),
            )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """Each line with its two fields."""
        return [
            {"line": line, "theirs": self[f"theirs:{line.key}"], "why": self[f"why:{line.key}"]} for line in self.lines
        ]

    def told(self) -> dict[str, tuple[int | None, str]]:
        """Count and reason by line."""
        given = self.cleaned_data
        return {line.key: (given[f"theirs:{line.key}"], given[f"why:{line.key}"].strip()) for line in self.lines}


class UploadForm(PlainForm):
    """The old system's count sheet as a file."""

    file = forms.FileField(
        label=t("件数表のファイル", "Count sheet"),
        help_text=t(
            "CSVまたはExcel（xlsx）。1列目に項目名、2列目に件数、3列目に説明（任意）を書いてください。",
            "CSV or Excel (xlsx): the line's name, the count, and a reason (optional) in the first three columns.",
        ),
    )

    def clean_file(self) -> Any:
        """A file that is not larger than a count sheet can be."""
        given = self.cleaned_data["file"]
        if given.size > LARGEST_SHEET:
            raise forms.ValidationError(
                t("件数表としては大きすぎます（5 MBまで）。", "Too large for a count sheet (up to 5 MB).")
            )
        return given


class ExplainForm(PlainForm):
    """Why a rehearsal goes on although a file's two sides differ."""

    text = forms.CharField(label=t("差異の説明", "Reason"), max_length=LONGEST, required=False)


class OpenForm(PlainForm):
    """Opening masked values: on what ground."""

    ground = forms.ChoiceField(
        label=t("伏字を開く理由", "Why the values are opened"),
        choices=[("", ""), *((key, t(*words)) for key, words in GROUNDS.items())],
        help_text=t("操作記録に残ります。", "It is kept in the ledger."),
    )


class FigureForm(FilterForm):
    """Which figure of a difference is opened."""

    layout = forms.CharField(max_length=100)
    measure = forms.CharField(max_length=20)
    item = forms.CharField(max_length=100)
    value = forms.CharField(max_length=200, strip=False)
