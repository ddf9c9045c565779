"""Draws from one seeded stream."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Choice = TypeVar("Choice")


class Dice:
    """The seeded stream of one town; `random` gives the next number in [0, 1)."""

    __slots__ = ("random",)

    def __init__(self, source: Random) -> None:
        # The bound method is kept: it is called some fifty times for every person.
        self.random = source.random

    def chance(self, share: float) -> bool:
        """Return True in this share of the draws."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included; low when high is smaller."""
        return low + int(self.random() * (high - low + 1)) if high > low else low

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices, each as likely as the others."""
        return choices[int(self.random() * len(choices))]


@dataclass(frozen=True, slots=True)
class Weighted(Generic[Choice]):
    """Choices with weights; made by `weighted`."""

    choices: tuple[Choice, ...]
    bounds: tuple[float, ...]
    total: float
    last: int

    def pick(self, dice: Dice) -> Choice:
        """Return a choice in proportion to its weight."""
        return self.choices[bisect(self.bounds, dice.random() * self.total, 0, self.last)]


def weighted(pairs: Iterable[tuple[Choice, float]]) -> Weighted[Choice]:
    """Return the choices of (choice, weight) pairs; choices of no weight are left out.

    Raises:
        ValueError: no choice has a weight above 0.
    """
    kept = [(choice, weight) for choice, weight in pairs if weight > 0]
    if not kept:
        raise ValueError("重みのある候補がありません。少なくとも1件の候補が必要です。")
    bounds = tuple(accumulate(weight for _, weight in kept))
    return Weighted(tuple(choice for choice, _ in kept), bounds, bounds[-1], len(bounds) - 1)
