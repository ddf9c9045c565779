"""Stops the embedded server and removes what was made: ``.venv``, ``var``, caches. The wheelhouse stays.

``var`` holds the embedded database and what its witnesses remember, so both go together: a new database beside old
witnesses would be refused as rolled back. What lies elsewhere (``DATABASE_URL``, ``MACHIKUMO_VAR``) is never removed;
the command says what is left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    for line in left():
        print(line)
    return 0


def left() -> list[str]:
    """What a new beginning needs and this command does not do, in both languages."""
    lines = []
    elsewhere = Path(os.environ.get("MACHIKUMO_VAR", "") or ROOT / "var")
    if elsewhere.resolve() != (ROOT / "var").resolve():
        lines.append(f"残しました / left: MACHIKUMO_VAR={elsewhere}（データと証人の控え / data and witnesses）")
    if os.environ.get("DATABASE_URL"):
        lines.append(
            "残しました / left: DATABASE_URL のデータベース。証人の控えと一緒に消すか、どちらも残してください。"
            " Drop the database of DATABASE_URL together with the witnesses, or keep both."
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
