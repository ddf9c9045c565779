"""Damage as old vendors' files show it, planted one to a row, with the rule that must find it.

Rules are named as in `machikumo.layouts.domain.messages`. A defect is planted only where it damages nothing else:
in the only row of a living person who is not a head, so that no rule over several rows fails beside the expected one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from machikumo.layouts.domain.definition import SetRuleKind
from machikumo.synthetic.domain.households import HEAD
from machikumo.synthetic.domain.rows import JAPANESE, LIVE, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from machikumo.layouts.domain.definition import SetRule
    from machikumo.synthetic.domain.export import Exporter


class Defect(StrEnum):
    """A kind of damage to one row."""

    WRONG_CHARSET = "wrong_charset"
    HALF_CHARACTER = "half_character"
    NUL_BYTE = "nul_byte"
    TOO_FEW_COLUMNS = "too_few_columns"
    TOO_MANY_COLUMNS = "too_many_columns"
    DUPLICATE_ID = "duplicate_id"
    ORPHAN_HOUSEHOLD = "orphan_household"
    TWO_HEADS = "two_heads"
    EVENT_BEFORE_BIRTH = "event_before_birth"
    HEISEI_AFTER_ITS_END = "heisei_31_05_01"
    SHOWA_AFTER_ITS_END = "showa_64_01_08"
    DAY_ZERO = "day_zero"
    OPEN_END = "open_end"
    NAME_TOO_LONG = "name_too_long"
    UNMAPPED_GAIJI = "unmapped_gaiji"
    MISSING_REQUIRED = "missing_required"
    UNKNOWN_CODE = "unknown_code"
    HALF_WIDTH_KANA = "half_width_kana"
    LOST_ZEROS = "lost_zeros"


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted defect: the damaged data record (from 1, as in the file), and how a check must report it.

    `found_at` is the record that the report names, `item` the vendor's item (empty for a defect of the whole
    row), `rule` the rule. Only a second head is reported elsewhere: at the first head of the household.
    """

    row: int
    found_at: int
    defect: Defect
    item: str
    rule: str


@dataclass(frozen=True, slots=True)
class Damage:
    """The lines that stand for a row after the damage; the last of them is the damaged one."""

    lines: tuple[bytes, ...]
    item: str
    rule: str


# 渡邉 in UTF-8 ends with a byte that begins a character of CP932 and can be followed by no delimiter there.
_ALIEN: Final = {"cp932": "渡邉".encode(), "utf-8": "渡邉".encode("cp932")}
# A cell of the user-defined area that nobody has decided on (data/layouts/gaiji/kasumi-sabae.toml).
_UNDECIDED: Final = "\ue030"
_ORPHANS: Final = 9_000_000_000


def defects_of(exporter: Exporter) -> tuple[Defect, ...]:
    """Return the defects that this vendor's file can show: era dates and 外字 not in every one."""
    physical = exporter.layout.physical
    impossible = set()
    if not physical.eras:
        impossible |= {Defect.HEISEI_AFTER_ITS_END, Defect.SHOWA_AFTER_ITS_END}
    if not physical.user_area:
        impossible.add(Defect.UNMAPPED_GAIJI)
    return tuple(defect for defect in Defect if defect not in impossible)


def is_fit(row: Row) -> bool:
    """Tell whether a row may be damaged: the only version of a living Japanese who is no head, all dates known."""
    return (
        row["is_latest"] == "1"
        and row["history_number"] == "1"
        and row["resident_state"] == LIVE
        and row["resident_kind"] == JAPANESE
        and row["relationship_1"] != HEAD.code
        and bool(row["event_date"] and row["birth_date"])
    )


def records_after_head(rows: Sequence[Row], victim: Row) -> int:
    """Return how many records after the living head's latest row a row of the same household stands."""
    heads = [
        row["is_latest"] == "1" and row["resident_state"] == LIVE and row["relationship_1"] == HEAD.code for row in rows
    ]
    return rows.index(victim) - heads.index(True)


def damaged(exporter: Exporter, defect: Defect, row: Row) -> Damage:
    """Return what stands in the vendor's file for a row that `is_fit` after the damage; the row is not changed."""
    return _MAKERS[defect](exporter, row)


def _wrong_charset(exporter: Exporter, row: Row) -> Damage:
    fields = exporter.fields(exporter.values(row))
    quote = b'"' if exporter.layout.physical.quote_all else b""
    fields[exporter.place("name")] = quote + _ALIEN[exporter.layout.physical.charset] + quote
    return _whole(exporter, fields, "structure.decode")


def _half_character(exporter: Exporter, row: Row) -> Damage:
    fields = exporter.fields(exporter.values(row))
    place = exporter.place("name")
    quote = b'"' if exporter.layout.physical.quote_all else b""
    fields[place] = fields[place].removesuffix(quote)[:-1] + quote
    return _whole(exporter, fields, "structure.decode")


def _nul_byte(exporter: Exporter, row: Row) -> Damage:
    values = exporter.values(row)
    values[exporter.place("name")] += "\0"
    return _whole(exporter, exporter.fields(values), "structure.nul")


def _too_few_columns(exporter: Exporter, row: Row) -> Damage:
    return _whole(exporter, exporter.fields(exporter.values(row))[:-2], "structure.columns_few")


