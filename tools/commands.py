"""Writes docs/operations/commands.md from the parser of the command line: ``python tools/commands.py``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bootstrap import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "operations" / "commands.md"
HEAD = """# コマンド Commands

`.venv/bin/python -m machikumo <command> …`; every command says with `--help` what it takes. Exit code 0 means done,
1 that something is wrong and was said, 2 that the command itself was not understood. Written by `tools/commands.py`
from the parser itself.
"""


def leaves(parser: argparse.ArgumentParser, words: str = "") -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Every command that runs something: its words, its help and its parser."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to walk its parsers
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            said = {choice.dest: choice.help or "" for choice in action._get_subactions()}  # noqa: SLF001 - as above
            for name, below in action.choices.items():
                inner = list(leaves(below, f"{words} {name}".strip()))
                yield from inner or [(f"{words} {name}".strip(), said.get(name, ""), below)]


def arguments(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """What a command takes: how it is written, and what it means."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to walk its parsers
        if isinstance(action, argparse._HelpAction):  # noqa: SLF001 - as above
            continue
        name = action.option_strings[-1] if action.option_strings else action.dest
        value = "" if action.nargs == 0 or not action.option_strings else f" {action.metavar or action.dest.upper()}"
        told = action.help or ""
        if action.choices:
            told = f"{told} ({', '.join(map(str, action.choices))})".strip()
        if action.default and action.default != argparse.SUPPRESS and str(action.default) not in told:
            told = f"{told} [{action.default}]".strip()
        yield f"`{name}{value}`", told + (" **required**" if action.required and action.option_strings else "")


def page() -> str:
    """The whole page."""
    sys.path.insert(0, str(ROOT / "src"))
    from machikumo.__main__ import parser

    parts = [HEAD]
    for words, said, below in leaves(parser()):
        rows = [f"| {name} | {told.replace('|', '/')} |" for name, told in arguments(below)]
        table = "\n".join(["", "| | |", "| --- | --- |", *rows, ""]) if rows else ""
        parts.append(f"## `{words}`\n\n{said}\n{table}")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))
