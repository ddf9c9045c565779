"""The command line: ``python -m machikumo <command> …``; each room adds its own commands.

A command is a parser whose defaults hold ``run`` (called with what was typed, gives the exit code) and, when it reads
or writes the database, ``needs_django=True``.
"""

from __future__ import annotations

import argparse
import importlib
import sys

ROOMS_WITH_COMMANDS = (
    "machikumo.layouts.cli",
    "machikumo.gaiji.cli",
    "machikumo.definitions.cli",
    "machikumo.rehearsals.cli",
    "machikumo.synthetic.cli",
    "machikumo.feeds.cli",
    "machikumo.site.cli",
    "machikumo.kernel.ledger.cli",
    "machikumo.kernel.numbers.cli",
    "machikumo.kernel.files.cli",
    "machikumo.kernel.jobs.cli",
    "machikumo.certificates.cli",
    "machikumo.organisations.cli",
    "machikumo.register.cli",
    "machikumo.operations.cli",
)


def parser() -> argparse.ArgumentParser:
    """The whole parser, with the commands of every room whose packages are installed."""
    top = argparse.ArgumentParser(prog="machikumo", description="まちくも: the open municipal cloud (自治体クラウド)")
    commands = top.add_subparsers(dest="command", metavar="command", required=True)
    for name in ROOMS_WITH_COMMANDS:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name and name.startswith(missing.name):
                continue  # the room has no commands of its own
            raise
        module.register(commands)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        return _run(chosen)
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("machikumo"):
            raise
        print(  # noqa: T201 - the answer of a command
            f"このコマンドには追加のパッケージ（{missing.name}）が必要です。pip install 'machikumo[web]' で入れるか、"
            "まちくものフォルダーで make web のあと .venv/bin/python を使ってください。\n"
            f"This command needs a further package ({missing.name}): pip install 'machikumo[web]', or make web in "
            "Machikumo's folder and then .venv/bin/python.",
            file=sys.stderr,
        )
        return 2


def _run(chosen: argparse.Namespace) -> int:
    if getattr(chosen, "needs_django", False):
        # here, because no room below the site knows how an installation is made ready
        importlib.import_module("machikumo.site.setup").start_django()
    code: int | None = chosen.run(chosen)
    return code or 0


if __name__ == "__main__":
    sys.exit(main())
