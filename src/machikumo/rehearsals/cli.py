"""``python -m machikumo rehearsal compare …``: two deliveries compared on a vendor's laptop: no web, no database."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.kernel.errors import MachikumoError
from machikumo.layouts.domain.wide import narrowed_mapping
from machikumo.layouts.queries.catalogue import Catalogue, shipped
from machikumo.rehearsals.domain.comparing import compare, count
from machikumo.rehearsals.domain.counting import Sheet
from machikumo.rehearsals.domain.measures import measures_of
from machikumo.rehearsals.domain.reading import Delivery
from machikumo.rehearsals.domain.results import difference_of, measured_of
from machikumo.rehearsals.systems import count_sheets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from machikumo.layouts.domain.mapping import Mapping as LayoutMapping
    from machikumo.rehearsals.domain.comparing import Count, Difference
    from machikumo.rehearsals.domain.counting import SheetDefinition

_SHOWN = 40
_KINDS = {"gone": "前回だけ", "new": "今回だけ", "mended": "保留が直った", "changed": "内容が変わった"}


def register(subparsers: Any) -> None:
    """Add the command ``rehearsal`` with its parts to Machikumo's command line."""
    rehearsal = subparsers.add_parser("rehearsal", help="移行リハーサルの比較 / rehearsals of a move")
    parts = rehearsal.add_subparsers(dest="part", metavar="part", required=True)
    words = "2回分のファイルを比べる / compare two deliveries of the same layout"
    part = parts.add_parser("compare", help=words, description=words)
    part.add_argument("before", type=Path, help="前回のファイル（フォルダーなら中のすべて） / file or folder")
    part.add_argument("after", type=Path, help="今回のファイル（フォルダーなら中のすべて） / file or folder")
    part.add_argument("--mapping", required=True, help="対応表のキー / key of the mapping")
    part.add_argument("--definitions", type=Path, help="定義のフォルダ / folder of definitions")
    part.add_argument("--training", action="store_true", help="練習用の検査用数字 / check digits of a training town")
    part.add_argument("--report", type=Path, help="結果の JSON（値は含まない） / result as JSON, without values")
    part.add_argument("--rows", type=Path, help="違う行の一覧（値を含む。取扱注意） / differing rows, WITH values")
    part.set_defaults(run=_guarded)


def _guarded(chosen: argparse.Namespace) -> int:
    """Compare; what goes wrong is said in both languages and gives exit code 2, a difference gives 1."""
    try:
        return _compare(chosen)
    except MachikumoError as error:
        sys.stderr.write(f"{error.message_ja}\n{error.message_en}\n")
    except OSError as error:
        sys.stderr.write(f"ファイルを扱えません: {error}\nthe file cannot be used: {error}\n")
    except ModuleNotFoundError as missing:
        sys.stderr.write(
            f"{missing.name} がありません。`pip install 'machikumo[layouts]'` で入ります。\n"
            f"{missing.name} is missing: extra machikumo[layouts].\n"
        )
    return 2


def _compare(chosen: argparse.Namespace) -> int:
    catalogue = Catalogue(chosen.definitions) if chosen.definitions else shipped()
    mapping = catalogue.mapping(chosen.mapping)
    measures = measures_of(mapping.target)
    sides = [_deliveries(path, mapping, training=chosen.training) for path in (chosen.before, chosen.after)]
    sheet = next((one for one in count_sheets().values() if one.layout == mapping.target.key), None)
    ours = Sheet(sheet) if sheet else None
    counts = [count(sides[0], measures), count(sides[1], measures, sheet=ours)]
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(chosen.rows.open("wb")) if chosen.rows else None
        write = out.write if out else _nowhere
        found = compare((sides[0], counts[0]), (sides[1], counts[1]), write=write)
    _tell(found, counts, mapping)
    if ours is not None and sheet is not None:
        _tell_counts(sheet, ours.result())
    if chosen.report:
        key = mapping.target.key
        facts = {
            "before": measured_of({key: counts[0]}, {}, {}),
            "after": measured_of({key: counts[1]}, ours.result() if ours else {}, {}),
            "difference": difference_of({key: found}, 1),
        }
        chosen.report.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if found.is_empty else 1


def _nowhere(line: bytes) -> int:
    return len(line)


def _deliveries(path: Path, mapping: LayoutMapping, *, training: bool) -> list[Delivery]:
    paths = sorted(found for found in path.iterdir() if found.is_file()) if path.is_dir() else [path]
    narrowed = narrowed_mapping(mapping)
    return [Delivery(number, one.name, _opener(one), narrowed, training) for number, one in enumerate(paths)]


def _opener(path: Path) -> Any:
    @contextlib.contextmanager
    def opened() -> Iterator[BinaryIO]:
        with path.open("rb") as stream:
            yield stream

    return opened


def _tell(found: Difference, counts: list[Count], mapping: LayoutMapping) -> None:
    names = {item.key: item.name for item in mapping.target.items}
    _print(f"読込 {counts[0].read:,} → {counts[1].read:,} 行 · 保留 {found.held.before:,} → {found.held.after:,} 行")
    kinds = " · ".join(f"{name} {found.kinds.get(kind, 0):,}" for kind, name in _KINDS.items())
    _print(f"同じ {found.same:,} · {kinds}")
    _print(f"保留のうち 直った {found.held.mended:,} · まだ {found.held.still:,} · 新しい {found.held.fresh:,}")
    _table("内容が変わった項目", {names.get(key, key): number for key, number in found.columns.most_common()})
    for line in found.defects:
        _print(
            f"不備 {line.rule} {line.item}\t{line.before:,} → {line.after:,}"
            f"\t新 {line.new:,} · なくなった {line.gone:,} · 残る {line.still:,}"
        )
    _print(f"違う数字 {len(found.figures):,} / {found.compared:,}")
    for one in found.figures[:_SHOWN]:
        _print(f"  {one.measure}\t{names.get(one.item, one.item)}\t{one.value}\t{one.before} → {one.after}")


def _table(title: str, rows: Mapping[str, int]) -> None:
    if rows:
        _print(title)
    for name, number in rows.items():
        _print(f"  {name}\t{number:,}")


def _tell_counts(sheet: SheetDefinition, ours: Mapping[str, int]) -> None:
    _table("件数表（今回）", {line.title_ja: ours[line.key] for line in sheet.lines if line.key in ours})


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
