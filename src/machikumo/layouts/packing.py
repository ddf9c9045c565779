"""Files as they lie on a disk: whole, packed, or in parts beside each other; always read piece by piece."""

from __future__ import annotations

import contextlib
import io
from bisect import bisect_right
from itertools import accumulate, combinations
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from machikumo.layouts.domain.parts import BadParts, Part, in_order, is_split, part_of
from machikumo.layouts.domain.wide import readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from machikumo.layouts.domain.definition import Layout

_CHUNK = 1 << 20


@contextlib.contextmanager
def opened(path: Path, layout: Layout) -> Iterator[BinaryIO]:
    """Give a stream over the file of a layout that can be read by ``narrowed(layout)``.

    A file that is one of several parts by its name is read with all the others in its folder.

    Raises:
        BadParts: a part is missing or double. BadArchive: a zip file is broken or hostile.
    """
    parts = parts_beside(path, layout.physical.file_name)
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context((path.parent / part.name).open("rb")) for part in parts]
        if len(files) > 1:
            _refuse_doubles(files, parts)
            skip = layout.physical.part_header == "each"
            whole = cast("BinaryIO", io.BufferedReader(Chained(files, skip_lines=skip), _CHUNK))
        else:
            whole = stack.enter_context(path.open("rb"))
        yield stack.enter_context(readable(whole, layout))


def parts_beside(path: Path, pattern: str) -> list[Part]:
    """Return all parts of the file that a path is one of, in order; none when files of that name do not come in parts.

    Raises:
        BadParts: a part is missing or double.
    """
    own = part_of(path.name, pattern) if is_split(pattern) else None
    if own is None:
        return []
    beside = (part_of(one.name, pattern) for one in path.parent.iterdir() if one.is_file())
    return in_order(part for part in beside if part is not None and part.stem == own.stem)


def _refuse_doubles(files: Sequence[BinaryIO], parts: Sequence[Part]) -> None:
    """Refuse two parts with the same contents: one of them is another's copy. Equal beginnings are compared on."""
    sizes = [file.seek(0, io.SEEK_END) for file in files]
    for one, other in combinations(range(len(files)), 2):
        if sizes[one] == sizes[other] and _are_equal(files[one], files[other]):
            names = f"{parts[one].name}、{parts[other].name}"
            raise BadParts(f"分割ファイルの中身が同じです（{names}）。", f"Two parts are the same ({names}).")


def _are_equal(one: BinaryIO, other: BinaryIO) -> bool:
    one.seek(0)
    other.seek(0)
    while chunk := one.read(_CHUNK):
        if chunk != other.read(_CHUNK):
            return False
    return True


class Chained(io.RawIOBase):
    """Several files as one to read and seek; with ``skip_lines`` the first line of each later one is left out."""

    def __init__(self, files: Sequence[BinaryIO], *, skip_lines: bool = False) -> None:
        super().__init__()
        self.files = list(files)
        self.begins = []
        sizes = []
        for number, file in enumerate(self.files):
            file.seek(0)
            begin = len(file.readline()) if skip_lines and number else 0
            self.begins.append(begin)
            sizes.append(file.seek(0, io.SEEK_END) - begin)
        self.starts = list(accumulate(sizes, initial=0))
        self.place = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be sought."""
        return True

    def tell(self) -> int:
        """Where it stands."""
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte of the whole."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.starts[-1]}[whence]
        self.place = max(0, base + offset)
        return self.place

    def readinto(self, buffer: Any) -> int:
        """Read on, at most to the end of one of the files."""
        if self.place >= self.starts[-1]:
            return 0
        at = bisect_right(self.starts, self.place) - 1
        self.files[at].seek(self.begins[at] + self.place - self.starts[at])
        wanted = min(len(buffer), self.starts[at + 1] - self.place)
        data = self.files[at].read(wanted)
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)
