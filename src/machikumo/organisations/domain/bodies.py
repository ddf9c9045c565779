"""What is registered: the ministry, the prefectures and the municipalities of the code table, with a colour each."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from machikumo.kernel.official import Municipality, Prefecture

# Dark enough for white text (contrast above 7:1), far enough apart to be told from each other at a glance.
COLOURS = (
    "#0017c1", "#00118f", "#5109ad", "#8b0078", "#8b0000", "#7b3600", "#5c4a00", "#2f5000", "#00531f", "#00504f",
    "#004b73", "#003d9e", "#3a3a8c", "#6b1f5e", "#6e2c2c", "#3f4a4f",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """One body to register."""

    code: str
    kind: str
    name: str
    name_en: str
    kana: str
    prefecture_code: str

    @property
    def colour(self) -> str:
        """The colour that marks every page of the body; always the same for a code."""
        return COLOURS[zlib.crc32(self.code.encode("ascii")) % len(COLOURS)]


MINISTRY = Body("mic", "ministry", "総務省", "Ministry of Internal Affairs and Communications", "ソウムショウ", "")


def bodies(
    prefectures: Iterable[Prefecture], municipalities: Iterable[Municipality], names: Mapping[str, str]
) -> Iterator[Body]:
    """Every prefecture, then every municipality; ``names`` in Latin letters by code, "" where there is none."""
    for place in prefectures:
        yield Body(place.code, "prefecture", place.name, names.get(place.code, ""), place.kana, place.code)
    for town in municipalities:
        yield Body(town.code, "municipality", town.name, names.get(town.code, ""), town.kana, town.prefecture_code)
