"""A small web font with just the characters of the names on one page, so that a browser shows them as written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from machikumo.kernel.characters.fonts import FontUnreadable, keep_whole
from machikumo.kernel.characters.places import var_folder
from machikumo.kernel.text import graphemes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FAMILY = "Machikumo Names"
# The licence of IPA fonts: a derived font has another name and carries the notices of its source.
_RENAMED = {1: FAMILY, 3: FAMILY, 4: FAMILY, 6: "MachikumoNames", 16: FAMILY}
_KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16]


@dataclass(frozen=True, slots=True)
class SubsetFont:
    """A web font: its bytes, ``woff2`` or ``woff``, and a digest for its address and ETag."""

    data: bytes
    flavour: str
    digest: str

    @property
    def media_type(self) -> str:
        """The media type to serve it with."""
        return f"font/{self.flavour}"


def subset_font(characters: Iterable[str], font: Path, *, cache_folder: Path | None = None) -> SubsetFont:
    """Return a web font with the characters (texts or single ones, variation sequences included) from a font file.

    woff2 where the package brotli is there, woff otherwise. Characters that the font lacks are simply not in it: ask
    ``FontCoverage.missing`` first. The same characters in any order give the same font. The first time takes a second
    or two (46 MB are read); after that it comes from the process or from the cache folder.

    Raises:
        FontUnreadable: the file is missing or no font.
    """
    wanted = frozenset(piece for text in characters for piece in graphemes(text))
    return _kept_subset(wanted, font, cache_folder or var_folder() / "cache" / "fonts")


def flavour() -> str:
    """Return the web font format that this machine can write."""
    return "woff2" if find_spec("brotli") else "woff"


@lru_cache(maxsize=256)
def _kept_subset(wanted: frozenset[str], path: Path, folder: Path) -> SubsetFont:
    """Return the subset from the cache folder, or make and keep it."""
    written = flavour()
    kept = folder / f"{_key(wanted, path)}.{written}"
    try:
        data = kept.read_bytes()
    except OSError:
        data = _cut(wanted, path, written)
        keep_whole(kept, data)
    return SubsetFont(data, written, hashlib.sha256(data).hexdigest()[:32])


def _key(wanted: frozenset[str], path: Path) -> str:
    try:
        state = path.stat()
    except OSError:
        raise FontUnreadable(path) from None
    facts = f"{path}\n{state.st_size}\n{state.st_mtime_ns}\n" + "\n".join(sorted(wanted))
    return "names-" + hashlib.sha256(facts.encode()).hexdigest()[:32]


def _cut(wanted: frozenset[str], path: Path, written: str) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTLibError

    options = subset.Options(
        flavor=written, hinting=False, name_IDs=_KEPT_NAMES, name_languages=["*"], layout_features=[]
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE"]
    out = BytesIO()
    with path.open("rb") as stream:
        try:
            whole = subset.load_font(stream, options)
        except TTLibError:
            raise FontUnreadable(path) from None
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes={ord(sign) for piece in wanted for sign in piece})
        cutter.subset(whole)
        _keep_sequences(whole, wanted)
        _rename(whole)
        subset.save_font(whole, out, options)
    return out.getvalue()


def _keep_sequences(font: Any, wanted: frozenset[str]) -> None:
    """Drop the sequences that nobody asked for: their glyphs went, or would only add weight."""
    for table in font["cmap"].tables:
        if hasattr(table, "uvsDict"):
            kept = {
                selector: [pair for pair in pairs if chr(pair[0]) + chr(selector) in wanted]
                for selector, pairs in table.uvsDict.items()
            }
            table.uvsDict = {selector: pairs for selector, pairs in kept.items() if pairs}


def _rename(font: Any) -> None:
    for record in font["name"].names:
        if record.nameID in _RENAMED:
            record.string = _RENAMED[record.nameID]
