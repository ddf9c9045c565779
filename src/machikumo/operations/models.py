"""The ledgers of former installations (旧環境の記録): kept as they were sealed there, and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.tenancy.models import TenantModel


class FormerLedger(TenantModel):
    """One log that came with an exit package, with all that verifies it: its public key and its signed checkpoints.

    ``number`` counts a town's installations from 1; ``people`` names who stands in the log, by token.
    """

    number = models.IntegerField()
    verifier_key = models.TextField()
    checkpoints = models.JSONField(default=list)
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    people = models.JSONField(default=dict)
    package_sha256 = models.CharField(max_length=64)
    signer = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=100)
    loaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Each installation once, the last first."""

        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="former_ledger_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.size}"


class FormerEntry(TenantModel):
    """One row of such a log: ``canonical`` is the sealed text; ``subject`` is whom it is about, as named here."""

    pk = models.CompositePrimaryKey("organisation_id", "ledger_number", "leaf_index")
    ledger_number = models.IntegerField()
    leaf_index = models.BigIntegerField()
    canonical = models.TextField(db_collation="C")
    subject = models.TextField(db_collation="C")

    class Meta:
        """Found by subject; read in the order of the log."""

        ordering = ["ledger_number", "leaf_index"]
        indexes = [
            models.Index(
                fields=["organisation", "subject", "ledger_number", "leaf_index"],
                name="former_entries_by_subject",
                condition=~models.Q(subject=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ledger_number}/{self.leaf_index}"
