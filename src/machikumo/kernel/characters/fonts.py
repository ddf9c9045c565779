"""What a font holds: characters, variation sequences and the MJ figures behind them."""

from __future__ import annotations

import hashlib
import json
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from machikumo.kernel.characters.places import IPAMJ_FILE, font_folders, var_folder
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.text import graphemes, strip_selectors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CACHE_VERSION = 1
VARIATION_SUBTABLE = 14
BLANK = frozenset(" \u3000\n\t\u00a0")


class MissingFont(MachikumoError):
    """IPAmj Mincho is not on this machine."""

    status = 500

    def __init__(self) -> None:
        searched = ", ".join(map(str, font_folders()))
        super().__init__(
            f"IPAmj明朝 ({IPAMJ_FILE}) が見つかりません。Debian では fonts-ipamj-mincho を入れるか、"
            f"環境変数 MACHIKUMO_FONTS に置き場所を指定してください。探した場所: {searched}",
            f"IPAmj Mincho ({IPAMJ_FILE}) was not found in {searched}: "
            "install fonts-ipamj-mincho or set MACHIKUMO_FONTS.",
        )


class FontUnreadable(MachikumoError):
    """The file is no font."""

    status = 500

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"書体ファイル「{path}」を読めません。入れ直してください。",
            f"The font file '{path}' cannot be read: install it again.",
        )


@dataclass(frozen=True)
class FontCoverage:
    """What one font holds; ``glyphs`` maps a character, or a base with its selector, to the glyph's name."""

    path: Path
    digest: str
    family: str
    glyphs: dict[str, str]

    @classmethod
    def load(cls, path: Path, *, cache_folder: Path | None = None) -> FontCoverage:
        """Return the coverage of a font file; kept in a compact file under the cache by the font's digest.

        Raises:
            FontUnreadable: the file is missing or no font.
        """
        digest = _digest(path)
        kept = (cache_folder or var_folder() / "cache" / "fonts") / f"{digest[:32]}-{CACHE_VERSION}.json.z"
        found = _from_cache(kept)
        if found is None:
            found = _from_font(path)
            keep_whole(kept, zlib.compress(json.dumps(found, ensure_ascii=False).encode(), 6))
        return cls(path, digest, *found)

    def holds(self, grapheme: str) -> bool:
        """Tell whether the font shows the grapheme as it is meant; a sequence counts only if the font knows it."""
        if grapheme in self.glyphs or grapheme in BLANK:
            return True
        if len(grapheme) == 1 or strip_selectors(grapheme) != grapheme:
            return False
        return all(sign in self.glyphs for sign in grapheme)

    def missing(self, text: str) -> list[tuple[str, int]]:
        """Return what the font does not show as meant, each with its place, counted in graphemes from 0."""
        return [(piece, place) for place, piece in enumerate(graphemes(text)) if not self.holds(piece)]

    def unknown_sequences(self, text: str) -> list[tuple[str, int]]:
        """Return the sequences of the text that the font would show as the plain base, in silence.

        In IPAmj Mincho these are the sequences outside the collection Moji_Joho (and the standardised ones).
        """
        return [(piece, place) for piece, place in self.missing(text) if strip_selectors(piece) != piece]

    def figure_of(self, grapheme: str) -> str | None:
        """Return the MJ figure name (MJ022335) of a grapheme, or None where its glyph bears none."""
        return _figure(self.glyphs.get(grapheme, ""))

    def characters_of(self, figure: str) -> list[str]:
        """Return every writing of an MJ figure, the plain character before sequences; empty if there is none."""
        return list(self._by_figure.get(figure, ()))

    @cached_property
    def _by_figure(self) -> dict[str, list[str]]:
        writings: dict[str, list[str]] = {}
        for grapheme in sorted(self.glyphs, key=lambda written: (len(written), written)):
            figure = _figure(self.glyphs[grapheme])
            if figure:
                writings.setdefault(figure, []).append(grapheme)
        return writings

    @cached_property
    def sequences(self) -> frozenset[str]:
        """Every variation sequence that the font knows."""
        return frozenset(written for written in self.glyphs if strip_selectors(written) != written)


def find_ipamj() -> Path | None:
    """Return the file of IPAmj Mincho, looked for in MACHIKUMO_FONTS, var/fonts and the system's fonts, or None."""
    for folder in font_folders():
        if (folder / IPAMJ_FILE).is_file():
            return folder / IPAMJ_FILE
        found = next(iter(sorted(folder.rglob(IPAMJ_FILE))), None) if folder.is_dir() else None
        if found is not None:
            return found
    return None


@cache
def ipamj() -> FontCoverage:
    """Return the coverage of IPAmj Mincho, read once a process.

    Raises:
        MissingFont: it is not on this machine.
    """
    path = find_ipamj()
    if path is None:
        raise MissingFont
    return FontCoverage.load(path)


def _figure(glyph: str) -> str | None:
    return glyph.upper() if glyph.startswith("mj") and glyph[2:].isdigit() else None


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        raise FontUnreadable(path) from None


def _from_font(path: Path) -> tuple[str, dict[str, str]]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as stream, TTFont(stream, fontNumber=0, lazy=True) as font:
            glyphs = {chr(point): glyph for point, glyph in font.getBestCmap().items()}
            glyphs.update(_sequences(font, glyphs))
            return font["name"].getDebugName(1) or path.stem, glyphs
    except (TTLibError, KeyError, AttributeError):
        raise FontUnreadable(path) from None


def _sequences(font: object, glyphs: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each variation sequence with its glyph; a default sequence has the base's own glyph."""
    for table in font["cmap"].tables:  # type: ignore[index]  # fontTools is untyped
        if table.format == VARIATION_SUBTABLE:
            for selector, pairs in table.uvsDict.items():
                for base, glyph in pairs:
                    yield chr(base) + chr(selector), glyph or glyphs.get(chr(base), "")


def _from_cache(kept: Path) -> tuple[str, dict[str, str]] | None:
    """Return what an earlier reading kept, or None when there is nothing sound."""
    try:
        family, glyphs = json.loads(zlib.decompress(kept.read_bytes()))
    except (OSError, ValueError, zlib.error):
        return None
    return family, glyphs


def keep_whole(kept: Path, data: bytes) -> None:
    """Keep data for the next process, whole or not at all; a folder that cannot be written is no fault."""
    fresh = kept.with_name(f"{kept.name}.{secrets.token_hex(6)}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(data)
        fresh.replace(kept)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
