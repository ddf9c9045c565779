"""Personnel changes (人事異動) as one file: read, previewed, and applied once."""

from __future__ import annotations

from django.db import models

from machikumo.kernel.tenancy.models import TenantModel


class BatchState(models.TextChoices):
    """Where a file of transfers stands."""

    PREVIEWED = "previewed", "確認待ち"
    APPLIED = "applied", "反映済み"
    WITHDRAWN = "withdrawn", "取りやめ"


class TransferBatch(TenantModel):
    """A file of transfers; ``lines`` are its checked lines as read, ``digest`` the SHA-256 of the file's bytes."""

    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    lines = models.JSONField()
    problem_count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.PREVIEWED)
    uploaded_by = models.CharField(max_length=100)
    uploaded_at = models.DateTimeField()
    applied_by = models.CharField(max_length=100, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
