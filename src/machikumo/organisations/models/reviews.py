"""The yearly access review: a section head says of every role in the section whether it stays, and signs."""

from __future__ import annotations

from django.db import models

from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel
from machikumo.organisations.models.people import Appointment, Section


class AccessReview(TenantModel):
    """One section's review in one fiscal year; signed once, then kept as it is."""

    fiscal_year = models.PositiveSmallIntegerField()
    section = TenantForeignKey(Section, on_delete=models.PROTECT, related_name="reviews")
    opened_on = models.DateField()
    due_on = models.DateField()
    signed_by = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        """One review a section and year."""

        ordering = ["-fiscal_year", "section_id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "fiscal_year", "section"], name="review_once")]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.section_id}"


class Decision(models.TextChoices):
    """What the section head says of one role."""

    OPEN = "open", "未確認"
    KEEP = "keep", "継続"
    END = "end", "終了"


class AccessReviewLine(TenantModel):
    """One role of one person in a review."""

    review = TenantForeignKey(AccessReview, on_delete=models.PROTECT, related_name="lines")
    appointment = TenantForeignKey(Appointment, on_delete=models.PROTECT, related_name="review_lines")
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.OPEN)

    class Meta:
        """A role stands once in a review."""

        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "review", "appointment"], name="review_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.decision}"
