"""Must show 6 of the migration: candidates for user-defined characters, and none for what is no character.

Figures of IPAmj Mincho are redrawn by a seed as an old, rough font would have them, and asked for again; characters of
Noto Serif CJK stand for another typeface; Korean syllables, kanji turned by a quarter and halves of two kanji put
together stand for what is in no set. Run: ``make bench-gaiji-candidates``, or with ``--figures 50`` for a first look.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from reporting import Claim, publish

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from machikumo.gaiji.domain.drawing import CANVAS, drawn, glyph_pictures
from machikumo.gaiji.domain.outlines import EMPTY, Outline
from machikumo.gaiji.figures import FigureFont, figure_font
from machikumo.kernel.text import strip_selectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from machikumo.gaiji.domain.index import Ranking

    Picture = np.ndarray[Any, np.dtype[np.uint8]]

NOTO = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
JITTER = (0.01, 0.03)  # em: how far every single point moves
WEIGHT = 0.10  # more or less ink
SCALE = 0.05
SHIFT = 0.03  # em
HANGUL = range(0xAC00, 0xD7A4)
KANJI = range(0x4E00, 0xA000)
TEN = 10


def rough(outline: Outline, generator: np.random.Generator) -> Outline:
    """The outline as an old font would have it: every point moved, strokes thicker or thinner, size and place off.

    The hardest reading of the bar: each point by itself moves 1 to 3 % of the em in any direction.
    """
    count = len(outline.points)
    points = outline.points + _outward(outline) * generator.uniform(-WEIGHT, WEIGHT)
    turn, way = generator.uniform(0, 2 * np.pi, count), generator.uniform(*JITTER, count)
    points = points + np.stack([np.cos(turn) * way, np.sin(turn) * way], axis=1)
    centre = np.array([0.5, 0.38])
    points = (points - centre) * generator.uniform(1 - SCALE, 1 + SCALE) + centre
    return replace(outline, points=points + generator.uniform(-SHIFT, SHIFT, 2))


def _outward(outline: Outline) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How far each point must move outward so that the ink doubles: area ÷ length of the outline, along the normal."""
    normals, area, length = [], 0.0, 0.0
    for points, _ in outline.contours():
        after, before = np.roll(points, -1, axis=0), np.roll(points, 1, axis=0)
        area += 0.5 * float(np.sum(points[:, 0] * after[:, 1] - points[:, 1] * after[:, 0]))
        length += float(np.hypot(*(after - points).T).sum())
        along = after - before
        normals.append(np.stack([along[:, 1], -along[:, 0]], axis=1) / (np.hypot(*along.T)[:, None] + 1e-9))
    return np.concatenate(normals) * area / max(length, 1e-9)


def right(font: FigureFont, asked: str, found: str) -> bool:
    """Whether a figure is one of a character: its own writing or one with a selector."""
    return any(strip_selectors(text) == asked for text in font.coverage.characters_of(found))


def place_of(ranking: Ranking, wanted: set[str]) -> int:
    """The rank of the first wanted candidate from 1; a thousand when there is none."""
    return next((rank for rank, one in enumerate(ranking.candidates, 1) if one.figure in wanted), 1_000)


def ask(font: FigureFont, pictures: Sequence[Picture]) -> list[Ranking]:
    """Ask for pictures, 64 at a time as the workbench does."""
    batches = (pictures[first : first + 64] for first in range(0, len(pictures), 64))
    return [ranking for batch in batches for ranking in font.index.ranked_pictures(batch)]


def share(count: int, of: int) -> str:
    """A share as a count and a percentage."""
    return f"{count}/{of} = {100 * count / of:.1f}%"


def known_claims(font: FigureFont, names: list[str], generator: np.random.Generator) -> list[Claim]:
    """Figures of the set, roughly redrawn: first, among ten, and the time of one."""
    outlines = [rough(font.outline(name), generator) for name in names]
    began, clock = time.process_time(), time.perf_counter()
    places = [place_of(ranking, {name}) for ranking, name in zip(font.index.ranked(outlines), names, strict=True)]
    spent, wall = time.process_time() - began, time.perf_counter() - clock
    count = len(names)
    first, ten = sum(place == 1 for place in places), sum(place <= TEN for place in places)
    what = f"{count} figures of IPAmj Mincho, redrawn"
    each = 1000 * spent / count
    return [
        Claim(f"{what}: right figure first", share(first, count), "", first / count, ">= 90%", first >= 0.90 * count),
        Claim(f"{what}: in the first ten", share(ten, count), "", ten / count, ">= 98%", ten >= 0.98 * count),
        Claim(
            "time of one figure among all (CPU ms)", each, f"wall {1000 * wall / count:.1f} ms", "", "<= 100 ms",
            each <= 100,  # noqa: PLR2004 - the bar, as written beside it
        ),
    ]  # fmt: skip


