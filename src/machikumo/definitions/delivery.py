"""Checking the files of a package together: each by its layout, and the values that one file takes from another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.domain.wide import narrowed, readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from machikumo.definitions.domain.packages import PackageDefinition, Reference
    from machikumo.layouts.domain.definition import Layout

Values = tuple[str, ...]
SHOWN = 20


@dataclass(frozen=True, slots=True)
class FileResult:
    """What reading one file told."""

    name: str
    layout: str
    read: int
    accepted: int
    errors: int


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows of a file whose values do not stand in the file that they refer to: how many, and the first by number."""

    reference: Reference
    count: int
    rows: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Delivery:
    """The whole package."""

    files: list[FileResult] = field(default_factory=list)
    orphans: list[Orphans] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether no file has an error and no value is missing."""
        return not self.orphans and not any(one.errors for one in self.files)


@dataclass(slots=True)
class _Gathered:
    """The values of items by layout and items; of referring ones with their rows."""

    known: dict[tuple[str, Values], set[Values]] = field(default_factory=dict)
    asked: dict[tuple[str, Values], list[tuple[Values, str, int]]] = field(default_factory=dict)


def check_delivery(
    package: PackageDefinition,
    files: Mapping[str, Sequence[Path]],
    layouts: Mapping[str, Layout],
    *,
    training: bool = False,
) -> Delivery:
    """Read all files and compare the values that they share; rows that are held back refer to nothing."""
    found, gathered = Delivery(), _Gathered()
    for key, paths in files.items():
        for path in paths:
            found.files.append(_read(path, layouts[key], package, gathered, training=training))
    for one in package.references:
        known = gathered.known.get((one.target, one.target_items), set())
        asked = gathered.asked.get((one.source, one.source_items), [])
        lost = [(name, row) for values, name, row in asked if values not in known]
        if lost:
            found.orphans.append(Orphans(one, len(lost), tuple(lost[:SHOWN])))
    return found


def _read(path: Path, layout: Layout, package: PackageDefinition, gathered: _Gathered, *, training: bool) -> FileResult:
    plan = Plan(layout=narrowed(layout), training=training, fingerprints=False, file_name=path.name)
    read = accepted = errors = 0
    with path.open("rb") as file, readable(file, layout) as stream:
        for result in iterate_blocks(stream, plan):
            read, accepted = read + result.entry.records, accepted + result.entry.accepted
            errors += sum(issue.severity == "error" for issue in result.issues)
            if not result.closing:
                _gather(gathered, package, layout, path.name, result)
    return FileResult(path.name, layout.key, read, accepted, errors)


def _gather(gathered: _Gathered, package: PackageDefinition, layout: Layout, name: str, result: Any) -> None:
    rows = result.rows if isinstance(result.rows, list) else result.rows.rows()
    for one in package.references:
        if one.target == layout.key:
            places = [layout.index[key] for key in one.target_items]
            known = gathered.known.setdefault((one.target, one.target_items), set())
            known.update(tuple(row[place] for place in places) for row in rows)
        if one.source == layout.key:
            places = [layout.index[key] for key in one.source_items]
            asked = gathered.asked.setdefault((one.source, one.source_items), [])
            for row, number in zip(rows, result.numbers, strict=True):
                values = tuple(row[place] for place in places)
                if any(values):
                    asked.append((values, name, number))
