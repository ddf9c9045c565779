"""What atheris runs: any bytes as a file of some layout; the reader and both executors must not fail, and must agree.

``python tests/long/reader_fuzzer.py CORPUS -max_total_time=600`` (libFuzzer's options). The first four bytes choose the
layout and the size of blocks; the rest is the file. A crash is written to the working folder with its traceback.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["machikumo.layouts.domain"]):
    from machikumo.layouts.domain import blocks, charsets, engine, framing, parsing, progress
    from machikumo.layouts.domain.executors import COLUMNAR, PLAIN, Plan

from dataclasses import replace
from typing import TYPE_CHECKING

from machikumo.layouts.tests import fuzzing
from machikumo.layouts.tests.makers import KASUMI, MINATO, results_of, told

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Layout

INSTRUMENTED = (blocks, charsets, engine, framing, parsing, progress)
SIZES = (16, 64, 300, 5000)
HEAD = 4
SEEDS = 200


def layouts() -> tuple[Layout, ...]:
    """Layouts of few columns, so that bytes soon mean something: every form of quoting, newline and charset."""
    narrow = (
        KASUMI.source.subset(("atena_code", "kanji_shimei", "seinen_ymd")),
        MINATO.source.subset(("person_id", "family_name", "birth_date")),
        fuzzing.EVERY.subset(("person", "words", "born", "name")),
        fuzzing.EVERY.subset(("words",)),
    )
    found = []
    for layout in narrow:
        for charset in ("utf-8", "cp932", "euc_jp", "shift_jis"):
            physical = replace(layout.physical, charset=charset, header="none")
            found += [
                replace(layout, physical=physical),
                replace(layout, physical=replace(physical, newline="crlf", delimiter="\t", max_quoted_lines=2)),
            ]
    return (*narrow, *found)


LAYOUTS = layouts()
RUNS = [0, 0]


def check(data: bytes) -> None:
    """Read the bytes both ways; atheris is told by the exception when they fail or differ."""
    layout, size = LAYOUTS[data[0] % len(LAYOUTS)], SIZES[data[1] % len(SIZES)]
    said = []
    for executor in (PLAIN, COLUMNAR):
        plan = Plan(layout, training=True, executor=executor, fingerprints=False, mapped=KASUMI.mapped_characters)
        said.append(told(results_of(data[HEAD:], plan, block_size=size)))
    RUNS[0] += 1
    RUNS[1] += len(said[0])
    if said[0] != said[1]:
        here = [one for one in said[0] if one not in said[1]][:2]
        there = [one for one in said[1] if one not in said[0]][:2]
        raise AssertionError(f"{layout.key} {layout.physical}: plain says {here}, columnar says {there}")


def one_input(data: bytes) -> None:
    """What atheris calls."""
    if len(data) > HEAD:
        check(data)


def write_seeds(corpus: Path) -> None:
    """Some files to begin with."""
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in range(SEEDS):
        layout = LAYOUTS[seed % len(LAYOUTS)]
        data = fuzzing.small_file(seed, layout)
        (corpus / f"seed-{seed:03d}").write_bytes(bytes([seed % len(LAYOUTS), seed // 50, 0, 0]) + data)


def main() -> None:
    """Write the seeds, fuzz until libFuzzer stops, and say how much was done."""
    write_seeds(Path(sys.argv[1]))
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
