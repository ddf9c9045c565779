"""Forms of the room; labels in both languages."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm

from machikumo.kernel.ui.language import t


class SignInForm(LoginForm):  # type: ignore[misc]  # untyped library
    """The sign-in name and the password."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["login"].label = t("サインイン名", "Sign-in name")
        self.fields["password"].label = t("パスワード", "Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
