"""Releases made, copies received, withdrawals received, and the public keys of organisations."""

from __future__ import annotations

from django.db import models

from machikumo.kernel.releases.domain.envelope import Envelope
from machikumo.kernel.tenancy.models import TenantModel


class SigningKey(models.Model):
    """The public key of an organisation (platform table: a recipient checks with it); the private one is a file."""

    organisation = models.ForeignKey("tenancy.Organisation", on_delete=models.PROTECT, related_name="+")
    public_key = models.BinaryField()
    fingerprint = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        """Oldest first; the last is in use."""

        ordering = ["id"]

    def __str__(self) -> str:
        return self.fingerprint


class Release(TenantModel):
    """What this organisation released, to whom; one row a recipient and version. Never deleted."""

    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    recipient = models.ForeignKey("tenancy.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)
    withdrawal_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """A version goes once to a recipient."""

        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "version", "recipient"], name="release_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version} → {self.recipient_id}"


class ReceivedRelease(TenantModel):
    """A copy that another organisation released to this one.

    The application may only read it, and only while it is neither withdrawn nor expired: the row policy says so.
    """

    source = models.ForeignKey("tenancy.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    source_code = models.CharField(max_length=40)
    recipient_code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    key_fingerprint = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A version comes once from a source."""

        ordering = ["name", "source_code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "name", "version"], name="received_release_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_code}: {self.name} v{self.version}"

    @property
    def envelope(self) -> Envelope:
        """What the source signed."""
        return Envelope(
            source=self.source_code,
            recipient=self.recipient_code,
            name=self.name,
            version=self.version,
            issued_at=self.issued_at.isoformat(),
            expires_at=self.expires_at.isoformat(),
            digest=self.digest,
        )


class ReceivedWithdrawal(TenantModel):
    """That a copy was withdrawn, when and why: what stays readable of it for the recipient."""

    source = models.ForeignKey("tenancy.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    source_code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    withdrawn_at = models.DateTimeField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """Newest first."""

        ordering = ["-id"]
        indexes = [models.Index(fields=["organisation", "source", "name"], name="withdrawal_of_release")]

    def __str__(self) -> str:
        return f"{self.source_code}: {self.name} v{self.version}"
