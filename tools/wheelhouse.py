"""Fills ``wheelhouse/`` with every wheel that a closed network (LGWAN) needs; it is carried with the clone.

``python tools/wheelhouse.py [3.13 …]`` takes wheels for further versions of Python than the one that runs.
"""

from __future__ import annotations

import subprocess
import sys

from bootstrap import PYTHON, ROOT

TARGET = ROOT / "wheelhouse"


def main(versions: list[str]) -> int:
    """Download for each version and say how much there is."""
    for version in versions or [f"{sys.version_info.major}.{sys.version_info.minor}"]:
        print(f"Python {version}", flush=True)
        done = subprocess.run(download(version), check=False)
        if done.returncode:
            print("取得できませんでした。/ The download failed.", file=sys.stderr)
            return done.returncode
    wheels = list(TARGET.glob("*.whl"))
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    print(f"wheelhouse/: {len(wheels)} wheels, {size:.0f} MB. フォルダーごと運んでください。/ Carry it along.")
    return 0


def download(version: str) -> list[str]:
    """The command of pip for one version of Python, hashes checked."""
    return [
        *(str(PYTHON), "-m", "pip", "download", "--require-hashes", "--only-binary=:all:", "--quiet"),
        *(f"--python-version={version}", "--no-deps", f"--dest={TARGET}"),
        *("-r", str(ROOT / "requirements" / "dev.txt")),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
