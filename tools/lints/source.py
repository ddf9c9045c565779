"""Source files as the rules see them."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
BINARY = {".png", ".jpg", ".pdf", ".ttf", ".otf", ".woff", ".woff2", ".ico", ".gz", ".zip", ".xlsx", ".parquet"}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place that breaks a rule; line 0 means the whole file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """A tracked text file: its path from the root of the repository and its text."""

    path: PurePosixPath
    text: str = field(repr=False)

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module; empty for what is not Python."""
        return ast.parse(self.text if self.is_python else "", filename=str(self.path))

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.splitlines()

    @property
    def is_python(self) -> bool:
        """Whether this is a Python module."""
        return self.path.suffix == ".py"

    @property
    def is_test(self) -> bool:
        """Whether this file belongs to tests."""
        name = self.path.name
        return "tests" in self.path.parts or name.startswith("test_") or name in {"testing.py", "conftest.py"}

    @property
    def is_migration(self) -> bool:
        """Whether this is a migration of Django's."""
        return "migrations" in self.path.parts

    @property
    def is_product(self) -> bool:
        """Whether this module is part of the product: no test, no migration."""
        return self.is_python and self.path.parts[0] == "src" and not self.is_test and not self.is_migration

    def belongs_to(self, name: str) -> bool:
        """Whether this is the room's ``<name>.py`` or lies in its folder ``<name>/``."""
        return self.path.stem == name or name in self.path.parts[:-1]

    def finding(self, node: ast.AST | int, message: str) -> Finding:
        """A finding at a node or at a line."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 0)
        return Finding(str(self.path), line, message)


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function of the tree, methods and inner ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def sources(root: Path) -> list[Source]:
    """Every text file that git tracks or would track; all files below where there is no git."""
    return [Source(PurePosixPath(name), _text(root / name)) for name in _names(root) if _is_text(root / name)]


def _names(root: Path) -> Sequence[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        below = ("src", "tests", "tools", "benchmarks", "docs", "requirements")
        return [str(path.relative_to(root)) for folder in below for path in sorted((root / folder).rglob("*"))]
    return sorted(set(filter(None, done.stdout.split("\0"))))


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix not in BINARY


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
