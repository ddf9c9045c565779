"""The fonts that paper may use: named files only, never what a machine happens to have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from machikumo.kernel.characters import find_ipamj
from machikumo.kernel.errors import MachikumoError

FALLBACKS = (("Noto Serif CJK JP", Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")),)


class NoFont(MachikumoError):
    """No font for names is on this machine."""

    status = 500

    def __init__(self) -> None:
        super().__init__(
            "氏名を印刷する書体（IPAmj明朝）がありません。Debian では fonts-ipamj-mincho を入れてください。",
            "No font for names (IPAmj Mincho) was found. On Debian install fonts-ipamj-mincho.",
        )


@dataclass(frozen=True, slots=True)
class PaperFont:
    """One face: its family as Typst knows it, and its file (the first face of a collection)."""

    family: str
    file: Path


@dataclass(frozen=True, slots=True)
class PaperFonts:
    """Faces in order of preference; a character is printed by the first that holds it."""

    faces: tuple[PaperFont, ...]

    @property
    def families(self) -> list[str]:
        """Family names in order."""
        return [face.family for face in self.faces]

    @property
    def folders(self) -> list[Path]:
        """Folders that hold the files, each once."""
        return list(dict.fromkeys(face.file.parent for face in self.faces))


@cache
def name_fonts() -> PaperFonts:
    """IPAmj Mincho, or where it is missing a font with fewer characters, of which the paper then refuses the rest.

    Raises:
        NoFont: neither is on this machine.
    """
    ipamj = find_ipamj()
    if ipamj is not None:
        return PaperFonts((PaperFont("IPAmjMincho", ipamj),))
    for family, file in FALLBACKS:
        if file.is_file():
            return PaperFonts((PaperFont(family, file),))
    raise NoFont
