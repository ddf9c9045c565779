"""What somebody types before all data is taken away or a town is emptied."""

from __future__ import annotations

import re

from django import forms

from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t
from machikumo.kernel.ui.recipients import RecipientField

FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class PackageForm(PlainForm):
    """Why all data is to be taken away, and who may open the package."""

    reason = forms.CharField(
        label=t("持ち出す理由", "Why"),
        help_text=t("承認する人が読みます（例 新システムへの移行の準備）。", "Read by who approves, such as a move."),
        max_length=200,
    )
    recipient = RecipientField()


class LoadForm(PlainForm):
    """The package, and the fingerprint of the key that signed it, as the former installation read it out."""

    file = forms.FileField(
        label=t("持ち出しパッケージ", "Exit package"),
        help_text=t(
            "この環境の公開鍵で閉じた .age ファイルです。", "A file closed for this installation's key (.age)."
        ),
    )
    signer = forms.CharField(
        label=t("署名した鍵の指紋", "Fingerprint of the key that signed it"),
        help_text=t(
            "64桁の英数字です。パッケージからではなく、旧環境の担当者に電話などで確かめて入力してください。空白が入ってもかまいません。",
            "64 characters: ask the former installation by telephone, say; never take it from the package. Blanks may "
            "stand in it.",
        ),
        max_length=100,
    )

    def clean_signer(self) -> str:
        """The 64 characters of a SHA-256."""
        given = "".join(self.cleaned_data["signer"].replace(":", "").split()).lower()
        if not FINGERPRINT.fullmatch(given):
            raise forms.ValidationError(
                t("指紋は64桁の英数字（0〜9、a〜f）です。", "A fingerprint has 64 characters, 0 to 9 and a to f.")
            )
        return given


class ResetForm(PlainForm):
    """How many made-up people, by which seed, and the town's code typed once more."""

    people = forms.IntegerField(
        label=t("架空の住民の人数", "Made-up people"), min_value=1, max_value=50_000, initial=1_000
    )
    seed = forms.IntegerField(
        label=t("種（同じ数なら同じまち）", "Seed (the same number gives the same town)"), min_value=0, initial=1
    )
    code = forms.CharField(
        label=t("確認のため、団体コードを入力", "Type the organisation's code to confirm"), max_length=40
    )

    def __init__(self, *args: object, expected: str, **options: object) -> None:
        """``expected`` is the code that must be typed."""
        super().__init__(*args, **options)
        self.expected = expected

    def clean_code(self) -> str:
        """The code of this organisation and no other."""
        code: str = self.cleaned_data["code"].strip()
        if code != self.expected:
            raise forms.ValidationError(t("この団体のコードと違います。", "This is not the code of this organisation."))
        return code
