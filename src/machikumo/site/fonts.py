"""The font for names: IPAmj Mincho, from Debian's package where the machine lacks it; nothing needs root."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE = "fonts-ipamj-mincho"
FILE = "ipamjm.ttf"
INSTALLED = Path("/usr/share/fonts/truetype/ipamj") / FILE
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")


class FontMissing(MachikumoError):
    """The font is not here and could not be fetched; pages work, certificates refuse some characters."""

    status = 503


def name_font(var: Path) -> Path | None:
    """The file of IPAmj Mincho: Debian's, else the one fetched into ``var/fonts``, else None."""
    return next((path for path in (INSTALLED, var / "fonts" / FILE) if path.is_file()), None)


def ensure_name_font(var: Path) -> Path:
    """The file of IPAmj Mincho, fetched once where it is missing; FontMissing says what to do instead."""
    present = name_font(var)
    if present is not None:
        return present
    if not is_debian():
        raise FontMissing(*advice())
    return fetch(var)


def is_debian() -> bool:
    """Whether this machine has Debian's package tools."""
    return all(shutil.which(name) for name in ("apt-get", "dpkg-deb"))


def advice() -> tuple[str, str]:
    """What to do on a machine without the font, in both languages."""
    japanese = (
        f"IPAmj明朝がありません。Debian なら apt-get install {PACKAGE}、ほかでは {FILE} を var/fonts/ に"
        "置いてください。なくても画面は動き、証明書は表示できない文字だけを断ります。"
    )
    english = (
        f"IPAmj Mincho is missing: on Debian run apt-get install {PACKAGE}, elsewhere put {FILE} into"
        " var/fonts/. Pages work without it; certificates refuse the characters that they cannot print."
    )
    return japanese, english


def fetch(var: Path) -> Path:
    """Fetch the package with lists of our own, unpack it under ``var`` and give the font's file."""
    work = var / "apt"
    for folder in ("lists/partial", "cache/archives/partial", "unpacked"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    _run(apt_get(work, "update"), work)
    _run(apt_get(work, "download", PACKAGE), work)
    package = max(work.glob(f"{PACKAGE}_*.deb"), key=lambda path: path.stat().st_mtime)
    _run(["dpkg-deb", "-x", str(package), str(work / "unpacked")], work)
    found = work / "unpacked" / INSTALLED.relative_to("/")
    if not found.is_file():
        raise FontMissing(*advice())
    target = var / "fonts" / FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    found.replace(target)
    shutil.rmtree(work)
    return target


def apt_get(work: Path, *words: str) -> list[str]:
    """apt-get with its lists and its cache under ``work``, so that no right on the machine is needed."""
    options = (
        f"Dir::State::Lists={work / 'lists'}",
        f"Dir::Cache={work / 'cache'}",
        "Debug::NoLocking=1",
        "APT::Sandbox::User=",  # as root, apt would lower itself to an account that cannot write here
        "Acquire::Retries=1",
        "Acquire::http::Timeout=20",
    )
    return ["apt-get", "-qq", *(part for option in options for part in ("-o", option)), *words]


def _run(command: Sequence[str], work: Path) -> None:
    bare = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
    proxies = {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    done = subprocess.run(  # noqa: S603 - fixed programs, our own folders
        list(command), cwd=work, env=bare | proxies, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-500:]
        japanese, english = advice()
        raise FontMissing(f"{japanese}\n({said})", f"{english}\n({said})")
