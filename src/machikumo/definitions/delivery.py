"""Checking the files of a package together: each by its layout, and the values that one file takes from another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan, has_fast_path
from machikumo.layouts.domain.references import ColumnReferences, PlainReferences, References
from machikumo.layouts.domain.wide import narrowed, readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from machikumo.definitions.domain.packages import PackageDefinition, Reference
    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.engine import BlockResult

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


def check_delivery(
    package: PackageDefinition,
    files: Mapping[str, Sequence[Path]],
    layouts: Mapping[str, Layout],
    *,
    training: bool = False,
) -> Delivery:
    """Read all files and compare the values that they share; rows that are held back refer to nothing."""
    found = Delivery()
    gathered = [_references(one, layouts) for one in package.references]
    for key, paths in files.items():
        for path in paths:
            found.files.append(_read(path, layouts[key], package, gathered, training=training))
    for one, references in zip(package.references, gathered, strict=True):
        lost = [(orphan.name, orphan.row) for orphan in references.orphans()]
        if lost:
            found.orphans.append(Orphans(one, len(lost), tuple(lost[:SHOWN])))
    return found


def _references(one: Reference, layouts: Mapping[str, Layout]) -> References:
    if has_fast_path():
        return ColumnReferences(one.source_items, one.target_items)
    source, target = layouts[one.source].index, layouts[one.target].index
    return PlainReferences([source[key] for key in one.source_items], [target[key] for key in one.target_items])


def _read(
    path: Path,
    layout: Layout,
    package: PackageDefinition,
    gathered: Sequence[References],
    *,
    training: bool,
) -> FileResult:
    plan = Plan(layout=narrowed(layout), training=training, fingerprints=False, file_name=path.name)
    read = accepted = errors = 0
    with path.open("rb") as file, readable(file, layout) as stream:
        for result in iterate_blocks(stream, plan):
            read, accepted = read + result.entry.records, accepted + result.entry.accepted
            errors += sum(issue.severity == "error" for issue in result.issues)
            if not result.closing:
                _gather(package, gathered, layout, path.name, result)
    return FileResult(path.name, layout.key, read, accepted, errors)


def _gather(
    package: PackageDefinition, gathered: Sequence[References], layout: Layout, name: str, result: BlockResult
) -> None:
    for one, references in zip(package.references, gathered, strict=True):
        if one.target == layout.key:
            references.know(result.rows)
        if one.source == layout.key:
            references.ask(result.rows, result.numbers, name)
