"""Files from a seed: sound rows of several layouts, then cells and bytes changed by chance, hostile ones among them.

``fuzzed(seed)`` always gives the same file; ``verdicts`` gives what each way of checking says of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from machikumo.kernel.numbers.domain.digits import NumberKind, training_number
from machikumo.layouts.domain.definition import ItemType, Layout
from machikumo.layouts.domain.executors import COLUMNAR, PLAIN, Plan
from machikumo.layouts.domain.loading import load_code_list, load_layout
from machikumo.layouts.queries.catalogue import shipped
from machikumo.layouts.tests.makers import KASUMI, MINATO, STANDARD, Row, kasumi_row, minato_row, results_of, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.layouts.domain.definition import Item

HISTORY = """
[code_list]
key = "changing"
name = "改正のあるコード"
source = "test"
edition = "1"
confirmed = true
[[value]]
code = "A"
name = "ずっと"
[[value]]
code = "B"
name = "廃止"
valid_to = "2019-04-30"
[[value]]
code = "C"
name = "新設"
valid_from = "2019-05-01"
[[value]]
code = "D"
name = "一時"
valid_from = "1989-01-08"
valid_to = "2019-04-30"
[[value]]
code = "D"
name = "復活"
valid_from = "2024-01-01"
"""
PHYSICAL = """
[layout]
key = "every-rule"
version = "1"
name = "すべての規則"
group = "g"
source = "test"
edition = "1"
confirmed = true
[physical]
charset = "utf-8"
newline = "lf"
quoting = "minimal"
header = "key"
era_codes = "era-1digit"
gaiji = "user_area"
"""
BODIES = {
    "person": 'type = "X"\nlength = 6',
    "number": 'type = "9"\nlength = 4',
    "branch": 'type = "9"\nlength = 2',
    "latest": 'type = "BOOL"\nlength = 1',
    "household": 'type = "X"\nlength = 6',
    "relation": 'type = "X"\nlength = 2\ncodes = "relationship"',
    "state": 'type = "X"\nlength = 1\ncodes = "resident_state"',
    "event": 'type = "WAREKI"\nlength = 7\nminimum = "1900-01-01"\nmaximum = "2030-12-31"',
    "born": 'type = "DATE"\nlength = 10\nminimum = "1873-01-01"\nmaximum = "2026-12-31"',
    "born_flag": 'type = "BOOL"\nlength = 1',
    "born_words": 'type = "N"\nlength = 12',
    "begins": 'type = "DATE"\nlength = 10\nsentinels = ["00000000"]',
    "ends": 'type = "DATE"\nlength = 10\nopen_end = true\nsentinels = ["99999999", ""]',
    "code": 'type = "X"\nlength = 1\ncodes = "changing"\ncodes_on = "event"',
    "later_code": 'type = "X"\nlength = 1\ncodes = "changing"\ncodes_on = "begins"\nsentinels = ["-"]',
    "year": 'type = "YEAR"\nlength = 4\nminimum = "1900"',
    "open_year": 'type = "YEAR"\nlength = 4\nopen_end = true\nmaximum = "2100"',
    "whole": 'type = "9"\nlength = 25\nminimum = "5"\nmaximum = "500"',
    "signed": 'type = "S9"\nlength = 6\nminimum = "-50"\nmaximum = "9"',
    "decimal": 'type = "9V"\nlength = "3,2"',
    "time": 'type = "TIME"\nlength = 8',
    "picture": 'type = "BLOB"\nlength = 12',
    "name": 'type = "N"\nlength = 8',
    "bare": 'type = "N"\nlength = 4\nselectors = "refuse"\nseverity = "warning"',
    "words": 'type = "TEXT"\nlength = 300',
    "shaped": 'type = "X"\nlength = 8\npattern = "(?:[0-9]{3}-[0-9]{4}|[A-C]{2,}x*|\\\\(\\\\)|[+-]{1,300}|a?b)"',
    "mine": 'type = "X"\nlength = 12\npattern = "[0-9]{12}"\ncheck_digit = "individual_number"',
    "short": 'type = "X"\nlength = 12\ncheck_digit = "individual_number"',
    "record": 'type = "X"\nlength = 11\ncheck_digit = "resident_record_code"',
    "town": 'type = "X"\nlength = 6\npattern = "[0-9]{6}"\ncheck_digit = "local_government_code"',
    "other_town": 'type = "X"\nlength = 6\nsentinels = ["000000"]\npattern = "[0-9]{6}"',
}  # fmt: skip
CONDITIONS = {"born": 'born_flag != "1"', "state": 'person is present and not (latest == "0" or relation in ("02"))'}
REQUIRED = {"person", "number", "town"}
SET_RULES = """
[[set_rule]]
kind = "unique"
items = ["person", "number", "branch"]
[[set_rule]]
kind = "household_head"
household = "household"
relationship = "relation"
head_values = ["02"]
latest = "latest"
state = "state"
live_values = ["1"]
[[set_rule]]
kind = "history_chain"
person = "person"
number = "number"
branch = "branch"
event = "event"
[[set_rule]]
kind = "unique"
items = ["mine"]
severity = "warning"
[[set_rule]]
kind = "one_latest"
person = "person"
number = "number"
branch = "branch"
latest = "latest"
[[set_rule]]
kind = "not_before"
earlier = "born"
later = "event"
[[set_rule]]
kind = "cross_field"
item = "other_town"
when = 'town is present'
must = 'other_town == town or other_town is empty'
words = "二つの団体コードは同じ"
[[set_rule]]
kind = "compare"
left = "begins"
operator = "<="
right = "ends"
[[set_rule]]
kind = "compare"
left = "event"
operator = "!="
right = "begins"
when = 'state == "1"'
[[set_rule]]
kind = "compare"
left = "signed"
operator = "<"
right = "year"
severity = "warning"
[[set_rule]]
kind = "uncertain"
value = "born"
flag = "born_flag"
text = "born_words"
[[set_rule]]
kind = "periods"
person = "person"
start = "begins"
end = "ends"
gapless = true
[[set_rule]]
kind = "periods"
person = "household"
start = "event"
end = "born"
"""


def every_rule() -> Layout:
    """A layout with every type and every kind of rule."""
    parts = [PHYSICAL]
    for place, (key, body) in enumerate(BODIES.items()):
        need = "conditional" if key in CONDITIONS else "required" if key in REQUIRED else "optional"
        more = f"condition = '{CONDITIONS[key]}'\n" if key in CONDITIONS else ""
        parts.append(
            f'[[item]]\nid = "E-{place}"\nkey = "{key}"\nname = "{key}"\nromaji = "{key}"\ngroup = "g"\n{body}\n'
            f'required = "{need}"\nconfirmed = true\n{more}'
        )
    lists = shipped().code_lists | {"changing": load_code_list(HISTORY, "changing.toml")}
    return load_layout("\n".join([*parts, SET_RULES]), "every-rule.toml", lists)


EVERY = every_rule()
ALLOWANCE = shipped().layout("child-allowance")
SAMPLES = (
    "|0|1|2|9|00|01|-1|+1|-0|-|1 | 1|4310430|4310501|3640107|3640108|1450730|2010730|5010501|5990228|0000000"
    "|2024-02-29|2023-02-29|1900-02-29|2000-02-29|0000-01-01|9999-12-31|9999-12-30|0001-01-01|2019-04-30|2019-05-01"
    "|20240229|00000000|99999999|あ|葛\U000e0102|\U000e0102|\ufe00|\ue000|\ue002|\uf8ff|\U000f0000|\U0010ffff|\U0010fffd"
    '|𠮷|ｱ|ﾞ|Ａ|é|\x80|\xa0|\t|\n|\r|\r\n|\x1a|\x1f|\x1e|\x7f|,|"|""|\\|\\N|\'|%|%s|$1|--;|916-0001|+000000|12:00|24:00'
    "|123456789012|12345678901|182079|true|false|　|Robert'); DROP TABLE|<b>|=1+1|NULL|null|\ufeff|\u2028|ﷺ|İ|ß|ǅ"
    "|9999999999999999999999999|1e5|1_0|１２|٣|0x1|nan|inf|AAxx|()|a|b|ab|A|B|C|D"
)
HOSTILE = SAMPLES.split("|")
BYTES = (b"\x00", b"\r", b"\n", b"\r\n", b'"', b'""', b",", b"\x1a", b"\xff", b"\x81", b"\xf0\x40", b"\xef\xbb\xbf",
         b"\xe3\x81", b"\\N", b'","', b'"\n"', b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1f", b"\x8f\xa1")  # fmt: skip
DAYS = ("1950-03-03", "1989-01-08", "2019-04-30", "2019-05-01", "2020-02-29", "2024-02-29", "2026-12-31")
ERA_DAYS = ("1450730", "2010730", "3400430", "3640107", "4010108", "4310430", "5010501", "5080101")


def _sampled(rng: Random, pattern: str) -> str:
    """A text of a simple pattern: classes and counts only; the first choice of alternatives."""
    first = pattern.split("|", maxsplit=1)[0].replace("(?:", "").strip("()")
    parts = []
    for shown, low, high in re.findall(r"(\[[^\]]+\]|\\?.)(?:\{(\d+)(?:,(\d+))?\})?", first):
        signs = re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), shown.strip("[]"))
        parts.append("".join(rng.choice(signs) for _ in range(rng.randint(int(low or 1), int(high or low or 1)))))
    return "".join(parts).replace("\\", "")


def sound_value(rng: Random, item: Item, layout: Layout) -> str:
    """A value that the item's own rules let pass, most of the time."""
    if item.requirement != "required" and rng.random() < 0.3:
        return ""
    if item.code_list:
        return rng.choice(sorted(item.code_list.codes))
    if item.check_digit == "individual_number":
        return training_number(NumberKind.INDIVIDUAL, rng.randrange(1, 40))
    if item.check_digit == "local_government_code":
        return "182079"
    if item.type is ItemType.HALF and item.pattern:
        return _sampled(rng, item.pattern)
    return _by_type(rng, item, layout)


