"""Outlines drawn as grey pictures by FreeType's rasteriser, which is given points of ours and never a foreign file."""

from __future__ import annotations

import ctypes
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from machikumo.gaiji.domain.outlines import Outline

EM = 128  # pixels of an em
CANVAS = 2 * EM  # an em and half a one on each side
_BELOW = 0.75  # em of room under the baseline
_LEFT = 0.5
_GREY = 2  # FT_PIXEL_MODE_GRAY
_ONE_AT_A_TIME = Lock()  # FreeType's library handle is not for two threads


class DrawingFailed(ValueError):
    """The rasteriser refused the outline."""


def drawn(outline: Outline) -> NDArray[np.uint8]:
    """The outline as a square grey picture, 255 where there is ink; what lies outside the canvas is cut off."""
    import freetype
    from freetype import raw

    picture = np.zeros((CANVAS, CANVAS), dtype=np.uint8)
    if outline.is_empty:
        return picture
    held = _Held(outline, raw)
    bitmap = raw.FT_Bitmap(rows=CANVAS, width=CANVAS, pitch=CANVAS, num_grays=256, pixel_mode=_GREY)
    bitmap.buffer = ctypes.cast(picture.ctypes.data, type(bitmap.buffer))
    with _ONE_AT_A_TIME:
        fault = raw.FT_Outline_Get_Bitmap(freetype.get_handle(), ctypes.byref(held.outline), ctypes.byref(bitmap))
    if fault:
        raise DrawingFailed(fault)
    return picture


class _Held:
    """FreeType's form of an outline, with the memory that it points at."""

    def __init__(self, outline: Outline, raw: Any) -> None:
        count = len(outline.points)
        places = np.rint((outline.points + np.array([_LEFT, _BELOW])) * (EM * 64)).astype(np.int64)
        self.points = (raw.FT_Vector * count)(*((int(x), int(y)) for x, y in places))
        self.tags = (ctypes.c_ubyte * count)(*outline.on_curve.astype(int).tolist())
        self.ends = (ctypes.c_short * len(outline.ends))(*outline.ends)
        self.outline = raw.FT_Outline(n_contours=len(outline.ends), n_points=count)
        for name, held in (("points", self.points), ("tags", self.tags), ("contours", self.ends)):
            setattr(self.outline, name, ctypes.cast(held, type(getattr(self.outline, name))))


def glyph_pictures(path: str, numbers: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """Yield the picture of each glyph of a trusted font file, tightly cut; an empty one is 1 × 1 without ink.

    Only for IPAmj Mincho and other fonts of this machine: FreeType reads the file itself, which is fast.
    """
    import freetype

    face = freetype.Face(path)
    face.set_pixel_sizes(EM, EM)
    flags = freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP
    for number in numbers:
        face.load_glyph(number, flags)
        bitmap = face.glyph.bitmap
        rows, pitch = bitmap.rows, bitmap.pitch
        if not rows:
            yield np.zeros((1, 1), dtype=np.uint8)
            continue
        # the library's own property copies byte by byte in Python
        data = ctypes.string_at(bitmap._FT_Bitmap.buffer, rows * pitch)  # noqa: SLF001
        yield np.frombuffer(data, dtype=np.uint8).reshape(rows, pitch)[:, : bitmap.width]
