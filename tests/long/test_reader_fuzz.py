"""Atheris, guided by coverage, feeds the reader bytes for ten minutes: nothing crashes, and both executors agree.

MACHIKUMO_FUZZ_SECONDS is how long (default 600).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from machikumo.site.environment import REPOSITORY

pytestmark = pytest.mark.long
SECONDS = int(os.environ.get("MACHIKUMO_FUZZ_SECONDS", "600"))
FUZZER = Path(__file__).with_name("reader_fuzzer.py")
RESULT = REPOSITORY / "var" / "bench" / "reader_fuzz.json"
LONGEST = 400  # bytes of an input
HANGS = 30  # seconds


def test_no_bytes_make_the_reader_fail_or_the_executors_differ(tmp_path: Path) -> None:
    options = (f"-max_total_time={SECONDS}", f"-max_len={LONGEST}", f"-timeout={HANGS}", "-print_final_stats=1")
    done = subprocess.run(
        [sys.executable, FUZZER, tmp_path / "corpus", *options],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "src")},
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace")
    crashes = [path.name for path in tmp_path.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-"))]
    runs = re.search(r"stat::number_of_executed_units:\s+(\d+)", said)
    covered = re.findall(r"cov: (\d+)", said)
    result = {"seconds": SECONDS, "inputs": int(runs[1]) if runs else 0, "covered": int(covered[-1]) if covered else 0}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result | {"crashes": crashes}), encoding="utf-8")
    assert (crashes, done.returncode) == ([], 0), said[-4000:]
    assert result["inputs"] > SECONDS
    assert result["covered"] > 500
