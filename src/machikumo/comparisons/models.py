"""A side-by-side run: its sample, the old system's answers, and every field that is not the same text."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.comparisons.domain.judging import Decision, Verdict
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class Comparison(TenantModel):
    """One side-by-side run (併行稼働の照合): ``seed``, ``size`` and ``drawn_for`` give the same sample again."""

    name = models.CharField(max_length=100)
    seed = models.CharField(max_length=60)
    size = models.IntegerField()
    drawn_for = models.DateField()
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())
    list_name = models.CharField(max_length=200, default="", blank=True)
    list_sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class Sampled(TenantModel):
    """Somebody in the sample. ``answers`` are the old system's printed fields, ``source`` says where from.

    Plain ids and tokens, no key to the register: the record of what was compared outlasts a load that is undone.
    """

    comparison = TenantForeignKey(Comparison, on_delete=models.CASCADE, related_name="people")
    number = models.IntegerField()
    person_id = models.BigIntegerField()
    token = models.CharField(max_length=40)
    addressee_number = models.CharField(max_length=15)
    strata = models.JSONField(default=list)
    is_foreign = models.BooleanField(default=False)
    source = models.CharField(max_length=8, default="", blank=True)  # list or paper
    answers = models.JSONField(default=dict)
    items = models.JSONField(default=dict)  # of a list file: the standard items, without the numbers of the vault
    compared = models.IntegerField(default=0)
    equal = models.IntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=100, default="", blank=True)

    class Meta:
        """In the order in which they were drawn; nobody twice."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "comparison", "number"], name="sampled_number_once"),
            models.UniqueConstraint(fields=["organisation", "comparison", "person_id"], name="sampled_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class ComparedField(TenantModel):
    """A field in which the two are not the same text: of the certificate, or of the register's own items.

    A difference waits for the decision of a named person; what is equal but for its form needs none.
    """

    sampled = TenantForeignKey(Sampled, on_delete=models.CASCADE, related_name="fields")
    place = models.CharField(max_length=12)  # certificate or register
    key = models.CharField(max_length=60)
    verdict = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Verdict])
    reasons = models.JSONField(default=list)
    old = models.TextField(default="", blank=True)
    ours = models.TextField(default="", blank=True)
    decision = models.CharField(
        max_length=12, default="", blank=True, choices=[(one.value, one.value) for one in Decision]
    )
    reason = models.TextField(default="", blank=True)
    decided_by = models.CharField(max_length=100, default="", blank=True)
    decided_role = models.CharField(max_length=60, default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """A field once a person."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "sampled", "place", "key"], name="compared_field_once")
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.key} {self.verdict}"
