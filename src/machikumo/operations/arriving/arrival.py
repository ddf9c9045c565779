"""A package as the rooms see it while it comes in: its parts, and under which new id a row is here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from machikumo.operations.domain.package import Manifest, verified

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Mapping


@dataclass(slots=True)
class Arrival:
    """A package that was verified as a whole. ``new_ids`` holds those new ids that texts and documents ask for."""

    archive: zipfile.ZipFile
    manifest: Manifest
    sha256: str
    new_ids: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: zipfile.ZipFile, sha256: str) -> Arrival:
        """The package; PackageFault when a part is missing, foreign or altered."""
        return cls(archive, verified(archive), sha256)

    @property
    def names(self) -> list[str]:
        """The names of all parts, in their order."""
        return [part.name for part in self.manifest.parts]

    @property
    def tables(self) -> Mapping[str, list[str]]:
        """The tables that the package holds, each with its columns."""
        found: Mapping[str, list[str]] = self.manifest.facts.get("tables", {})
        return found

    @property
    def town(self) -> Mapping[str, Any]:
        """Who the package is of: code, kind, name, mode …"""
        found: Mapping[str, Any] = self.manifest.facts.get("town", {})
        return found

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self.archive.NameToInfo

    def under(self, folder: str) -> list[str]:
        """The names of the parts below a folder (its name ends with "/")."""
        return [name for name in self.names if name.startswith(folder)]

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a part without their newlines; none where there is no such part."""
        if self.has(name):
            with self.archive.open(name) as file:
                for line in file:
                    yield line.rstrip(b"\n")

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream."""
        return self.archive.open(name)

    def remember(self, table: str, new_ids: Mapping[int, int]) -> None:
        """Say under which ids rows of a table are here."""
        self.new_ids.setdefault(table, {}).update(new_ids)

    def new_id(self, table: str, old: int) -> int | None:
        """The new id of a row, where it is known; None for a row that did not come along."""
        return self.new_ids.get(table, {}).get(old)