def _by_type(rng: Random, item: Item, layout: Layout) -> str:
    makers: dict[ItemType, Callable[[], str]] = {
        ItemType.DATE: lambda: rng.choice(DAYS).replace("-", "" if layout.physical.date_form == "compact" else "-"),
        ItemType.WAREKI: lambda: rng.choice(ERA_DAYS),
        ItemType.BOOLEAN: lambda: rng.choice((layout.physical.true_value, layout.physical.false_value)),
        ItemType.INTEGER: lambda: str(rng.randrange(1, 4)),
        ItemType.SIGNED: lambda: str(rng.randrange(-40, 9)),
        ItemType.DECIMAL: lambda: f"{rng.randrange(99)}.{rng.randrange(9)}",
        ItemType.YEAR: lambda: str(rng.randrange(1950, 2030)),
        ItemType.TIME: lambda: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}",
        ItemType.FULL: lambda: "渡邉　花子"[: item.length],
        ItemType.TEXT: lambda: "なし none",
    }
    return makers.get(item.type, lambda: str(rng.randrange(1, 6)))()


def sound_row(rng: Random, layout: Layout) -> Row:
    """A row that holds to its layout, most of the time; keys are few, so that rules over several rows have work."""
    if layout.key.startswith("vendor-kasumi"):
        person = rng.randrange(1, 6)
        return kasumi_row(
            person, rireki_no=str(rng.randrange(1, 4)), setai_code=f"{rng.randrange(1, 6):010d}",
            saishin_kbn=rng.choice("01"), zokugara_1=rng.choice(("001", "020")), ido_ymd=rng.choice(ERA_DAYS),
        )  # fmt: skip
    if layout.key.startswith("vendor-minato"):
        return minato_row(
            rng.randrange(1, 6), record_seq=str(rng.randrange(1, 4)), household_id=str(rng.randrange(1, 6)),
            current_flag=rng.choice(("true", "false")), event_date=rng.choice(DAYS),
        )  # fmt: skip
    return tuple(sound_value(rng, item, layout) for item in layout.items)


