"""A font of user-defined characters (外字フォント, EUDC.TTE) from its bytes: hostile, truncated or empty ones are told.

The bytes are read by fontTools in plain Python, so that no fault in a C library can be reached by a file from outside;
sizes, depths and counts are limited before they are believed.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from machikumo.gaiji.domain.errors import UnreadableFont
from machikumo.gaiji.domain.outlines import EMPTY, Outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST = 64 << 20  # bytes; a full area of 1,880 cells is about 3 MB
MOST_FIGURES = 7_000  # U+E000 to U+F8FF are 6,400
MOST_POINTS = 8_000
MOST_PARTS = 64
MOST_CLAIMED = 0x20000  # code points of a grouped character map: two planes
FARTHEST = 4.0  # em
PRIVATE_AREA = range(0xE000, 0xF900)
_SFNT = (b"\x00\x01\x00\x00", b"true")
_PLAIN_FORMATS = frozenset({0, 2, 4, 6, 14})  # at most 65,536 code points each, by their form
_GROUPED_FORMATS = frozenset({12, 13})


@dataclass(frozen=True, slots=True)
class GaijiFont:
    """The figures of one font by code point; ``broken`` are the code points whose figure cannot be read."""

    sha256: str
    family: str
    figures: Mapping[int, Outline]
    broken: tuple[int, ...] = ()


def read_font(data: bytes) -> GaijiFont:
    """The user-defined figures of a TrueType font, in the order of their code points.

    Raises:
        UnreadableFont: it is no TrueType font, is truncated or too large, or holds no user-defined character.
    """
    _refuse_at_sight(data)
    try:
        with open_font(BytesIO(data)) as font:
            _refuse_large_map(font.reader["cmap"])
            return _figures(font, hashlib.sha256(data).hexdigest())
    except UnreadableFont:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile table can make the reader fail in any way
        raise UnreadableFont(
            f"外字フォントを読めません。壊れているか、途中で切れています（{type(error).__name__}）。"
            "旧システムからもう一度書き出してください。",
            f"The font cannot be read: it is broken or truncated ({type(error).__name__}). Export it once more.",
        ) from None


def open_font(source: Any) -> Any:
    """A fontTools font (a path or a stream) that reads its tables when they are asked for."""
    from fontTools.ttLib import TTFont

    return TTFont(source, fontNumber=0, lazy=True)


def _refuse_at_sight(data: bytes) -> None:
    if len(data) > LARGEST:
        raise UnreadableFont(
            f"ファイルが大きすぎます（上限 {LARGEST >> 20} MB）。外字だけのフォントを選んでください。",
            f"The file is too large (limit {LARGEST >> 20} MB): choose the font of user-defined characters only.",
        )
    if data[:4] not in _SFNT:
        raise UnreadableFont(
            "TrueType フォントではありません。旧システムの外字フォント（EUDC.TTE など）を選んでください。",
            "This is no TrueType font: choose the font of user-defined characters (such as EUDC.TTE).",
        )


def _refuse_large_map(table: bytes) -> None:
    """Count what the character map claims before anything is unfolded from it."""
    (count,) = struct.unpack_from(">H", table, 2)
    offsets = {struct.unpack_from(">HHL", table, 4 + 8 * index)[2] for index in range(count)}
    for offset in offsets:
        (form,) = struct.unpack_from(">H", table, offset)
        if form in _PLAIN_FORMATS:
            continue
        if form not in _GROUPED_FORMATS or _claimed(table, offset) > MOST_CLAIMED:
            raise UnreadableFont(
                "文字の対応表（cmap）が正しくありません。外字フォントを書き出し直してください。",
                "The font's character map is not sound: please export the font once more.",
            )


def _claimed(table: bytes, offset: int) -> int:
    (groups,) = struct.unpack_from(">L", table, offset + 12)
    bounds = (struct.unpack_from(">LL", table, offset + 16 + 12 * group) for group in range(groups))
    return sum(max(last - first, 0) + 1 for first, last in bounds)  # a false count ends at the table's end


def _figures(font: Any, sha256: str) -> GaijiFont:
    names = font.getBestCmap() or {}
    codes = sorted(code for code in names if code in PRIVATE_AREA)
    if not codes or "glyf" not in font:
        raise UnreadableFont(
            "外字（U+E000〜U+F8FF）の図形が1つもありません。外字フォントかどうか確かめてください。",
            "There is no user-defined character (U+E000 to U+F8FF) in this font: is it the right one?",
        )
    figures: dict[int, Outline] = {}
    broken: list[int] = []
    for code in codes[:MOST_FIGURES]:
        try:
            figures[code] = outline_of(font, names[code])
        except Exception:  # noqa: BLE001 - as above; one broken figure does not take the others with it
            broken.append(code)
    if not figures:
        raise ValueError("every figure is broken")
    return GaijiFont(sha256, str(font["name"].getDebugName(1) or "") if "name" in font else "", figures, tuple(broken))


def outline_of(font: Any, name: str) -> Outline:
    """The outline of a named figure of an open font.

    Raises:
        ValueError: it has too many points or parts, or lies far outside the em.
        KeyError: the font has no figure of that name.
    """
    table, units = font["glyf"], font["head"].unitsPerEm
    _refuse_many_parts(table, name)
    points, ends, flags = table[name].getCoordinates(table)
    if not ends:
        return EMPTY
    found = Outline(
        np.array(list(points), dtype=np.float64).reshape(-1, 2) / units,
        (np.array(list(flags), dtype=np.uint8) & 1).astype(np.bool_),
        tuple(ends),
    )
    if len(found.points) > MOST_POINTS or not np.all(np.abs(found.points) <= FARTHEST):
        raise ValueError("the figure has too many points or lies outside the em")
    return found


def _refuse_many_parts(table: Any, name: str) -> None:
    """Walk a figure that is put together of others; parts that contain themselves never end."""
    waiting, seen = [name], 0
    while waiting:
        seen += 1
        if seen + len(waiting) > MOST_PARTS:
            raise ValueError("the figure has too many parts")
        glyph = table[waiting.pop()]
        if glyph.isComposite():
            waiting += [part.glyphName for part in glyph.components]


def figure_names(order: Iterable[str]) -> list[tuple[int, str]]:
    """The MJ figures of a font with their glyph numbers, from the names of its glyphs in order."""
    return [(number, name) for number, name in enumerate(order) if name.startswith("mj") and name[2:].isdigit()]
