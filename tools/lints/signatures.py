"""What others may call says what it gives and of which types."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lints.source import Function

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Finding, Source


def documented(files: Sequence[Source]) -> Iterator[Finding]:
    """Every module, public class and public function of the product has a docstring."""
    for source in files:
        if source.is_product and source.text.strip():
            if ast.get_docstring(source.tree) is None:
                yield source.finding(1, "the module has no docstring")
            for name, node in _public(source.tree):
                if ast.get_docstring(node) is None:
                    yield source.finding(node, f"{name} has no docstring: say what the caller gets")


def typed(files: Sequence[Source]) -> Iterator[Finding]:
    """Every public function of the product names the types of its parameters and of its result."""
    for source in files:
        if source.is_product:
            for name, node in _public(source.tree):
                if isinstance(node, Function):
                    untyped = [argument.arg for argument in _parameters(node) if argument.annotation is None]
                    if untyped or node.returns is None:
                        yield source.finding(node, f"{name}: no type for {', '.join(untyped) or 'the result'}")


def _public(tree: ast.Module) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Public functions, classes and their methods, by dotted name."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Function) and not inner.name.startswith("_"):
                        yield f"{node.name}.{inner.name}", inner


def _parameters(node: Function) -> list[ast.arg]:
    arguments = node.args
    whole = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    whole += [rest for rest in (arguments.vararg, arguments.kwarg) if rest]
    return [argument for argument in whole if argument.arg not in {"self", "cls"}]
