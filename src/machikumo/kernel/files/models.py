"""The row of a stored file."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.tenancy.models import TenantModel


class StoredFile(TenantModel):
    """One file of an organisation; its bytes lie closed under var/files/<code>/<token>.

    ``size`` and ``sha256`` are of the bytes in the clear; they stay when the bytes were taken away (``removed_at``).
    """

    token = models.UUIDField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100, default="application/octet-stream")
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=60)
    stored_by = models.CharField(max_length=100)
    stored_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """A token once an organisation."""

        constraints = [models.UniqueConstraint(fields=["organisation", "token"], name="stored_file_once")]

    def __str__(self) -> str:
        return self.name
