"""What somebody says who takes a release back."""

from __future__ import annotations

from django import forms

from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t


class WithdrawForm(PlainForm):
    """Why, and that it is meant."""

    reason = forms.CharField(
        label=t("取りやめる理由", "Why"),
        help_text=t(
            "提供先の画面に、データの代わりに表示されます。", "The recipient reads it in the place of the data."
        ),
        max_length=400,
    )
    confirmed = forms.BooleanField(
        label=t(
            "元に戻せないことを確認しました（必要なら新しい版として提供し直します）",
            "I know that it cannot be undone (if need be it is released anew as another version)",
        )
    )
