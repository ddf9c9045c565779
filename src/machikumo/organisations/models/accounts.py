"""Accounts: who can sign in, and the doors that they may try. Which roles they hold is in the tenants' own tables."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their sign-in name."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Account:
        """A new account; without a password it can only use a passkey or a demo door."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """Somebody who can sign in (platform table: the sign-in comes before any organisation is known)."""

    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    first_password_until = models.DateTimeField(null=True, blank=True)  # set by somebody else: to be changed before

    objects = AccountManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username

    @property
    def person(self) -> str:
        """The token by which scopes and ledger name this person."""
        return f"account:{self.pk}"


class Workplace(models.Model):
    """A door that an account may try (platform table): says which organisations to offer after the sign-in.

    It gives no right: the role comes from the appointment in that organisation's own rows, looked up on every request.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="workplaces")
    organisation = models.ForeignKey("tenancy.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """One row a door."""

        constraints = [models.UniqueConstraint(fields=["account", "organisation"], name="workplace_once")]

    def __str__(self) -> str:
        return f"{self.account_id} → {self.organisation_id}"
