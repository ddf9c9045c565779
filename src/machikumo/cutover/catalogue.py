"""The items of go or no-go and the run sheet, from data/cutover/."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from machikumo.cutover.domain.decisions import Item
from machikumo.cutover.domain.sheet import Work
from machikumo.kernel.errors import NotFound
from machikumo.kernel.official import data_folder


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step as the run sheet proposes it: begin and end after the beginning of the freeze, None: to be typed."""

    title: tuple[str, str]
    work: str = ""
    after: dt.timedelta | None = None
    until: dt.timedelta | None = None
    is_point_of_no_return: bool = False


@cache
def _document() -> dict[str, Any]:
    with (data_folder() / "cutover" / "plan.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def items() -> tuple[Item, ...]:
    """Every item of go or no-go in the order of the file."""
    return tuple(
        Item(row["key"], tuple(row["title"]), tuple(row["owner"]), row.get("evidence", ""))
        for row in _document()["item"]
    )


def item_of(key: str) -> Item:
    """One item; NotFound when there is none of that key."""
    for one in items():
        if one.key == key:
            return one
    raise NotFound


@cache
def systems() -> dict[str, tuple[str, str]]:
    """The business systems that a plan may be for, with their names."""
    return {row["key"]: tuple(row["title"]) for row in _document()["system"]}


@cache
def sheet_for(system: str) -> tuple[SheetStep, ...]:
    """The steps that are proposed for that business system; NotFound when it is not known."""
    if system not in systems():
        raise NotFound
    return tuple(
        SheetStep(
            tuple(row["title"]),
            Work(row["work"]).value if "work" in row else "",
            _hours(row.get("after")),
            _hours(row.get("until")),
            row.get("point_of_no_return", False),
        )
        for row in _document()["step"]
    )


def _hours(value: float | None) -> dt.timedelta | None:
    return None if value is None else dt.timedelta(hours=value)
