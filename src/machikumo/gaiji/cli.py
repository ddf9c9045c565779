"""``python -m machikumo gaiji …``: use, candidates and coverage from files. Needs no Django and no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.kernel.characters.cp932 import is_user_area, user_cell_of
from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from machikumo.gaiji.domain.index import Ranking
    from machikumo.gaiji.domain.inventory import Inventory
    from machikumo.gaiji.figures import FigureFont

_CHARSETS = ("cp932", "utf-8-sig", "utf-16")


def register(subparsers: Any) -> None:
    """Add the command ``gaiji`` with its parts to Machikumo's command line."""
    gaiji = subparsers.add_parser("gaiji", help="外字の使用数・候補・対応率 / user-defined characters")
    parts = gaiji.add_subparsers(dest="part", metavar="part", required=True)
    use = _part(parts, "inventory", "外字の使用数を数える / count the use in a file", _inventory)
    _file_options(use)
    candidates = _part(
        parts, "candidates", "外字フォントの候補を探す / find candidates for a font's figures", _candidates
    )
    candidates.add_argument("font", type=Path, help="外字フォント（TrueType） / the font")
    candidates.add_argument("--top", type=int, default=10, metavar="N", help="候補の数 / how many a figure")
    candidates.add_argument("--out", type=Path, help="結果の JSON / write the result as JSON")
    candidates.add_argument("--figures", type=Path, help="照合先の書体（既定は IPAmj明朝） / another figure font")
    covered = _part(parts, "coverage", "対応表で足りる割合を調べる / how far a map covers a file", _coverage)
    _file_options(covered)
    covered.add_argument("--map", type=Path, required=True, help="外字対応表（TOML） / the map")


def _part(parts: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    part: argparse.ArgumentParser = parts.add_parser(name, help=text, description=text)
    part.set_defaults(run=lambda chosen: _guarded(run, chosen))
    return part


def _file_options(part: argparse.ArgumentParser) -> None:
    part.add_argument("file", type=Path, help="見出し付きの CSV / a delimited file with a heading")
    part.add_argument("--key", required=True, help="個人を区別する列の見出し / heading of the person's number")
    part.add_argument("--charset", choices=_CHARSETS, default="cp932", help="文字コード / character set")
    part.add_argument("--delimiter", default=",", help="区切り / delimiter")


def _guarded(run: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    """Run a part; what goes wrong is said in both languages and gives exit code 1."""
    try:
        return run(chosen)
    except MachikumoError as error:
        sys.stderr.write(f"{error.message_ja}\n{error.message_en}\n")
    except OSError as error:
        sys.stderr.write(f"ファイルを扱えません: {error}\nthe file cannot be used: {error}\n")
    except ModuleNotFoundError as missing:
        sys.stderr.write(
            f"{missing.name} がありません。`pip install 'machikumo[layouts]'` で入ります。\n"
            f"{missing.name} is missing: extra machikumo[layouts].\n"
        )
    return 1


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _label(code: int) -> str:
    cell = user_cell_of(chr(code)).hex().upper() if is_user_area(chr(code)) else "-"
    return f"U+{code:04X}\t{cell}"


def _counted(chosen: argparse.Namespace) -> Inventory:
    from machikumo.gaiji.domain.inventory import inventory, texts_of

    with chosen.file.open("rb") as stream:
        texts = texts_of(stream, charset=chosen.charset, key_column=chosen.key, delimiter=chosen.delimiter)
        return inventory(texts)


def _inventory(chosen: argparse.Namespace) -> int:
    found = _counted(chosen)
    for use in found.uses:
        columns = " ".join(f"{name}={count}" for name, count in sorted(use.columns.items()))
        _print(f"{_label(use.code)}\t{use.people}\t{use.cells}\t{columns}")
    _print(f"外字 {len(found.uses):,} 字 · 使う人 {found.people:,} · 外字を含むセル {found.cells:,} / {found.texts:,}")
    return 0


def _candidates(chosen: argparse.Namespace) -> int:
    from machikumo.gaiji.domain.fonts import read_font
    from machikumo.gaiji.figures import figure_font

    asked = read_font(chosen.font.read_bytes())
    known = figure_font(chosen.figures, progress=_tell_progress)
    rankings = known.index.ranked(asked.figures.values(), shown=chosen.top)
    rows = [_row(known, code, ranking) for code, ranking in zip(asked.figures, rankings, strict=True)]
    for row in rows:
        named = " ".join(f"{one['figure']}:{one['distance']}" for one in row["candidates"]) or row["verdict"]
        _print(f"{_label(row['code'])}\t{named}")
    if chosen.out:
        whole = {"font": asked.sha256, "figures": known.coverage.digest, "rows": rows, "broken": asked.broken}
        chosen.out.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    with_any = sum(bool(row["candidates"]) for row in rows)
    _print(
        f"図形 {len(rows):,} · 候補あり {with_any:,} · 候補なし {len(rows) - with_any:,} · 読めない {len(asked.broken)}"
    )
    return 0


def _tell_progress(done: int, total: int) -> None:
    if not done % 6_400:
        sys.stderr.write(f"書体の索引を作っています {done:,}/{total:,} (indexing the font, once)\n")


def _row(known: FigureFont, code: int, ranking: Ranking) -> dict[str, Any]:
    return {
        "code": code,
        "verdict": "blank" if ranking.is_blank else "candidates" if ranking.candidates else "no_candidate",
        "candidates": [
            {"figure": one.figure, "text": known.text_of(one.figure), "distance": one.distance}
            for one in ranking.candidates
        ],
    }


def _coverage(chosen: argparse.Namespace) -> int:
    from machikumo.gaiji.domain.coverage import coverage
    from machikumo.gaiji.domain.maps import read

    decided = {line.code for line in read(chosen.map.read_text(encoding="utf-8")).lines}
    uses = _counted(chosen).uses
    for use in uses:
        if use.code not in decided:
            _print(f"{_label(use.code)}\t{use.people}\t{use.cells}\t対応なし / not in the map")
    found = coverage((use.cells, use.people, use.code in decided) for use in uses)
    for name, part in (("外字", found.figures), ("セル", found.cells), ("人", found.people)):
        _print(f"{name}\t{part.done:,} / {part.of:,}\t{part.percent}%")
    return 0 if found.figures.done == found.figures.of else 1
