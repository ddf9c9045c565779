"""Receiving a font, deciding about a figure, confirming a decision, bringing a map or a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.gaiji.domain.decisions import LONGEST_REASON, Decision, Ground, Outcome, ReducedTo, checked
from machikumo.gaiji.domain.errors import WrongDecision
from machikumo.gaiji.domain.fonts import LARGEST
from machikumo.gaiji.domain.inventory import CHARSETS
from machikumo.gaiji.words import GROUNDS, REDUCED_TO, STATUSES, VERDICTS
from machikumo.kernel.ui.forms import FilterForm, PlainForm, any_choice
from machikumo.kernel.ui.language import t, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KEEP = "keep"
OTHER = "other"
_NONE: tuple[str, Any] = ("", t("指定しない", "None"))


class ReceiveForm(PlainForm):
    """The font of the old system, and optionally the file in which the use of its characters is counted."""

    system = forms.CharField(label=t("旧システムの名前", "Name of the old system"), max_length=100)
    key = forms.SlugField(
        label=t("キー", "Key"),
        max_length=60,
        help_text=t(
            "対応表のファイル名になります。半角の英小文字・数字・ハイフン。例: kasumi-sabae",
            "Becomes the map's file name: letters, digits and hyphens, such as kasumi-sabae.",
        ),
    )
    font = forms.FileField(
        label=t("外字フォント", "Font of user-defined characters"),
        help_text=t("TrueType（EUDC.TTE など）。上限64MB。", "TrueType, such as EUDC.TTE; at most 64 MB."),
    )
    people_file = forms.FileField(
        label=t("住民データのファイル（任意）", "File of residents (optional)"),
        required=False,
        help_text=t(
            "1行目が見出しのCSV。どの外字を何人が使っているかを数えます。中身は変わりません。",
            "A CSV whose first line is a heading: the use of each character is counted; nothing is changed.",
        ),
    )
    charset = forms.ChoiceField(
        label=t("文字コード", "Character set"), choices=[(one, one) for one in CHARSETS], initial="cp932"
    )
    key_column = forms.CharField(
        label=t("個人を区別する列の見出し", "Heading of the column that tells people apart"),
        required=False,
        max_length=100,
        help_text=t("例: 宛名番号", "Such as the addressee number"),
    )

    def clean_font(self) -> Any:
        """The upload, unless it is larger than any font of such characters."""
        upload = self.cleaned_data["font"]
        if upload.size > LARGEST:
            raise forms.ValidationError(t("ファイルが大きすぎます（上限64MB）。", "The file is too large (64 MB)."))
        return upload

    def clean(self) -> dict[str, Any]:
        """A file needs the heading of its key column."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if facts.get("people_file") and not facts.get("key_column"):
            self.add_error(
                "key_column", t("ファイルを数えるには見出しが必要です。", "Counting the file needs the heading.")
            )
        return facts


class DecideForm(PlainForm):
    """What one person decides about a figure; ``decision`` after validation is whole and agrees with itself."""

    choice = forms.ChoiceField(label=t("決定", "Decision"))
    figure = forms.CharField(
        label=t("MJ文字図形名", "Name of the MJ figure"),
        required=False,
        max_length=8,
        help_text=t(
            "「ほかの図形」を選んだときだけ。例: MJ026190", "Only for another figure than those shown, e.g. MJ026190."
        ),
    )
    reduced = forms.CharField(
        label=t("縮退先の文字", "Reduced form"),
        required=False,
        max_length=1,
        help_text=t(
            "正確な文字を扱えないシステムへ渡すときだけ使います。なければ空のままにします。",
            "Only for systems that cannot hold the exact character; leave it empty where there is none.",
        ),
    )
    reduced_to = forms.ChoiceField(
        label=t("縮退先の文字集合", "Its character set"), required=False, choices=[_NONE, *REDUCED_TO.items()]
    )
    ground = forms.ChoiceField(label=t("縮退の根拠", "Its ground"), required=False, choices=[_NONE, *GROUNDS.items()])
    reason = forms.CharField(
        label=t("理由", "Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=t("例: 字形が一致し、戸籍の記載も同じ", "E.g. same shape, and the family register agrees."),
    )

    def __init__(
        self, *args: Any, candidates: Iterable[tuple[str, str]], writing: Callable[[str], str], **keywords: Any
    ) -> None:
        super().__init__(*args, **keywords)
        self.writings = dict(candidates)
        self.writing = writing
        choice = self.fields["choice"]
        choice.choices = [(name, name) for name in self.writings]  # type: ignore[attr-defined]
        choice.choices += [  # type: ignore[attr-defined]
            (OTHER, t("ほかの図形", "Another figure")),
            (KEEP, t("候補なし: 図形のまま残す", "No candidate: keep as a figure")),
        ]
        self.decision: Decision | None = None

    def clean(self) -> dict[str, Any]:
        """The fields as one decision, judged by the rules of the domain."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.decision = checked(self._decision(facts))
            except WrongDecision as error:
                self.add_error("figure" if facts["choice"] == OTHER else None, str(words(error)))
        return facts

    def _decision(self, facts: dict[str, Any]) -> Decision:
        if facts["choice"] == KEEP:
            return Decision(Outcome.KEPT, facts["reason"])
        figure = facts["figure"].strip().upper() if facts["choice"] == OTHER else facts["choice"]
        text = self.writings.get(figure) or self.writing(figure)
        if not text:
            raise WrongDecision(
                f"図形「{figure}」は書体にないか、符号がありません。",
                f"The figure '{figure}' is not in the font or has no code.",
            )
        return Decision(
            Outcome.IDENTIFIED,
            facts["reason"],
            figure,
            text,
            text,
            facts["reduced"],
            ReducedTo(facts["reduced_to"]) if facts["reduced_to"] else None,
            Ground(facts["ground"]) if facts["ground"] else None,
        )


class ReviewForm(PlainForm):
    """What the second reviewer says."""

    note = forms.CharField(
        label=t("コメント", "Note"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=t("差し戻すときは理由を書いてください。", "To give it back, say why."),
    )


class ShowForm(FilterForm):
    """Which figures to show: by what people decided, or by what the machine found."""

    show = forms.ChoiceField(
        label=t("表示する外字", "Figures to show"), choices=[any_choice(), *STATUSES.items(), *VERDICTS.items()]
    )


class FileForm(PlainForm):
    """One file that is read as it is."""

    file = forms.FileField(label=t("ファイル", "File"))
