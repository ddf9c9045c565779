"""The vault's one table."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.tenancy.models import TenantModel


class NumberRecord(TenantModel):
    """One number of one subject, closed: ``subject`` is a token (a person's uuid) that only its room understands."""

    kind = models.CharField(max_length=24)  # a NumberKind
    subject = models.CharField(max_length=80)
    ciphertext = models.BinaryField(max_length=64)
    keyed_hash = models.BinaryField(max_length=32)
    key_version = models.PositiveIntegerField()
    stored_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A number belongs to one subject, and a subject has one number of a kind."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "keyed_hash"], name="number_has_one_subject"),
            models.UniqueConstraint(fields=["organisation", "kind", "subject"], name="subject_has_one_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"
