"""``python -m machikumo layout …``: check, convert, round trip, show; but for export without Django and database."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.layouts import cli_sql
from machikumo.layouts.crews import crew_for
from machikumo.layouts.domain.engine import BlockResult, iterate_blocks
from machikumo.layouts.domain.errors import LayoutError
from machikumo.layouts.domain.executors import COLUMNAR, PLAIN, Plan, has_fast_path
from machikumo.layouts.domain.losses import LossList
from machikumo.layouts.domain.progress import dump_log, load_log
from machikumo.layouts.domain.quarantine import Quarantine
from machikumo.layouts.domain.reconcile import Summary
from machikumo.layouts.domain.roundtrip import REASONS, round_trip
from machikumo.layouts.domain.tally import Tally, limits
from machikumo.layouts.domain.wide import Widened, narrowed, narrowed_mapping
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.packing import opened
from machikumo.layouts.queries.catalogue import Catalogue, shipped

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping
    from machikumo.layouts.domain.progress import BlockEntry

_SHOWN = 20
EXAMPLES = 10_000


def register(subparsers: Any) -> None:
    """Add the command ``layout`` with its parts to Machikumo's command line."""
    layout = subparsers.add_parser("layout", help="移行ファイルの検査・変換・往復・定義の表示 / files by layout")
    parts = layout.add_subparsers(dest="part", metavar="part", required=True)
    layout.set_defaults(layout_parts=parts)  # rooms above add parts of their own
    check = _part(parts, "check", "検査する / check every cell of a file", _check)
    _file_options(check)
    check.add_argument("--layout", help="レイアウトのキー / key of the file's layout")
    check.add_argument("--mapping", help="変換後も検査する対応表 / mapping: check the converted rows too")
    check.add_argument("--report", type=Path, help="結果の JSON / write a report as JSON")
    check.add_argument(
        "--examples",
        type=int,
        default=EXAMPLES,
        metavar="N",
        help="規則ごとの例の数（件数は全部） / issues kept a rule",
    )
    check.add_argument("--quarantine", type=Path, help="不良行の置き場 / folder for rows held back")
    check.add_argument("--workers", type=int, metavar="N", help="プロセス数（1: 単独） / processes (1: one alone)")
    convert = _part(parts, "convert", "変換する / convert a file to another layout", _convert)
    _file_options(convert)
    convert.add_argument("--mapping", required=True, help="対応表のキー / key of the mapping")
    convert.add_argument("--back", action="store_true", help="逆方向（標準→移行元） / the other way")
    convert.add_argument("--out", type=Path, required=True, help="書き出し先 / file to write")
    convert.add_argument("--quarantine", type=Path, help="不良行の置き場 / folder for rows held back")
    convert.add_argument("--losses", type=Path, help="元に戻らないセルの一覧（CSV） / list of cells that are lost")
    convert.add_argument("--log", type=Path, help="再開用の記録 / block log: go on after a stop")
    trip = _part(parts, "roundtrip", "往復して比べる / there and back, compared", _round_trip)
    _file_options(trip)
    trip.add_argument("--mapping", required=True, help="対応表のキー / key of the mapping")
    export = _part(
        parts, "export", "台帳を旧システムの様式で書き出す / the register in an old system's layout", _export
    )
    export.add_argument("code", help="団体コード / the organisation")
    export.add_argument("--mapping", required=True, help="対応表のキー / key of the mapping")
    export.add_argument("--recipient", required=True, metavar="age1…", help="受け取る人の公開鍵 / public key")
    export.add_argument(
        "--out", type=Path, required=True, help="書き出し先（鍵で閉じたファイル） / closed file to write"
    )
    export.set_defaults(needs_django=True)
    cli_sql.add_part(parts, _guarded)
    show = _part(parts, "show", "定義を見る / show a definition", _show)
    show.add_argument("key", nargs="?", help="レイアウトか対応表のキー / key of a layout or mapping")
    show.add_argument("--definitions", type=Path, help="定義のフォルダ / folder of definitions")


