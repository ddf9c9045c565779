"""Makes ``.venv`` ready: ``python3 tools/bootstrap.py [web|dev]``; a second call is instant.

Needs Python alone. Packages are checked against the hashes in requirements/ and come from ``wheelhouse/``
where that folder is (closed networks), else by uv where it is on PATH, else by pip.
Exit code 2: nothing was reachable.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "var" / "bootstrap.log"
OLDEST = (3, 11)
SETS = ("web", "dev")
ARRIVAL = re.compile(r"^\s*(?:Collecting|Processing|\+)\s+(?:\S*/)?([A-Za-z0-9_.]+(?:-[A-Za-z_.][A-Za-z0-9_.]*)*)")
UNREACHABLE = re.compile(
    r"temporary failure|name resolution|connection (?:refused|reset|error)|network is unreachable|dns error"
    r"|error sending request|failed to fetch|timed out|no matching distribution|retrying",
    re.IGNORECASE,
)
LAUNCHER = '#!/bin/sh\nexec "$(dirname "$0")/python" -m machikumo "$@"\n'


class Stop(Exception):
    """Ends the work with sentences for the person and an exit code."""

    def __init__(self, *sentences: str, code: int = 1) -> None:
        super().__init__("\n".join(sentences))
        self.code = code


def main(arguments: list[str]) -> int:
    """Make it ready for ``web`` (the product) or ``dev`` (its tests too) and give the exit code."""
    wanted = arguments[0] if arguments else "web"
    try:
        check_python(sys.version_info[:2])
        check_set(wanted)
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "bootstrap.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            make_ready(wanted)
    except Stop as stop:
        print(stop, file=sys.stderr, flush=True)
        return stop.code
    return 0


def check_python(version: tuple[int, ...]) -> None:
    """Stop unless the version is one that the product runs on."""
    if version < OLDEST:
        have, need = ".".join(map(str, version)), ".".join(map(str, OLDEST))
        raise Stop(
            f"Python {have} では動きません。{need} 以上を使ってください（例: PYTHON=python{need}）。",
            f"Python {have} is too old: use {need} or later (for example: make demo PYTHON=python{need}).",
        )


def check_set(wanted: str) -> None:
    """Stop unless the set of packages is one of ours."""
    if wanted not in SETS:
        raise Stop(f"web か dev を指定してください: {wanted} / choose web or dev: {wanted}")


def make_ready(wanted: str) -> None:
    """Environment, packages and the path to the sources, each only where something changed."""
    if is_ready(wanted):
        return
    started = time.monotonic()
    print(f"準備 / setting up: .venv ({wanted})", flush=True)
    if not has_python():
        make_environment()
    install(ROOT / "requirements" / f"{wanted}.txt")
    link_sources()
    compile_sources()
    for name in SETS[: SETS.index(wanted) + 1]:  # dev holds all of web: a test compares the pins
        stamp_of(name).write_text(fingerprint(name), encoding="ascii")
    print(f"準備できました / ready ({time.monotonic() - started:.1f} s)", flush=True)


def is_ready(wanted: str) -> bool:
    """Whether the environment was made from the present files and stands where it was made."""
    stamp = stamp_of(wanted)
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint(wanted) and PYTHON.exists()


def stamp_of(name: str) -> Path:
    """The file that tells what was installed."""
    return VENV / f"machikumo-{name}.stamp"


def fingerprint(name: str) -> str:
    """Changes with the requirement file, this script, the Python and the place of the clone."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in (ROOT / "requirements" / f"{name}.txt", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def has_python() -> bool:
    """Whether .venv holds an interpreter that starts and is new enough."""
    if not PYTHON.exists():
        return False
    probe = f"import sys; sys.exit(sys.version_info[:2] < {OLDEST})"
    return subprocess.run([str(PYTHON), "-c", probe], check=False).returncode == 0


def make_environment() -> None:
    """A fresh .venv; without ensurepip uv can fill it, else the one line that mends the machine is shown."""
    command = [sys.executable, "-m", "venv", "--clear"]
    if not has_ensurepip():
        if not shutil.which("uv"):
            raise Stop(
                "Python の venv がありません。次の1行を実行してから、もう一度お試しください:",
                "Python's venv is missing. Run this one line, then try again:",
                "    apt-get install python3-venv",
            )
        command.append("--without-pip")
    if subprocess.run([*command, str(VENV)], check=False).returncode:
        raise Stop(f"{VENV} を作れません。/ {VENV} cannot be made.")


def has_ensurepip() -> bool:
    """Whether this Python can put pip into a fresh environment; Debian ships that part apart."""
    probe = "import ensurepip; ensurepip.version()"
    return subprocess.run([sys.executable, "-c", probe], check=False, capture_output=True).returncode == 0


def installer(requirements: Path) -> list[str]:
    """The command that installs: from the wheelhouse, by uv, by pip."""
    common = ["--require-hashes", "-r", str(requirements)]
    pip = [str(PYTHON), "-m", "pip", "install", "--no-input", "--progress-bar=off", "--only-binary=:all:"]
    if (ROOT / "wheelhouse").is_dir():
        return [*pip, "--no-index", f"--find-links={ROOT / 'wheelhouse'}", *common]
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", f"--python={PYTHON}", "--compile-bytecode", "--only-binary=:all:", *common]
    return [*pip, "--retries=2", "--timeout=20", *common]


def install(requirements: Path) -> None:
    """Run the installer and name each package as it arrives."""
    environment = {
        **os.environ,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
    }
    said: list[str] = []
    with subprocess.Popen(
        installer(requirements),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            said.append(line.rstrip())
            show_arrival(line)
    print(flush=True)
    if process.returncode:
        LOG.write_text("\n".join(said), encoding="utf-8")
        raise failure("\n".join(said[-12:]))


def show_arrival(line: str) -> None:
    """Print the name of a package that the installer names."""
    arrival = ARRIVAL.match(line)
    if arrival:
        print(f" {arrival.group(1)}", end="", flush=True)


def failure(said: str) -> Stop:
    """What to tell when the installer failed: no network has its own sentence and code."""
    if UNREACHABLE.search(said):
        return Stop(
            "パッケージを取得できません（ネットワークにつながっていません）。",
            "つながる別の機械で make wheelhouse を実行し、wheelhouse/ をこのフォルダーに置いてください。",
            "The packages cannot be fetched (no network). Run 'make wheelhouse' on a machine that has one",
            "and put the folder wheelhouse/ here.",
            f"({LOG})",
            code=2,
        )
    return Stop(
        said,
        "パッケージを入れられません（上を確認）。/ The packages could not be installed (see above).",
    )


def link_sources() -> None:
    """Put src/ on the environment's path, relative to it, and a launcher beside its Python."""
    packages = next(VENV.glob("lib/python3*/site-packages"))
    (packages / "machikumo-source.pth").write_text(os.path.relpath(ROOT / "src", packages) + "\n", encoding="utf-8")
    launcher = VENV / "bin" / "machikumo"
    launcher.write_text(LAUNCHER, encoding="ascii")
    launcher.chmod(0o755)


def compile_sources() -> None:
    """Compile src/ once: where Python may not keep what it compiled, every process would begin with it anew."""
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(ROOT / "src")], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
