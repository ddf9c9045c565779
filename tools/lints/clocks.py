"""Time is aware, and the domain knows neither clock nor chance nor files."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Finding, Source

NAIVE = {"datetime.utcnow", "datetime.today", "date.today", "datetime.utcfromtimestamp"}
CLOCKS = {"datetime.now", "timezone.now", "time.time", "time.monotonic", "time.time_ns", "timezone.localdate"}
CHANCE = {"secrets", "uuid.uuid4", "uuid4", "os.urandom"}
FILES = {"read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir"}


def aware_now(files: Sequence[Source]) -> Iterator[Finding]:
    """No time without its zone, in product, tests and tools."""
    for source in files:
        if source.is_python:
            for call, name in _calls(source):
                now_without_zone = name == "datetime.now" and not (call.args or call.keywords)
                if name in NAIVE or now_without_zone:
                    yield source.finding(call, f"{name}() knows no zone: use django.utils.timezone.now()")


def pure_domain(files: Sequence[Source]) -> Iterator[Finding]:
    """In ``domain/``: clock, chance and files come as arguments."""
    for source in files:
        if source.is_product and "domain" in source.path.parts:
            for call, name in _calls(source):
                if _is_impure(name):
                    yield source.finding(call, f"{name}() in the domain: take its result as an argument")


def _is_impure(name: str) -> bool:
    head, _, last = name.rpartition(".")
    by_chance = head == "random" and last != "Random"
    return name in CLOCKS | CHANCE | NAIVE or head in CHANCE or by_chance or last in FILES or name == "open"


def _calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the last two parts of what is called."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node, ".".join(ast.unparse(node.func).split(".")[-2:])
