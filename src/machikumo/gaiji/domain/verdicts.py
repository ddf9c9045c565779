"""Whether anything resembles a figure at all: a line between known and unknown shapes, learned and not guessed.

A figure that is in the set lies near its own picture and much nearer to it than to the tenth, and what differs is
spread over it as roughness is; one that is not lies about as far from the first as from the tenth, and differs in one
part more than in others. These facts go into a logistic line, fitted to figures that were made for learning. It is
drawn where the shares of mistakes on both sides are least together, unless that would hide more than one right figure
in two hundred: a stranger's candidates are seen through by the eye, a hidden one is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from machikumo.gaiji.domain.shapes import DIRECTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_HIDDEN = 0.005  # share of known figures that may get no candidate
_STEPS = 40
_CALM = 1e-3  # keeps the line finite when both sides are cleanly apart
_NEAREST = 1e-6


@dataclass(frozen=True, slots=True)
class Judge:
    """A line over what ``measures`` gives; ``known_kept``, ``unknown_refused``: shares of what it learned from."""

    weights: tuple[float, ...]
    known_kept: float
    unknown_refused: float

    def resembles(self, facts: Floats) -> NDArray[np.bool_]:
        """For each row of measures: whether its first candidate is worth showing."""
        found: NDArray[np.bool_] = facts @ np.array(self.weights) >= 0
        return found


def measures(distances: NDArray[np.float32], asked: NDArray[np.float32], found: NDArray[np.float32]) -> Floats:
    """What is judged, a row a figure: a one, and logs of the first distance, of first ÷ last and of the place.

    ``distances`` ascend; ``asked`` and ``found`` are the descriptions of the figures and of their first candidates, by
    direction and cell of the grid. The place is the share of their difference that lies in the worst quarter of cells.
    """
    first = np.maximum(distances[:, 0].astype(np.float64), _NEAREST)
    last = np.maximum(distances[:, -1].astype(np.float64), first)
    cells = ((asked - found) ** 2).reshape(len(asked), DIRECTIONS, -1).sum(axis=1).astype(np.float64)
    worst = np.sort(cells, axis=1)[:, -cells.shape[1] // 4 :].sum(axis=1)
    share = np.maximum(worst, _NEAREST**2) / np.maximum(cells.sum(axis=1), _NEAREST**2)
    return np.stack([np.ones(len(first)), np.log(first), np.log(first / last), np.log(share)], axis=1)


def learned(known: Floats, unknown: Floats) -> Judge:
    """The judge that tells these measures of known figures from those of unknown ones.

    Raises:
        ValueError: one side has no example.
    """
    if not len(known) or not len(unknown):
        raise ValueError("both sides need examples")
    facts = np.concatenate([known, unknown])
    truth = np.concatenate([np.ones(len(known)), np.zeros(len(unknown))])
    weights = _logistic(facts, truth)
    scores = facts @ weights
    weights[0] -= min(_best_cut(scores, truth), float(np.quantile(scores[truth == 1], MOST_HIDDEN)))
    kept = facts @ weights >= 0
    return Judge(tuple(map(float, weights)), float(kept[truth == 1].mean()), float((~kept[truth == 0]).mean()))


def _logistic(facts: Floats, truth: Floats) -> Floats:
    """Weights of a logistic regression, by Newton's steps with a little ridge."""
    weights = np.zeros(facts.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(facts @ weights, -30, 30)))
        slope = facts.T @ (truth - chance) - _CALM * weights
        bend = (facts * (chance * (1 - chance))[:, None]).T @ facts + _CALM * np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def _best_cut(scores: Floats, truth: Floats) -> float:
    """The score where the shares of mistakes on both sides are least together."""
    order = np.argsort(scores)
    lost = np.concatenate([[0.0], np.cumsum(truth[order])]) / truth.sum()
    let_in = 1 - np.concatenate([[0.0], np.cumsum(1 - truth[order])]) / (1 - truth).sum()
    mistakes = lost + let_in
    best = np.flatnonzero(mistakes <= mistakes.min() + 1e-12)
    place = int(best[len(best) // 2])
    edges = np.concatenate([[scores.min() - 1], np.sort(scores), [scores.max() + 1]])
    return float(edges[place] + edges[place + 1]) / 2
