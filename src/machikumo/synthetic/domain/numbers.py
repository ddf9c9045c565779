"""Addressee, household and training numbers: each derived from a running index, so none occurs twice."""

from random import Random

from machikumo.kernel.numbers.domain.digits import RULES, NumberKind

_INDIVIDUAL = 10**11
_RECORD = 10**10
_NUMBERS = 10**10


class Numbers:
    """The numbers of one town. A body is (first + index × step) in its range, with a step prime to 10."""

    __slots__ = ("_individual_first", "_individual_step", "_people", "_record_first", "_record_step")

    def __init__(self, source: Random) -> None:
        # Below 10^9 at the start, so that the first of the fifteen digits are zeros, as vendors know them.
        self._people = source.randrange(100_000, 1_000_000)
        self._individual_first = source.randrange(_INDIVIDUAL)
        self._individual_step = source.randrange(_INDIVIDUAL // 10) * 10 + 7
        self._record_first = source.randrange(_RECORD)
        self._record_step = source.randrange(_RECORD // 10) * 10 + 3

    def addressee(self, index: int) -> str:
        """Return the 15 digits of a person; the first five are zeros."""
        return f"{(self._people + index) % _NUMBERS:015d}"

    def household(self, index: int) -> str:
        """Return the 15 digits of a household; the first five are zeros."""
        return f"{(self._people * 3 + index) % _NUMBERS:015d}"

    def individual(self, index: int) -> str:
        """Return an individual number that only a training organisation takes."""
        body = (self._individual_first + index * self._individual_step) % _INDIVIDUAL
        return _for_training(f"{body:011d}", NumberKind.INDIVIDUAL)

    def record_code(self, index: int) -> str:
        """Return a resident record code that only a training organisation takes."""
        body = (self._record_first + index * self._record_step) % _RECORD
        return _for_training(f"{body:010d}", NumberKind.RESIDENT_RECORD)


def _for_training(body: str, kind: NumberKind) -> str:
    # As `digits.complete(body, kind, training=True)`, without looking at digits that were just written.
    return f"{body}{(RULES[kind].digit_of(body.encode()) + 1) % 10}"
