"""``machikumo doctor``: what this machine lacks and how to get it. Needs Python alone."""

from __future__ import annotations

import importlib.util
import locale
import os
import shutil
import socket
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from machikumo.certificates.domain.addresses import VARIABLE, fault_of
from machikumo.kernel.errors import MachikumoError
from machikumo.site import environment, fonts, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OLDEST_PYTHON = (3, 11)
DISK_NEEDED, MEMORY_NEEDED = 2_000_000_000, 1_000_000_000  # bytes, for the demo and its tests
PORT = 8000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class State(Enum):
    """How a finding stands: needed for everything, needed for a part, or there."""

    PRESENT = "ok"
    ADVISED = "--"
    MISSING = "NG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name, how it stands, what was seen, and what to do when it is not there."""

    name: str
    state: State
    seen: str
    remedy_ja: str = ""
    remedy_en: str = ""


def findings(var: Path) -> list[Finding]:
    """Everything that the product needs or likes to have, looked at on this machine."""
    return [
        python(sys.version_info[:2]),
        venv(has=importlib.util.find_spec("ensurepip") is not None),
        packages(missing_packages()),
        database(os.environ.get("DATABASE_URL", "")),
        write_permission(var),
        public_address(os.environ.get(VARIABLE, "")),
        disk(shutil.disk_usage(_nearest(var)).free),
        memory(available_memory()),
        port(is_free=is_port_free(PORT)),
        name_font(var),
        program(
            "Noto CJK",
            str(fonts.NOTO) if fonts.NOTO.exists() else None,
            "fonts-noto-cjk",
            "pages in tests, 画面",
        ),
        program("Chromium", first_program(BROWSERS), "chromium", "browser tests, 画面の試験"),
        program("pgBouncer", _pgbouncer(), "pgbouncer", "pooling tests, 接続プールの試験"),
        text_encoding(locale.getpreferredencoding(do_setlocale=False)),
    ]


def run(say: Callable[[str], None] = print) -> int:
    """Print every finding with its remedy; 0 when nothing needed is missing, else 1."""
    found = findings(environment.read().var)
    for finding in found:
        for line in lines_of(finding):
            say(line)
    missing = [finding.name for finding in found if finding.state is State.MISSING]
    if missing:
        say(f"足りないもの / missing: {', '.join(missing)}")
        return 1
    say("必要なものは揃っています。 / Everything that is needed is here.")
    return 0


def lines_of(finding: Finding) -> Iterable[str]:
    """The lines that show a finding: what was seen, then what to do in both languages."""
    yield f"{finding.state.value}  {finding.name:<12} {finding.seen}"
    if finding.state is not State.PRESENT:
        yield f"      → {finding.remedy_ja}"
        yield f"        {finding.remedy_en}"


def python(version: tuple[int, ...]) -> Finding:
    """The interpreter's version."""
    seen, need = ".".join(map(str, version)), ".".join(map(str, OLDEST_PYTHON))
    state = State.PRESENT if version >= OLDEST_PYTHON else State.MISSING
    return Finding("Python", state, seen, f"Python {need} 以上を入れてください。", f"Install Python {need} or later.")


def venv(*, has: bool) -> Finding:
    """Whether an environment with pip can be made; Debian ships that part apart."""
    command = "apt-get install python3-venv"
    state = State.PRESENT if has else State.ADVISED
    return Finding("venv", state, "ensurepip" if has else "no ensurepip", command, f"Run: {command}")


def missing_packages() -> list[str]:
    """Packages of the web set that do not import here."""
    wanted = ("django", "psycopg", "allauth", "polars", "procrastinate", "typst", "granian")
    return [name for name in wanted if importlib.util.find_spec(name) is None]


def packages(missing: list[str]) -> Finding:
    """Whether the web's packages are installed."""
    seen = f"missing {', '.join(missing)}" if missing else "web"
    remedy = "python3 tools/bootstrap.py web"
    return Finding("packages", State.MISSING if missing else State.PRESENT, seen, remedy, f"Run: {remedy}")


