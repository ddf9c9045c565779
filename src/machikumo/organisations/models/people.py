"""People who work in an organisation, their sections and the roles that they hold from a day to a day."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class Section(TenantModel):
    """A section (課) of the organisation."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        """Ordered by the town's own code."""

        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="section_code")]

    def __str__(self) -> str:
        return self.name


class StaffMember(TenantModel):
    """Somebody who works here; ``account`` is empty until the person can sign in."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    employee_number = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    kana = models.CharField(max_length=100, blank=True)
    section = TenantForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    is_active = models.BooleanField(default=True)

    class Meta:
        """One number and one account a person."""

        ordering = ["employee_number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "employee_number"], name="staff_number"),
            models.UniqueConstraint(fields=["organisation", "account"], name="staff_account"),
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(TenantModel):
    """A role of a person from a day to a day (both included); ``stand_in_for`` names the appointment that it covers."""

    staff_member = TenantForeignKey(StaffMember, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=40)
    section = TenantForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    stand_in_for = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="stand_ins")
    reason = models.CharField(max_length=200, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """Never ends before it starts."""

        ordering = ["starts_on", "id"]
        indexes = [models.Index(fields=["organisation", "staff_member", "starts_on"], name="appointment_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="appointment_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.starts_on}"


class RoleNarrowing(TenantModel):
    """A permission that this organisation has taken away from a role."""

    role = models.CharField(max_length=40)
    permission = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """Taken away once."""

        ordering = ["role", "permission"]
        constraints = [models.UniqueConstraint(fields=["organisation", "role", "permission"], name="narrowing_once")]

    def __str__(self) -> str:
        return f"{self.role} - {self.permission}"
