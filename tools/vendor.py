"""Takes files from npm packages as tools/vendor.toml lists them, so that nothing needs npm later.

Needs the program npm and a registry it is set up for. Refuses a package whose checksum differs from the list; a new or
raised version is entered with empty checksums, which ``--accept`` fills in for the maintainer to look at and commit.
"""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from bootstrap import ROOT

LIST = Path(__file__).with_suffix(".toml")


class Mismatch(Exception):
    """A file is not the one that the list names."""


def packages() -> list[dict[str, Any]]:
    """The packages of the list."""
    found: list[dict[str, Any]] = tomllib.loads(LIST.read_text("utf-8"))["package"]
    return found


def integrity(data: bytes) -> str:
    """A tarball's checksum, written as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode("ascii")


def target(package: dict[str, Any], name: str) -> Path:
    """Where a file of the package lies in the clone: below the package's folder, without ``dist``."""
    folder: Path = ROOT / package["folder"]
    return folder / name.removeprefix("dist/")


def fetch(package: dict[str, Any]) -> bytes:
    """The package's tarball, by npm."""
    wanted = f"{package['name']}@{package['version']}"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"--pack-destination={folder}", wanted],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (tarball,) = Path(folder).glob("*.tgz")
        return tarball.read_bytes()


def unpack(package: dict[str, Any], tarball: bytes) -> dict[str, bytes]:
    """The listed files of a tarball by their names in the package."""
    contents = {}
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        for name in package["files"]:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise Mismatch(f"{package['name']}: {name} is not a file")
            contents[name] = member.read()
    return contents


def differences(package: dict[str, Any], contents: dict[str, bytes]) -> list[str]:
    """One line for each file whose checksum is not the listed one."""
    return [
        f"{package['name']}: {name} has sha256 {found}"
        for name, listed in package["files"].items()
        if (found := hashlib.sha256(contents[name]).hexdigest()) != listed
    ]


def accept(package: dict[str, Any], tarball: bytes, contents: dict[str, bytes]) -> None:
    """Write the checksums of what came into the list, in the package's own section."""
    head, mark, section = LIST.read_text("utf-8").partition(f'name = "{package["name"]}"')
    own, next_mark, rest = section.partition("[[package]]")
    lines = []
    for line in own.splitlines():
        key = line.partition(" = ")[0].strip('"')
        if key == "integrity":
            lines.append(f'integrity = "{integrity(tarball)}"')
        elif key in contents:
            lines.append(f'"{key}" = "{hashlib.sha256(contents[key]).hexdigest()}"')
        else:
            lines.append(line)
    LIST.write_text(head + mark + "\n".join(lines) + "\n" * bool(next_mark) + next_mark + rest.rstrip() + "\n", "utf-8")


def bring(package: dict[str, Any], *, accepting: bool) -> None:
    """Fetch one package and put its listed files in place; Mismatch when they are not the listed ones."""
    tarball = fetch(package)
    contents = unpack(package, tarball)
    if accepting:
        accept(package, tarball, contents)
    elif integrity(tarball) != package["integrity"] or differences(package, contents):
        raise Mismatch("\n".join([f"{package['name']}: {integrity(tarball)}", *differences(package, contents)]))
    for name, data in contents.items():
        file = target(package, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def main(arguments: list[str]) -> int:
    """Bring all packages; 1 when one of them is not what the list says."""
    for package in packages():
        print(f"{package['name']} {package['version']} ({package['licence']})", flush=True)
        try:
            bring(package, accepting="--accept" in arguments)
        except Mismatch as mismatch:
            print(f"refused:\n{mismatch}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
