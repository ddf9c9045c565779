"""How long functions and modules may be, one by one and as a whole."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lints.source import Finding, Function, functions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Source

FUNCTION_LIMIT, FUNCTION_P90, FUNCTION_MEDIAN = 50, 25, 8
MODULE_LIMIT, MODULE_P90 = 400, 200
ENOUGH = 20  # below so many, shares say nothing


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lines of the product's functions and modules, and lines of tests beside lines of source."""

    functions: tuple[int, ...]
    modules: tuple[int, ...]
    source_lines: int
    test_lines: int


def budgets(files: Sequence[Source]) -> Iterator[Finding]:
    """No function over 50 lines and no module over 400; nine in ten and the median within their budgets."""
    for source in files:
        if source.is_python and not source.is_test and not source.is_migration:
            yield from _too_long(source)
    yield from _shares(measure(files))


def measure(files: Sequence[Source]) -> Sizes:
    """The sizes of the product; blank lines do not count, and a function's docstring does not either."""
    product = [source for source in files if source.is_product]
    tests = [source for source in files if source.is_python and source.is_test]
    return Sizes(
        tuple(function_lines(source, node) for source in product for node in functions(source.tree)),
        tuple(lines for lines in map(module_lines, product) if lines),
        sum(map(module_lines, product)),
        sum(map(module_lines, tests)),
    )


def module_lines(source: Source) -> int:
    """Lines that hold something."""
    return sum(1 for line in source.lines if line.strip())


def function_lines(source: Source, node: Function) -> int:
    """Lines of a function that hold something, without its docstring."""
    whole = sum(1 for line in source.lines[node.lineno - 1 : node.end_lineno] if line.strip())
    first = node.body[0]
    if ast.get_docstring(node) is None:
        return whole
    return whole - sum(1 for line in source.lines[first.lineno - 1 : first.end_lineno] if line.strip())


def share(sizes: Sequence[int], part: float) -> int:
    """The size that ``part`` of them do not exceed."""
    return sorted(sizes)[max(0, math.ceil(len(sizes) * part) - 1)]


def _too_long(source: Source) -> Iterator[Finding]:
    if module_lines(source) > MODULE_LIMIT:
        yield source.finding(0, f"{module_lines(source)} lines; a module has at most {MODULE_LIMIT}")
    for node in functions(source.tree):
        lines = (node.end_lineno or node.lineno) - node.lineno
        if lines > FUNCTION_LIMIT:
            yield source.finding(node, f"{node.name}: {lines} lines; a function has at most {FUNCTION_LIMIT}")


def _shares(sizes: Sizes) -> Iterator[Finding]:
    for name, lines, part, limit in (
        ("functions", sizes.functions, 0.5, FUNCTION_MEDIAN),
        ("functions", sizes.functions, 0.9, FUNCTION_P90),
        ("modules", sizes.modules, 0.9, MODULE_P90),
    ):
        if len(lines) >= ENOUGH and share(lines, part) > limit:
            yield Finding("src", 0, f"{part:.0%} of the {name} have up to {share(lines, part)} lines; budget {limit}")
