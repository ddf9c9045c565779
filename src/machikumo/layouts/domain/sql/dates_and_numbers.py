"""Comparisons of texts that are days or whole numbers of any length, with a bound that the layout gives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from machikumo.layouts.domain.definition import ItemType
from machikumo.layouts.domain.measures import OPEN_YEARS, form_of
from machikumo.layouts.domain.sql.days import day_text
from machikumo.layouts.domain.sql.dialects import all_of, any_of
from machikumo.layouts.domain.sql.patterns import portable

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Item, Layout
    from machikumo.layouts.domain.sql.dialects import Dialect


def is_number(dialect: Dialect, item: Item, layout: Layout) -> str:
    """Whether the item's value is a whole number: no open end and nothing else that stands for none."""
    value = dialect.column(item.key)
    found = dialect.is_whole(value, portable(form_of(item, layout)[1]))
    none = {*item.sentinels, *(OPEN_YEARS if item.type is ItemType.YEAR else ())}
    return all_of([found, f"NOT {dialect.one_of(value, none)}"]) if none else found


def magnitude(dialect: Dialect, item: Item) -> str:
    """Return the digits of a number without its sign and leading zeros; nothing for zero."""
    return dialect.replacing.format(dialect.column(item.key), dialect.pattern("^-?0*"))


def below(dialect: Dialect, item: Item, bound: int) -> str:
    """Whether a whole number, as a text of any length, is less than a bound."""
    negative = f"{dialect.column(item.key)} LIKE '-%'"
    digits = magnitude(dialect, item)
    if bound < 0:
        return all_of([negative, _greater(dialect, digits, -bound)])
    minus = all_of([negative, f"{digits} <> ''"])
    return any_of([minus, _less(dialect, digits, bound)])


def _less(dialect: Dialect, digits: str, bound: int) -> str:
    text = str(bound) if bound else ""
    size = dialect.characters.format(digits)
    same = all_of([f"{size} = {len(text)}", dialect.less(digits, dialect.text(text))])
    return any_of([f"{size} < {len(text)}", same])


def _greater(dialect: Dialect, digits: str, bound: int) -> str:
    text = str(bound)
    size = dialect.characters.format(digits)
    same = all_of([f"{size} = {len(text)}", dialect.less(dialect.text(text), digits)])
    return any_of([f"{size} > {len(text)}", same])


def day_below(dialect: Dialect, item: Item, layout: Layout, bound: str, *, above: bool = False) -> str:
    """Whether a day lies before (or, ``above``, after) a bound in ISO form."""
    text, limit = day_text(dialect, item, layout), dialect.text(date.fromisoformat(bound).isoformat())
    return dialect.less(limit, text) if above else dialect.less(text, limit)