def _part(parts: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    part: argparse.ArgumentParser = parts.add_parser(name, help=text, description=text)
    part.set_defaults(run=lambda chosen: _guarded(run, chosen))
    return part


def _file_options(part: argparse.ArgumentParser) -> None:
    part.add_argument("file", type=Path, help="ファイル / the file")
    part.add_argument("--definitions", type=Path, help="定義のフォルダ / folder of definitions")
    part.add_argument("--training", action="store_true", help="練習用の検査用数字 / check digits of a training town")
    part.add_argument("--stop-after", type=int, metavar="N", help="隔離が N 行を超えたら止める / stop beyond N rows")
    part.add_argument(
        "--limit", action="append", default=[], metavar="RULE=N", help="規則の上限 / stop beyond N of a rule"
    )
    part.add_argument("--executor", choices=(COLUMNAR, PLAIN), default="", help="処理方式 / how to run")


def _guarded(run: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    """Run a part; what goes wrong is said in both languages and gives exit code 1."""
    try:
        return run(chosen)
    except LayoutError as error:
        _say(error.message_ja, error.message_en)
    except OSError as error:
        _say(f"ファイルを扱えません: {error}", f"the file cannot be used: {error}")
    return 1


def _say(japanese: str, english: str = "") -> None:
    sys.stderr.write(f"{japanese}\n{english}\n" if english else f"{japanese}\n")


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _catalogue(chosen: argparse.Namespace) -> Catalogue:
    return Catalogue(chosen.definitions) if chosen.definitions else shipped()


def _plan(chosen: argparse.Namespace, layout: Layout, mapping: Mapping | None, *, fingerprints: bool) -> Plan:
    if not has_fast_path():
        _say(
            "polars がないため標準の Python で処理します（遅くなります）。"
            "速くするには `pip install 'machikumo[layouts]'`。",
            "polars is missing: running in plain Python (slower). Extra: machikumo[layouts].",
        )
    return Plan(
        layout=layout,
        mapping=mapping,
        training=chosen.training,
        thresholds=limits(chosen.limit) | ({} if chosen.stop_after is None else {"total": chosen.stop_after}),
        executor=chosen.executor,
        fingerprints=fingerprints,
        file_name=chosen.file.name,
    )


@contextlib.contextmanager
def _quarantine(folder: Path | None, layout: Layout, name: str) -> Iterator[Quarantine | None]:
    if folder is None:
        yield None
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.quarantine").open("wb") as rows, (folder / f"{name}.reasons.csv").open("wb") as reasons:
        quarantine = Quarantine(Widened(rows, layout), reasons, narrowed(layout))
        yield quarantine
        quarantine.finish()


@contextlib.contextmanager
def _losses(path: Path | None, layout: Layout, *, go_on: bool) -> Iterator[LossList | None]:
    if path is None:
        yield None
        return
    with path.open("ab" if go_on else "wb") as out:
        yield LossList(out, layout, begin=not go_on)


class _Teller:
    """Gathers what a run finds, prints the first findings as they come, and keeps examples for the report."""

    def __init__(self, *, examples: int = 0) -> None:
        self.tally = Tally(examples)
        self.summary = Summary()
        self.errors = self.losses = self.written = 0
        self.dropped: dict[str, int] = {}
        self.stopped = self.fatal = False

    def add(self, result: BlockResult) -> None:
        for issue in result.issues:
            if sum(self.summary.rules.values()) < _SHOWN:
                where = f"{issue.row}行" if issue.row else "全体"
                _print(f"{where}\t{issue.severity}\t{issue.rule}\t{issue.item_name}\t{issue.value}\t{issue.message_ja}")
            self.summary.rules[issue.rule] += 1
            self.errors += issue.severity == "error"
        self.tally.add(result.issues)
        self.summary.read += result.entry.records
        self.summary.accepted += result.entry.accepted
        self.summary.held_back += result.entry.rejected
        self.losses += len(result.losses)
        for key, count in result.dropped.items():
            self.dropped[key] = self.dropped.get(key, 0) + count
        self.stopped |= result.stopped
        self.fatal |= result.fatal

    def after_rows(self, writer: Writer) -> bytes:
        """Return what ends the file that was written; nothing when the run did not get to its end."""
        return b"" if self.fatal or self.stopped else writer.trailer(self.written)

    def close(self, seconds: float) -> int:
        """Print the figures and return the exit code."""
        found = self.summary
        hidden = sum(found.rules.values()) - _SHOWN
        if hidden > 0:
            _print(f"ほか {hidden} 件")
        for rule, count in found.rules.most_common():
            _print(f"  {count:>9,}  {rule}")
        _print(
            f"読込 {found.read:,} 行 · 受理 {found.accepted:,} · 隔離 {found.held_back:,}"
            f" · {seconds:.1f} 秒（{found.read / max(seconds, 0.001):,.0f} 行/秒）"
        )
        if self.losses or self.dropped:
            _print(f"元に戻らないセル {self.losses:,} · 移らない項目 {json.dumps(self.dropped, ensure_ascii=False)}")
        return 1 if self.errors or self.stopped or self.fatal else 0

    def report(self, plan: Plan, seconds: float) -> dict[str, Any]:
        """Return the whole report as plain values; values in it are masked."""
        return {
            "file": plan.file_name,
            "layout": {"key": plan.layout.key, "version": plan.layout.version, "digest": plan.layout.digest},
            "mapping": {"key": plan.mapping.key, "digest": plan.mapping.digest} if plan.mapping else None,
            "training": plan.training,
            "seconds": round(seconds, 3),
            "stopped": self.stopped,
            "fatal": self.fatal,
            "summary": self.summary.as_dict(),
            "losses": self.losses,
            "dropped": self.dropped,
            "examples_per_rule": self.tally.most,
            "issues": [issue.as_dict() for issue in self.tally.issues],
        }


def _check(chosen: argparse.Namespace) -> int:
    catalogue = _catalogue(chosen)
    mapping = catalogue.mapping(chosen.mapping) if chosen.mapping else None
    if mapping is None and not chosen.layout:
        _say("--layout か --mapping を指定してください。", "give --layout or --mapping.")
        return 1
    layout = catalogue.layout(chosen.layout) if chosen.layout else mapping.source  # type: ignore[union-attr]
    plan = _plan(chosen, narrowed(layout), mapping and narrowed_mapping(mapping), fingerprints=False)
    teller = _Teller(examples=chosen.examples if chosen.report else 0)
    began = time.perf_counter()
    with (
        opened(chosen.file, layout) as stream,
        crew_for(stream, plan, workers=chosen.workers) as crew,
        _quarantine(chosen.quarantine, layout, chosen.file.name) as quarantine,
    ):
        for result in iterate_blocks(stream, plan, crew=crew):
            teller.add(result)
            if quarantine:
                quarantine.add(result)
    seconds = time.perf_counter() - began
    if chosen.report:
        text = json.dumps(teller.report(plan, seconds), ensure_ascii=False, indent=1)
        chosen.report.write_text(text, encoding="utf-8")
    return teller.close(seconds)


def _convert(chosen: argparse.Namespace) -> int:
    mapping = _catalogue(chosen).mapping(chosen.mapping)
    if chosen.back:
        mapping = mapping.inverse()
    plan = _plan(chosen, narrowed(mapping.source), narrowed_mapping(mapping), fingerprints=chosen.log is not None)
    done = load_log(chosen.log.read_text("utf-8")) if chosen.log and chosen.log.exists() else []
    written = _logged(done, "written_bytes")
    writer = Writer(mapping.target)
    teller = _Teller()
    teller.written = _logged(done, "written_rows")
    began = time.perf_counter()
    with (
        opened(chosen.file, mapping.source) as stream,
        chosen.out.open("r+b" if done else "wb") as out,
        _quarantine(chosen.quarantine, mapping.source, chosen.file.name) as quarantine,
        _losses(chosen.losses, mapping.source, go_on=bool(done)) as losses,
    ):
        out.truncate(written)
        out.seek(written)
        if not done:
            out.write(writer.header())
        for result in iterate_blocks(stream, plan, done=done):
            if not result.closing:
                found = writer.rows(result.converted)
                teller.written += len(found.kept)
                result.entry.rules["written_rows"] = teller.written
                out.write(found.data)
                result.issues += found.issues
            teller.add(result)
            if losses:
                losses.add(result)
            if quarantine:
                quarantine.add(result)
            if chosen.log and not result.closing:
                out.flush()
                result.entry.rules["written_bytes"] = out.tell()
                with chosen.log.open("a", encoding="utf-8") as log:
                    log.write(dump_log([result.entry]))
        out.write(teller.after_rows(writer))
    return teller.close(time.perf_counter() - began)


def _logged(done: Sequence[BlockEntry], what: str) -> int:
    """Return a count that the last block of an earlier run left in its log."""
    return int(done[-1].rules.get(what, 0)) if done else 0


def _round_trip(chosen: argparse.Namespace) -> int:
    mapping = _catalogue(chosen).mapping(chosen.mapping)
    plan = _plan(chosen, narrowed(mapping.source), narrowed_mapping(mapping), fingerprints=False)
    with opened(chosen.file, mapping.source) as stream:
        found = round_trip(stream, plan, narrowed_mapping(mapping))
    for loss in found.changed[:_SHOWN]:
        _print(f"{loss.row}行\t{mapping.source.by_key[loss.key].name}\t文字が元に戻りません")
    for difference in found.bytes_differ[:_SHOWN]:
        _print(f"{difference.row}行\tバイトが違います: {REASONS[difference.reason][0]}")
    _print(
        f"読込 {found.read:,} 行 · 受理 {found.accepted:,} · 文字の違うセル {len(found.changed):,}"
        f" · バイトも同じ行 {found.equal_bytes:,} · バイトだけ違う行 {len(found.bytes_differ):,} {found.reasons}"
    )
    return 0 if found.holds else 1


def _export(chosen: argparse.Namespace) -> int:
    from machikumo.kernel.errors import MachikumoError
    from machikumo.kernel.files.actions import open_file
    from machikumo.layouts.actions import export_file
    from machikumo.organisations.queries import organisation
    from machikumo.organisations.registration import command_scope

    try:
        scope = command_scope(organisation(chosen.code), purpose="data_migration")
        stored = export_file(scope, mapping_key=chosen.mapping, recipient=chosen.recipient)
        _, place = open_file(scope, token=stored.token)
    except MachikumoError as error:
        _say(error.message_ja, error.message_en)
        return 1
    with place.open() as source, chosen.out.open("wb") as out:
        shutil.copyfileobj(source, out)
    _print(f"{chosen.out}: {stored.size:,} bytes, SHA-256 {stored.sha256}")
    return 0


def _show(chosen: argparse.Namespace) -> int:
    catalogue = _catalogue(chosen)
    if chosen.key is None:
        for key in catalogue.layout_keys:
            layout = catalogue.layout(key)
            _print(f"{key}\t{layout.name}\t{len(layout.items)} 列\t{layout.digest[:12]}")
        for key in catalogue.mapping_keys:
            mapping = catalogue.mapping(key)
            _print(f"{key}\t{mapping.name}\t{mapping.source.key} → {mapping.target.key}")
        return 0
    if chosen.key in catalogue.mapping_keys:
        return _show_mapping(catalogue.mapping(chosen.key))
    return _show_layout(catalogue.layout(chosen.key))


def _show_layout(layout: Layout) -> int:
    source = layout.source
    _print(f"{layout.name}（{layout.key} 第{layout.version}版） {layout.digest}")
    _print(f"出典: {source.text} · {source.edition} · {'確認済み' if source.confirmed else '未確認'}")
    for item in layout.items:
        codes = item.code_list.key if item.code_list else ""
        _print(
            f"{item.id}\t{item.key}\t{item.name}\t{item.type}\t{item.length}\t{item.requirement}\t{codes}"
            f"\t{'' if item.confirmed else '未確認'}"
        )
    return 0


def _show_mapping(mapping: Mapping) -> int:
    _print(f"{mapping.name}（{mapping.key} 第{mapping.version}版） {mapping.digest}")
    for move in mapping.moves:
        kinds = ", ".join(type(step).__name__ for step in move.steps)
        note = "" if move.invertible else "元に戻らない"
        _print(f"{'+'.join(move.source)} → {'+'.join(move.target)}\t{kinds}\t{note}")
    return 0
