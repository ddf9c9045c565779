"""The ledger's tables in SQL: generated columns, walls, and rights that end at INSERT.

Own SQL instead of the kernel's general operation, because the rights here are special: the application role inserts
and reads nothing, the sealer reads every organisation's rows, and nobody at all changes or deletes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.tenancy.operations import TENANT, ProtectTenantTable
from machikumo.kernel.tenancy.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable

MINE = f"organisation_id = {TENANT}"
TABLES = ("ledger_entry", "ledger_leaf", "ledger_checkpoint")

FUNCTIONS = """
-- immutable in truth: the text always carries its own zone
CREATE FUNCTION ledger_instant(text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$ BEGIN RETURN $1::timestamptz; END $$;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the ledger only grows: % refused on %', TG_OP, TG_TABLE_NAME
USING ERRCODE = 'insufficient_privilege'; END $$;
"""

ENTRY = """
CREATE TABLE ledger_entry (
    organisation_id bigint NOT NULL,
    canonical text COLLATE "C" NOT NULL,
    transaction_number xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid NOT NULL GENERATED ALWAYS AS ((canonical::json ->> 'id')::uuid) STORED,
    recorded_at timestamptz NOT NULL GENERATED ALWAYS AS (ledger_instant(canonical::json ->> 'recorded_at')) STORED,
    actor text COLLATE "C" NOT NULL GENERATED ALWAYS AS (canonical::json ->> 'actor') STORED,
    event text COLLATE "C" NOT NULL GENERATED ALWAYS AS (canonical::json ->> 'event') STORED,
    subject text COLLATE "C" GENERATED ALWAYS AS (canonical::json ->> 'subject') STORED,
    purpose text COLLATE "C" NOT NULL GENERATED ALWAYS AS (canonical::json ->> 'purpose') STORED,
    PRIMARY KEY (organisation_id, id)
);
CREATE INDEX ledger_entry_unsealed ON ledger_entry (organisation_id, transaction_number);
CREATE INDEX ledger_entry_by_subject ON ledger_entry (organisation_id, subject, id) WHERE subject IS NOT NULL;
CREATE INDEX ledger_entry_by_actor ON ledger_entry (organisation_id, actor, id);
CREATE INDEX ledger_entry_by_event ON ledger_entry (organisation_id, event, id);
"""

SEALS = """
CREATE TABLE ledger_leaf (
    organisation_id bigint NOT NULL,
    leaf_index bigint NOT NULL CHECK (leaf_index >= 0),
    entry_id uuid NOT NULL,
    leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32),
    PRIMARY KEY (organisation_id, leaf_index),
    UNIQUE (organisation_id, entry_id)
);
CREATE TABLE ledger_checkpoint (
    organisation_id bigint NOT NULL,
    tree_size bigint NOT NULL CHECK (tree_size > 0),
    root_hash bytea NOT NULL CHECK (length(root_hash) = 32),
    note text NOT NULL,
    frontier bytea NOT NULL,
    snapshot text NOT NULL,
    server_identity bigint NOT NULL,
    sealed_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, tree_size)
);
"""


def statements() -> str:
    """Everything in order, as one script."""
    return f"{FUNCTIONS}\n{ENTRY}\n{SEALS}"


def reverse() -> str:
    """Takes the tables away again."""
    return f"DROP TABLE {', '.join(TABLES)}; DROP FUNCTION ledger_instant(text); DROP FUNCTION ledger_refuse_change();"


class GrowOnlyProtectTenantTable(ProtectTenantTable):
    """The walls of a table of the ledger, instead of the kernel's general ones.

    Row security for all; the auditor reads its tenant's rows; the sealer reads all tenants' rows and adds to the tables
    that are not ``by_app``; the application adds to the one that is, and reads nothing. Nobody changes or deletes a
    row: no role holds the right, the owner included, and a trigger refuses whoever takes it.
    """

    def __init__(self, app_label: str, model: str, *, by_app: bool = False) -> None:
        super().__init__(app_label, model, app="", auditor="SELECT")
        self.by_app = by_app

    def deconstruct(self) -> Any:
        """What a migration writes down."""
        return type(self).__name__, [self.app_label, self.model], {"by_app": self.by_app}

    def statements(self, state: Any) -> Iterable[str]:
        """Walls first, then who reads, then who adds."""
        table = state.apps.get_model(self.app_label, self.model)._meta.db_table
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {ROLES['migration']}"
        yield (
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()"
        )
        yield f"CREATE POLICY {table}_auditor ON {table} FOR SELECT TO {ROLES['auditor']} USING ({MINE})"
        yield f"CREATE POLICY {table}_sealer_reads ON {table} FOR SELECT TO {ROLES['sealer']} USING (true)"
        yield f"GRANT SELECT ON {table} TO {ROLES['auditor']}, {ROLES['sealer']}"
        if self.by_app:
            yield f"CREATE POLICY {table}_app ON {table} FOR INSERT TO {ROLES['default']} WITH CHECK ({MINE})"
            yield f"GRANT INSERT (organisation_id, canonical) ON {table} TO {ROLES['default']}"
        else:
            yield f"CREATE POLICY {table}_sealer_adds ON {table} FOR INSERT TO {ROLES['sealer']} WITH CHECK (true)"
            yield f"GRANT INSERT ON {table} TO {ROLES['sealer']}"