def noto_claims(font: FigureFont, count: int, generator: np.random.Generator) -> list[Claim]:
    """Characters of another typeface: a figure of the same character is among ten."""
    import freetype

    face = freetype.Face(NOTO)
    both = [chr(code) for code in KANJI if face.get_char_index(code) and font.coverage.figure_of(chr(code))]
    asked = [str(sign) for sign in generator.choice(both, count, replace=False)]
    rankings = ask(font, list(glyph_pictures(NOTO, [face.get_char_index(ord(sign)) for sign in asked])))
    strict = [place_of(one, {font.coverage.figure_of(sign) or ""}) for one, sign in zip(rankings, asked, strict=True)]
    wide = sum(
        any(right(font, sign, one.figure) for one in ranking.candidates)
        for ranking, sign in zip(rankings, asked, strict=True)
    )
    ten, first = sum(place <= TEN for place in strict), sum(place == 1 for place in strict)
    what = f"{count} characters of Noto Serif CJK JP"
    return [
        Claim(
            f"{what}: the character's own figure in the first ten", share(ten, count),
            f"first: {share(first, count)}; any figure of it: {share(wide, count)}", ten / count, ">= 80%",
            ten >= 0.80 * count,
        )
    ]  # fmt: skip


def unknown_claims(font: FigureFont, names: list[str], count: int, generator: np.random.Generator) -> list[Claim]:
    """Blank figures and figures of no set get no candidate."""
    import freetype

    whole = [drawn(font.outline(name)) for name in names[: 2 * count]]
    half, each = CANVAS // 2, count // 2
    korean = freetype.Face(NOTO, 1)
    numbers = [korean.get_char_index(int(code)) for code in generator.choice(list(HANGUL), each)]
    foreign = [*glyph_pictures_of(korean, numbers), *(np.rot90(picture) for picture in whole[:each])]
    invented = [
        np.concatenate([one[:, :half], other[:, half:]], axis=1)
        if place % 2
        else np.concatenate([one[:half], other[half:]])
        for place, (one, other) in enumerate(zip(whole[:count], whole[count : 2 * count], strict=True))
    ]
    none_foreign = sum(not ranking.candidates for ranking in ask(font, foreign))
    none_invented = sum(not ranking.candidates for ranking in ask(font, invented))
    blank = list(font.index.ranked([EMPTY] * TEN))
    blank_none = sum(ranking.is_blank and not ranking.candidates for ranking in blank)
    return [
        Claim("blank figures: no candidate", share(blank_none, TEN), "", blank_none / TEN, "all", blank_none == TEN),
        Claim(
            f"{len(foreign)} foreign figures (Korean, kanji turned by a quarter): no candidate",
            share(none_foreign, len(foreign)), "", none_foreign / len(foreign), ">= 98%",
            none_foreign >= 0.98 * len(foreign),
        ),
        Claim(
            f"{len(invented)} figures put together of two halves: no candidate",
            share(none_invented, len(invented)), "some are real characters by chance", none_invented / len(invented),
            ">= 80%", none_invented >= 0.80 * len(invented),
        ),
    ]  # fmt: skip


def glyph_pictures_of(face: Any, numbers: list[int]) -> list[Picture]:
    """Pictures of an open face's glyphs, as ``glyph_pictures`` gives them for a file's first face."""
    import freetype

    face.set_pixel_sizes(CANVAS // 2, CANVAS // 2)
    found = []
    for number in numbers:
        face.load_glyph(number, freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING)
        bitmap = face.glyph.bitmap
        rows = np.array(bitmap.buffer, dtype=np.uint8).reshape(bitmap.rows, bitmap.pitch)
        found.append(rows[:, : bitmap.width])
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20_261_124)
    parser.add_argument("--figures", type=int, default=500)
    chosen = parser.parse_args()
    font = figure_font(
        progress=lambda done, total: None if done % 6_400 else print(f"index {done}/{total}", flush=True)
    )
    generator = np.random.default_rng(chosen.seed)
    drawn_names = [str(name) for name in generator.choice(font.index.names, chosen.figures, replace=False)]
    others = max(chosen.figures * 2 // 5, 15)
    judge = font.index.judge
    claims = [
        *known_claims(font, drawn_names, generator),
        *noto_claims(font, others, generator),
        *unknown_claims(font, drawn_names, min(others, 150, chosen.figures // 2), generator),
    ]
    return publish(
        "gaiji_candidates", claims, seed=chosen.seed, figures=len(font.index.names), font=font.coverage.digest,
        known_kept_in_learning=judge.known_kept, unknown_refused_in_learning=judge.unknown_refused,
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
