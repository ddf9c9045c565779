"""The field for the key of whoever may open a file that leaves."""

from __future__ import annotations

from typing import Any

from django import forms

from machikumo.kernel.files.closing import NotAKey, recipient_of
from machikumo.kernel.ui.language import t


class RecipientField(forms.CharField):
    """The public key of whoever may open the file."""

    def __init__(self) -> None:
        super().__init__(
            label=t("受け取る人の公開鍵", "Public key of the recipient"),
            max_length=200,
            help_text=t(
                "「age1」で始まる鍵です。ファイルは対応する秘密鍵でしか開けません。鍵は受け取る側で"
                " machikumo key make か age-keygen で作ります。",
                "It begins with age1; only the matching secret key opens the file. The recipient makes the pair with "
                "machikumo key make, or age-keygen.",
            ),
        )

    def clean(self, value: Any) -> str:
        """A public key that the library knows as one."""
        given = str(super().clean(value)).strip()
        try:
            recipient_of(given)
        except NotAKey as refused:
            raise forms.ValidationError(t(refused.message_ja, refused.message_en)) from None
        return given
