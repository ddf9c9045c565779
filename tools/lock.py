"""Resolves requirements/*.in into hash-pinned *.txt without download addresses (needs uv).

The smaller sets are resolved under the pins of dev, so that every environment has the same versions.
"""

from __future__ import annotations

import subprocess
import sys

from bootstrap import ROOT

FLAGS = (
    *(
        "--generate-hashes",
        "--universal",
        "--python-version=3.11",
        "--no-emit-index-url",
        "--no-emit-find-links",
    ),
    *("--no-header", "--quiet", "--exclude-newer=7 days"),
)


def main(more: list[str]) -> int:
    """Resolve all four sets, dev first; ``more`` are further flags such as --upgrade."""
    for name in ("dev", "web", "layouts", "base"):
        print(f"requirements/{name}.txt", flush=True)
        limit = [] if name == "dev" else ["--constraint=requirements/dev.txt"]
        command = [
            "uv",
            "pip",
            "compile",
            *FLAGS,
            *limit,
            *more,
            f"requirements/{name}.in",
            f"-o=requirements/{name}.txt",
        ]
        if subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
