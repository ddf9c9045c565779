"""How django-allauth behaves here: nobody signs themselves up, failures say nothing, secrets lie encrypted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from machikumo.kernel.ui.language import t
from machikumo.organisations import queries, sessions

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest

    from machikumo.organisations.models import Account

logger = logging.getLogger(__name__)
WRONG = t(
    "サインイン名またはパスワードが違います。もう一度確かめてください。",
    "The sign-in name or the password is wrong. Please check both.",
)
TOO_MANY = t(
    "失敗が続いたため、しばらくサインインできません。5分ほど待ってからもう一度お試しください。",
    "Too many failures: please wait about five minutes and try again.",
)
UNKNOWN_PERSON = t(
    "この認証基盤の利用者は登録されていません。所属の情報政策担当に登録を依頼してください。",
    "This person of the provider is not known here: ask your information officer.",
)
FIRST_PASSWORD_OVER = t(
    "初回パスワードの期限が切れています。所属の情報政策担当に新しいものを発行してもらってください。",
    "The first password is over: ask your information officer for a new one.",
)
WRONG_CODE = t("確認コードが違います。", "The code is wrong.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped library
    """Sign-in with a name and a password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the library's signature
        """Accounts are made by those who manage people."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - the library's signature
        """To the choice of organisations, which goes on by itself when there is one only."""
        return reverse("choose_workplace")

    def set_password(self, user: Any, password: str) -> None:
        """A password that its owner has chosen: it has no end."""
        user.first_password_until = None
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - as above
        """Back to one's work."""
        return reverse("choose_workplace")

    def pre_login(self, request: HttpRequest, user: Any, **facts: Any) -> Any:
        """Stop a sign-in with a first password whose days are over, and say who gives another one."""
        if user.first_password_until is not None and user.first_password_until < timezone.now():
            sessions.note_refusal(user, "first password is over")
            messages.error(request, FIRST_PASSWORD_OVER)
            return redirect("sign_in")
        return super().pre_login(request, user, **facts)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - as above
        """Tell the organisations where that person works; an unknown name is not written down (a password?)."""
        account = queries.account_named(credentials.get("username", ""))
        if account is None:
            logger.info("sign-in refused: unknown name")
            return
        sessions.note_refusal(account, "password")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped library
    """Second factors: passkey, authenticator app, recovery codes."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        """The secret as it lies in the database: the key is a file, so a copy of the database opens nothing."""
        return Fernet(settings.SECOND_FACTOR_KEY).encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret in the clear."""
        return Fernet(settings.SECOND_FACTOR_KEY).decrypt(encrypted_text.encode("ascii")).decode()

    def get_totp_issuer(self) -> str:
        """The name that the authenticator app shows."""
        return "まちくも"


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # untyped library
    """Sign-in through an OpenID Connect provider: only for accounts that somebody made here before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - the library's
        """A provider makes no accounts."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the provider's person to the account of the same sign-in name, once; send anybody else away.

        A provider answers for the people of the organisations that its file names and for nobody else: who works
        anywhere else too does not come in by it, also when joined before.
        """
        settings_here = sociallogin.provider.app.settings
        if sociallogin.is_existing:
            account = sociallogin.user
        else:
            claim = settings_here.get("username_claim", "preferred_username")
            name = sociallogin.account.get_provider_account().get_user_data().get(claim, "")
            account = queries.account_named(name) if name else None
        if account is None or account.is_demo or not _is_theirs(account, settings_here.get("organisations", ())):
            messages.error(request, UNKNOWN_PERSON)
            raise ImmediateHttpResponse(redirect("sign_in"))
        if not sociallogin.is_existing:
            sociallogin.connect(request, account)


def _is_theirs(account: Account, organisations: Collection[str]) -> bool:
    """Whether the account works in these organisations, and nowhere else."""
    codes = queries.workplace_codes(account)
    return bool(codes) and codes <= set(organisations)
