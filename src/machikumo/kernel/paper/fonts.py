"""The fonts that paper may use: named files only, never what a machine happens to have."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from machikumo.kernel.errors import MachikumoError

REPOSITORY = Path(__file__).resolve().parents[4]
INSTALLED = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
FALLBACKS = (("Noto Serif CJK JP", Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"), 0),)


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
    """One face: family as Typst knows it, file, and its number within a collection."""

    family: str
    file: Path
    index: int = 0


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


def find_ipamj() -> Path | None:
    """The file of IPAmj Mincho: Debian's, else the one fetched into the var folder, else None."""
    var = Path(os.environ.get("MACHIKUMO_VAR", str(REPOSITORY / "var")))
    return next((file for file in (INSTALLED, var / "fonts" / "ipamjm.ttf") if file.is_file()), None)


@cache
def name_fonts() -> PaperFonts:
    """IPAmj Mincho, or where it is missing a font with fewer characters, of which the paper then refuses the rest.

    Raises:
        NoFont: neither is on this machine.
    """
    ipamj = find_ipamj()
    if ipamj is not None:
        return PaperFonts((PaperFont("IPAmjMincho", ipamj),))
    for family, file, index in FALLBACKS:
        if file.is_file():
            return PaperFonts((PaperFont(family, file, index),))
    raise NoFont
