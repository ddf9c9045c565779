"""Shapes as numbers: a picture is put into a standard place and size by its moments, then described by its strokes.

The description is the classical one of Japanese character recognition: gradients in eight directions, gathered by
soft windows on a grid of 8 × 8. It does not change with place and size, and hardly with weight or rough outlines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SIDE = 64  # pixels of a picture in standard place
GRID = 8
DIRECTIONS = 8
LENGTH = DIRECTIONS * GRID * GRID
LEVELS = 500  # steps of a stored number; the largest seen is 0.45
_REACH = 2.2  # standard deviations from the centre to the edge
_LEAST_INK = 4.0  # full pixels at 128 to the em
_WINDOW = 0.62  # width of a soft window, in cells of the grid


def standard_picture(picture: NDArray[np.uint8]) -> Floats | None:
    """The picture moved to its centre of ink and scaled by its spread, 64 × 64, 0 to 1; None without ink."""
    ink = picture.astype(np.float32) / 255
    total = float(ink.sum())
    if total < _LEAST_INK:
        return None
    across, down = ink.sum(axis=0), ink.sum(axis=1)
    x, wide = _centre_and_spread(across, total)
    y, high = _centre_and_spread(down, total)
    # flat figures such as 一 are not blown up to a square: the side ratio is softened, as usual in this trade
    soft = float(np.sqrt(np.sin(np.pi / 2 * min(wide, high) / max(wide, high))))
    wide, high = (wide, high / soft) if wide >= high else (wide / soft, high)
    found = _resampling(len(down), y, high) @ ink @ _resampling(len(across), x, wide).T
    return found.astype(np.float32)


def _centre_and_spread(profile: Floats, total: float) -> tuple[float, float]:
    places = np.arange(len(profile)) + 0.5
    centre = float(profile @ places) / total
    return centre, max(float(np.sqrt(profile @ (places - centre) ** 2 / total)), 1e-3)


def _resampling(count: int, centre: float, spread: float) -> Floats:
    """The matrix that gathers ``count`` pixels into SIDE cells by the area that they share."""
    step = 2 * _REACH * spread / SIDE
    first = centre - _REACH * spread + step * np.arange(SIDE)[:, None]
    pixel = np.arange(count)[None, :]
    shared = np.minimum(first + step, pixel + 1) - np.maximum(first, pixel)
    found: Floats = (np.clip(shared, 0, None) / step).astype(np.float32)
    return found


def _windows() -> Floats:
    centres = (np.arange(GRID) + 0.5) * SIDE / GRID
    width = SIDE / GRID * _WINDOW
    weights = np.exp(-((np.arange(SIDE) + 0.5 - centres[:, None]) ** 2) / (2 * width**2))
    found: Floats = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


WINDOWS = _windows()
_SOFT = np.array([1, 4, 6, 4, 1], dtype=np.float32) / 16


def described(pictures: Floats) -> Floats:
    """The description of each standard picture: n × 512, square roots of the strength of strokes."""
    soft = _softened(pictures)
    across, down = np.zeros_like(soft), np.zeros_like(soft)
    across[:, :, 1:-1] = soft[:, :, 2:] - soft[:, :, :-2]
    down[:, 1:-1] = soft[:, 2:] - soft[:, :-2]
    strength = np.hypot(across, down)
    turn = (np.arctan2(down, across) * np.float32(DIRECTIONS / (2 * np.pi))) % DIRECTIONS
    lower = turn.astype(np.uint8) % DIRECTIONS
    share = strength * (turn - np.floor(turn))
    rest = strength - share
    found = np.empty((len(pictures), DIRECTIONS, GRID, GRID), dtype=np.float32)
    for direction in range(DIRECTIONS):
        part = rest * (lower == direction) + share * (lower == (direction - 1) % DIRECTIONS)
        found[:, direction] = _gathered(part)
    return np.sqrt(found.reshape(len(pictures), LENGTH))


def _gathered(parts: Floats) -> Floats:
    """What the windows of the grid see of each picture: two products for the whole batch, not two a picture."""
    count, side = len(parts), parts.shape[1]
    rows = (parts.reshape(-1, side) @ WINDOWS.T).reshape(count, side, GRID).transpose(0, 2, 1)
    seen = (rows.reshape(-1, side) @ WINDOWS.T).reshape(count, GRID, GRID)
    return seen.transpose(0, 2, 1).astype(np.float32)


def _softened(pictures: Floats) -> Floats:
    side = pictures.shape[1]
    wide = np.pad(pictures, ((0, 0), (2, 2), (2, 2)))
    down = np.zeros((len(pictures), side, side + 4), dtype=np.float32)
    for step, weight in enumerate(_SOFT):
        down += weight * wide[:, step : step + side]
    found = np.zeros_like(pictures)
    for step, weight in enumerate(_SOFT):
        found += weight * down[:, :, step : step + side]
    return found


def stored(descriptions: Floats) -> NDArray[np.uint8]:
    """The descriptions in one byte a number."""
    return np.clip(np.rint(descriptions * LEVELS), 0, 255).astype(np.uint8)
