"""A move-in (データ移行): the old vendor's file, what was found in it, how far its loading is, and its proof.

And the rows that it set aside: every step of their mending stays, also one that was undone. What a row holds is closed
with the organisation's key, as stored files are: no name and no number lies open here.
"""

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
    UNDONE = "undone", "取消済み"


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
    limits = models.JSONField(default=dict, db_default={})  # {rule, "*" (each rule) or "total": rows}
    stops = models.JSONField(default=list, db_default=[])  # [{rule, count, limit}]: which limits it went beyond
    went_on_by = models.CharField(max_length=100, blank=True, db_default="")  # who decided to go on beyond them
    went_on_at = models.DateTimeField(null=True)
    went_on_reason = models.TextField(blank=True, db_default="")
    # a run of mended rows: the run whose rows they are, and where its file differs [[offset, old length, new length]]
    mends = TenantForeignKey("self", on_delete=models.CASCADE, null=True, related_name="mended_by")
    patches = models.JSONField(default=list, db_default=[])

    class Meta:
        """Newest first; each rehearsal of a mapping once. A run of mended rows has the number of its rehearsal."""

        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "mapping_key", "rehearsal"],
                condition=models.Q(mends__isnull=True),
                name="move_in_rehearsal_once",
            ),
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


class HeldState(models.TextChoices):
    """Where a row that was set aside stands."""

    HELD = "held", "保留中"
    MENDED = "mended", "修正済み（取込前）"
    LEFT_OUT = "left_out", "取り込まない"
    TAKEN_IN = "taken_in", "修正して取込済み"


class MendingKind(models.TextChoices):
    """What was done to a row."""

    CELLS = "cells", "値の修正"
    LEFT_OUT = "left_out", "取り込まない"
    UNDONE = "undone", "取消し"
    RETURNED = "returned", "再検査で保留"


class HeldRow(TenantModel):
    """One row set aside; ``original`` is closed and never changes, ``revision`` counts what was done to it.

    A bounded number of rows a rule is listed here; all of them are in the run's quarantine file.
    """

    move_in = TenantForeignKey(MoveIn, on_delete=models.CASCADE, related_name="held_rows")
    row = models.BigIntegerField()
    line = models.BigIntegerField()
    offset = models.BigIntegerField()
    length = models.IntegerField()
    original = models.BinaryField()
    first_defects = models.JSONField(default=list)  # [{rule, item, item_name, value (masked), message_ja, …}]
    defects = models.JSONField(default=list)  # the same, as the row stands now
    state = models.CharField(max_length=10, choices=HeldState, default=HeldState.HELD)
    revision = models.IntegerField(default=0)
    changed_by = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField(null=True)
    # the run of mended rows with which it came in, so that it waits again when that load is undone
    taken_in_by = TenantForeignKey(MoveIn, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """A row once; read in the order of the file."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "move_in", "offset"], name="held_row_once"),
        ]
        indexes = [models.Index(fields=["organisation", "move_in", "state", "row"], name="held_rows_by_state")]

    def __str__(self) -> str:
        return f"{self.row}"


class MendingBatch(TenantModel):
    """The same mending of many rows, which is undone as one."""

    move_in = TenantForeignKey(MoveIn, on_delete=models.CASCADE, related_name="batches")
    rule = models.CharField(max_length=100)
    item = models.CharField(max_length=100)
    way = models.CharField(max_length=12)
    rows = models.IntegerField()
    reason = models.TextField()
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())
    undone_by = models.CharField(max_length=100, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.rule} {self.item}"


class Mending(TenantModel):
    """One step in a row's history; ``cells`` is closed: which items had which value before and after."""

    held_row = TenantForeignKey(HeldRow, on_delete=models.CASCADE, related_name="mendings")
    number = models.IntegerField()
    kind = models.CharField(max_length=10, choices=MendingKind)
    cells = models.BinaryField()
    reason = models.TextField()
    batch = TenantForeignKey(MendingBatch, on_delete=models.CASCADE, null=True, related_name="mendings")
    undoes = TenantForeignKey("self", on_delete=models.CASCADE, null=True, related_name="undone_by")
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Each number of a row once, and each step undone once."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "held_row", "number"], name="mending_once"),
            models.UniqueConstraint(fields=["organisation", "undoes"], name="mending_undone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.held_row_id}/{self.number}"
