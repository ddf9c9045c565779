"""The check of a move-in file: a million rows of 40 columns in CP932, beside frictionless and beside decode + parse.

    make bench-movein-check A="--rows 200000 --seed 7"      make bench-movein-check A="--whole" (frictionless reads all)

The file has planted defects, one a row, known exactly; ours must report every one of them and nothing else. Each
measurement runs in a process of its own. Speed beside frictionless is what a user waits for: ours as the product runs
it, with its helper, by the clock; by CPU seconds the same is shown too. CPU beside decode + parse is that of one
process without a helper. CPU seconds (user and system) and peak memory are the process's and its helpers', added up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
import venv
from collections import Counter
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporting import Claim, folder, publish

from machikumo.kernel.numbers.domain.digits import NumberKind, training_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.layouts.domain.definition import Item, Layout
    from machikumo.layouts.domain.mapping import Mapping

FRICTIONLESS = "5.21.0"
SAMPLE = 50_000
REMARKED = 0.1  # share of the rows with a remark
# Of the vendor's columns those that most records fill.
COLUMNS = (
    "atena_code", "setai_code", "rireki_no", "rireki_eda", "saishin_kbn", "jumin_kbn", "genzon_kbn", "ido_jiyu",
    "ido_ymd", "ido_fusho", "todoke_ymd", "kana_shimei", "kanji_shimei", "sei_cd", "sei_hyoki", "seinen_ymd",
    "seinen_fusho", "zokugara_1", "zokugara_mei", "kojin_no", "jumin_cd", "shichoson_cd", "oaza_cd", "ken_mei",
    "shichoson_mei", "oaza_mei", "banchi", "katagaki", "yubin_no", "jutei_ymd", "jumin_ymd", "jumin_fusho",
    "zenju_ken", "zenju_shichoson", "zenju_machi", "zenju_banchi", "gyoseiku_cd", "honseki", "hittosha", "biko",
)  # fmt: skip
# Defects for each million rows.
PLANTED = {
    "cell.required": 300, "cell.wareki": 400, "cell.code": 500, "set.unique": 100, "cell.pattern": 250,
    "cell.length": 150, "cell.width": 100, "cell.gaiji": 100, "set.not_before": 60, "structure.columns_few": 15,
    "structure.columns_many": 15, "structure.decode": 10,
}  # fmt: skip
# Defects that any row can have.
EVERYWHERE = ("cell.required", "cell.wareki", "cell.code", "cell.pattern", "cell.length", "cell.width")
FAMILIES = (
    "佐藤", "鈴木", "髙橋", "田中", "\ue000部", "﨑山", "山本", "中村", "小林", "吉田", "加藤", "渡\ue001",
    "斎藤", "松本",
)  # fmt: skip
GIVEN = (
    "太郎",
    "花子",
    "一郎",
    "次郎",
    "美咲",
    "陽菜",
    "健",
    "翔太",
    "恵子",
    "幸子",
    "さくら",
    "大輔",
    "結衣",
    "誠",
    "直樹",
    "葵",
)
TOWNS = ("西山町", "東鯖江一丁目", "水落町二丁目", "神明町三丁目", "吉江町", "河和田町", "御幸町四丁目", "本町")
BUILDINGS = ("", "", "", "コーポ鯖江１０１", "メゾン西山２０３号室", "市営住宅３棟４０５")


@lru_cache(maxsize=2)
def catalogue_layout(charset: str = "cp932") -> tuple[Layout, Mapping]:
    """The 40 columns of the fictional vendor's layout, and the mapping to the standard row."""
    from dataclasses import replace

    from machikumo.layouts.queries.catalogue import shipped

    mapping = shipped().mapping("kasumi-to-standard").within(COLUMNS)
    source = replace(mapping.source, physical=replace(mapping.source.physical, charset=charset))
    mapping = replace(mapping, source=source)
    return source, mapping


# -- the file ---------------------------------------------------------------------------------------------------