@dataclass(frozen=True)
class Fuzzed:
    """A file and how it is to be read."""

    layout: Layout
    data: bytes
    block_size: int
    training: bool

    def plan(self, executor: str) -> Plan:
        """The plan of a check of it."""
        mapped = KASUMI.mapped_characters
        return Plan(self.layout, training=self.training, mapped=mapped, executor=executor, fingerprints=False)


def fuzzed(seed: int) -> Fuzzed:
    """The file of a seed."""
    rng = Random(seed)
    layout = _varied(rng, rng.choice((KASUMI.source, MINATO.source, EVERY, EVERY, EVERY, ALLOWANCE, STANDARD)))
    rows = [list(sound_row(rng, layout)) for _ in range(rng.choice((0, 1, 2, 5, 12, 30)))]
    for _ in range(rng.choice((0, 0, 3, 20, 60)) if rows else 0):
        _change_cells(rng, rows, layout)
    data = _written(rng, layout, rows)
    for _ in range(rng.choice((0, 0, 1, 1, 3, 10))):
        data = _change_bytes(rng, data)
    return Fuzzed(layout, data, rng.choice((64, 200, 1000, 8 << 20)), training=rng.random() < 0.8)


def small_file(seed: int, layout: Layout) -> bytes:
    """A short file of a layout, some of its cells and bytes changed."""
    rng = Random(seed)
    rows = [[sound_value(rng, item, layout) for item in layout.items] for _ in range(rng.randrange(1, 5))]
    for _ in range(rng.randrange(4)):
        _change_cells(rng, rows, layout)
    data = _written(rng, layout, rows)
    return _change_bytes(rng, data) if rng.random() < 0.3 else data


