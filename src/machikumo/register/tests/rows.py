"""Standard rows written by hand: a person with one present version, and whatever a test says of him otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.register import actions
from machikumo.register.domain import columns as own

if TYPE_CHECKING:
    import polars as pl

    from machikumo.kernel.scope import Scope
    from machikumo.register.loading import LoadCounts

PLAIN = {
    "addressee_number": "000000000000101",
    "household_number": "000000000000901",
    "history_number": "1",
    "history_branch": "0",
    "is_latest": "1",
    "resident_kind": "1",
    "resident_state": "1",
    "event_date": "2020-04-01",
    "event_reason": "02",
    "name": "藤沢　健一",
    "name_kana": "フジサワ　ケンイチ",
    "sex": "1",
    "birth_date": "1980-02-29",
    "relationship_1": "02",
    "relationship_text": "世帯主",
    "address_municipality_code": "182079",
    "address_prefecture": "福井県",
    "address_municipality": "鯖江市",
    "address_town": "水落町一丁目",
    "address_number": "２番５号",
}


def row(**items: str) -> dict[str, str]:
    """The plain person's row with these items instead."""
    return PLAIN | items


def block(*rows: dict[str, str]) -> pl.DataFrame:
    """The rows as the block that a move hands over: every column there, every value text."""
    import polars as pl

    names = dict.fromkeys([*own.OWN_COLUMNS, *(name for one in rows for name in one)])
    return pl.DataFrame(
        [{name: one.get(name, "") for name in names} for one in rows], schema=dict.fromkeys(names, pl.String)
    )


def load(scope: Scope, *rows: dict[str, str]) -> LoadCounts:
    """Load the rows as one block."""
    return actions.load_block(scope, frame=block(*rows), source="test")