def make_file(path: Path, rows: int, seed: int, *, all_bad: bool = False, ragged: bool = True) -> dict[str, int]:
    """Write the file, and beside it what was planted; gives the counts by rule.

    Without ``ragged`` every row can be read by any tool: only cells are wrong.
    """
    truth = path.with_suffix(".planted.json")
    made = json.loads(truth.read_text()) if path.exists() and truth.exists() else {}
    if made.get("columns") == list(COLUMNS):
        return dict(made["planted"])
    layout, _ = catalogue_layout(charset := charset_of(path))
    chance = random.Random(seed)
    defects = _every_row(rows) if all_bad else _some_rows(rows, chance, ragged=ragged)
    with path.open("wb") as out:
        out.write((",".join(layout.header) + "\r\n").encode(charset))
        lines: list[bytes] = []
        for number in range(rows):
            lines.append(_line(number, chance, defects.get(number), charset))
            if len(lines) == 10_000:  # noqa: PLR2004 - a write's worth
                out.write(b"".join(lines))
                lines.clear()
        out.write(b"".join(lines))
    counts = dict(Counter(defects.values()))
    truth.write_text(json.dumps({"columns": COLUMNS, "planted": counts}))
    return counts


def charset_of(path: Path) -> str:
    """The character set of a file, told by its name."""
    return "utf-8" if "utf8" in path.name else "cp932"


