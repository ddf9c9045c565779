"""A package of files (中間標準レイアウト-style): several files, each by its own layout, told by one manifest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.errors import BadDefinition
from machikumo.layouts.domain.fields import Fields, canonical_digest, parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterable

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package. ``name`` is its file name, {code} and {date} standing for six and eight digits."""

    layout: str
    name: str
    required: bool
    title: str

    def matches(self, file: str) -> bool:
        """Whether a file of that name is this part."""
        return self.pattern.fullmatch(file) is not None

    @property
    def pattern(self) -> re.Pattern[str]:
        """The form of its file names."""
        parts = _SLOT.split(self.name)
        slots = {"code": "[0-9]{6}", "date": "[0-9]{8}", "part": "[0-9]+"}
        return re.compile("".join(slots.get(part, "") if at % 2 else re.escape(part) for at, part in enumerate(parts)))


@dataclass(frozen=True, slots=True)
class Reference:
    """Values of items of one file that must stand among those of another."""

    source: str
    source_items: tuple[str, ...]
    target: str
    target_items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackageDefinition:
    """What a package of files must hold. ``digest`` is the SHA-256 of its canonical form."""

    key: str
    version: str
    name: str
    source: str
    edition: str
    confirmed: bool
    parts: tuple[Part, ...]
    references: tuple[Reference, ...]
    digest: str

    def sorted_out(self, files: Iterable[str]) -> Found:
        """Which file is which part, what is missing, and what belongs to no part."""
        by_part: dict[str, list[str]] = {part.layout: [] for part in self.parts}
        strange: list[str] = []
        for file in sorted(files):
            part = next((one for one in self.parts if one.matches(file)), None)
            (strange if part is None else by_part[part.layout]).append(file)
        missing = [part for part in self.parts if part.required and not by_part[part.layout]]
        return Found({key: tuple(names) for key, names in by_part.items()}, tuple(missing), tuple(strange))


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a folder by the layout of their part; ``strange`` belong to none."""

    files: dict[str, tuple[str, ...]]
    missing: tuple[Part, ...]
    strange: tuple[str, ...]


def load_package(text: str, where: str) -> PackageDefinition:
    """The package definition of a TOML text.

    Raises:
        BadDefinition: a field is missing, unknown or of the wrong kind, or a reference names no part.
    """
    tables = parse_toml(text, where)
    document = Fields(tables, where)
    head = document.part("package")
    parts = tuple(_part(Fields(table, f"{where} [[file]]")) for table in document.tables("file"))
    references = tuple(_reference(Fields(table, f"{where} [[reference]]")) for table in document.tables("reference"))
    found = PackageDefinition(
        key=head.text("key"),
        version=head.text("version"),
        name=head.text("name"),
        source=head.text("source"),
        edition=head.text("edition"),
        confirmed=head.flag("confirmed"),
        parts=parts,
        references=references,
        digest=canonical_digest(tables),
    )
    head.text("note", "")
    head.done()
    document.done()
    _refuse_strange(found, where)
    return found


def _part(fields: Fields) -> Part:
    found = Part(
        fields.text("layout"), fields.text("name"), fields.flag("required", default=True), fields.text("title", "")
    )
    fields.done()
    return found


def _reference(fields: Fields) -> Reference:
    found = Reference(
        fields.text("source"), fields.texts("source_items"), fields.text("target"), fields.texts("target_items")
    )
    fields.done()
    return found


def _refuse_strange(found: PackageDefinition, where: str) -> None:
    layouts = [part.layout for part in found.parts]
    if not layouts or len(set(layouts)) != len(layouts):
        raise BadDefinition(where, "ファイルがないか、2回あります。", "there is no file, or one stands twice.")
    for one in found.references:
        if not {one.source, one.target} <= set(layouts) or len(one.source_items) != len(one.target_items):
            what = f"{one.source} → {one.target}"
            raise BadDefinition(where, f"参照 {what} が合いません。", f"the reference {what} does not fit.")


def manifest(found: PackageDefinition, files: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The manifest of a package: which files it holds (name, layout, digest, sha256, rows), by which definition."""
    return {
        "package": found.key,
        "version": found.version,
        "digest": found.digest,
        "confirmed": found.confirmed,
        "files": sorted(files, key=lambda one: str(one["name"])),
    }
