"""Which tables belong to a tenant, and their rows, read as the application within the tenant's scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.kernel.scope import Scope

READABLE = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND has_table_privilege(c.oid, %s) ORDER BY c.relname
"""


def tenant_tables(privilege: str = "SELECT") -> list[str]:
    """Names of the tables behind row security on which the application holds the privilege."""
    with connection.cursor() as cursor:
        cursor.execute(READABLE, [privilege])
        return [row[0] for row in cursor.fetchall()]


def rows_as_json(scope: Scope, table: str) -> Iterator[bytes]:
    """Every row of the organisation in that table as one JSON line each, in constant memory."""
    chosen = f'SELECT to_jsonb(t) FROM "{table}" t WHERE organisation_id = {int(scope.organisation_id)}'
    statement = f"COPY ({chosen}) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        pending = b""
        for block in copy:
            *lines, pending = (pending + bytes(block)).split(b"\n")
            yield from (unescaped(line) + b"\n" for line in lines)


def unescaped(line: bytes) -> bytes:
    """A JSON line before COPY doubled its backslashes; JSON itself holds no raw control signs."""
    return line.replace(b"\\\\", b"\\")


NAMED = {
    "register_person": ("住民（除票を含む）", "Persons, removed ones too"),
    "register_personversion": ("住民の履歴", "Versions of their records"),
    "register_household": ("世帯", "Households"),
    "numbers_numberrecord": ("番号（保管庫）", "Numbers in the vault"),
    "certificates_certificaterequest": ("証明書の請求", "Requests for certificates"),
    "files_storedfile": ("保管ファイル", "Stored files"),
    "layouts_movein": ("データ移行", "Move-ins"),
}


def row_counts(scope: Scope) -> list[tuple[str, str, int]]:
    """How many rows of each kind that people know of: the words in both languages, and the count."""
    tables = set(tenant_tables())
    counts = []
    with connection.cursor() as cursor:
        for table, (ja, en) in NAMED.items():
            if table in tables:
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE organisation_id = %s', [scope.organisation_id])
                counts.append((ja, en, cursor.fetchone()[0]))
    return counts
