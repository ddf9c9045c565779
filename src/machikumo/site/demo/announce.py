"""Saying what is being done: each step with its number, its progress and its seconds."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Announcer:
    """Prints steps; a terminal sees the progress on one line, a log sees only the ends."""

    total: int
    number: int = 0
    notes: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step: its title at once, its notes and seconds when it is done."""
        self.number += 1
        self.notes.clear()
        head = f"[{self.number}/{self.total}] {title}"
        self._write(f"{head} …\n")
        start = time.monotonic()
        yield
        for note in self.notes:
            self._write(f"      {note}\n")
        self._write(f"      {time.monotonic() - start:.1f} 秒 / seconds\n")

    def note(self, text: str) -> None:
        """A line shown when the step is done."""
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str = "") -> None:
        """How far the step is; only shown on a terminal."""
        if sys.stdout.isatty() and total:
            share = min(1.0, done / total)
            bar = "█" * int(share * 20)
            self._write(f"\r      {bar:<20} {done:,}/{total:,} {what}\033[K" + ("\n" if done >= total else ""))

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
