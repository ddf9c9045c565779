"""Forms of the mapping editor; every choice can be made without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.definitions.domain.relating.wording import KINDS, is_lossy
from machikumo.definitions.words import OPENING_GROUNDS
from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.definitions.domain.relating.faults import Around
    from machikumo.definitions.domain.relating.sheets import MappingSheet, MoveSheet
    from machikumo.layouts.domain.definition import Item

Choices = list[tuple[str, Any]]
NONE: tuple[str, Any] = ("", t("なし", "None"))
SETTINGS: dict[str, tuple[str, ...]] = {
    "constant": ("value",), "code_map": ("table",), "lookup": ("table", "default"), "era_to_iso": ("eras",),
    "iso_to_era": ("eras",), "width_fold": ("to",), "pad": ("length", "source_length", "fill"),
    "unpad": ("length", "source_length", "fill"), "strip": ("what", "at"), "put_in": ("what", "at"),
}  # fmt: skip


def _key() -> forms.CharField:
    return forms.CharField(
        label=t("キー", "Key"),
        max_length=40,
        help_text=t(
            "英小文字・数字・ハイフン（3〜40字）。あとで変えられません。",
            "Small letters, digits, hyphens; fixed for good.",
        ),
    )


def gaiji_choices() -> Choices:
    """The Gaiji maps that come with Machikumo, and none."""
    keys = sorted(path.stem for path in (shipped().folder / "gaiji").glob("*.toml"))
    return [NONE, *((key, shipped().gaiji(key).name) for key in keys)]


class NewMappingForm(PlainForm):
    """Two layouts, and a sample of the source if there is one."""

    key = _key()
    name = forms.CharField(label=t("名称", "Name"), max_length=200)
    source = forms.ChoiceField(label=t("移行元のレイアウト", "Layout of the source"))
    target = forms.ChoiceField(label=t("移行先のレイアウト", "Layout of the target"), initial="resident-standard")
    gaiji = forms.ChoiceField(label=t("外字対応表", "Gaiji map"), choices=gaiji_choices, required=False)
    received = forms.ChoiceField(
        label=t("受領済みのファイルを見本にする", "A file already received as the sample"), required=False
    )
    file = forms.FileField(
        label=t("または見本のファイル", "Or a sample file"),
        required=False,
        help_text=t(
            "値の形とコードを見て提案します。保存しません（20MBまで）。",
            "Its values speak for or against pairs; it is not kept (up to 20 MB).",
        ),
    )

    def __init__(self, *arguments: Any, layouts: Choices, received: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name, choices in (("source", layouts), ("target", layouts), ("received", [NONE, *received])):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # ChoiceFields


class SourcesForm(PlainForm):
    """Which item, or two, of the source feeds an item of the target; none makes it a constant."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    first = forms.ChoiceField(label=t("移行元の項目", "Item of the source"), required=False)
    second = forms.ChoiceField(
        label=t("つなぐ2つ目の項目", "Second item to join"),
        required=False,
        help_text=t("氏と名のように、2つの項目を1つにするときだけ", "Only where two items become one, as names do"),
    )

    def __init__(self, *arguments: Any, items: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["first"].choices = [("", t("なし（固定値）", "None: a constant")), *items]  # type: ignore[attr-defined]
        self.fields["second"].choices = [NONE, *items]  # type: ignore[attr-defined]

    def sources(self) -> tuple[str, ...]:
        """The items chosen."""
        return tuple(key for name in ("first", "second") if (key := self.cleaned_data[name]))


def source_choices(around: Around, sheet: MappingSheet, move: MoveSheet | None) -> Choices:
    """The source's items: those that nothing takes first, then the others with where they go."""

    def used(item: Item) -> bool:
        other = sheet.move_from(item.key)
        return other is not None and other is not move

    free = [(item.key, f"{item.name}（{item.key}）") for item in around.source.items if not used(item)]
    taken = [
        (item.key, t(f"{item.name}（使用中）", f"{item.name} (in use)")) for item in around.source.items if used(item)
    ]
    return [*free, *taken]


class StepForm(PlainForm):
    """The settings of one step; only those of its kind are asked for."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    value = forms.CharField(label=t("固定値", "Value"), required=False, max_length=200, strip=False)
    table = forms.CharField(
        label=t("対応表の名前", "Name of the map"),
        max_length=80,
        help_text=t("新しい名前なら空の表を作ります。", "A new name makes an empty map."),
    )
    default = forms.CharField(label=t("表にない値のとき", "Where the map has none"), required=False, max_length=200)
    eras = forms.ChoiceField(label=t("元号表", "List of eras"))
    to = forms.ChoiceField(
        label=t("そろえ方", "To"), choices=[("full", t("全角に", "Full width")), ("half", t("半角に", "Half width"))]
    )
    length = forms.IntegerField(label=t("そろえた桁数", "Length when filled"), min_value=1, max_value=999)
    source_length = forms.IntegerField(
        label=t("移行元の桁数（0: 決まっていない）", "Length in the source (0: not fixed)"), min_value=0, max_value=999
    )
    fill = forms.CharField(label=t("埋める文字", "Sign to fill with"), max_length=1, min_length=1, strip=False)
    what = forms.ChoiceField(
        label=t("記号", "Sign"),
        choices=[("hyphen", t("ハイフン", "Hyphen")), ("space", t("空白", "Space")), ("slash", t("斜線", "Slash"))],
    )
    at = forms.IntegerField(label=t("前にある文字数", "Signs before it"), min_value=0, max_value=999)

    def __init__(self, *arguments: Any, kind: str, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.kind = kind
        for name in [name for name in self.fields if name not in {"revision", *SETTINGS.get(kind, ())}]:
            del self.fields[name]
        if "eras" in self.fields:
            eras = [(key, one.name) for key, one in shipped().code_lists.items() if one.eras]
            self.fields["eras"].choices = eras  # type: ignore[attr-defined]  # a ChoiceField

    def step(self) -> dict[str, Any]:
        """The step as a mapping has it."""
        facts = {name: self.cleaned_data[name] for name in SETTINGS.get(self.kind, ())}
        step = {"kind": self.kind, **facts}
        return step | {"invertible": not is_lossy(step, {})}


def kind_choices() -> Choices:
    """The closed set of steps, each with whether it can be turned back."""
    return [
        (kind, t(f"{ja}（不可逆）", f"{en} (lossy)") if is_lossy({"kind": kind, "table": ""}, {}) else t(ja, en))
        for kind, (ja, en) in KINDS.items()
    ]


class KindForm(PlainForm):
    """Which kind of step to add."""

    kind = forms.ChoiceField(label=t("足す手順", "Step to add"), choices=kind_choices)


class MapForm(PlainForm):
    """The pairs of a code map, a line each."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    pairs = forms.CharField(
        label=t("対応", "Pairs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=t("1行に「移行元のコード,移行先のコード」", "'source,target' a line"),
    )


class AnswersForm(PlainForm):
    """A reason for each item of the source that is left behind; an empty one stays a question."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, items: Sequence[Item], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for item in items:
            self.fields[f"reason-{item.key}"] = forms.CharField(
                label=t(f"「{item.name}」を移さない理由", f"Why {item.key.replace('_', ' ')} is left behind"),
                required=False,
                max_length=500,
            )

    def reasons(self) -> dict[str, str]:
        """The reasons by item."""
        return {
            name.removeprefix("reason-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("reason-")
        }


class PreviewForm(PlainForm):
    """On which file, and on which ground personal values are to be seen."""

    received = forms.ChoiceField(label=t("受領済みのファイル", "A file already received"), required=False)
    file = forms.FileField(
        label=t("または見本のファイル", "Or a sample file"),
        required=False,
        help_text=t("保存しません（20MBまで）。", "It is not kept (up to 20 MB)."),
    )
    ground = forms.ChoiceField(
        label=t("個人の値を開く根拠", "Ground for showing personal values"),
        required=False,
        choices=[("", t("開かない（●で隠す）", "Not shown: dots")), *OPENING_GROUNDS],
        help_text=t(
            "開くと、だれがどの根拠で見たかを記録します。番号は開いても表示しません。",
            "Who saw them and on which ground is recorded. Numbers are never shown.",
        ),
    )

    def __init__(self, *arguments: Any, received: Choices, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["received"].choices = [NONE, *received]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """One file or the other."""
        facts: dict[str, Any] = super().clean() or {}
        if not facts.get("received") and not facts.get("file"):
            self.add_error("received", t("ファイルを一つ選んでください。", "Please choose a file."))
        return facts
