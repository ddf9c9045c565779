"""Stops the embedded server and removes what was made: ``.venv``, ``var``, caches. The wheelhouse stays."""

from __future__ import annotations

import shutil
import subprocess
import sys

from bootstrap import PYTHON, ROOT

CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", ".coverage")
MADE = (".venv", "var", *CACHES)
STOP = "from machikumo.site.postgres import stop_server; stop_server()"


def main() -> int:
    """Ask, where a person sits there, then stop and remove; may be repeated."""
    if sys.stdin.isatty() and input("var/ のデータも消えます / removes all data in var/ [y/N] ").lower() != "y":
        return 1
    if PYTHON.exists() and (ROOT / "var" / "postgres").exists():
        subprocess.run([str(PYTHON), "-c", STOP], check=True)
    for name in MADE:
        path = ROOT / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
