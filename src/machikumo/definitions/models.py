"""A town's own layouts and mappings: a draft that people work on, and editions that never change once published."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class OwnLayout(TenantModel):
    """A layout of the town's own. ``draft`` holds the definition's tables; ``revision`` counts its changes."""

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    draft = models.JSONField()
    revision = models.IntegerField(default=1)
    made_by = models.CharField(max_length=100)
    changed_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Each key once in a town."""

        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="own_layout_key_once")]

    def __str__(self) -> str:
        return self.key


class Edition(TenantModel):
    """A published version. The application's role may insert editions and read them, never change or remove them."""

    own_layout = TenantForeignKey(OwnLayout, on_delete=models.PROTECT, related_name="editions")
    number = models.IntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    verdict = models.CharField(max_length=12)  # against the edition before: compatible, rearrange or breaking
    published_by = models.CharField(max_length=100)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Each number of a layout once."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "own_layout", "number"], name="own_layout_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.own_layout_id} {self.number}"


class OwnMapping(TenantModel):
    """A mapping of the town's own. ``draft`` holds its file's tables, ``proposals`` what was proposed for each target.

    Both layouts are named as the room layouts names them: the key of a shipped one, or ``own:<layout>.<edition>``.
    """

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    source_layout = models.CharField(max_length=100)
    target_layout = models.CharField(max_length=100)
    draft = models.JSONField()
    proposals = models.JSONField(default=dict)
    revision = models.IntegerField(default=1)
    made_by = models.CharField(max_length=100)
    changed_by = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Each key once in a town."""

        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="own_mapping_key_once")]

    def __str__(self) -> str:
        return self.key


class MappingEdition(TenantModel):
    """A published version of a mapping; the application's role may insert and read, never change or remove."""

    own_mapping = TenantForeignKey(OwnMapping, on_delete=models.PROTECT, related_name="editions")
    number = models.IntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    published_by = models.CharField(max_length=100)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Each number of a mapping once."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "own_mapping", "number"], name="own_mapping_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.own_mapping_id} {self.number}"
