"""A run that stops says why, in words that carry the figures."""

from __future__ import annotations

import io

import pytest

from machikumo.layouts.domain.blocks import BLOCK_SIZE, LONGEST_LINE
from machikumo.layouts.domain.engine import BlockResult, iterate_blocks
from machikumo.layouts.domain.executors import COLUMNAR, PLAIN, Plan
from machikumo.layouts.queries.catalogue import shipped


def results_of(data: bytes, plan: Plan) -> list[BlockResult]:
    return list(iterate_blocks(io.BytesIO(data), plan))


def header_of(layout_key: str) -> bytes:
    layout = shipped().layout(layout_key)
    return (",".join(layout.header) + "\r\n").encode(layout.physical.charset)


@pytest.mark.parametrize("executor", [COLUMNAR, PLAIN])
def test_a_line_without_an_end_stops_the_run_and_says_where(executor: str) -> None:
    layout = shipped().layout("vendor-kasumi-juki")
    data = header_of(layout.key) + b"9" * (max(LONGEST_LINE, BLOCK_SIZE) * 2)
    last = results_of(data, Plan(layout=layout, executor=executor))[-1]
    (issue,) = [issue for issue in last.issues if issue.rule == "file.long_line"]
    assert last.fatal
    assert "2 行目から" in issue.message_ja
    assert "from line 2" in issue.message_en


@pytest.mark.parametrize("executor", [COLUMNAR, PLAIN])
def test_more_held_back_rows_than_allowed_stop_the_run_with_both_figures(executor: str) -> None:
    layout = shipped().layout("vendor-kasumi-juki")
    data = header_of(layout.key) + b"too,few\r\n" * 20
    found = results_of(data, Plan(layout=layout, executor=executor, thresholds={"total": 5}))
    (issue,) = [issue for result in found for issue in result.issues if issue.rule == "stop.threshold"]
    assert any(result.stopped for result in found)
    assert "total" in issue.message_ja
    assert "20 件" in issue.message_ja
    assert "the limit is 5" in issue.message_en