def _varied(rng: Random, layout: Layout) -> Layout:
    """The layout, its files now and then of another form."""
    if rng.random() < 0.5:
        return layout
    physical = replace(
        layout.physical,
        charset=rng.choice(("utf-8", "cp932", "euc_jp", "shift_jis")),
        newline=rng.choice(("lf", "crlf")),
        delimiter=rng.choice((",", "\t", ";", "|")),
        quote_all=rng.random() < 0.3,
        header=rng.choice(("key", "none")),
        empty=rng.choice(("", "\\N", "NULL")),
        date_form=rng.choice(("iso", "compact")),
        bom=rng.random() < 0.2,
    )
    return replace(layout, physical=physical)


def _change_cells(rng: Random, rows: list[list[str]], layout: Layout) -> None:
    row = rng.choice(rows)
    place = rng.randrange(len(row))
    match rng.randrange(6):
        case 0:
            row[place] = rng.choice(HOSTILE)
        case 1:
            row[place] += rng.choice(HOSTILE)
        case 2:
            row[place] = rng.choice(rows)[rng.randrange(len(row))]
        case 3:
            rows.append(list(rng.choice(rows)))
        case 4:
            row[place] = "".join(rng.choice(HOSTILE) for _ in range(rng.randrange(5)))
        case _:
            row[place] = sound_value(rng, layout.items[place], layout)


def _written(rng: Random, layout: Layout, rows: list[list[str]]) -> bytes:
    form = layout.physical
    newline = "\r\n" if form.newline == "crlf" else "\n"
    lines = [form.delimiter.join(layout.header)] if layout.header else []
    lines += [form.delimiter.join(_quoted(rng, value or form.empty, layout) for value in row) for row in rows]
    text = "".join(line + newline for line in lines)
    return (b"\xef\xbb\xbf" if form.bom else b"") + text.encode(form.charset, rng.choice(("ignore", "replace")))


def _quoted(rng: Random, value: str, layout: Layout) -> str:
    special = any(sign in value for sign in (layout.physical.delimiter, '"', "\n", "\r"))
    careless = rng.random() < 0.01
    if (layout.physical.quote_all or special) != careless:
        return '"' + value.replace('"', '""') + '"'
    return value


def _change_bytes(rng: Random, data: bytes) -> bytes:  # noqa: PLR0911 - one way each
    place, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    match rng.randrange(7):
        case 0:
            return data[:place] + rng.choice(BYTES) + data[place:]
        case 1:
            return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
        case 2:
            return data[:place] + data[place + rng.randrange(1, 8) :]
        case 3:
            return data[:place]
        case 4:
            return data[:place] + data[place : place + 40] + data[place:]
        case 5:
            return data[:place] + data[end : end + 60] + data[place:]
        case _:
            return data.replace(
                *rng.choice(((b"\r\n", b"\n"), (b"\n", b"\r\n"), (b'"', b""), (b"\n", b"\r"), (b",", b";")))
            )


def plain_and_columnar(file: Fuzzed) -> tuple[list[Any], list[Any]]:
    """What both executors say: every issue with its place, value and words."""
    plain = told(results_of(file.data, file.plan(PLAIN), block_size=file.block_size))
    columnar = told(results_of(file.data, file.plan(COLUMNAR), block_size=file.block_size))
    return plain, columnar


def cells_of(told_by_plain: list[Any]) -> list[tuple[int, str, str]]:
    """Row, rule and item of what the rules told, without what the reader told."""
    places = [(row, rule, item) for row, _line, _offset, rule, item, *_ in told_by_plain]
    return sorted(place for place in places if place[1].startswith(("cell.", "set.")))
