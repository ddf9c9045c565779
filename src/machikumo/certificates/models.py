"""Requests for certificates, their steps, the finished papers, running numbers, and who certifies."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now

from machikumo.certificates.domain.options import CertificateType
from machikumo.certificates.domain.requests import Channel, Handover, RequestKind
from machikumo.certificates.domain.snapshot import CERTIFICATION
from machikumo.certificates.domain.states import State
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


def _choices(items: type[CertificateType | Channel | Handover | RequestKind | State]) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in items]


class CertificateRequest(TenantModel):
    """One wish for one paper: made before anything is printed, never used again, changed only by compare-and-set.

    ``fencing`` rises whenever the request changes hands; who holds an older number cannot write any more.
    The snapshot holds what will be printed but for the numbers, which stay in the vault.
    """

    id = models.UUIDField(primary_key=True, db_default=models.Func(function="gen_random_uuid"), editable=False)
    idempotency_key = models.TextField()
    order_digest = models.CharField(max_length=64)
    certificate = models.CharField(max_length=20, choices=_choices(CertificateType))
    kind = models.CharField(max_length=20, choices=_choices(RequestKind))
    channel = models.CharField(max_length=10, choices=_choices(Channel))
    handover = models.CharField(max_length=20, choices=_choices(Handover))
    requester_name = models.TextField()
    identity_check = models.TextField(default="", blank=True)
    ground = models.TextField(default="", blank=True)
    household = TenantForeignKey("register.Household", on_delete=models.PROTECT, related_name="+")
    person_ids = models.JSONField()
    options = models.JSONField()
    state = models.CharField(max_length=10, choices=_choices(State), default=State.RECEIVED.value)
    fencing = models.IntegerField(default=1)
    lease_until = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    received_by = models.TextField()
    needs_approval = models.BooleanField(default=False)
    approved_by = models.TextField(default="", blank=True)
    end_reason = models.TextField(default="", blank=True)
    issue_year = models.IntegerField(null=True)
    serial = models.IntegerField(null=True)
    number = models.TextField(default="", blank=True)
    issued_on = models.DateField(null=True)
    token = models.TextField(null=True)  # noqa: DJ001 - unique where there is one
    fee_yen = models.IntegerField(null=True)
    fee_confirmed = models.BooleanField(default=False)
    snapshot = models.JSONField(null=True)
    document_sha256 = models.CharField(max_length=64, default="", blank=True)
    sheets = models.IntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(default="", blank=True)
    failed_checks = models.IntegerField(default=0)
    last_failed_check = models.DateTimeField(null=True)

    class Meta:
        """A key once, a number once a year, a token once."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "idempotency_key"], name="certificate_key_once"),
            models.UniqueConstraint(fields=["organisation", "issue_year", "serial"], name="certificate_number_once"),
            models.UniqueConstraint(fields=["organisation", "token"], name="certificate_token_once"),
        ]
        indexes = [models.Index(fields=["organisation", "received_at"], name="certificates_by_day")]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class CertificateStep(TenantModel):
    """One step that a request took; the database lets each state happen once a request."""

    request = TenantForeignKey(CertificateRequest, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=_choices(State))
    at = models.DateTimeField(db_default=Now())
    by = models.TextField()
    fencing = models.IntegerField()

    class Meta:
        """Each state once a request: RELEASED above all."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "request", "state"], name="certificate_state_once")
        ]

    def __str__(self) -> str:
        return self.state


class CertificateDocument(TenantModel):
    """The finished paper of one request, closed with the organisation's key; written once, never changed."""

    request = TenantForeignKey(CertificateRequest, on_delete=models.PROTECT, related_name="documents")
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    key_version = models.IntegerField()
    size = models.IntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One paper a request."""

        constraints = [models.UniqueConstraint(fields=["organisation", "request"], name="certificate_document_once")]

    def __str__(self) -> str:
        return self.sha256


class CertificateCounter(TenantModel):
    """The last running number of a fiscal year."""

    year = models.IntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        """One counter a year."""

        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="certificate_counter_once")]

    def __str__(self) -> str:
        return f"{self.year}"


class CertificateIssuer(TenantModel):
    """Who certifies from a day on, as it is printed; rows are added and never changed, the newest of a day holds."""

    mayor_title = models.CharField(max_length=60)
    mayor_name = models.CharField(max_length=60)
    certification = models.CharField(max_length=200, default=CERTIFICATION)
    source = models.CharField(max_length=200, default="", blank=True)
    valid_from = models.DateField(default=date(2000, 1, 1))
    asked_by = models.CharField(max_length=100, default="", blank=True)
    set_by = models.CharField(max_length=100, default="", blank=True)
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Read by the day."""

        ordering = ["-valid_from", "-id"]
        indexes = [models.Index(fields=["organisation", "-valid_from", "-id"], name="certificate_issuers")]

    def __str__(self) -> str:
        return self.mayor_title


class CertificateConfirmation(TenantModel):
    """A municipality's word that a statement known only from memory is right: who, when, and after which source.

    ``digest`` names the text that was confirmed, which is kept beside it; a changed text is unconfirmed again.
    """

    key = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    source = models.CharField(max_length=300)
    confirmed_by = models.CharField(max_length=100)
    confirmed_at = models.DateTimeField(db_default=Now())
    withdrawn_by = models.CharField(max_length=100, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One that holds a text."""

        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key", "digest"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="certificate_confirmed_once",
            )
        ]

    def __str__(self) -> str:
        return self.key


class CertificateStop(TenantModel):
    """Issuing by a channel is stopped until a person opens it again (the breaker)."""

    channel = models.CharField(max_length=10, choices=_choices(Channel))
    reason = models.TextField()
    request = TenantForeignKey(CertificateRequest, on_delete=models.PROTECT, null=True, related_name="stops")
    stopped_at = models.DateTimeField(db_default=Now())
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.TextField(default="", blank=True)

    class Meta:
        """One open stop a channel."""

        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel"],
                condition=models.Q(reopened_at__isnull=True),
                name="certificate_stop_once",
            )
        ]

    def __str__(self) -> str:
        return self.channel
