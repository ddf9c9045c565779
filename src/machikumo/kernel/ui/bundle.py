"""The design system's style sheet and script, each in one answer whose address carries the digest of its content.

The parts stay one file each under ``static/``; a browser asks once and keeps the answer for good.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

STATIC = Path(__file__).parent / "static"
TOKENS = STATIC / "vendor" / "design-tokens-1.1.9" / "tokens.css"
FIRST = ("base.css", "frame.css")  # parts may lean on these
LAST = ("print.css", "forced_colours.css")  # these may overrule parts


@dataclass(frozen=True, slots=True)
class Bundle:
    """One answer: its bytes, the same compressed, its media type and the digest that its address carries."""

    content: bytes
    compressed: bytes
    media_type: str
    digest: str


def style_files() -> list[Path]:
    """The style sheets in the order in which they apply."""
    parts = sorted(file for file in (STATIC / "ui").glob("*.css") if file.name not in FIRST and file.name not in LAST)
    return [TOKENS, *(STATIC / "ui" / name for name in FIRST), *parts, *(STATIC / "ui" / name for name in LAST)]


def script_files() -> list[Path]:
    """The scripts in the order in which they run; each stands alone."""
    return sorted((STATIC / "ui").glob("*.js"))


def _bundle(files: list[Path], media_type: str) -> Bundle:
    content = b"\n".join(file.read_bytes() for file in files)
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Bundle(content, gzip.compress(content, mtime=0), media_type, digest)


def made(kind: str) -> Bundle:
    """The bundle of kind ``css`` or ``js`` as the files are now."""
    if kind == "css":
        return _bundle(style_files(), "text/css; charset=utf-8")
    return _bundle(script_files(), "text/javascript; charset=utf-8")


kept = cache(made)


def bundle(kind: str) -> Bundle:
    """The bundle of kind ``css`` or ``js``: made once a process, or each time while DEBUG is on."""
    return made(kind) if settings.DEBUG else kept(kind)
