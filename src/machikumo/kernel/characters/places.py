"""Where fonts and caches lie."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[4]
IPAMJ_FILE = "ipamjm.ttf"
SYSTEM_FONTS = Path("/usr/share/fonts")


def var_folder() -> Path:
    """Return the folder of what a machine makes for itself: MACHIKUMO_VAR, else var/ beside src/."""
    return Path(os.environ.get("MACHIKUMO_VAR", str(REPOSITORY / "var")))


def font_folders() -> list[Path]:
    """Return the folders that are searched for fonts, in order: MACHIKUMO_FONTS, var/fonts, the system's."""
    named = os.environ.get("MACHIKUMO_FONTS", "")
    own = [Path(folder) for folder in named.split(os.pathsep) if folder]
    return [*own, var_folder() / "fonts", SYSTEM_FONTS]