def _some_rows(rows: int, chance: random.Random, *, ragged: bool) -> dict[int, str]:
    wanted = {rule: count for rule, count in PLANTED.items() if ragged or not rule.startswith("structure.")}
    counts = {rule: max(1, count * rows // 1_000_000) for rule, count in wanted.items()}
    # Never a head of household: then no other rule is broken by what is missing.
    bad = chance.sample(range(10, rows, 3), sum(counts.values()))
    return dict(zip(bad, (rule for rule, count in counts.items() for _ in range(count)), strict=True))


def _every_row(rows: int) -> dict[int, str]:
    return {number: EVERYWHERE[number % len(EVERYWHERE)] for number in range(rows)}


def _line(number: int, chance: random.Random, defect: str | None, charset: str) -> bytes:
    row = _row(number, chance)
    if defect:
        _spoil(row, defect)
    line = ",".join(_quoted(row[key]) for key in COLUMNS).encode(charset)
    if defect == "structure.columns_few":
        line = line.rsplit(b",", 1)[0]
    elif defect == "structure.columns_many":
        line += b",1"
    elif defect == "structure.decode":
        line += b"\x85\x85"
    return line + b"\r\n"


def _quoted(value: str) -> str:
    return f'"{value}"' if "," in value else value


def _era_day(chance: random.Random) -> tuple[str, str]:
    """A birth day and a later event day as era dates."""
    month, day = chance.randrange(1, 13), chance.randrange(1, 29)
    born = f"3{chance.randrange(2, 64):02d}{month:02d}{day:02d}"
    return born, f"{chance.choice('45')}{chance.randrange(2, 8):02d}{day % 12 + 1:02d}{month:02d}"


def _row(number: int, chance: random.Random) -> dict[str, str]:
    family, given, town = chance.choice(FAMILIES), chance.choice(GIVEN), chance.randrange(len(TOWNS))
    born, moved = _era_day(chance)
    head, sex = number % 3 == 0, chance.randrange(2)
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "atena_code": f"{number:010d}", "setai_code": f"{number // 3:010d}", "rireki_no": "1", "rireki_eda": "0",
        "saishin_kbn": "1", "jumin_kbn": "01", "genzon_kbn": "0", "ido_jiyu": "11", "ido_ymd": moved, "ido_fusho": "0",
        "todoke_ymd": moved, "kana_shimei": "ｻﾊﾞｴ ﾀﾛｳ", "kanji_shimei": f"{family}\u3000{given}",
        "sei_cd": "12"[sex], "sei_hyoki": "男女"[sex], "seinen_ymd": born, "seinen_fusho": "0",
        "zokugara_1": "001" if head else "020", "zokugara_mei": "世帯主" if head else "子",
        "kojin_no": training_number(NumberKind.INDIVIDUAL, number),
        "jumin_cd": training_number(NumberKind.RESIDENT_RECORD, number), "shichoson_cd": "182079",
        "oaza_cd": f"{town + 1:04d}000", "ken_mei": "福井県", "shichoson_mei": "鯖江市", "oaza_mei": TOWNS[town],
        "banchi": f"{chance.randrange(1, 99)}番{chance.randrange(1, 30)}号".translate(_WIDE),
        "katagaki": chance.choice(BUILDINGS), "yubin_no": f"916-{town:04d}", "jutei_ymd": moved, "jumin_ymd": moved,
        "jumin_fusho": "0", "gyoseiku_cd": f"{town:02d}", "honseki": "福井県鯖江市西山町１３番地",
        "hittosha": f"{family}\u3000{given}", "biko": "転入届、本人確認済み" if chance.random() < REMARKED else "",
    }  # fmt: skip
    if number % 2:
        row |= {
            "zenju_ken": "大阪府",
            "zenju_shichoson": "堺市堺区",
            "zenju_machi": "南瓦町",
            "zenju_banchi": "３番１号",
        }
    if chance.random() < 0.02:  # noqa: PLR2004 - some come with a comma within quotes
        row["gyoseiku_cd"] = "1,2"
    return row


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def _spoil(row: dict[str, str], defect: str) -> None:
    """Break one cell so that exactly one rule is broken."""
    changes = {
        "cell.required": {"zokugara_mei": ""},
        "cell.wareki": {"jutei_ymd": "4310501"},
        "cell.code": {"ido_jiyu": "77"},
        "set.unique": {"atena_code": "0000000001"},
        "cell.pattern": {"yubin_no": "9160001"},
        "cell.length": {"katagaki": "長" * 101},
        "cell.width": {"honseki": "鯖江市1番地"},
        "cell.gaiji": {"hittosha": "田\ue030\u3000一"},
        "set.not_before": {"ido_ymd": "3010101"},
    }
    row.update(changes.get(defect, {}))
    if defect == "set.not_before":
        # The first days of 昭和 do not exist as 昭和元年1月; its second year does.
        row["ido_ymd"] = "3020101"
        row["seinen_ymd"] = "3600101"


# -- the measured jobs, each in its own process ---------------------------------------------------------------------


def job_ours(path: Path, executor: str) -> dict[str, Any]:
    """Check every cell and every set rule, in one process."""
    return _checked(path, executor, workers=1)


def job_together(path: Path, executor: str) -> dict[str, Any]:
    """The same as the product does it: by as many processes as the file is worth on this machine."""
    return _checked(path, executor, workers=None)


def _checked(path: Path, executor: str, workers: int | None) -> dict[str, Any]:
    from machikumo.layouts.crews import crew_for
    from machikumo.layouts.domain.engine import iterate_blocks
    from machikumo.layouts.domain.executors import Plan

    layout, mapping = catalogue_layout(charset_of(path))
    # The gaiji decisions are known to the check; the rows are not converted.
    plan = Plan(layout=layout, mapping=mapping, training=True, executor=executor, fingerprints=False)
    plan = _without_conversion(plan)
    rules: Counter[str] = Counter()
    rows = 0
    with path.open("rb") as stream, crew_for(stream, plan, workers=workers) as crew:
        for result in iterate_blocks(stream, plan, crew=crew):
            rows += result.entry.records
            rules.update(issue.rule for issue in result.issues)
    return {"rows": rows, "rules": dict(rules)}


def _without_conversion(plan: Any) -> Any:
    from dataclasses import replace

    return replace(plan, mapping=None, mapped=plan.mapping.mapped_characters)


def job_convert(path: Path, executor: str) -> dict[str, Any]:
    """Check, convert to the standard row, check that, and count the totals: what the loader is handed."""
    from machikumo.layouts.domain.engine import iterate_blocks
    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.reconcile import Side

    layout, mapping = catalogue_layout(charset_of(path))
    side, rows = Side(), 0
    with path.open("rb") as stream:
        for result in iterate_blocks(stream, Plan(layout, mapping, training=True, executor=executor)):
            rows += result.entry.records
            if not result.closing:
                side.add_frame(result.converted, mapping.target.primary_key)
    return {"rows": rows, "accepted": side.totals.rows}


def job_limit(path: Path, _executor: str) -> dict[str, Any]:
    """Decode CP932, encode UTF-8, parse with Polars (of UTF-8 parse only): nothing that reads it can be cheaper."""
    import polars as pl

    schema = dict.fromkeys(COLUMNS, pl.String)
    rows, charset = 0, charset_of(path)
    for data in _blocks(path):
        text = data if charset == "utf-8" else data.decode(charset, errors="replace").encode()
        frame = pl.read_csv(text, has_header=False, schema=schema, empty_string_is_null=False, extra_columns="ignore")
        rows += frame.height
    return {"rows": rows}


def _blocks(path: Path) -> Iterator[bytes]:
    rest = b""
    with path.open("rb") as stream:
        stream.readline()
        while chunk := stream.read(8 << 20):
            cut = chunk.rfind(b"\n") + 1
            yield rest + chunk[:cut]
            rest = chunk[cut:]


def job_only_convert(path: Path, executor: str) -> dict[str, Any]:
    """Read, convert to the standard row, write that as CSV in UTF-8, and add up the keys; nothing is checked."""
    from machikumo.layouts.domain.blocks import Reader
    from machikumo.layouts.domain.executors import Plan, executor_of
    from machikumo.layouts.domain.reconcile import KeySet

    layout, mapping = catalogue_layout(charset_of(path))
    able, keys, rows = executor_of(Plan(layout, mapping, training=True, executor=executor)), KeySet(), 0
    with path.open("rb") as stream, Path(os.devnull).open("wb") as out:
        for block in Reader(stream, layout).blocks():
            converted = able.convert(able.read(block)).rows
            converted.write_csv(out, include_header=False)
            keys.add(converted[mapping.target.primary_key[0]])
            rows += block.records
    return {"rows": rows, "keys": len(keys.hashes)}


JOBS: dict[str, Callable[[Path, str], dict[str, Any]]] = {
    "ours": job_ours,
    "together": job_together,
    "convert": job_convert,
    "only convert": job_only_convert,
    "limit": job_limit,
}


def run_job(name: str, path: Path, executor: str = "") -> dict[str, Any]:
    """Run a job in a process of its own and give its result with CPU seconds, wall seconds and peak memory."""
    return measured([sys.executable, __file__, "--job", name, "--file", str(path), "--executor", executor])


def measured(command: list[str]) -> dict[str, Any]:
    """Run a process that prints its result as JSON, every process with one thread for Polars, as the crew has it."""
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    alone = {**os.environ, "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=alone)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_with_start": cpu, "wall": wall} | found


# -- the peer ---------------------------------------------------------------------------------------------------

PEER = """
import json, resource, sys, time
from frictionless import Checklist, Resource, Schema, system
path, schema, columns = sys.argv[1:]
resource_ = Resource(path=path, encoding="cp932", schema=Schema.from_descriptor(json.load(open(schema))))
with system.use_context(trusted=True):
    began, before = time.perf_counter(), sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    report = resource_.validate(Checklist(), limit_errors=10_000_000)
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before
    seconds = time.perf_counter() - began
errors = {}
for task in report.tasks:
    for error in task.errors:
        errors[error.type] = errors.get(error.type, 0) + 1
print(json.dumps({"rows": report.tasks[0].stats.get("rows"), "cpu": cpu, "seconds": seconds, "errors": errors}))
"""


def peer_python() -> Path:
    """The interpreter of the environment that holds frictionless, made when first needed."""
    home = folder() / "peers" / f"frictionless-{FRICTIONLESS}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        print(f"installing frictionless {FRICTIONLESS} into {home}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"frictionless=={FRICTIONLESS}"], check=True)
        (home / "ready").touch()
    return python


