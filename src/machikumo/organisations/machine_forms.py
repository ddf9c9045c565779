"""Forms of machines: a new one, and how long a token is valid."""

from __future__ import annotations

from typing import Any

from django import forms

from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.machines import LONGEST_DAYS


def permission_choices() -> list[tuple[str, Any]]:
    """What a machine may be allowed, in words."""
    allowed = catalogue().role("machine").permissions
    return [(key, t(title.ja, title.en)) for key, title in catalogue().permissions.items() if key in allowed]


class MachineForm(PlainForm):
    """A machine, and the least that it needs."""

    name = forms.CharField(
        label=t("名称", "Name"),
        max_length=100,
        help_text=t("例: 霞システム 差分送信", "Such as: Kasumi, sender of differences"),
    )
    key = forms.CharField(
        label=t("キー", "Key"),
        max_length=40,
        help_text=t(
            "証跡に残る名前。英小文字・数字・ハイフン。", "Its name in the ledger: small letters, digits, hyphens."
        ),
    )
    permissions = forms.MultipleChoiceField(
        label=t("許すこと", "What it may"), choices=permission_choices, widget=forms.CheckboxSelectMultiple
    )
    per_minute = forms.IntegerField(
        label=t("1分間の回数の上限", "Uses a minute at the most"), min_value=1, max_value=6_000, initial=60
    )


class TokenForm(PlainForm):
    """A new token."""

    days = forms.IntegerField(label=t("有効日数", "Valid for days"), min_value=1, max_value=LONGEST_DAYS, initial=180)
    rotate = forms.BooleanField(
        label=t("前のトークンを1日後に終わらせる（入替え）", "End the tokens before it in a day (rotation)"),
        required=False,
    )
