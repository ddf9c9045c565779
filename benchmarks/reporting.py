"""How every benchmark tells its results: a line a claim, and ``var/bench/<name>.json`` for ``make show-<issue>``.

Beside the results lies ``<name>.about.json``: when, at which commit and on what machine they were measured.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
HEADINGS = ("claim", "ours", "peer or limit", "ratio", "bar", "holds")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with its figure: ours beside the peer's or the limit's, the bar, and whether it holds."""

    claim: str
    ours: str | float
    other: str | float
    ratio: str | float
    bar: str
    holds: bool

    def line(self) -> str:
        """The claim as one line of a table."""
        cells = (self.claim, self.ours, self.other, self.ratio, self.bar, "yes" if self.holds else "NO")
        return " | ".join(shown(cell) for cell in cells)


def shown(value: object) -> str:
    """A figure for people: four significant digits, thousands apart."""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if isinstance(value, float) and abs(value) >= 10_000 else f"{value:.4g}"  # noqa: PLR2004


def folder() -> Path:
    """Where results lie: ``bench`` under the installation's data."""
    return Path(os.environ.get("MACHIKUMO_VAR", ROOT / "var")) / "bench"


def publish(name: str, claims: Sequence[Claim], **about: object) -> int:
    """Print the claims, write both files, and give the exit code: 0 when every claim holds.

    ``name`` is that of the script; the make target's dashes are taken for its underscores.
    """
    name = name.replace("-", "_")
    print(" | ".join(HEADINGS))
    for claim in claims:
        print(claim.line())
    folder().mkdir(parents=True, exist_ok=True)
    _write(folder() / f"{name}.json", [asdict(claim) for claim in claims])
    _write(folder() / f"{name}.about.json", {**circumstances(), **about})
    return 0 if claims and all(claim.holds for claim in claims) else 1


def circumstances() -> Mapping[str, object]:
    """When, at which commit and on what machine."""
    return {
        "date": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "cpu": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def commit() -> str:
    """The short hash of the commit, with ``+`` where files differ from it; empty without git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def processor() -> str:
    """The model of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
