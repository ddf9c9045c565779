"""The ledger's tables in SQL: generated columns, walls, and rights that end at INSERT.

Own SQL instead of the kernel's general operation, because the rights here are special: the application role inserts
and reads nothing, the sealer reads every organisation's rows, and nobody at all changes or deletes one.
"""

from __future__ import annotations

from machikumo.kernel.tenancy.operations import TENANT
from machikumo.kernel.tenancy.roles import ROLES

APP, AUDITOR, SEALER, OWNER = (ROLES[alias] for alias in ("default", "auditor", "sealer", "migration"))
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

RIGHTS = f"""
CREATE POLICY ledger_entry_app ON ledger_entry FOR INSERT TO {APP} WITH CHECK (organisation_id = {TENANT});
GRANT INSERT (organisation_id, canonical) ON ledger_entry TO {APP};
CREATE POLICY ledger_entry_sealer ON ledger_entry FOR SELECT TO {SEALER} USING (true);
GRANT SELECT ON ledger_entry TO {SEALER};
"""


def statements() -> str:
    """Everything in order, as one script."""
    parts = [FUNCTIONS, ENTRY, SEALS, RIGHTS]
    parts += [_walls(table) for table in TABLES]
    parts += [_sealer_writes(table) for table in TABLES[1:]]
    return "\n".join(parts)


def reverse() -> str:
    """Takes the tables away again."""
    return f"DROP TABLE {', '.join(TABLES)}; DROP FUNCTION ledger_instant(text); DROP FUNCTION ledger_refuse_change();"


def _walls(table: str) -> str:
    """Row security for all, a tenant's rows for the auditor, and no change for anybody, the owner included."""
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_auditor ON {table} FOR SELECT TO {AUDITOR} USING (organisation_id = {TENANT});
GRANT SELECT ON {table} TO {AUDITOR};
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {OWNER};
CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""


def _sealer_writes(table: str) -> str:
    return f"""
CREATE POLICY {table}_sealer_reads ON {table} FOR SELECT TO {SEALER} USING (true);
CREATE POLICY {table}_sealer_adds ON {table} FOR INSERT TO {SEALER} WITH CHECK (true);
GRANT SELECT, INSERT ON {table} TO {SEALER};
"""
