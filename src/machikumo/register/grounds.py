"""The grounds on which a record may be opened, from data/register/grounds.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from machikumo.kernel.official import data_folder

USUAL = "resident_request"


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground; ``confirmed`` is false where the article is known only from memory."""

    key: str
    ja: str
    en: str
    confirmed: bool


@cache
def grounds() -> dict[str, Ground]:
    """Every ground by its key, in the order of the file."""
    with (data_folder() / "register" / "grounds.toml").open("rb") as file:
        return {entry["key"]: Ground(**entry) for entry in tomllib.load(file)["ground"]}


def ground_or_usual(key: str) -> str:
    """The ground of that key; the usual one of the counter where nothing, or nothing known, was chosen."""
    return key if key in grounds() else USUAL
