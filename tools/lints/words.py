"""Words that have no place in a repository that others read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Finding, Source

# Each pattern is written so that it does not match itself.
UNFINISHED = re.compile(
    r"\bTOD[O]\b|\bFIXM[E]\b|\bXX[X]\b|NotImplemented[E]rror|coming [s]oon|準備[中]|pragma: no [c]over"
    r"|pytest\.mark\.[s]kip|\bxfai[l]"
)
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.[o]rg|npmjs\.[o]rg|deb\.debian\.[o]rg|proxy\.golang\.[o]rg")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:wor[k]/(?:main|shared|notes)|far[m]|home/\w+|Users/\w+|tmp/bash_job[s])/")
WORKSHOP = re.compile(r"\bsub[-]?age[n]ts?\b|\bfar[m]-\w+|\bC[L]AUDE\b|\bC[h]atGPT\b|as an AI [l]anguage model")
CODE_FOLDERS = ("src", "tests", "benchmarks", "tools")


def unfinished(files: Sequence[Source]) -> Iterator[Finding]:
    """No marks of work that is not done: what is not there is not hinted at."""
    return _found(_code(files), UNFINISHED, "an unfinished mark")


def addresses(files: Sequence[Source]) -> Iterator[Finding]:
    """No package registry's host and no path of one machine: a clone works in a closed network."""
    yield from _found(files, REGISTRIES, "a package registry's address")
    yield from _found(files, MACHINE_PATHS, "a path of one machine")


def workshop_words(files: Sequence[Source]) -> Iterator[Finding]:
    """Nothing about how the repository came about."""
    return _found(files, WORKSHOP, "a word about the workshop, not the product")


def _code(files: Sequence[Source]) -> list[Source]:
    return [source for source in files if source.path.parts[0] in CODE_FOLDERS and source.path.suffix != ".bad"]


def _found(files: Sequence[Source], pattern: re.Pattern[str], what: str) -> Iterator[Finding]:
    for source in files:
        if source.path.suffix == ".bad" or source.path.parts[0] == "data":
            continue
        for number, line in enumerate(source.lines, start=1):
            match = pattern.search(line)
            if match:
                yield source.finding(number, f"{what}: {match.group()}")
