"""Puts the scripts of tools/ and benchmarks/ on the path, as when they are run."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in ("tools", "benchmarks"):
    sys.path.insert(0, str(Path(__file__).parents[2] / folder))
