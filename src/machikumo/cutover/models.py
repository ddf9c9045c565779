"""A cut-over plan with its steps, answers and passes; a load with everything that it did, until that is settled."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from machikumo.cutover.domain.decisions import Verdict
from machikumo.cutover.domain.undoing import LoadState
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class Plan(TenantModel):
    """The cut-over (切替) of one business system: its freeze of changes, and the move-ins that are the real load."""

    system = models.CharField(max_length=60)  # the business system's key: "resident_record"
    name = models.CharField(max_length=100)
    freeze_starts_at = models.DateTimeField()
    freeze_ends_at = models.DateTimeField()
    closed = models.JSONField(default=list)  # deeds, see domain.deeds
    freeze_lifted_at = models.DateTimeField(null=True)
    freeze_lifted_by = models.CharField(max_length=100, default="", blank=True)
    move_ins = ArrayField(models.BigIntegerField(), default=list)
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=100, default="", blank=True)

    class Meta:
        """Newest first by key."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Step(TenantModel):
    """One step of the run sheet; ``work`` says what its times are computed from, empty: typed by its owner."""

    plan = TenantForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    number = models.IntegerField()
    title_ja = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    owner = models.CharField(max_length=100, default="", blank=True)
    planned_start = models.DateTimeField(null=True)
    planned_end = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    work = models.CharField(max_length=20, default="", blank=True)
    is_point_of_no_return = models.BooleanField(default=False)

    class Meta:
        """In order of their numbers, each once a plan."""

        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["organisation", "plan", "number"], name="cutover_step_once")]

    def __str__(self) -> str:
        return self.title_ja


class Answer(TenantModel):
    """What somebody said of an item of go or no-go; the latest counts, the former ones stay."""

    plan = TenantForeignKey(Plan, on_delete=models.CASCADE, related_name="answers")
    item = models.CharField(max_length=60)
    verdict = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Verdict])
    person = models.CharField(max_length=100)
    role = models.CharField(max_length=60)
    note = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Read by plan."""

        indexes = [models.Index(fields=["organisation", "plan", "item", "id"], name="cutover_answers_of_item")]

    def __str__(self) -> str:
        return f"{self.item} {self.verdict}"


class FreezePass(TenantModel):
    """One deed of one person that may be done in spite of the freeze, approved by another; used once."""

    plan = TenantForeignKey(Plan, on_delete=models.CASCADE, related_name="passes")
    deed = models.CharField(max_length=60)
    person = models.CharField(max_length=100)
    ground = models.CharField(max_length=60)
    approved_by = models.CharField(max_length=100)
    approved_at = models.DateTimeField(db_default=Now())
    valid_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Looked for by person and deed; whoever asked has not approved."""

        indexes = [models.Index(fields=["organisation", "person", "deed"], name="cutover_passes_of_person")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(person=models.F("approved_by")), name="pass_by_two_people")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.deed}"


class Load(TenantModel):
    """One load of a file (``source``: "move_in:12"): the town's state before it, and the first change after it.

    ``before`` and ``after`` hold rows and digest by table (see domain.undoing); ``after`` is taken when it was undone.
    """

    source = models.CharField(max_length=60)
    state = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in LoadState], default=LoadState.OPEN.value
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    started_at = models.DateTimeField(db_default=Now())
    last_block_at = models.DateTimeField(null=True)
    blocks = models.IntegerField(default=0)
    first_change = models.CharField(max_length=60, default="", blank=True)
    first_change_at = models.DateTimeField(null=True)
    first_change_by = models.CharField(max_length=100, default="", blank=True)
    undo_asked_by = models.CharField(max_length=100, default="", blank=True)
    undo_approved_by = models.CharField(max_length=100, default="", blank=True)
    undo_run_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """A source once; nobody approves the undoing that he asked for."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "source"], name="cutover_load_once"),
            models.CheckConstraint(
                condition=models.Q(undo_approved_by="") | ~models.Q(undo_approved_by=models.F("undo_asked_by")),
                name="undo_by_two_people",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "id"], name="cutover_loads_by_state")]

    def __str__(self) -> str:
        return self.source


class LoadChange(TenantModel):
    """What one statement of a load did to one table, written by the database itself (see migration 0001).

    ``ids`` are rows that came in, or that were changed; ``rows`` holds of changed ones only the columns that differ,
    before and after, and of search keys of people who were there already the keys. ``block`` is the transaction.
    """

    load = TenantForeignKey(Load, on_delete=models.CASCADE, related_name="changes")
    block = models.BigIntegerField()
    table = models.CharField(max_length=63)
    kind = models.CharField(max_length=6)
    ids = ArrayField(models.BigIntegerField(), default=list)
    rows = models.JSONField(null=True)

    class Meta:
        """Undone from the last to the first."""

        indexes = [models.Index(fields=["organisation", "load", "id"], name="cutover_changes_of_load")]

    def __str__(self) -> str:
        return f"{self.table} {self.kind}"
