"""The three tables of the ledger. Rows are written by ``recording`` and ``sealing`` only, and never change."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, Never

from django.db import models

from machikumo.kernel.ledger.domain.entry import LedgerError
from machikumo.kernel.tenancy.models import Organisation, TenantModel


class SealedRow(TenantModel):
    """A row that Django only reads: inserts go through plain SQL, because their role may insert and nothing else."""

    # no key in the database: its check would lock the organisation's row in every business transaction
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *_args: Any, **_options: Any) -> Never:
        """Refused."""
        raise _refused()

    def delete(self, *_args: Any, **_options: Any) -> Never:
        """Refused."""
        raise _refused()


class Entry(SealedRow):
    """One row: ``canonical`` is the truth; all other columns but the tenant are generated from it by the database."""

    pk = models.CompositePrimaryKey("organisation_id", "id")
    id = models.UUIDField(editable=False)
    canonical = models.TextField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    event = models.TextField()
    subject = models.TextField(null=True)  # noqa: DJ001 - generated: absent from the text means NULL
    purpose = models.TextField()

    class Meta:
        """Newest first; the id sorts by time."""

        db_table = "ledger_entry"
        ordering = ["-id"]
        verbose_name = "証跡"

    def __str__(self) -> str:
        return f"{self.event} {self.id}"

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The row's text, parsed."""
        parsed: dict[str, Any] = json.loads(self.canonical)
        return parsed


class Leaf(SealedRow):
    """The place of a row in its organisation's log, from 0, and its hash."""

    pk = models.CompositePrimaryKey("organisation_id", "leaf_index")
    leaf_index = models.BigIntegerField()
    entry_id = models.UUIDField()
    leaf_hash = models.BinaryField()

    class Meta:
        """In the order of the log."""

        db_table = "ledger_leaf"
        ordering = ["leaf_index"]

    def __str__(self) -> str:
        return f"{self.leaf_index}: {self.entry_id}"


class Checkpoint(SealedRow):
    """A signed statement of the log's size and root (``note``), with what the next sealing needs."""

    pk = models.CompositePrimaryKey("organisation_id", "tree_size")
    tree_size = models.BigIntegerField()
    root_hash = models.BinaryField()
    note = models.TextField()
    frontier = models.BinaryField()
    snapshot = models.TextField()  # what the sealing transaction saw: rows that it did not see are sealed next
    server_identity = models.BigIntegerField()  # snapshots mean nothing on another server
    sealed_at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        db_table = "ledger_checkpoint"
        ordering = ["tree_size"]

    def __str__(self) -> str:
        return f"{self.tree_size} @ {self.sealed_at:%Y-%m-%d %H:%M:%S}"


def _refused() -> LedgerError:
    return LedgerError("証跡は変更できません。", "The ledger is written by its own functions and never changed.")
