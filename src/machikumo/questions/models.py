"""Questions, what was written about them, files beside it, and who takes part for which vendor; nothing is changed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel
from machikumo.questions.domain.rules import Party, State

PARTIES = [(one.value, one.value) for one in Party]
STATES = [(one.value, one.value) for one in State]


class Question(TenantModel):
    """One question; ``about`` is what it is tied to, ``token`` proves on a sheet that the number is ours."""

    number = models.IntegerField()
    token = models.CharField(max_length=12)
    asked_by = models.CharField(max_length=12, choices=PARTIES)
    asked_of = models.CharField(max_length=12, choices=PARTIES)
    asker = models.CharField(max_length=100)
    about = models.JSONField()  # the tie: its kind, and its parts by name
    about_move_in = models.BigIntegerField(null=True)
    title = models.CharField(max_length=120)
    body = models.TextField()
    due_on = models.DateField()
    blocks = models.BooleanField(default=True)  # whether it stands against the signature while it is unsettled
    state = models.CharField(max_length=10, choices=STATES, default=State.OPEN.value)
    decision = models.TextField(blank=True)
    settled_by = models.CharField(max_length=100, blank=True)
    settled_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Numbered within the organisation; read by state and date."""

        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="question_once"),
            models.CheckConstraint(condition=~models.Q(asked_by=models.F("asked_of")), name="question_of_another"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "answered"], settled_at__isnull=True)
                | models.Q(state__in=["accepted", "withdrawn"], settled_at__isnull=False),
                name="question_settled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "due_on"], name="questions_by_state")]

    def __str__(self) -> str:
        return f"Q{self.number}"


class Entry(TenantModel):
    """One thing that was written about a question, for a party; ``from_sheet`` when it came on its question sheet."""

    question = TenantForeignKey(Question, on_delete=models.CASCADE, related_name="entries")
    party = models.CharField(max_length=12, choices=PARTIES)
    text = models.TextField()
    from_sheet = models.BooleanField(default=False)
    written_by = models.CharField(max_length=100)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        """In the order in which it was written."""

        ordering = ["pk"]
        indexes = [models.Index(fields=["organisation", "question"], name="entries_by_question")]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.pk}"


class Attachment(TenantModel):
    """A file beside a question (``entry`` empty) or beside what was written about it."""

    question = TenantForeignKey(Question, on_delete=models.CASCADE, related_name="attachments")
    entry = TenantForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="attachments")
    file = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Each file once."""

        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "file"], name="attachment_once")]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.file_id}"


class Member(TenantModel):
    """For which vendor a vendor's engineer takes part, and what the vendor is called."""

    person = models.CharField(max_length=100)
    party = models.CharField(max_length=12, choices=PARTIES)
    company = models.CharField(max_length=100)
    set_by = models.CharField(max_length=100)
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        """A person once, and for a vendor."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "person"], name="question_member_once"),
            models.CheckConstraint(condition=~models.Q(party="town"), name="question_member_of_vendor"),
        ]

    def __str__(self) -> str:
        return self.company
