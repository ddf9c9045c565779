"""IPAmj Mincho on this machine: its index of shapes, built once and kept, its outlines and its writings.

The index lies in ``var/cache/gaiji/`` under the digest of the font and is mapped into memory, never read as a whole.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from machikumo.gaiji.domain.drawing import glyph_pictures
from machikumo.gaiji.domain.fonts import figure_names, open_font, outline_of
from machikumo.gaiji.domain.index import VERSION, FigureIndex, build, dumped, loaded
from machikumo.gaiji.domain.outlines import svg_path
from machikumo.kernel.characters.fonts import FontCoverage, MissingFont, find_ipamj, keep_whole
from machikumo.kernel.characters.places import var_folder
from machikumo.kernel.text import strip_selectors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from machikumo.gaiji.domain.outlines import Outline

SEED = 20_261_124  # of the figures that the judge learns from: the same font gives the same index


@dataclass(frozen=True)
class FigureFont:
    """A font whose glyphs bear the names of MJ figures, with its index of shapes."""

    path: Path
    coverage: FontCoverage
    index: FigureIndex

    @cached_property
    def _font(self) -> Any:
        with self.path.open("rb") as stream:  # mapped: only what is asked for is read, and no file stays open
            return open_font(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))

    def outline(self, figure: str) -> Outline:
        """The outline of a figure (MJ000001); KeyError when the font has none of that name."""
        return outline_of(self._font, figure.lower())

    def picture(self, figure: str) -> str:
        """The picture of a figure as the path of an SVG."""
        return svg_path(self.outline(figure))

    def text_of(self, figure: str) -> str:
        """How the figure is written exactly: with its selector where it has one, empty when it has no writing."""
        writings = self.coverage.characters_of(figure)
        exact = [written for written in writings if strip_selectors(written) != written]
        return (exact or writings or [""])[0]


def figure_font(
    path: Path | None = None,
    *,
    cache_folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> FigureFont:
    """IPAmj Mincho (or the font at ``path``) with its index; the first time takes a minute or two.

    Raises:
        MissingFont: IPAmj Mincho is not on this machine.
        FontUnreadable: the file is no font.
    """
    path = path or find_ipamj()
    if path is None:
        raise MissingFont
    coverage = FontCoverage.load(path)
    kept = (cache_folder or var_folder() / "cache" / "gaiji") / f"{coverage.digest[:32]}-{VERSION}.figures"
    return FigureFont(path, coverage, _kept_index(kept) or _build(path, kept, progress))


def _kept_index(kept: Path) -> FigureIndex | None:
    try:
        with kept.open("rb") as stream:
            return loaded(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return None


def _build(path: Path, kept: Path, progress: Callable[[int, int], None]) -> FigureIndex:
    with open_font(str(path)) as font:
        figures = figure_names(font.getGlyphOrder())
        names = [name for _, name in figures]
        index = build(
            names,
            glyph_pictures(str(path), [number for number, _ in figures]),
            lambda row: outline_of(font, names[row]),
            np.random.default_rng(SEED),
            progress=lambda done: progress(done, len(names)),
        )
    keep_whole(kept, dumped(index))
    return index
