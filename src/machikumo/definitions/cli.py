"""``python -m machikumo layout import | describe | diff | propose | package``: definitions as data, without Django."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.definitions.delivery import check_delivery
from machikumo.definitions.domain.comparing.changes import changes, verdict_of
from machikumo.definitions.domain.comparing.verdicts import Verdict
from machikumo.definitions.domain.comparing.wording import report
from machikumo.definitions.domain.official.reading import Origin
from machikumo.definitions.domain.official.reasons import ASSUMED, REASONS, assumptions
from machikumo.definitions.domain.packages import manifest
from machikumo.definitions.domain.relating.sheets import sheet_of, tables_of
from machikumo.definitions.domain.relating.wording import lines_of
from machikumo.definitions.domain.sampling import propose
from machikumo.definitions.domain.toml import written
from machikumo.definitions.queries.files import (
    FORMATS,
    describe,
    packages,
    read_book,
    read_document,
    read_package,
    write_document,
)
from machikumo.definitions.queries.proposals import first_rows, proposals_for
from machikumo.layouts.domain.definition import Requirement
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.queries.catalogue import Catalogue, shipped

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from machikumo.definitions.domain.document import Document
    from machikumo.definitions.domain.packages import Found, PackageDefinition

SAMPLE_BYTES = 4_000_000
_SHOWN = 10


def register(subparsers: Any) -> None:
    """Add the parts about definitions to the command ``layout``, which the room layouts made."""
    parts = subparsers.choices["layout"].get_default("layout_parts")
    _add_import(parts)
    export = _part(parts, "describe", "定義を他の形で書き出す / a definition in another form", _export)
    export.add_argument("layout", help="レイアウトのキーか .toml / key of a layout, or a .toml file")
    export.add_argument("--to", choices=FORMATS, required=True, help="形式 / form")
    export.add_argument("--out", type=Path, required=True, help="書き出し先 / file to write")
    _definitions(export)
    diff = _part(parts, "diff", "二つの版を比べる / compare two versions", _diff)
    diff.add_argument("old", help="旧版のキーか .toml か .xlsx / the old one: key, .toml or .xlsx")
    diff.add_argument("new", help="新版 / the new one")
    _definitions(diff)
    _add_propose(parts)
    package = _part(parts, "package", "複数ファイルの組を確かめる / check a package of several files", _package)
    package.add_argument("key", nargs="?", help="パッケージ定義のキー / key of the package definition")
    package.add_argument("--files", type=Path, help="ファイルのフォルダ / folder of the files")
    package.add_argument("--check", action="store_true", help="中身も検査する / check the files themselves too")
    package.add_argument("--training", action="store_true", help="練習用の検査用数字 / check digits of a training town")
    package.add_argument("--manifest", type=Path, help="目録の書き出し先 / write the manifest")
    _definitions(package)


def _add_import(parts: Any) -> None:
    found = _part(parts, "import", "公式の項目定義書（xlsx）を取り込む / read the official xlsx form", _import)
    found.add_argument("workbook", type=Path, help="項目定義書・基本データリスト / the workbook")
    found.add_argument("--key", required=True, help="レイアウトのキー / key of the layout")
    found.add_argument("--edition", required=True, help="出典の版 / edition of the source")
    found.add_argument("--version", default="1", help="定義の版 / version of the definition")
    found.add_argument("--source", default="", help="出典（省略時はブックの題名） / source, else the workbook's title")
    found.add_argument("--file-name", default="", help="出典のファイル名 / the file's name as published")
    found.add_argument("--publisher", default="", help="発行者 / publisher")
    found.add_argument("--licence", default="", help="利用条件 / licence")
    found.add_argument("--credit", default="", help="クレジット / credit line")
    found.add_argument("--out", type=Path, help="定義のフォルダ / folder of definitions to write")
    found.add_argument("--report", type=Path, help="読めなかったセルの JSON / cells that were not read, as JSON")


def _add_propose(parts: Any) -> None:
    text = "見本からレイアウト、二つのレイアウトから対応を提案 / a layout of a sample, a mapping of two"
    found = _part(parts, "propose", text, lambda chosen: _relate(chosen) if chosen.target else _propose(chosen))
    found.add_argument("file", help="見本のファイル、または移行元のレイアウト / the sample, or the source's layout")
    found.add_argument(
        "target", nargs="?", help="移行先のレイアウト（キーか .toml） / the target's layout: key or .toml"
    )
    found.add_argument("--key", default="", help="キー（見本のときは必須） / key; needed for a sample")
    found.add_argument("--name", default="", help="名称 / name")
    found.add_argument(
        "--out", type=Path, help="書き出し先: 見本はフォルダ、対応は .toml / folder, or file of the mapping"
    )
    found.add_argument("--sample", type=Path, help="移行元の見本のファイル / a sample file of the source")
    found.add_argument("--gaiji", default="", help="外字対応表のキー / key of a 外字 map")
    found.add_argument("--form", choices=("table", "toml"), default="table", help="画面への出し方 / what is printed")
    found.add_argument("--training", action="store_true", help="練習用の検査用数字 / check digits of a training town")
    _definitions(found)


def _definitions(part: argparse.ArgumentParser) -> None:
    part.add_argument("--definitions", type=Path, help="定義のフォルダ / folder of definitions")


def _part(parts: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    part: argparse.ArgumentParser = parts.add_parser(name, help=text, description=text)
    part.set_defaults(run=lambda chosen: _guarded(run, chosen))
    return part


def _guarded(run: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    """Run a part; what goes wrong is said in both languages and gives exit code 1."""
    try:
        return run(chosen)
    except LayoutError as error:
        sys.stderr.write(f"{error.message_ja}\n{error.message_en}\n")
    except OSError as error:
        sys.stderr.write(f"ファイルを扱えません: {error}\nthe file cannot be used: {error}\n")
    return 1


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _catalogue(chosen: argparse.Namespace) -> Catalogue:
    return Catalogue(chosen.definitions) if chosen.definitions else shipped()


def _import(chosen: argparse.Namespace) -> int:
    origin = Origin(
        file=chosen.file_name or chosen.workbook.name, sha256="", key=chosen.key, edition=chosen.edition,
        source=chosen.source, version=chosen.version, publisher=chosen.publisher, licence=chosen.licence,
        credit=chosen.credit,
    )  # fmt: skip
    documents = read_book(chosen.workbook, origin)
    for document in documents:
        _tell(document)
        if chosen.out:
            for path in write_document(document, chosen.out):
                _print(f"  → {path}")
    if chosen.report:
        text = json.dumps(import_report(documents), ensure_ascii=False, indent=1)
        chosen.report.write_text(text + "\n", encoding="utf-8")
    return 0


def _tell(document: Document) -> None:
    head = document.head
    _print(f"{head.name}（{head.key} 第{head.version}版） 項目 {len(document.items)} · コード表 {len(document.codes)}")
    counts: dict[str, int] = {}
    for cell in document.unread:
        counts[cell.reason] = counts.get(cell.reason, 0) + 1
    for reason, count in sorted(counts.items(), key=lambda one: -one[1]):
        _print(f"  読めなかったセル {count:>4}  {REASONS[reason][0]} / {REASONS[reason][1]}")
    assumed: dict[str, int] = {}
    for _, word in assumptions(document):
        assumed[word] = assumed.get(word, 0) + 1
    for word, count in assumed.items():
        _print(f"  仮定 {count:>4} 項目  {ASSUMED[word][0]} / {ASSUMED[word][1]}")


def import_report(documents: list[Document]) -> list[dict[str, Any]]:
    """For each definition: where it came from, every cell not read into the model word for word, every assumption."""
    return [
        {
            "key": document.head.key,
            "workbook": asdict(document.workbook) if document.workbook else None,
            "items": len(document.items),
            "unread": [asdict(cell) | {"why": REASONS[cell.reason]} for cell in document.unread],
            "assumed": [
                {"item": item.id, "name": item.name, "word": word, "why": ASSUMED[word]}
                for item, word in assumptions(document)
            ],
        }
        for document in documents
    ]


def _export(chosen: argparse.Namespace) -> int:
    catalogue = _catalogue(chosen)
    document = read_document(chosen.layout, catalogue)
    chosen.out.write_bytes(describe(document, chosen.to, catalogue))
    _print(f"{document.head.name} → {chosen.out}")
    return 0


def _diff(chosen: argparse.Namespace) -> int:
    catalogue = _catalogue(chosen)
    found = changes(read_document(chosen.old, catalogue), read_document(chosen.new, catalogue))
    for lines in report(found):
        _print("\n".join(lines))
    return 1 if verdict_of(found) is Verdict.BREAKING else 0


def _relate(chosen: argparse.Namespace) -> int:
    """Two layouts: print what is proposed between them; exit code 1 while a required item gets nothing."""
    catalogue = _catalogue(chosen)
    source, target = (
        read_document(key, catalogue).layout(catalogue.code_lists) for key in (chosen.file, chosen.target)
    )
    rows: list[tuple[str, ...]] = []
    if chosen.sample:
        mapped = frozenset(catalogue.gaiji(chosen.gaiji).table) if chosen.gaiji else frozenset()
        with chosen.sample.open("rb") as stream:
            rows = first_rows(stream, source, training=chosen.training, mapped=mapped)
    found = proposals_for(source, target, rows, gaiji=chosen.gaiji, training=chosen.training)
    key = chosen.key or f"{source.key}-to-{target.key}"
    text = written(tables_of(sheet_of(found, source, target, key=key, name=chosen.name, gaiji=chosen.gaiji)))
    for line in text.splitlines() if chosen.form == "toml" else lines_of(found, source, target):
        _print(line)
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")
        _print(f"  → {chosen.out}")
    lacking = [one for one in found.open_targets if target.by_key[one].requirement is Requirement.REQUIRED]
    return 1 if lacking else 0


def _propose(chosen: argparse.Namespace) -> int:
    if not chosen.key or not chosen.out:
        sys.stderr.write("--key と --out を指定してください。\ngive --key and --out.\n")
        return 1
    file = Path(chosen.file)
    with file.open("rb") as stream:
        data = stream.read(SAMPLE_BYTES)
        whole = not stream.read(1)
    found = propose(data, key=chosen.key, name=chosen.name or file.stem, file=file.name, whole=whole)
    form = found.document.form
    _print(f"{found.rows} 行の見本: {form.charset} {form.newline} 区切り {form.delimiter!r} 引用符 {form.quoting}")
    for item in found.document.items:
        _print(f"  {item.key}\t{item.name}\t{item.type}\t{item.length}\t{item.required}\t{item.codes}")
    for japanese, english in found.doubts:
        _print(f"  確かめてください: {japanese} / {english}")
    for path in write_document(found.document, chosen.out):
        _print(f"  → {path}")
    return 0


def _package(chosen: argparse.Namespace) -> int:
    catalogue = _catalogue(chosen)
    if not chosen.key or not chosen.files:
        for key in packages(catalogue.folder):
            found = read_package(key, catalogue)
            _print(f"{key}\t{found.name}\t{len(found.parts)} ファイル\t{'確認済み' if found.confirmed else '未確認'}")
        return 0
    definition = read_package(chosen.key, catalogue)
    found_files = definition.sorted_out(path.name for path in chosen.files.iterdir() if path.is_file())
    entries = [
        _entry(chosen.files / name, layout, catalogue) for layout, names in found_files.files.items() for name in names
    ]
    for entry in entries:
        _print(f"{entry['name']}\t{entry['layout']}\t{entry['sha256'][:16]}")
    for part in found_files.missing:
        _print(f"ありません / missing: {part.name} {part.title}")
    for name in found_files.strange[:_SHOWN]:
        _print(f"定義にないファイル / not in the package: {name}")
    if chosen.manifest:
        text = json.dumps(manifest(definition, entries), ensure_ascii=False, indent=1)
        chosen.manifest.write_text(text + "\n", encoding="utf-8")
    held = _deliver(chosen, definition, found_files, catalogue) if chosen.check else True
    return 1 if found_files.missing or found_files.strange or not held else 0


def _deliver(chosen: argparse.Namespace, package: PackageDefinition, found: Found, catalogue: Catalogue) -> bool:
    """Check the files themselves and tell; whether all of it holds."""
    files = {layout: [chosen.files / name for name in names] for layout, names in found.files.items()}
    layouts = {key: catalogue.layout(key) for key in files}
    delivery = check_delivery(package, files, layouts, training=chosen.training)
    for one in delivery.files:
        _print(f"{one.name}: 読込 {one.read:,} 行 · 受理 {one.accepted:,} · エラー {one.errors:,}")
    for lost in delivery.orphans:
        rows = ", ".join(f"{name} {row}行" for name, row in lost.rows)
        _print(f"参照先のない行 / rows that refer to nothing: {lost.count:,}（{lost.reference.target}） {rows}")
    return delivery.holds


def _entry(path: Path, layout: str, catalogue: Catalogue) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    known = catalogue.layout(layout)
    return {
        "name": path.name, "layout": layout, "layout_version": known.version, "layout_digest": known.digest,
        "sha256": digest, "bytes": path.stat().st_size,
    }  # fmt: skip
