"""Moves, their rounds, the files of a round, what the old system counted, and what was explained."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class RoundKind(models.TextChoices):
    """What a round is for."""

    REHEARSAL = "rehearsal", "リハーサル"
    REAL = "real", "本番"


class Move(TenantModel):
    """One business system's move from one vendor to another; ``system`` is a key of data/rehearsals/systems.toml."""

    system = models.SlugField(max_length=60)
    old_vendor = models.CharField(max_length=100)
    new_vendor = models.CharField(max_length=100)
    planned_by = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One move a business system."""

        constraints = [models.UniqueConstraint(fields=["organisation", "system"], name="move_once_a_system")]

    def __str__(self) -> str:
        return self.system


class Round(TenantModel):
    """One rehearsal or the real move; ``number`` counts within the move from 1, the real move has the last.

    ``measured`` and ``difference`` are what the files told, never typed: see domain.results. ``measured_files`` are the
    move-ins that were counted, so that a round which got another file since is known to be stale.
    """

    move = TenantForeignKey(Move, on_delete=models.PROTECT, related_name="rounds")
    number = models.IntegerField()
    kind = models.CharField(max_length=10, choices=RoundKind, default=RoundKind.REHEARSAL)
    planned_on = models.DateField(null=True)
    measured = models.JSONField(default=dict)
    measured_files = models.JSONField(default=list)
    measured_at = models.DateTimeField(null=True)
    difference = models.JSONField(default=dict)
    evidence = TenantForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    job_run_id = models.BigIntegerField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        """A number once a move, and one real move."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "move", "number"], name="round_once"),
            models.UniqueConstraint(
                fields=["organisation", "move"], condition=models.Q(kind="real"), name="round_real_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class RoundFile(TenantModel):
    """A move-in that belongs to a round; it belongs to one only."""

    round = TenantForeignKey(Round, on_delete=models.CASCADE, related_name="files")
    move_in = TenantForeignKey("layouts.MoveIn", on_delete=models.CASCADE, related_name="+")
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A move-in once."""

        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "move_in"], name="round_file_once")]

    def __str__(self) -> str:
        return f"{self.pk}"


class ToldCount(TenantModel):
    """What the old system counted for a line of the count sheet, and why ours is another figure."""

    round = TenantForeignKey(Round, on_delete=models.CASCADE, related_name="told_counts")
    key = models.CharField(max_length=200)
    theirs = models.BigIntegerField(null=True)
    explanation = models.CharField(max_length=400, blank=True)
    told_by = models.CharField(max_length=100)
    told_at = models.DateTimeField()

    class Meta:
        """A line once a round."""

        constraints = [models.UniqueConstraint(fields=["organisation", "round", "key"], name="told_count_once")]

    def __str__(self) -> str:
        return self.key


class Remark(TenantModel):
    """Why a rehearsal goes on although a file's two sides differ; the real move takes no such reason."""

    round = TenantForeignKey(Round, on_delete=models.CASCADE, related_name="remarks")
    move_in = TenantForeignKey("layouts.MoveIn", on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=400)
    written_by = models.CharField(max_length=100)
    written_at = models.DateTimeField()

    class Meta:
        """One a file and round."""

        constraints = [models.UniqueConstraint(fields=["organisation", "round", "move_in"], name="remark_once")]

    def __str__(self) -> str:
        return self.text
