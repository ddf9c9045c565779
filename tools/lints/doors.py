"""Tenants' rows are reached through one door, and actions look alike."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Finding, Source

MANAGERS = {"objects", "_default_manager", "_base_manager"}
SCOPED = {"within", "add"}  # both take the scope


def tenant_door(files: Sequence[Source]) -> Iterator[Finding]:
    """``Model.objects`` stands in models and queries; elsewhere only as ``Model.objects.within(scope)``."""
    for source in files:
        if source.is_product and not _may_read(source):
            yield from _unscoped(source)


def _may_read(source: Source) -> bool:
    return source.belongs_to("models") or source.belongs_to("queries") or source.belongs_to("tenancy")


def _unscoped(source: Source) -> Iterator[Finding]:
    through_the_door = {
        id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute) and node.attr in SCOPED
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in through_the_door:
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
