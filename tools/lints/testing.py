"""A test that asserts nothing proves nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lints.source import functions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Finding, Function, Source

ASSERTING = ("assert", "raises", "expect", "warns", "check", "verify", "fail")


def tests_assert(files: Sequence[Source]) -> Iterator[Finding]:
    """Every test asserts, by itself or through something named so."""
    for source in files:
        if source.is_python and source.is_test:
            for node in functions(source.tree):
                if node.name.startswith("test_") and not _asserts(node):
                    yield source.finding(node, f"{node.name} asserts nothing")


def _asserts(node: Function) -> bool:
    return any(
        isinstance(inner, ast.Assert)
        or (isinstance(inner, ast.Call) and any(word in ast.unparse(inner.func) for word in ASSERTING))
        for inner in ast.walk(node)
    )
