"""Requests for approval, kept for ever."""

from __future__ import annotations

from django.db import models

from machikumo.kernel.approvals.domain.rules import STATE_TITLES, ApprovalState, Request
from machikumo.kernel.tenancy.models import TenantModel


class Approval(TenantModel):
    """One request; ``payload`` holds the facts asked for and ``digest`` seals them.

    The database refuses a decision by the person who asked, and a decided row without a person and time.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    title_ja = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    payload = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=[(state.value, STATE_TITLES[state][0]) for state in ApprovalState], default="requested"
    )
    requested_by = models.CharField(max_length=100)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        """Open ones are found fast; one open request a subject and kind."""

        ordering = ["-id"]
        indexes = [models.Index(fields=["organisation", "state", "expires_at"], name="approval_open")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "rejected"])
                | (~models.Q(decided_by=models.F("requested_by")) & ~models.Q(decided_by="")),
                name="approval_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state="requested", decided_at__isnull=True)
                | (~models.Q(state="requested") & models.Q(decided_at__isnull=False)),
                name="approval_decided_at",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "subject"],
                condition=models.Q(state="requested"),
                name="approval_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def facts(self) -> Request:
        """What the rules need to know."""
        return Request(self.requested_by, ApprovalState(self.state), self.expires_at)

    @property
    def state_titles(self) -> tuple[str, str]:
        """The state in Japanese and English."""
        return STATE_TITLES[ApprovalState(self.state)]
