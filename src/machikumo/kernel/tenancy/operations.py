"""Migration operations that build the walls: policies, composite keys and grants.

Source: docs/decisions/0002-two-walls-for-tenants.md and 0004-keys.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations.base import Operation

from machikumo.kernel.tenancy.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# the planner puts the function's one expression in its place; under a name the isolation proof can follow it
TENANT = "(SELECT public.machikumo_organisation())"


class _DatabaseOperation(Operation):
    """Runs statements and changes nothing in Django's state."""

    reduces_to_sql = True
    reversible = True
    atomic = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing to tell Django."""

    def database_forwards(  # the signature is Django's
        self,
        app_label: str,  # noqa: ARG002
        schema_editor: Any,
        from_state: Any,  # noqa: ARG002
        to_state: Any,
    ) -> None:
        """Run the statements on the migration connection only."""
        for statement in self.statements(to_state):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The table goes with its policies and keys; nothing to undo by hand."""

    def statements(self, state: Any) -> Iterable[str]:
        """The statements in order."""
        raise AssertionError(state)


class ProtectTenantTable(_DatabaseOperation):
    """Row-level security with FORCE, UNIQUE (organisation_id, id), composite references and grants for one table.

    ``references`` maps a field to the model that it points at (``"person": "register.Person"``);
    ``app`` are the rights of the application role; ``auditor`` those of the auditor; ``own_key=False`` is for a
    table whose primary key begins with organisation_id already and that nothing refers to.
    """

    def __init__(
        self,
        app_label: str,
        model: str,
        *,
        references: Mapping[str, str] | None = None,
        app: str = "SELECT, INSERT, UPDATE, DELETE",
        auditor: str = "",
        own_key: bool = True,
    ) -> None:
        self.app_label = app_label
        self.model = model
        self.references = dict(references or {})
        self.app = app
        self.auditor = auditor
        self.own_key = own_key

    def deconstruct(self) -> Any:
        """What a migration writes down."""
        return (
            type(self).__name__,
            [self.app_label, self.model],
            {
                "references": self.references,
                "app": self.app,
                "auditor": self.auditor,
                "own_key": self.own_key,
            },
        )

    def describe(self) -> str:
        """A line for the migration's log."""
        return f"Protect the tenant table {self.app_label}.{self.model}"

    def statements(self, state: Any) -> Iterable[str]:
        """Policies first, then keys, then grants."""
        model = state.apps.get_model(self.app_label, self.model)
        table = model._meta.db_table
        yield from _walls(table)
        if self.app:
            yield _policy(table, "app", ROLES["default"])
            yield f'GRANT {self.app} ON "{table}" TO {ROLES["default"]}'
            yield from _sequence_grant(model, table, ROLES["default"])
        if self.auditor:
            yield _policy(table, "auditor", ROLES["auditor"])
            yield f'GRANT {self.auditor} ON "{table}" TO {ROLES["auditor"]}'
        if self.own_key:
            key = model._meta.pk.column
            yield f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE (organisation_id, "{key}")'
        for field, target in self.references.items():
            yield _composite_key(state, model, field, target)


class AlsoProtectTenantTable(ProtectTenantTable):
    """Composite references of fields that a protected table was given later; ``references`` are these alone."""

    def describe(self) -> str:
        """A line for the migration's log."""
        return f"Protect new references of the tenant table {self.app_label}.{self.model}"

    def statements(self, state: Any) -> Iterable[str]:
        """Keys only: the table has its policies and grants."""
        model = state.apps.get_model(self.app_label, self.model)
        for field, target in self.references.items():
            yield _composite_key(state, model, field, target)


def _walls(table: str) -> Iterable[str]:
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield _policy(table, "migration", ROLES["migration"])


def _policy(table: str, name: str, role: str) -> str:
    return (
        f'CREATE POLICY "{table}_{name}" ON "{table}" FOR ALL TO {role} '
        f"USING (organisation_id = {TENANT}) WITH CHECK (organisation_id = {TENANT})"
    )


def _sequence_grant(model: Any, table: str, role: str) -> Iterable[str]:
    if model._meta.pk.get_internal_type() in {"BigAutoField", "AutoField"}:
        yield f'GRANT USAGE ON SEQUENCE "{table}_{model._meta.pk.column}_seq" TO {role}'


def _composite_key(state: Any, model: Any, field: str, target: str) -> str:
    table = model._meta.db_table
    column = model._meta.get_field(field).column
    other = state.apps.get_model(*target.split("."))
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field}_tenant_fk" '
        f'FOREIGN KEY (organisation_id, "{column}") '
        f'REFERENCES "{other._meta.db_table}" (organisation_id, "{other._meta.pk.column}") '
        "DEFERRABLE INITIALLY DEFERRED"
    )


class GrantPlatformTable(_DatabaseOperation):
    """Rights on a table that belongs to no tenant (the short list); ``rights`` maps an alias to its rights."""

    def __init__(self, app_label: str, model: str, *, rights: Mapping[str, str]) -> None:
        self.app_label = app_label
        self.model = model
        self.rights = dict(rights)

    def deconstruct(self) -> Any:
        """What a migration writes down."""
        return type(self).__name__, [self.app_label, self.model], {"rights": self.rights}

    def describe(self) -> str:
        """A line for the migration's log."""
        return f"Grant rights on {self.app_label}.{self.model}"

    def statements(self, state: Any) -> Iterable[str]:
        """One grant a role, and the sequence where the role inserts."""
        model = state.apps.get_model(self.app_label, self.model)
        table = model._meta.db_table
        for alias, rights in self.rights.items():
            yield f'GRANT {rights} ON "{table}" TO {ROLES[alias]}'
            if "INSERT" in rights:
                yield from _sequence_grant(model, table, ROLES[alias])
