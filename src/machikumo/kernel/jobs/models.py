"""A run of long work and its log, in the tenant's own tables; the queue holds only which run to take up."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class RunState(models.TextChoices):
    """Where a run stands."""

    QUEUED = "queued", "待機中"
    RUNNING = "running", "実行中"
    PAUSING = "pausing", "一時停止中…"
    PAUSED = "paused", "一時停止"
    SUCCEEDED = "succeeded", "完了"
    FAILED = "failed", "失敗"
    CANCELLED = "cancelled", "取消"


FINISHED = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED})


class JobRun(TenantModel):
    """One piece of long work. ``attempt`` is a fencing number: a worker that comes late writes nothing."""

    kind = models.CharField(max_length=100)
    idempotency_key = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=RunState, default=RunState.QUEUED)
    attempt = models.IntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    note_ja = models.TextField(default="", blank=True)
    note_en = models.TextField(default="", blank=True)
    result = models.JSONField(default=dict)
    person = models.CharField(max_length=100)
    role = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """A key once a municipality: asking twice gives the same run."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "idempotency_key"], name="job_run_once"),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="job_runs_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def percent(self) -> int:
        """Whole percent done; 0 while the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in FINISHED


class JobLine(TenantModel):
    """One line of a run's log."""

    run = TenantForeignKey(JobRun, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(db_default=Now())
    level = models.CharField(max_length=8, default="info")
    message_ja = models.TextField()
    message_en = models.TextField(default="", blank=True)

    class Meta:
        """Read by run, in order."""

        ordering = ["pk"]
        indexes = [models.Index(fields=["organisation", "run", "id"], name="job_lines_of_run")]

    def __str__(self) -> str:
        return self.message_ja


class PeriodicState(models.TextChoices):
    """How work that runs by itself ended the last time."""

    SUCCEEDED = "succeeded", "正常"
    FAILED = "failed", "失敗"


class PeriodicRun(TenantModel):
    """When a kind of work that runs by itself last ran in this organisation, and how it ended: one row a kind."""

    key = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=PeriodicState)
    count = models.IntegerField(default=0)
    note_ja = models.TextField(default="", blank=True)
    note_en = models.TextField(default="", blank=True)

    class Meta:
        """One row a kind and organisation."""

        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="periodic_run_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"
