"""The business systems that move, and their count sheets, from data/rehearsals."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from machikumo.kernel.official import data_folder
from machikumo.rehearsals.domain.counting import SheetDefinition, load_sheets


@dataclass(frozen=True, slots=True)
class BusinessSystem:
    """One business system (業務システム) and the layouts that its rows are moved into, as far as there are any."""

    key: str
    title_ja: str
    title_en: str
    layouts: tuple[str, ...] = ()


def _pair(words: list[str]) -> tuple[str, str]:
    ja, en = words
    return ja, en


@cache
def systems() -> dict[str, BusinessSystem]:
    """Every business system by key, in the order of the file."""
    with (data_folder() / "rehearsals" / "systems.toml").open("rb") as file:
        tables = tomllib.load(file)["system"]
    return {
        table["key"]: BusinessSystem(table["key"], *_pair(table["title"]), tuple(table.get("mappings_to", ())))
        for table in tables
    }


def system_of(key: str) -> BusinessSystem:
    """The system of that key; one that is no longer listed is shown by its key."""
    return systems().get(key) or BusinessSystem(key, key, key)


@cache
def count_sheets() -> dict[str, SheetDefinition]:
    """The count sheet of each business system that has one."""
    path = data_folder() / "rehearsals" / "counts.toml"
    return load_sheets(path.read_text("utf-8"), path.name)
