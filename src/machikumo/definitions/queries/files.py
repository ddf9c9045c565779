"""Definitions in files: those that come with Machikumo, those of a folder, and workbooks. Needs no Django."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from machikumo.definitions.domain.official.grid import read_grids
from machikumo.definitions.domain.official.reading import Origin, read_workbook
from machikumo.definitions.domain.packages import load_package
from machikumo.definitions.domain.tables import code_sheet_of, complete, document_of
from machikumo.definitions.domain.toml import files_of
from machikumo.layouts.domain.errors import BadDefinition, LayoutError
from machikumo.layouts.domain.fields import parse_toml
from machikumo.layouts.queries.catalogue import Catalogue

if TYPE_CHECKING:
    from machikumo.definitions.domain.document import CodeSheet, Document
    from machikumo.definitions.domain.packages import PackageDefinition

FORMATS = ("xlsx", "table-schema", "csvw", "toml")


class WouldChange(LayoutError):
    """A definition of this key and version is there already and says something else."""

    def __init__(self, key: str, version: str) -> None:
        super().__init__(
            f"{key} 第{version}版は内容の違うものがすでにあります。版（--version）を上げてください。",
            f"{key} version {version} is there with other content: give a new --version.",
        )


class ExcelMissing(LayoutError):
    """The package that reads and writes workbooks is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Excel の読み書きには `pip install 'machikumo[layouts]'` が要ります。",
            "Reading and writing Excel needs the extra machikumo[layouts].",
        )


def read_document(reference: str, catalogue: Catalogue) -> Document:
    """The definition of a key of the catalogue, of a TOML file, or the only one of a workbook; with its code lists.

    Raises:
        BadDefinition: there is none, it is wrong, or the workbook holds several.
    """
    path = Path(reference)
    if path.suffix == ".xlsx":
        found = read_book(path, Origin(path.name, "", path.stem, ""))
        if len(found) != 1:
            raise BadDefinition(path.name, "グループが一つではありません。", "it holds more than one group.")
        return found[0]
    if path.suffix == ".toml":
        catalogue, reference = Catalogue(path.parent), path.stem
    else:
        path = catalogue.folder / f"{reference}.toml"
    if path.parent != catalogue.folder or not path.is_file():
        raise BadDefinition(reference, "この名前の定義はありません。", "there is no definition of this name.")
    tables = parse_toml(path.read_text("utf-8"), path.name)
    document = document_of(tables, path.name)
    wanted = sorted({item.codes for item in document.items if item.codes})
    own = tuple(sheet for key in wanted if (sheet := _code_sheet(catalogue, key)))
    return complete(replace(document, codes=own), catalogue.code_lists)


def _code_sheet(catalogue: Catalogue, key: str) -> CodeSheet | None:
    """The code list as its file has it; None for lists of eras and those that are not here."""
    path = catalogue.folder / "codes" / f"{key}.toml"
    found = catalogue.code_lists.get(key)
    if found is None or found.eras or not path.is_file():
        return None
    return code_sheet_of(parse_toml(path.read_text("utf-8"), path.name), path.name)


def read_book(path: Path, origin: Origin) -> list[Document]:
    """The definitions of a workbook in the official form; its SHA-256 is put into the origin.

    Raises:
        BadDefinition: it is no workbook, or not in that form.
    """
    import io

    data = path.read_bytes()
    try:
        grids = read_grids(io.BytesIO(data))
    except ModuleNotFoundError as missing:
        raise ExcelMissing from missing
    except ValueError as error:
        raise BadDefinition(path.name, "Excel（xlsx）として読めません。", "it cannot be read as xlsx.") from error
    return read_workbook(grids, replace(origin, sha256=hashlib.sha256(data).hexdigest()))


def write_document(document: Document, folder: Path) -> list[Path]:
    """Write a definition and its code lists into a folder of definitions; the files written.

    Raises:
        WouldChange: the version is there and differs; BadDefinition: the definition is wrong. Nothing is written then.
    """
    from machikumo.layouts.queries.catalogue import shipped

    document.layout(shipped().code_lists)
    files = files_of(document)
    for name, text in files.items():
        there = folder / name
        if there.exists() and _says_other(there.read_text("utf-8"), text, name):
            raise WouldChange(document.head.key, document.head.version)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def _says_other(old: str, new: str, name: str) -> bool:
    before, after = (parse_toml(text, name) for text in (old, new))
    versions = [str(tables.get("layout", {}).get("version", "")) for tables in (before, after)]
    return before != after and versions[0] == versions[1]


def packages(folder: Path) -> dict[str, Path]:
    """The package definitions of a folder of definitions, by key."""
    return {path.stem: path for path in sorted((folder / "packages").glob("*.toml"))}


def read_package(key: str, catalogue: Catalogue) -> PackageDefinition:
    """The package definition of a key; every layout that it names is in the catalogue too.

    Raises:
        BadDefinition: there is none of that key, or it, or one of its layouts, is wrong.
    """
    path = packages(catalogue.folder).get(key)
    if path is None:
        raise BadDefinition(key, "この名前のパッケージ定義はありません。", "there is no package of this name.")
    found = load_package(path.read_text("utf-8"), path.name)
    layouts = {part.layout: catalogue.layout(part.layout) for part in found.parts}
    for one in found.references:
        for layout, items in ((one.source, one.source_items), (one.target, one.target_items)):
            unknown = set(items) - set(layouts[layout].keys)
            if unknown:
                names = ", ".join(sorted(unknown))
                raise BadDefinition(path.name, f"項目 {names} がありません。", f"there is no item {names}.")
    return found


def describe(document: Document, form: str, catalogue: Catalogue) -> bytes:
    """The bytes of a definition in one of ``FORMATS``; TOML without its code lists."""
    from machikumo.definitions.domain.interchange.csvw import csvw
    from machikumo.definitions.domain.interchange.table_schema import data_package
    from machikumo.definitions.domain.official.writing import write_workbook

    if form == "xlsx":
        try:
            return write_workbook([document])
        except ModuleNotFoundError as missing:
            raise ExcelMissing from missing
    if form == "toml":
        return files_of(document)[f"{document.head.key}.toml"].encode()
    layout = document.layout(catalogue.code_lists)
    name = layout.physical.file_name or f"{layout.key}.csv"
    made = (data_package if form == "table-schema" else csvw)(layout, document.head, name)
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()