def _too_many_columns(exporter: Exporter, row: Row) -> Damage:
    fields = exporter.fields(exporter.values(row))
    fields.insert(exporter.place("name"), fields[exporter.place("name")])
    return _whole(exporter, fields, "structure.columns_many")


def _duplicate_id(exporter: Exporter, row: Row) -> Damage:
    line = exporter.line(exporter.values(row))
    unique = _rule_of(exporter, SetRuleKind.UNIQUE)
    return Damage((line, line), unique.items[0], "set.unique")


def _orphan_household(exporter: Exporter, row: Row) -> Damage:
    number = f"{_ORPHANS + int(row['household_number']):015d}"
    return _item(exporter, row | {"household_number": number}, "household_number", "set.no_head")


def _two_heads(exporter: Exporter, row: Row) -> Damage:
    return _item(exporter, row | {"relationship_1": HEAD.code}, "household_number", "set.two_heads")


def _event_before_birth(exporter: Exporter, row: Row) -> Damage:
    before = f"{int(row['birth_date'][:4]) - 1}-04-01"
    return _item(exporter, row | {"event_date": before}, "event_date", "set.not_before")


def _heisei_31_05_01(exporter: Exporter, row: Row) -> Damage:
    return _birth(exporter, row, "4310501")


def _showa_64_01_08(exporter: Exporter, row: Row) -> Damage:
    return _birth(exporter, row, "3640108")


def _day_zero(exporter: Exporter, row: Row) -> Damage:
    return _birth(exporter, row, "3500400" if exporter.layout.physical.eras else "1975-04-00")


def _open_end(exporter: Exporter, row: Row) -> Damage:
    # In era dates the far end of time is written with an era code that does not exist.
    return _birth(exporter, row, "9991231" if exporter.layout.physical.eras else "9999-12-31")


def _name_too_long(exporter: Exporter, row: Row) -> Damage:
    length = exporter.layout.items[exporter.place("name")].length
    return _item(exporter, row | {"name": "寿" * (length + 1)}, "name", "cell.length")


def _unmapped_gaiji(exporter: Exporter, row: Row) -> Damage:
    return _item(exporter, row | {"name": f"{row['name']}{_UNDECIDED}"}, "name", "cell.gaiji")


def _missing_required(exporter: Exporter, row: Row) -> Damage:
    return _item(exporter, row | {"name": ""}, "name", "cell.required")


def _unknown_code(exporter: Exporter, row: Row) -> Damage:
    return _value(exporter, row, "sex", "7", "cell.code")


def _half_width_kana(exporter: Exporter, row: Row) -> Damage:
    return _value(exporter, row, "name", "ﾔﾏﾀﾞ", "cell.width")


def _lost_zeros(exporter: Exporter, row: Row) -> Damage:
    return _value(exporter, row, "address_town_code", str(int(row["address_town_code"])), "cell.pattern")


def _birth(exporter: Exporter, row: Row, text: str) -> Damage:
    return _value(exporter, row, "birth_date", text, "cell.wareki" if exporter.layout.physical.eras else "cell.date")


def _value(exporter: Exporter, row: Row, item: str, text: str, rule: str) -> Damage:
    values = exporter.values(row)
    values[exporter.place(item)] = text
    return Damage((exporter.line(values),), exporter.keys[exporter.place(item)], rule)


def _item(exporter: Exporter, row: Row, item: str, rule: str) -> Damage:
    return Damage((exporter.line(exporter.values(row)),), exporter.keys[exporter.place(item)], rule)


def _rule_of(exporter: Exporter, kind: SetRuleKind) -> SetRule:
    return next(rule for rule in exporter.layout.set_rules if rule.kind is kind)


def _whole(exporter: Exporter, fields: Sequence[bytes], rule: str) -> Damage:
    return Damage((exporter.joined(fields),), "", rule)


_MAKERS: Final[dict[Defect, Callable[[Exporter, Row], Damage]]] = {
    Defect.WRONG_CHARSET: _wrong_charset,
    Defect.HALF_CHARACTER: _half_character,
    Defect.NUL_BYTE: _nul_byte,
    Defect.TOO_FEW_COLUMNS: _too_few_columns,
    Defect.TOO_MANY_COLUMNS: _too_many_columns,
    Defect.DUPLICATE_ID: _duplicate_id,
    Defect.ORPHAN_HOUSEHOLD: _orphan_household,
    Defect.TWO_HEADS: _two_heads,
    Defect.EVENT_BEFORE_BIRTH: _event_before_birth,
    Defect.HEISEI_AFTER_ITS_END: _heisei_31_05_01,
    Defect.SHOWA_AFTER_ITS_END: _showa_64_01_08,
    Defect.DAY_ZERO: _day_zero,
    Defect.OPEN_END: _open_end,
    Defect.NAME_TOO_LONG: _name_too_long,
    Defect.UNMAPPED_GAIJI: _unmapped_gaiji,
    Defect.MISSING_REQUIRED: _missing_required,
    Defect.UNKNOWN_CODE: _unknown_code,
    Defect.HALF_WIDTH_KANA: _half_width_kana,
    Defect.LOST_ZEROS: _lost_zeros,
}