def table_schema(layout: Layout) -> dict[str, Any]:
    """The layout's cell rules as a Table Schema: required, code lists, forms, widths and lengths, and the key.

    What it cannot say (conditions, check digits, households, histories, an event before birth) only ours checks.
    """
    from machikumo.layouts.domain.definition import Requirement

    fields = []
    for item in layout.items:
        constraints: dict[str, Any] = _form(item, layout)
        if item.requirement is Requirement.REQUIRED:
            constraints["required"] = True
        fields.append({"name": item.name, "type": "string", "constraints": constraints})
    key = [layout.by_key[name].name for name in layout.primary_key]
    return {"fields": fields, "primaryKey": key, "missingValues": [""]}


def _form(item: Item, layout: Layout) -> dict[str, Any]:
    from machikumo.layouts.domain.dates import surely_era_date
    from machikumo.layouts.domain.definition import ItemType

    if item.code_list:
        return {"enum": sorted(item.code_list.codes)}
    if item.pattern:
        return {"pattern": item.pattern}
    match item.type:
        case ItemType.WAREKI:
            form: dict[str, Any] = {"pattern": surely_era_date(layout.physical.eras)[1:-1]}
        case ItemType.BOOLEAN:
            form = {"enum": [layout.physical.true_value, layout.physical.false_value]}
        case ItemType.INTEGER:
            form = {"pattern": f"[0-9]{{1,{item.length}}}"}
        case ItemType.FULL:
            # Full-width signs, and of the user-defined ones only those with a decision.
            form = {"maxLength": item.length, "pattern": "[^\\x00-\\x7f\\x80-\\xa0｡-ﾟ\ue01c-\ue0bb\ue0be-\uf8ff]*"}
        case _:
            form = {"maxLength": item.length, "pattern": "[ -~｡-ﾟ]*"}
    return form


