"""Machines that act for an organisation without a person: what they may, and the hashes of their tokens."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class Machine(TenantModel):
    """A machine (an old system that delivers files, say): its permissions are the least that it needs."""

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    permissions = models.JSONField(default=list)
    per_minute = models.IntegerField(default=60)
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """A key once an organisation."""

        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="machine_key_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def person(self) -> str:
        """How the ledger names it."""
        return f"machine:{self.key}"


class MachineToken(TenantModel):
    """A token of a machine, as a hash; it is shown once, when it is made, and can never be shown again."""

    machine = TenantForeignKey(Machine, on_delete=models.PROTECT, related_name="tokens")
    lookup = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    uses = models.IntegerField(default=0)

    class Meta:
        """Found by its open half."""

        constraints = [models.UniqueConstraint(fields=["organisation", "lookup"], name="machine_token_once")]

    def __str__(self) -> str:
        return self.lookup
