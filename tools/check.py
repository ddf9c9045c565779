"""Everything that a change must pass besides its tests: ``python tools/check.py [step …]``.

One line a step, with seconds; the output of a step is shown when it fails. Exit code 1 when one failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bootstrap import PYTHON, ROOT

MODULE = [str(PYTHON), "-m"]
TOOL = [str(PYTHON)]
STEPS: dict[str, list[str]] = {
    "lint": [*MODULE, "ruff", "check", "--quiet", "--output-format=concise", "."],
    "format": [*MODULE, "ruff", "format", "--check", "--quiet", "."],
    "types": [*MODULE, "mypy", "src/machikumo", "tools"],
    "imports": [str(PYTHON.with_name("lint-imports")), "--no-logo"],
    "house": [*TOOL, "tools/lint.py"],
    "packages": [*TOOL, "tools/packages.py"],
    "migrations": [*MODULE, "django", "makemigrations", "--check", "--dry-run", "--verbosity=1"],
    "isolation": [*TOOL, "tools/isolation.py"],
}
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "machikumo.site.settings", "PYTHONWARNINGS": "ignore::RuntimeWarning"}


def main(chosen: list[str]) -> int:
    """Run the chosen steps, or all, and tell which failed."""
    unknown = set(chosen) - set(STEPS)
    if unknown:
        print(f"no such step: {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    failed = [name for name in chosen or STEPS if not passes(name, STEPS[name])]
    print(f"check: {len(failed)} failed ({', '.join(failed)})" if failed else "check: ok", flush=True)
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    """Run one step and print its line; its output follows when it failed."""
    started = time.monotonic()
    environment = {**ENVIRONMENT, **os.environ}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    good = done.returncode == 0
    print(f"{'ok' if good else 'NG'}  {name:<12} {time.monotonic() - started:5.1f} s", flush=True)
    if not good:
        print("".join(f"      {line}\n" for line in done.stdout.splitlines()), flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
