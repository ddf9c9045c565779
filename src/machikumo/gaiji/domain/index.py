"""The figures of a font as one compact table that is searched block by block: 30 MB for 59,161 figures, 8 MB at a time.

The table is bytes that a caller keeps in a file and gives back mapped into memory; nothing here touches a file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from machikumo.gaiji.domain.drawing import drawn
from machikumo.gaiji.domain.learning import known_pictures, unknown_pictures
from machikumo.gaiji.domain.shapes import LENGTH, LEVELS, described, standard_picture, stored
from machikumo.gaiji.domain.verdicts import Judge, learned, measures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from machikumo.gaiji.domain.outlines import Outline

    Floats = NDArray[np.float32]
    Places = NDArray[np.int64]

VERSION = 3
SHOWN = 10
BLOCK = 4_096
BATCH = 64
LEARNED_FROM = 600
_MARK = b"MKGAIJI1"
_UNLEARNED = Judge((), 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure that resembles the asked one; ``distance`` is 0 for an equal shape and about 1.4 for a stranger."""

    figure: str
    distance: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found for one figure: nothing to see, nothing like it, or candidates with the nearest first."""

    is_blank: bool
    candidates: tuple[Candidate, ...]


BLANK = Ranking(is_blank=True, candidates=())


@dataclass(frozen=True, eq=False)
class FigureIndex:
    """The figures of one font: ``names`` (MJ000001 …), a row of bytes each, and the judge of resemblance."""

    names: tuple[str, ...]
    rows: NDArray[np.uint8]
    lengths: Floats
    judge: Judge

    def ranked(self, outlines: Iterable[Outline], *, shown: int = SHOWN) -> Iterator[Ranking]:
        """Yield the ranking of each outline, in order; works through them in batches."""
        batch: list[Outline] = []
        for outline in outlines:
            batch.append(outline)
            if len(batch) == BATCH:
                yield from self.ranked_pictures([drawn(one) for one in batch], shown=shown)
                batch = []
        yield from self.ranked_pictures([drawn(one) for one in batch], shown=shown)

    def ranked_pictures(self, pictures: Sequence[NDArray[np.uint8]], *, shown: int = SHOWN) -> list[Ranking]:
        """The ranking of each grey picture (any size, 255 is ink)."""
        standard = [standard_picture(picture) for picture in pictures]
        solid = [found for found in standard if found is not None]
        if not solid:
            return [BLANK for _ in standard]
        asked = described(np.stack(solid))
        distances, places = self.nearest(asked, max(shown, SHOWN))
        resembles = self.judge.resembles(self.measured(asked, distances, places))
        found = iter(zip(distances, places, resembles, strict=True))
        return [BLANK if one is None else self._ranking(*next(found), shown) for one in standard]

    def _ranking(self, distances: Floats, places: Places, resembles: np.bool_, shown: int) -> Ranking:
        if not resembles:
            return Ranking(is_blank=False, candidates=())
        pairs = zip(places[:shown], distances[:shown], strict=True)
        found = tuple(Candidate(self.names[int(place)], round(float(far), 3)) for place, far in pairs)
        return Ranking(is_blank=False, candidates=found)

    def measured(self, asked: Floats, distances: Floats, places: Places) -> NDArray[np.float64]:
        """What the judge needs to know of asked figures and their nearest."""
        found = self.rows[places[:, 0]].astype(np.float32) / np.float32(LEVELS)
        return measures(distances[:, :SHOWN], asked, found)

    def nearest(self, descriptions: Floats, count: int) -> tuple[Floats, Places]:
        """For each description the distances and rows of the ``count`` nearest figures (fewer in a small font)."""
        count = min(count, len(self.names))
        best = np.zeros((len(descriptions), 0), dtype=np.float32)
        where = np.zeros((len(descriptions), 0), dtype=np.int64)
        own = (descriptions**2).sum(axis=1)[:, None]
        for first in range(0, len(self.names), BLOCK):
            block = self.rows[first : first + BLOCK].astype(np.float32) / LEVELS
            far = own + self.lengths[first : first + BLOCK] - 2 * descriptions @ block.T
            best = np.concatenate([best, far], axis=1)
            where = np.concatenate([where, np.broadcast_to(np.arange(len(block)) + first, far.shape)], axis=1)
            best, where = _least(best, where, count)
        order = np.argsort(best, axis=1, kind="stable")
        best, where = np.take_along_axis(best, order, axis=1), np.take_along_axis(where, order, axis=1)
        return np.sqrt(np.maximum(best, 0)), where


def _least(far: Floats, where: Places, count: int) -> tuple[Floats, Places]:
    if far.shape[1] <= count:
        return far, where
    kept = np.argpartition(far, count - 1, axis=1)[:, :count]
    return np.take_along_axis(far, kept, axis=1), np.take_along_axis(where, kept, axis=1)


def build(
    names: Sequence[str],
    pictures: Iterable[NDArray[np.uint8]],
    outline: Callable[[int], Outline],
    generator: np.random.Generator,
    *,
    progress: Callable[[int], None] = lambda _done: None,
) -> FigureIndex:
    """The index of named figures with a picture each; ``outline(row)`` gives outlines to learn the judge from.

    The same font and state of the generator give the same index, byte for byte. Figures without ink are left out.
    """
    solid, parts, waiting = [], [], []
    for place, picture in enumerate(pictures):
        found = standard_picture(picture)
        if found is not None:
            solid.append(place)
            waiting.append(found)
        if len(waiting) == BATCH:
            parts.append(stored(described(np.stack(waiting))))
            waiting = []
            progress(place + 1)
    if waiting:
        parts.append(stored(described(np.stack(waiting))))
    rows = np.concatenate(parts)
    index = FigureIndex(tuple(names[place].upper() for place in solid), rows, _lengths(rows), _UNLEARNED)
    return replace(index, judge=_judge(index, solid, outline, generator))


def _lengths(rows: NDArray[np.uint8]) -> Floats:
    found = np.zeros(len(rows), dtype=np.float32)
    for first in range(0, len(rows), BLOCK):
        found[first : first + BLOCK] = ((rows[first : first + BLOCK].astype(np.float32) / LEVELS) ** 2).sum(axis=1)
    return found


def _judge(
    index: FigureIndex, places: Sequence[int], outline: Callable[[int], Outline], generator: np.random.Generator
) -> Judge:
    sample = generator.choice(places, min(LEARNED_FROM, len(places)), replace=False)
    outlines = [outline(int(place)) for place in sample]
    known = _measures(index, known_pictures(outlines, generator))
    return learned(known, _measures(index, unknown_pictures(outlines, generator)))


def _measures(index: FigureIndex, pictures: Sequence[Floats]) -> NDArray[np.float64]:
    found = []
    for first in range(0, len(pictures), BATCH):
        asked = described(np.stack(pictures[first : first + BATCH]))
        found.append(index.measured(asked, *index.nearest(asked, SHOWN)))
    return np.concatenate(found)


def dumped(index: FigureIndex) -> bytes:
    """The index as bytes: a mark, the length of a JSON head, the head, the rows."""
    judge = index.judge
    facts = {
        "names": index.names,
        "weights": judge.weights,
        "known_kept": judge.known_kept,
        "unknown_refused": judge.unknown_refused,
    }
    head = json.dumps(facts).encode()
    return _MARK + len(head).to_bytes(8, "big") + head + index.rows.tobytes()


def loaded(data: Any) -> FigureIndex:
    """The index in a buffer of bytes, which may be a file mapped into memory: the rows are not copied.

    Raises:
        ValueError: it is no whole index of this version.
    """
    view = memoryview(data)
    start = len(_MARK) + 8
    if bytes(view[: len(_MARK)]) != _MARK:
        raise ValueError("no index of figures")
    length = int.from_bytes(view[len(_MARK) : start], "big")
    head = json.loads(bytes(view[start : start + length]))
    names = tuple(head["names"])
    if len(view) != start + length + len(names) * LENGTH:
        raise ValueError("a part of the index of figures")
    rows = np.frombuffer(view, dtype=np.uint8, offset=start + length).reshape(len(names), LENGTH)
    judge = Judge(tuple(head["weights"]), head["known_kept"], head["unknown_refused"])
    return FigureIndex(names, rows, _lengths(rows), judge)
