"""The files of the benches: a fictional vendor's export of 40 columns with planted defects, known exactly."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from machikumo.kernel.numbers.domain.digits import NumberKind, training_number

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.mapping import Mapping

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