def database(url: str) -> Finding:
    """The server that DATABASE_URL names (its version), else the embedded one's programs."""
    try:
        seen = f"DATABASE_URL: PostgreSQL {postgres.check_version(url)}" if url else str(postgres.binaries())
    except MachikumoError as error:
        return Finding("PostgreSQL", State.MISSING, "none", error.message_ja, error.message_en)
    except ModuleNotFoundError:
        return Finding("PostgreSQL", State.MISSING, "no psycopg", "pip install psycopg", "pip install psycopg")
    return Finding("PostgreSQL", State.PRESENT, seen)


def write_permission(var: Path) -> Finding:
    """Whether the folder for data can be written."""
    nearest = _nearest(var)
    state = State.PRESENT if os.access(nearest, os.W_OK | os.X_OK) else State.MISSING
    return Finding(
        "var/",
        state,
        str(var),
        f"{nearest} に書き込めません。所有者を確認するか、MACHIKUMO_VAR で別の場所を指定してください。",
        f"{nearest} cannot be written: check its owner, or name another folder in MACHIKUMO_VAR.",
    )


def public_address(address: str) -> Finding:
    """The address that certificates carry: training does without, a live municipality prints nothing without it."""
    fault = fault_of(address)
    if fault is None:
        return Finding("address", State.PRESENT, address)
    return Finding(
        "address",
        State.ADVISED,
        address or "none",
        f"{fault[0]}本番の団体は証明書を印刷できません（練習環境は不要）。{VARIABLE}=https://… を設定してください。",
        f"{fault[1]} A live municipality prints no certificate so (training needs none): set {VARIABLE}=https://…",
    )


def disk(free: int) -> Finding:
    """Free space for the database, in bytes."""
    return _amount("disk", free, DISK_NEEDED, "空き容量", "free disk space")


def memory(available: int) -> Finding:
    """Memory that programs may take, in bytes."""
    return _amount("memory", available, MEMORY_NEEDED, "空きメモリ", "free memory")


def available_memory() -> int:
    """What the kernel says is available, in bytes; 0 when it says nothing."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)


def port(*, is_free: bool) -> Finding:
    """Whether the demo's port is free."""
    return Finding(
        f"port {PORT}",
        State.PRESENT if is_free else State.ADVISED,
        "free" if is_free else "in use",
        f"ほかのプログラムが {PORT} 番を使っています（試用環境が既に動いているかもしれません）。",
        f"Another program uses port {PORT} (perhaps the demo is running already).",
    )


def is_port_free(number: int) -> bool:
    """Whether nobody listens on the port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", number)) != 0


def name_font(var: Path) -> Finding:
    """IPAmj Mincho, which prints the names of people."""
    found = fonts.name_font(var)
    state = State.PRESENT if found else State.ADVISED
    return Finding("IPAmj明朝", state, str(found or "none"), *fonts.advice())


def first_program(names: Iterable[str]) -> str | None:
    """The path of the first of the programs that is here."""
    return next((path for path in map(shutil.which, names) if path), None)


def program(name: str, path: str | None, package: str, use: str) -> Finding:
    """A program or font that only a part of the work needs."""
    command = f"apt-get install {package}"
    state = State.PRESENT if path else State.ADVISED
    return Finding(name, state, path or "none", f"{command}（{use}）", f"Run: {command} ({use})")


def text_encoding(encoding: str) -> Finding:
    """Whether this session writes UTF-8."""
    state = State.PRESENT if encoding.replace("-", "").lower() == "utf8" else State.ADVISED
    return Finding("locale", state, encoding, "export LC_ALL=C.UTF-8", "Run: export LC_ALL=C.UTF-8")


def _amount(name: str, have: int, need: int, japanese: str, english: str) -> Finding:
    state = State.PRESENT if have >= need else State.MISSING
    gigabytes = f"{need / 1e9:.0f} GB"
    return Finding(
        name,
        state,
        f"{have / 1e9:.1f} GB",
        f"{japanese}が足りません（{gigabytes} 以上）。",
        f"Not enough {english}: {gigabytes} are needed.",
    )


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _pgbouncer() -> str | None:
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
