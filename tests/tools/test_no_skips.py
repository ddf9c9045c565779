"""``--no-skips`` turns every skip into a failure that carries its reason."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[2] / "conftest.py"
BODY = {
    "test": "import pytest\ndef test_a():\n    pytest.skip('needs chromium')\n",
    "module": "import pytest\npytest.skip('needs chromium', allow_module_level=True)\n",
    "import": "import pytest\npytest.importorskip('no_such_package')\n",
}


def run(folder: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"))
    (folder / "test_sample.py").write_text(body + "def test_b():\n    assert True\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:cacheprovider", "-ra", *options]
    own = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}  # CI refuses skips by it
    return subprocess.run([*command, str(folder)], cwd=folder, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", BODY)
def test_a_skip_fails_where_skips_are_refused(tmp_path: Path, kind: str) -> None:
    done = run(tmp_path, BODY[kind], "--no-skips")
    assert done.returncode != 0
    assert "--no-skips is on" in done.stdout


@pytest.mark.parametrize("kind", ["test"])
def test_elsewhere_a_skip_passes_and_says_why(tmp_path: Path, kind: str) -> None:
    done = run(tmp_path, BODY[kind])
    assert done.returncode == 0
    assert "needs chromium" in done.stdout


def test_without_a_skip_nothing_changes(tmp_path: Path) -> None:
    assert run(tmp_path, "", "--no-skips").returncode == 0