def run_peer(path: Path, rows: int, *, whole: bool) -> dict[str, Any]:
    """Let frictionless validate the file or its first rows; CPU seconds without its start."""
    sample = path
    if not whole and rows > SAMPLE:
        sample = path.with_suffix(".sample.csv")
        with path.open("rb") as source, sample.open("wb") as out:
            for _ in range(SAMPLE + 1):
                # Frictionless stops at a byte that is not CP932; it gets the file without those rows.
                line = source.readline()
                out.write(b"" if line.endswith(b"\x85\x85\r\n") else line)
    schema = path.with_suffix(".schema.json")
    schema.write_text(json.dumps(table_schema(catalogue_layout()[0]), ensure_ascii=False), encoding="utf-8")
    script = path.with_name("frictionless_validate.py")
    script.write_text(PEER, encoding="utf-8")
    os.chdir(path.parent)
    return measured([str(peer_python()), str(script), sample.name, str(schema), ""])


# -- all together -------------------------------------------------------------------------------------------------


def main() -> int:
    """Measure, print, write the results; 0 when every claim holds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=20_261_124)
    options.add_argument("--folder", type=Path, default=folder() / "movein_check")
    options.add_argument("--runs", type=int, default=3, help="ours, limit and peer in turns; the best counts")
    options.add_argument("--whole", action="store_true", help="frictionless reads the whole file, not 50,000 rows")
    options.add_argument("--job", choices=sorted(JOBS), help=argparse.SUPPRESS)
    options.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--executor", default="", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.job:
        return _child(chosen)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    path = chosen.folder.resolve() / f"kasumi-{chosen.rows}-{chosen.seed}.csv"
    planted = make_file(path, chosen.rows, chosen.seed)
    found = measure(path, chosen.rows, runs=chosen.runs, whole=chosen.whole)
    return publish(
        "movein_check", claims_of(path, planted, found), rows=chosen.rows, seed=chosen.seed, frictionless=FRICTIONLESS,
        measured=found, planted=planted,
    )  # fmt: skip


def measure(path: Path, rows: int, *, runs: int, whole: bool) -> dict[str, Any]:
    """What each job measured: run in turns and equally often, the best of each by CPU, and where asked by the clock."""
    peer = partial(run_peer, path, rows, whole=whole)
    jobs = {name: partial(run_job, name, path) for name in ("limit", "ours", "together", "convert")} | {"peer": peer}
    turns = [{name: job() for name, job in jobs.items()} for _ in range(runs)]
    best = {name: min((turn[name] for turn in turns), key=lambda found: found["cpu"]) for name in jobs}
    for name in ("together", "peer"):
        best[f"{name} by the clock"] = min((turn[name] for turn in turns), key=lambda found: found["seconds"])
    return best


def _child(chosen: argparse.Namespace) -> int:
    import polars as pl

    pl.DataFrame({"warm": ["up"]}).select(pl.col("warm").str.len_chars())
    catalogue_layout()
    before, began = _cpu(), time.perf_counter()  # as for the peer, the start of the program is not counted
    found = JOBS[chosen.job](chosen.file, chosen.executor)
    found |= {"cpu": _cpu() - before, "seconds": time.perf_counter() - began}
    # One helper at most: the greatest of the children is their sum.
    peaks = [resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps(found | {"peak": sum(peaks), "peaks": peaks}))
    return 0


def _cpu() -> float:
    """CPU seconds of this process and of the helpers that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def claims_of(path: Path, planted: dict[str, int], found: dict[str, Any]) -> list[Claim]:
    """The claims about the check, of what was measured."""
    ours, together, limit, convert, peer = (found[name] for name in ("ours", "together", "limit", "convert", "peer"))
    clock = [found[f"{name} by the clock"] for name in ("together", "peer")]
    wait, waits = (job["rows"] / job["seconds"] for job in clock)
    speed, speeds = (job["rows"] / job["cpu"] for job in (together, peer))
    wrong = {rule: (together["rules"].get(rule, 0), count) for rule, count in planted.items()}
    spurious = set(together["rules"]) - set(planted)
    exact = not spurious and together["rules"] == ours["rules"] and all(have == want for have, want in wrong.values())
    mib = {name: found[name]["peak"] / 2**20 for name in ("together", "convert")}
    halves = clock[0]["seconds"] / together["cpu"]
    print(
        f"# {path.name}: {path.stat().st_size:,} bytes, {ours['rows']:,} rows, {len(COLUMNS)} columns", file=sys.stderr
    )
    print(f"# planted and found: {wrong} {spurious or ''}", file=sys.stderr)
    return [
        Claim("check: planted defects found, nothing else", sum(together["rules"].values()), sum(planted.values()),
              sum(together["rules"].values()) / sum(planted.values()), "exactly all", exact),
        Claim("check: rows a second by the clock, beside frictionless", wait, waits, wait / waits, "≥ 20",
              wait / waits >= 20),  # noqa: PLR2004
        Claim("check: rows a CPU second, beside frictionless", speed, speeds, speed / speeds, "shown", holds=True),
        Claim("check with its helper: seconds by the clock beside CPU", clock[0]["seconds"], together["cpu"], halves,
              "shown; 0.65 aimed at on two idle cores", holds=True),
        Claim("check: CPU beside decode + parse", ours["cpu"], limit["cpu"], ours["cpu"] / limit["cpu"], "≤ 1.8",
              ours["cpu"] / limit["cpu"] <= 1.8),  # noqa: PLR2004
        Claim("check + convert: CPU beside decode + parse", convert["cpu"], limit["cpu"], convert["cpu"] / limit["cpu"],
              "≤ 4", convert["cpu"] / limit["cpu"] <= 4),  # noqa: PLR2004
        Claim("check: peak memory of all its processes, MiB", mib["together"], 1024, mib["together"] / 1024, "< 1",
              mib["together"] < 1024),  # noqa: PLR2004
        Claim("check + convert: peak memory, MiB", mib["convert"], 1024, mib["convert"] / 1024, "< 1",
              mib["convert"] < 1024),  # noqa: PLR2004
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
