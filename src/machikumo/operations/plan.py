"""How each tenant's table leaves and arrives: by itself, by a part of its room, or not at all, with the reason.

Made from the models, so that the table of a new room comes along without a line here. What a room has to say itself:
``closed_columns`` (closed with the organisation's key), ``loose_references`` (ids that no key of the database knows)
and ``import_parts`` (tables that it fills itself); see kernel.registries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from machikumo.kernel.registries import LooseReference, import_parts, loose_references
from machikumo.kernel.tenancy.models import TenantModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCOUNTS, ORGANISATIONS, RUNS = "organisations_account", "tenancy_organisation", "jobs_jobrun"
OF_THE_INSTALLATION = (
    "処理の実行記録は、その環境のプログラムのもの。旧環境の証跡とパッケージで読める。",
    "Runs belong to the programs of that installation; the former ledger and the package tell of them.",
)
OF_OTHERS = (
    "ほかの団体との写しのやり取りは、その環境の中のもの。持ち込まず、新しい環境で改めて提供する。",
    "Copies among organisations live within one installation: they are released anew, never carried over.",
)
LEFT_BEHIND = {
    RUNS: OF_THE_INSTALLATION,
    "jobs_jobline": OF_THE_INSTALLATION,
    "jobs_periodicrun": OF_THE_INSTALLATION,
    "releases_release": OF_OTHERS,
    "releases_receivedrelease": OF_OTHERS,
    "releases_receivedwithdrawal": OF_OTHERS,
}
UNEXPORTED = {
    "ledger_entry": ("証跡は ledger/ に検証できる形で入る。", "The ledger is in ledger/, as it can be verified."),
    "ledger_leaf": ("証跡は ledger/ に検証できる形で入る。", "The ledger is in ledger/, as it can be verified."),
    "ledger_checkpoint": ("証跡は ledger/ に検証できる形で入る。", "The ledger is in ledger/, as it can be verified."),
    "operations_formerentry": ("旧環境の証跡は ledger/former/ に入る。", "Former ledgers are in ledger/former/."),
}
OTHER_WORDS = {  # tokens whose kind is not the model's name
    "staff": "organisations_staffmember",
    "transfers": "organisations_transferbatch",
    "review": "organisations_accessreview",
    "issuer": "certificates_certificateissuer",
    "stop": "certificates_certificatestop",
    "account": ACCOUNTS,
    "own": "definitions_ownlayout",  # in the key of a mapping: "kasumi-to-standard@own:17.1"
}
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table whose rows come along by themselves.

    ``key`` is the column that the database numbers, empty where rows have another key that stays as it is.
    ``references`` maps a column to the table whose new ids it takes; ``dropped`` are columns that name what is left
    behind; ``defaults`` stand for columns that an older package does not have.
    """

    table: str
    columns: tuple[str, ...]
    key: str
    references: Mapping[str, str]
    dropped: frozenset[str]
    required: frozenset[str]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def loose(self) -> list[tuple[str, LooseReference]]:
        """The columns that name rows without a key of the database, and which rows."""
        return [(column, found) for column in self.columns for found in loose_of(self.table, column)]


def loose_of(table: str, column: str) -> list[LooseReference]:
    """What the column names without a key; ``job_run_id``, ``undo_run_id`` and their like name a run in every room."""
    name = f"{table}.{column}"
    found = [one for key, one in loose_references.items() if key.partition(":")[0] == name]
    return found or [LooseReference(RUNS)] * column.endswith("_run_id")


def tenant_models() -> Iterator[type[models.Model]]:
    """The models of every tenant's table."""
    yield from (model for model in apps.get_models(include_auto_created=True) if issubclass(model, TenantModel))


def taken_by_parts() -> frozenset[str]:
    """Tables that a room fills itself when a package arrives."""
    return frozenset(table for _key, part in import_parts.items() for table in part.tables)


@cache
def plans() -> dict[str, TablePlan]:
    """The tables whose rows come along by themselves, by name."""
    apart = taken_by_parts() | set(LEFT_BEHIND)
    found = {model._meta.db_table: model for model in tenant_models() if model._meta.db_table not in apart}
    return {table: _plan(model) for table, model in sorted(found.items())}


@cache
def kinds() -> dict[str, str]:
    """The table of each kind of token whose key is a number: ``move_in`` names rows of ``layouts_movein``."""
    named = {HUMP.sub("_", model.__name__).lower(): model._meta.db_table for model in tenant_models()}
    known = {table for table, plan in plans().items() if plan.key}
    return {kind: table for kind, table in (named | OTHER_WORDS).items() if table in known or table == ACCOUNTS}


def _plan(model: type[models.Model]) -> TablePlan:
    fields = {one.column: one for one in model._meta.concrete_fields if one.column}
    targets = {column: target for column, one in fields.items() if (target := _target(one)) is not None}
    references = {column: other._meta.db_table for column, other in targets.items() if _is_numbered(other)}
    return TablePlan(
        table=model._meta.db_table,
        columns=tuple(fields),
        key=str(model._meta.pk.column) if _is_numbered(model) else "",
        references={column: table for column, table in references.items() if table not in LEFT_BEHIND},
        dropped=frozenset(column for column, table in references.items() if table in LEFT_BEHIND),
        required=frozenset(column for column, one in fields.items() if not one.null),
        defaults={column: one.get_default() for column, one in fields.items() if _has_plain_default(one)},
    )


def _target(one: models.Field[Any, Any]) -> type[models.Model] | None:
    """The model that a column points at; the tenant's own organisation is not counted."""
    if not isinstance(one, models.ForeignKey) or one.column == "organisation_id":
        return None
    other: type[models.Model] = one.remote_field.model
    return other


def _is_numbered(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField)


def _has_plain_default(one: models.Field[Any, Any]) -> bool:
    return one.has_default() and isinstance(one.get_default(), str | int | float | bool | list | dict)


def loaded_organisation_columns() -> list[tuple[str, str]]:
    """Table and column of every reference to another organisation that comes along."""
    return [
        (table, column)
        for table, plan in plans().items()
        for column, other in plan.references.items()
        if other == ORGANISATIONS
    ]
