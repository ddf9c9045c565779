"""The pinned packages: every one hashed, none with an address, each under a licence that fits.

``python tools/packages.py`` prints what is wrong; exit code 1 when something is.
"""

from __future__ import annotations

import re
import sys
import tomllib
from typing import TYPE_CHECKING, Any

from bootstrap import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SETS = ("base", "layouts", "web", "dev")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)")
ADDRESS = re.compile(r"https?://|git\+|file:|^\s*--(?:extra-)?index-url|^\s*--find-links|^\s*-f\s", re.MULTILINE)


def main() -> int:
    """Print every fault; 1 when there is one."""
    faults = [*faults_of_pins(ROOT / "requirements"), *faults_of_licences(ROOT)]
    for fault in faults:
        print(f"NG  {fault}")
    return 1 if faults else 0


def faults_of_pins(folder: Path) -> Iterator[str]:
    """Addresses, pins without a hash, and pins that differ between the sets."""
    dev = pins((folder / "dev.txt").read_text(encoding="utf-8"))
    for name in SETS:
        text = (folder / f"{name}.txt").read_text(encoding="utf-8")
        if ADDRESS.search(text):
            yield f"requirements/{name}.txt holds a download address: run make lock"
        yield from (f"requirements/{name}.txt: {pin} has no hash" for pin in unhashed(text))
        for package, version in pins(text).items():
            if dev.get(package) != version:
                yield f"requirements/{name}.txt: {package} {version}, but dev has {dev.get(package)}: run make lock"


def faults_of_licences(root: Path) -> Iterator[str]:
    """Packages without a licence in docs/licences.toml, with one that does not fit, and forgotten ones."""
    table = tomllib.loads((root / "docs" / "licences.toml").read_text(encoding="utf-8"))
    product = set(pins((root / "requirements" / "web.txt").read_text(encoding="utf-8")))
    development = set(pins((root / "requirements" / "dev.txt").read_text(encoding="utf-8"))) - product
    allowed = set(table["allowed"]["product"])
    yield from faults_of_list("product", product, table["product"], allowed)
    allowed |= set(table["allowed"]["development"])
    yield from faults_of_list("development", development, table["development"], allowed)


def faults_of_list(name: str, pinned: set[str], licences: Mapping[str, Any], allowed: set[str]) -> Iterator[str]:
    """What one list of licences lacks, holds for nothing, or should not hold."""
    yield from (f"docs/licences.toml [{name}] lacks {package}" for package in sorted(pinned - set(licences)))
    yield from (f"docs/licences.toml [{name}]: {package} is not pinned" for package in sorted(set(licences) - pinned))
    for package in sorted(pinned & set(licences)):
        if not fits(licences[package], allowed):
            yield f"{package} is under {licences[package]}, which does not fit the {name}"


def pins(text: str) -> dict[str, str]:
    """Versions by package."""
    found = (PIN.match(line) for line in text.splitlines())
    return {re.sub(r"[-_.]+", "-", match[1]).lower(): match[2] for match in found if match}


def unhashed(text: str) -> list[str]:
    """Pins that no hash follows."""
    whole = text.replace("\\\n", " ").splitlines()
    return [line.split()[0] for line in whole if PIN.match(line) and "--hash=sha256:" not in line]


def fits(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be met: one side of each OR, all parts of each AND."""
    return any(all(part.strip() in allowed for part in choice.split(" AND ")) for choice in expression.split(" OR "))


if __name__ == "__main__":
    sys.exit(main())
