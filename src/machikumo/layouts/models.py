"""A move-in (データ移行): the old vendor's file, what was found in it, how far its loading is, and its proof."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class MoveInState(models.TextChoices):
    """Where a move-in stands."""

    RECEIVED = "received", "受領"
    CHECKING = "checking", "検査中"
    LOADING = "loading", "取込中"
    RECONCILED = "reconciled", "照合済み"
    STOPPED = "stopped", "停止"


class MoveIn(TenantModel):
    """One file moved in by one mapping; ``rehearsal`` counts the attempts with the same mapping."""

    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    mapping_key = models.CharField(max_length=100)
    layout_key = models.CharField(max_length=100)
    layout_digest = models.CharField(max_length=64)
    mapping_digest = models.CharField(max_length=64)
    rehearsal = models.IntegerField(default=1)
    state = models.CharField(max_length=12, choices=MoveInState, default=MoveInState.RECEIVED)
    job_run_id = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    loaded = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list)  # [{rule, severity, item, count}]
    reconciliation = models.JSONField(default=dict)
    quarantine = TenantForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    reasons = TenantForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    started_by = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first; each rehearsal of a mapping once."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "mapping_key", "rehearsal"], name="move_in_rehearsal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mapping_key} {self.rehearsal}"


class MoveInBlock(TenantModel):
    """One block that was loaded, written in the same transaction as its rows: so nothing comes twice or is lost."""

    move_in = TenantForeignKey(MoveIn, on_delete=models.CASCADE, related_name="blocks")
    number = models.IntegerField()
    rows = models.IntegerField()
    versions = models.IntegerField()
    already = models.IntegerField()
    differing = models.IntegerField(default=0, db_default=0)

    class Meta:
        """Each block of a move-in once."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "move_in", "number"], name="move_in_block_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class MoveInIssue(TenantModel):
    """One finding that people read; the full list is in the reasons file, here at most some hundreds a rule."""

    move_in = TenantForeignKey(MoveIn, on_delete=models.CASCADE, related_name="issues")
    rule = models.CharField(max_length=100)
    severity = models.CharField(max_length=12)
    row = models.BigIntegerField()
    item = models.CharField(max_length=100, blank=True)
    value = models.TextField(blank=True)
    message_ja = models.TextField()
    message_en = models.TextField()
    remedy_ja = models.TextField(blank=True)
    remedy_en = models.TextField(blank=True)

    class Meta:
        """Read by move-in and rule, in the order of the file."""

        indexes = [models.Index(fields=["organisation", "move_in", "rule", "row"], name="move_in_issues_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.row}"
