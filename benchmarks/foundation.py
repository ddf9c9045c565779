"""Every measurement of the Foundation, one after the other: ``benchmarks/foundation_*.py``, options passed on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def parts() -> list[Path]:
    """The scripts, by name."""
    return sorted(Path(__file__).parent.glob("foundation_*.py"))


def main(arguments: list[str]) -> int:
    """Run each part; 0 only when every claim of every part holds."""
    failed = []
    for part in parts():
        print(f"== {part.stem}", flush=True)
        if subprocess.run([sys.executable, str(part), *arguments], check=False).returncode:
            failed.append(part.stem)
    print(f"NG: {', '.join(failed)}" if failed else "ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
