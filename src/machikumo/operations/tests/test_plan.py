"""Every table of a town leaves and arrives: by itself, by a part of its room, or on a short list with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import models

from machikumo.kernel.registries import closed_columns, import_parts, loose_references
from machikumo.kernel.tenancy.doors import entered
from machikumo.kernel.tenancy.models import TenantModel
from machikumo.operations import plan as plans
from machikumo.operations import queries

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

TABLES = {model._meta.db_table: model for model in plans.tenant_models()}
NO_ROWS_NAMED = {
    # columns whose name ends as a reference's does, and which name no row of ours
    "ledger_leaf.entry_id": "the ledger travels as a whole",
}
MOST_LEFT_BEHIND = 8


def other_columns() -> list[str]:
    """Columns that look as if they named rows and are no keys of the database."""
    return [
        f"{model._meta.db_table}.{field.column}"
        for model in TABLES.values()
        for field in model._meta.concrete_fields
        if field.column
        and field.column.endswith(("_id", "_ids"))
        and not isinstance(field, models.ForeignKey)
        and not isinstance(field, models.UUIDField)
    ]


def test_every_table_arrives_by_itself_or_by_a_part_or_is_on_the_short_list() -> None:
    known = set(plans.plans()) | plans.taken_by_parts() | set(plans.LEFT_BEHIND)
    assert set(TABLES) - known == set()
    assert len(plans.LEFT_BEHIND) <= MOST_LEFT_BEHIND
    assert all(ja and en for ja, en in plans.LEFT_BEHIND.values())


def test_no_table_arrives_twice() -> None:
    apart = [table for _key, part in import_parts.items() for table in part.tables] + list(plans.LEFT_BEHIND)
    assert len(apart) == len(set(apart))
    assert not set(apart) & set(plans.plans())


def test_every_table_leaves_or_has_a_reason_not_to(scope: Scope) -> None:
    with entered(scope):
        leaving = set(queries.tenant_tables())
    assert set(TABLES) - leaving == set(plans.UNEXPORTED)


def test_the_application_may_write_every_table_that_arrives_by_itself(scope: Scope) -> None:
    with entered(scope):
        assert set(plans.plans()) <= set(queries.tenant_tables("INSERT"))


@pytest.mark.parametrize("table", plans.plans())
def test_no_row_loses_a_reference_that_it_needs(table: str) -> None:
    plan = plans.plans()[table]
    assert not plan.dropped & plan.required


@pytest.mark.parametrize("column", other_columns())
def test_a_column_that_names_rows_without_a_key_says_which(column: str) -> None:
    table, _dot, name = column.partition(".")
    in_parts = table in plans.taken_by_parts() or table in plans.LEFT_BEHIND
    assert plans.loose_of(table, name) or column in NO_ROWS_NAMED or in_parts


def test_what_is_said_of_columns_is_said_of_columns_that_there_are() -> None:
    there = {f"{table}.{field.column}" for table, model in TABLES.items() for field in model._meta.concrete_fields}
    assert {key.partition(":")[0] for key, _reference in loose_references.items()} <= there
    assert {key for key, _column in closed_columns.items()} <= there
    assert {reference.table for _key, reference in loose_references.items()} <= set(TABLES)


@pytest.mark.parametrize("table", plans.plans())
def test_closed_bytes_are_opened_for_the_package_and_closed_anew(table: str) -> None:
    model: Any = TABLES[table]
    held = {f"{table}.{field.column}" for field in model._meta.concrete_fields if isinstance(field, models.BinaryField)}
    assert held <= {key for key, _column in closed_columns.items()}


def test_the_kinds_of_tokens_are_those_of_tables_with_numbers() -> None:
    kinds = plans.kinds()
    assert kinds["move_in"] == "layouts_movein"
    assert kinds["staff"] == "organisations_staffmember"
    assert kinds["own_layout"] == "definitions_ownlayout"
    assert "certificate_request" not in kinds
    assert "job_run" not in kinds


def test_a_model_of_a_new_room_needs_no_line_here() -> None:
    class Novelty(TenantModel):
        words = models.TextField(default="")
        made_for = models.ForeignKey(TABLES["register_person"], on_delete=models.PROTECT, db_constraint=False)

        class Meta:
            app_label = "operations"
            managed = False

        def __str__(self) -> str:
            return self.words

    try:
        plan = plans._plan(Novelty)
    finally:
        from django.apps import apps

        del apps.all_models["operations"]["novelty"]
        apps.clear_cache()
    assert plan.references == {"made_for_id": "register_person"}
    assert (plan.key, plan.defaults) == ("id", {"words": ""})
    assert plan.required == {"id", "organisation_id", "words", "made_for_id"}
