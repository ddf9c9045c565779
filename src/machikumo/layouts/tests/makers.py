"""What the tests of this room share: sound rows of the shipped layouts, and files made of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl

from machikumo.kernel.numbers.domain.digits import NumberKind, training_number
from machikumo.layouts.domain.engine import BlockResult, iterate_blocks
from machikumo.layouts.domain.write import Writer
from machikumo.layouts.queries.catalogue import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.executors import Plan

KASUMI = shipped().mapping("kasumi-to-standard")
MINATO = shipped().mapping("minato-to-standard")
STANDARD = shipped().layout("resident-standard")
Row = tuple[str, ...]


def kasumi_row(number: int, **changes: str) -> Row:
    """A person alone in a household, as the first vendor writes it."""
    values = {
        "atena_code": f"{number:010d}", "setai_code": f"{number:010d}", "rireki_no": "1", "rireki_eda": "0",
        "saishin_kbn": "1", "jumin_kbn": "01", "genzon_kbn": "0", "ido_ymd": "4200401", "ido_fusho": "0",
        "kana_shimei": "ﾜﾀﾅﾍﾞ ﾀﾛｳ", "kanji_shimei": "渡\ue000　太郎", "sei_cd": "1", "seinen_ymd": "3400430",
        "seinen_fusho": "0", "zokugara_1": "001", "zokugara_mei": "世帯主", "shichoson_cd": "182079",
        "oaza_cd": "0001000", "ken_mei": "福井県", "shichoson_mei": "鯖江市", "yubin_no": "916-0001",
        "kojin_no": training_number(NumberKind.INDIVIDUAL, number),
    }  # fmt: skip
    values |= changes
    return tuple(values.get(key, "") for key in KASUMI.source.keys)


def minato_row(number: int, **changes: str) -> Row:
    """The same person, as the second vendor writes it (empty values as empty texts)."""
    values = {
        "person_id": str(number), "household_id": str(number), "record_seq": "1", "record_sub": "0",
        "current_flag": "true", "status": "ACTIVE", "category": "J", "family_name": "渡邉󠄏", "given_name": "太郎",
        "gender": "M", "birth_date": "1965-04-30", "birth_unknown": "false", "relation": "HEAD",
        "relation_label": "世帯主", "event_date": "2008-04-01", "event_unknown": "false", "postal_code": "9160001",
        "city_code": "182079", "town_code": "0001000", "prefecture": "福井県", "city": "鯖江市",
    }  # fmt: skip
    values |= changes
    return tuple(values.get(key, "") for key in MINATO.source.keys)


def file_of(layout: Layout, rows: Sequence[Row]) -> bytes:
    """A whole file of rows."""
    writer = Writer(layout)
    return writer.header() + writer.rows(list(rows)).data


def frame_of(layout: Layout, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a frame of text columns."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(layout.keys, pl.String), orient="row")


def results_of(data: bytes, plan: Plan, **options: Any) -> list[BlockResult]:
    """Everything that a run over some bytes yields."""
    return list(iterate_blocks(io.BytesIO(data), plan, **options))


def told(results: Sequence[BlockResult]) -> list[tuple[object, ...]]:
    """What a run said, in a form that can be compared: place, rule, item, shown value and message."""
    return [
        (issue.row, issue.line, issue.offset, issue.rule, issue.item, issue.value, issue.message_ja, issue.severity)
        for result in results
        for issue in result.issues
    ]


def rules_of(results: Sequence[BlockResult]) -> list[tuple[int, str]]:
    """Row and rule of every issue."""
    return [(issue.row, issue.rule) for result in results for issue in result.issues]


def accepted(results: Sequence[BlockResult]) -> list[int]:
    """The data rows that were let through."""
    return [number for result in results for number in result.numbers]
