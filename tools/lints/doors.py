"""Tenants' rows are reached through one door, and actions look alike."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lints.walls import platform_models

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Finding, Source

MANAGERS = {"objects", "_default_manager", "_base_manager"}
PRIVATE = {"models", "views", "forms", "urls", "api", "cli", "templatetags", "templates", "admin"}
SHORTEST_ROOM_PATH = 3
SCOPED = {"within", "add"}  # both take the scope


def tenant_door(files: Sequence[Source]) -> Iterator[Finding]:
    """``Model.objects`` stands in models and queries; elsewhere only as ``Model.objects.within(scope)``.

    Platform tables, which belong to no tenant, may also be written by actions and by the kernel.
    """
    platform = platform_models(files)
    for source in files:
        if source.is_product and not _may_read(source):
            writes = source.belongs_to("actions") or "kernel" in source.path.parts
            yield from _unscoped(source, platform if writes else set())


def _may_read(source: Source) -> bool:
    return source.belongs_to("models") or source.belongs_to("queries") or source.belongs_to("tenancy")


def _unscoped(source: Source, open_to_all: set[str]) -> Iterator[Finding]:
    through_the_door = {
        id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute) and node.attr in SCOPED
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in through_the_door:
            if ast.unparse(node.value).rpartition(".")[2] in open_to_all:
                continue
            place = "put the read into queries.py, or use .objects.within(scope)"
            yield source.finding(node, f"{ast.unparse(node)} outside models and queries: {place}")


def action_signature(files: Sequence[Source]) -> Iterator[Finding]:
    """A public function of actions takes ``scope`` first and everything else by keyword."""
    for source in files:
        if source.is_product and source.belongs_to("actions"):
            for node in source.tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield from _signature(source, node)


def _signature(source: Source, node: ast.FunctionDef) -> Iterator[Finding]:
    positional = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    if positional[:1] != ["scope"]:
        yield source.finding(node, f"action {node.name}: its first parameter is the scope")
    elif len(positional) > 1:
        yield source.finding(node, f"action {node.name}: {', '.join(positional[1:])} only by keyword (put a * there)")


def rooms_meet_at_the_door(files: Sequence[Source]) -> Iterator[Finding]:
    """Of another room only ``domain``, ``queries`` and ``actions`` are imported; ``contrib`` by nobody outside it."""
    for source in files:
        if source.is_product and _room_of(source) not in {"", "site"}:
            for node, imported in _imports(source.tree):
                if _is_behind_the_door(_room_of(source), imported):
                    yield source.finding(node, f"{imported}: of another room take domain, queries or actions")


def connectors_hang_below(files: Sequence[Source]) -> Iterator[Finding]:
    """``contrib`` is imported by itself and named in settings, never by the room that it serves."""
    for source in files:
        if source.is_product and "contrib" not in source.path.parts:
            for node, imported in _imports(source.tree):
                if "contrib" in imported.split(".")[2:]:
                    yield source.finding(node, f"{imported}: connectors are named in settings, never imported")


def _room_of(source: Source) -> str:
    """The room's name, without the kernel's floors and the files beside the rooms."""
    parts = source.path.parts
    return parts[2] if parts[:2] == ("src", "machikumo") and len(parts) > SHORTEST_ROOM_PATH else ""


def _imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported module and name, dotted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def _is_behind_the_door(room: str, imported: str) -> bool:
    parts = imported.split(".")
    if parts[0] != "machikumo" or len(parts) < SHORTEST_ROOM_PATH:
        return False
    return parts[1] not in {room, "kernel"} and parts[2] in PRIVATE
