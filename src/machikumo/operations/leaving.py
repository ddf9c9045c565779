"""What goes into an exit package: every table, the files, each room's own parts, and a paper that explains it all."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.kernel.files import store
from machikumo.kernel.files.queries import every_file
from machikumo.kernel.paper import name_fonts, render
from machikumo.kernel.registries import export_parts
from machikumo.kernel.tenancy.doors import organisation_of
from machikumo.operations import plan as plans
from machikumo.operations import queries
from machikumo.operations.arriving.rows import closed_columns_of
from machikumo.operations.domain.guide import groups_of
from machikumo.operations.domain.package import BLOCK
from machikumo.operations.domain.tokens import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from machikumo.kernel.registries import ClosedColumn
    from machikumo.kernel.scope import Scope
    from machikumo.operations.domain.package import Writer

PACKAGES = ("exit_package", queries.INCOMING)  # purposes of files that are packages themselves
GUIDE, TEMPLATE = "READ-ME-FIRST.pdf", Path(__file__).parent / "paper" / "guide.typ"
HEAD = "ledger/checkpoints.jsonl"
TOWN = ("code", "kind", "name", "name_en", "kana", "prefecture_code", "mode", "colour", "practice_of")


def write_parts(scope: Scope, writer: Writer, signer: str) -> int:
    """Write everything, the manifest last; gives the number of parts. ``signer`` is told on the paper."""
    with writer:
        tables = queries.tenant_tables()
        for table in tables:
            writer.add(f"tables/{table}.jsonl", rows_of(scope, table))
        _add_files(scope, writer)
        for name, part in export_parts.items():
            if name.endswith("/"):
                for inner, chunks in part(scope):
                    writer.add_file(f"{name}{inner}", chunks)
            else:
                writer.add(name, part(scope))
        town = organisation_of(scope)
        facts = {name: getattr(town, name) for name in TOWN}
        writer.tell(
            town=facts,
            tables=queries.columns_of(tables),
            organisations=queries.organisations_named(scope, plans.loaded_organisation_columns()),
            signer=signer,
        )
        writer.add_file(GUIDE, [_guide(scope, writer, facts, signer)])
        writer.close()
    return len(writer.parts)


def rows_of(scope: Scope, table: str) -> Iterator[bytes]:
    """The rows of a table, those of its columns opened that are closed with a key which stays here."""
    closed = closed_columns_of(table)
    lines = queries.rows_as_json(scope, table)
    return (_opened(scope, closed, line) for line in lines) if closed else lines


def _opened(scope: Scope, closed: Mapping[str, ClosedColumn], line: bytes) -> bytes:
    row: dict[str, Any] = json.loads(line)
    clear = {column: how.opened(scope, _in_bytes(row, closed)) for column, how in closed.items() if row[column]}
    return line_of(row | {column: f"\\x{data.hex()}" for column, data in clear.items()})


def _in_bytes(row: Mapping[str, Any], closed: Mapping[str, ClosedColumn]) -> dict[str, Any]:
    return {
        column: bytes.fromhex(value[2:]) if column in closed and value is not None else value
        for column, value in row.items()
    }


def _add_files(scope: Scope, writer: Writer) -> None:
    """Every stored file under its token; its name stands in tables/files_storedfile.jsonl."""
    missing = []
    for stored in every_file(scope).exclude(purpose__in=PACKAGES).filter(removed_at__isnull=True):
        place = store.place_of(scope, stored.token)
        if not store.is_whole(place, stored.size):
            missing.append(f"files/{stored.token}")
            continue
        with place.open("rb") as file:
            writer.add_file(f"files/{stored.token}", iter(partial(file.read, BLOCK), b""))
    writer.note_missing(missing)


def _guide(scope: Scope, writer: Writer, town: Mapping[str, str], signer: str) -> bytes:
    """The paper that explains the package to whoever opens it in ten years."""
    now = timezone.now()
    data = {
        "title": "持ち出しパッケージの説明",
        "town": town["name"],
        "code": scope.organisation_code,
        "mode": {"live": "本番", "training": "練習（架空のデータ）"}[town["mode"]],
        "made_at": f"{timezone.localtime(now):%Y年%-m月%-d日 %H:%M}",
        "signer": signer,
        "groups": [group.facts for group in groups_of(writer.parts)],
        "parts": f"{len(writer.parts):,}",
    }
    return render(TEMPLATE, data, name_fonts(), moment=now)
