"""Figures made for learning where resemblance ends: known ones roughly redrawn, unknown ones put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from machikumo.gaiji.domain.drawing import CANVAS, drawn
from machikumo.gaiji.domain.shapes import standard_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from machikumo.gaiji.domain.outlines import Outline

ROUGHEST = 0.03  # em: as rough as outlines traced from small pictures get
_KINDS = 3


def redrawn(outline: Outline, generator: np.random.Generator) -> Outline:
    """The outline with every point moved at random by one to three hundredths of an em: an old, rough font."""
    count = len(outline.points)
    turn = generator.uniform(0, 2 * np.pi, count)
    way = generator.uniform(ROUGHEST / 3, ROUGHEST, count)
    return replace(outline, points=outline.points + np.stack([np.cos(turn) * way, np.sin(turn) * way], axis=1))


def known_pictures(outlines: Sequence[Outline], generator: np.random.Generator) -> list[NDArray[np.float32]]:
    """Standard pictures of figures that are in the set: each roughly redrawn, and every third as it is."""
    return _standard([drawn(one) for one in (*(redrawn(one, generator) for one in outlines), *outlines[::_KINDS])])


def unknown_pictures(outlines: Sequence[Outline], generator: np.random.Generator) -> list[NDArray[np.float32]]:
    """Standard pictures of figures that are in no set: half of one beside or over half of the next; mirrored ones.

    Every other one is made of roughly redrawn figures. A few are real figures by chance; the learning bears it.
    """
    whole = [drawn(redrawn(one, generator) if place % 2 else one) for place, one in enumerate(outlines)]
    half = CANVAS // 2
    made = []
    for place, picture in enumerate(whole):
        other = whole[(place + 1) % len(whole)]
        if place % _KINDS == 0:
            made.append(np.concatenate([picture[:, :half], other[:, half:]], axis=1))
        elif place % _KINDS == 1:
            made.append(np.concatenate([picture[:half], other[half:]], axis=0))
        else:
            made.append(picture[:, ::-1])
    return _standard(made)


def _standard(pictures: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
    return [found for picture in pictures if (found := standard_picture(picture)) is not None]
