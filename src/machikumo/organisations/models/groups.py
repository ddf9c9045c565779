"""Which bodies belong to a cloud group (共同化グループ), since when and until when; kept in the group's own tenant."""

from __future__ import annotations

from django.db import models

from machikumo.kernel.tenancy.models import TenantModel


class GroupMembership(TenantModel):
    """A member of the group from a day to a day; joining late (途中参加) and leaving are new dates, never deletions."""

    member = models.ForeignKey("tenancy.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """One open membership a body."""

        ordering = ["joined_on", "member_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "member"], condition=models.Q(left_on__isnull=True), name="member_once"
            ),
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
                name="membership_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.joined_on}"
