"""Finds lines in a stretch of bytes by their number."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

_CHUNK = 1 << 14
# More lines asked for than these, and listing all of a stretch is the cheaper way.
_FEW_LINES = 8


class LineIndex:
    """Finds the n-th line of a stretch without listing all of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.before = [0]
        for start in range(0, len(data), _CHUNK):
            self.before.append(self.before[-1] + data.count(b"\n", start, start + _CHUNK))
        self.ends: dict[int, list[int]] = {}
        self.asked = 0
        self.every: list[int] = []

    def bounds(self, line: int) -> tuple[int, int]:
        """Return where a line begins and ends."""
        if not self.every:
            self.asked += 1
            if self.asked <= _FEW_LINES:
                return self._end(line - 1) if line else 0, self._end(line)
            self.every = _line_ends(self.data, 0)
        return self.every[line], self.every[line + 1]

    def _end(self, line: int) -> int:
        """Return the place after the newline that ends a line."""
        chunk = bisect_left(self.before, line + 1) - 1
        ends = self.ends.get(chunk)
        if ends is None:
            start = chunk * _CHUNK
            ends = self.ends[chunk] = _line_ends(self.data[start : start + _CHUNK], start)
        return ends[line + 1 - self.before[chunk]]


def _line_ends(data: bytes, start: int) -> list[int]:
    """Return where the lines of a stretch end, after its beginning."""
    return list(accumulate(map((1).__add__, map(len, data.split(b"\n")[:-1])), initial=start))
