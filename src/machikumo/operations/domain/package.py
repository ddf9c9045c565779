"""The exit package (出口): everything of one organisation in one archive, with a manifest that proves it whole."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Iterable

MANIFEST = "manifest.json"
FORMAT = "machikumo-exit-package/1"


class PackageFault(MachikumoError):
    """The package is not whole: says which part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the package: its name, how many rows and bytes it has, and its SHA-256."""

    name: str
    rows: int
    size: int
    sha256: str


class Writer:
    """Writes parts one after another in constant memory, then the manifest."""

    def __init__(self, out: Any, *, organisation: str, made_at: str) -> None:
        """``out`` needs ``write`` and ``flush`` only: it is written without ever going back."""
        self._archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._facts: dict[str, Any] = {"format": FORMAT, "organisation": organisation, "made_at": made_at}
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        """Write within it, so that a package that is broken off does not stay open."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the archive; without ``close`` before it has no manifest, and is no package."""
        self._archive.close()

    def add(self, name: str, lines: Iterable[bytes]) -> Part:
        """Add a part made of lines; each line is one row and carries its own newline."""
        return self._add(name, lines)

    def add_file(self, name: str, chunks: Iterable[bytes]) -> Part:
        """Add a stored file, byte by byte as it is: one row, in however many pieces it comes."""
        return self._add(name, chunks, rows_told=1)

    def note_missing(self, names: Iterable[str]) -> None:
        """Say in the manifest what should be here and is not."""
        self._facts["missing"] = sorted(names)

    def _add(self, name: str, lines: Iterable[bytes], *, rows_told: int | None = None) -> Part:
        digest = hashlib.sha256()
        rows = size = 0
        with self._archive.open(name, "w", force_zip64=True) as file:
            for line in lines:
                file.write(line)
                digest.update(line)
                size += len(line)
                rows += 1
        part = Part(name, rows if rows_told is None else rows_told, size, digest.hexdigest())
        self.parts.append(part)
        return part

    def close(self) -> None:
        """Write the manifest and end the archive."""
        parts = [{"name": p.name, "rows": p.rows, "size": p.size, "sha256": p.sha256} for p in self.parts]
        text = json.dumps(self._facts | {"parts": parts}, ensure_ascii=False, indent=1)
        self._archive.writestr(MANIFEST, text)
        self._archive.close()


def verify(package: IO[bytes]) -> list[Part]:
    """The parts of a whole package; PackageFault names the first part that is missing, foreign or altered."""
    with zipfile.ZipFile(package) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        parts = [Part(**facts) for facts in manifest["parts"]]
        foreign = set(archive.namelist()) - {part.name for part in parts} - {MANIFEST}
        if foreign:
            raise PackageFault(f"目録にないファイルがあります: {min(foreign)}", f"Not in the manifest: {min(foreign)}")
        for part in parts:
            _check(archive, part)
    return parts


def _check(archive: zipfile.ZipFile, part: Part) -> None:
    try:
        content = archive.open(part.name)
    except KeyError:
        raise PackageFault(f"ファイルがありません: {part.name}", f"Missing: {part.name}") from None
    digest = hashlib.sha256()
    try:
        with content:
            while block := content.read(1 << 20):
                digest.update(block)
    except zipfile.BadZipFile:
        raise PackageFault(f"ファイルが壊れています: {part.name}", f"Damaged: {part.name}") from None
    if digest.hexdigest() != part.sha256:
        raise PackageFault(f"内容が目録と違います: {part.name}", f"Altered: {part.name}")
