"""Several processes find what one finds, word for word; and when one of them ends, the run says so and nothing more."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.layouts import crews
from machikumo.layouts.crews import HiredCrew, crew_for
from machikumo.layouts.domain.engine import BlockResult, iterate_blocks
from machikumo.layouts.domain.errors import FileChanged, HelperFailed, HelperLost
from machikumo.layouts.domain.executors import PLAIN, Plan
from machikumo.layouts.tests.makers import KASUMI, MINATO, file_of, kasumi_row, minato_row, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from machikumo.layouts.domain.mapping import Mapping
    from machikumo.layouts.domain.progress import BlockEntry

SMALL = 40_000  # bytes a block
PLAN = Plan(KASUMI.source, KASUMI, training=True, file_name="made.csv")


def faulty_file(*, shift: bool = False) -> bytes:
    """Some 1,200 rows of the first vendor with every kind of defect; ``shift``: a block has more rows than seem."""
    rows = [kasumi_row(number) for number in range(1, 1200)]
    rows[100] = kasumi_row(2)
    rows[250] = kasumi_row(251, seinen_ymd="4310501")
    rows[400] = kasumi_row(401, zokugara_1="020", zokugara_mei="子")
    rows[700] = kasumi_row(701, biko="別紙,参照")
    rows[901] = kasumi_row(902, kanji_shimei="田\ue030　一")
    rows[1100] = kasumi_row(3)
    lines = file_of(KASUMI.source, rows).split(b"\r\n")
    lines[500] = lines[500].rsplit(b",", 1)[0]
    lines[600] += b"\x85\x85"
    lines[650] = b""
    if shift:
        # Two rows with a lone LF between them and a row of one column: by their signs, two sound rows.
        lines[301] += b"\n" + lines[302]
        lines[302] = b"x"
    return b"\r\n".join(lines[:-1]) + b"\r\n\x1a"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made.csv"
    path.write_bytes(faulty_file())
    return path


def run(path: Path, plan: Plan, workers: int, done: Sequence[BlockEntry] = ()) -> list[BlockResult]:
    with path.open("rb") as stream, crew_for(stream, plan, workers=workers) as crew:
        assert (crew is None) == (workers == 1)
        if crew:
            crew.helpers[0].answers["ready"].append(crew.helpers[0].answer("ready"))  # so that it has its share
        return list(iterate_blocks(stream, plan, block_size=SMALL, crew=crew, done=done))


def facts(result: BlockResult) -> list[Any]:
    """All that a result says, but for the converted rows."""
    return [
        result.entry,
        list(result.numbers),
        told([result]),
        result.rejects,
        result.losses,
        result.dropped,
        result.closing,
        result.stopped,
        result.fatal,
    ]


def plain_rows(result: BlockResult) -> list[tuple[str, ...]]:
    return result.rows.rows() if result.numbers else []


@pytest.mark.parametrize("shift", [False, True], ids=["rows as they seem", "more rows than seem"])
def test_two_processes_tell_what_one_tells_block_by_block(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    shift: bool,  # noqa: FBT001
) -> None:
    counted_anew: list[int] = []
    again = HiredCrew.again
    monkeypatch.setattr(HiredCrew, "again", lambda self, later: (counted_anew.append(len(later)), again(self, later)))
    path = tmp_path / "made.csv"
    path.write_bytes(faulty_file(shift=shift))
    alone, together = run(path, PLAN, 1), run(path, PLAN, 2)
    assert len(alone) > 5
    assert bool(counted_anew) == shift
    assert list(map(facts, together)) == list(map(facts, alone))
    assert list(map(plain_rows, together)) == list(map(plain_rows, alone))
    rules = {issue.rule for result in alone for issue in result.issues}
    wanted = {"set.unique", "set.no_head", "cell.wareki", "cell.gaiji", "structure.decode", "structure.columns_few"}
    assert wanted | {"file.ctrl_z", "structure.blank"} <= rules


def test_a_helper_really_takes_blocks(made: Path) -> None:
    with made.open("rb") as stream, crew_for(stream, PLAN, workers=2) as crew:
        assert crew
        helper = crew.helpers[0]
        helper.answers["ready"].append(helper.answer("ready"))
        asked: list[int] = []
        examine = helper.examine
        helper.examine = lambda block: (asked.append(block.number), examine(block))[1]  # type: ignore[method-assign]
        results = list(iterate_blocks(stream, PLAN, block_size=SMALL, crew=crew))
    assert 0 in asked
    assert len(asked) >= 2
    assert len(asked) < len(results)


def test_rows_quoted_throughout_in_utf_8_are_told_alike(tmp_path: Path) -> None:
    path = tmp_path / "minato.csv"
    rows = [minato_row(number, status="" if number % 97 == 0 else "ACTIVE") for number in range(1, 800)]
    path.write_bytes(file_of(MINATO.source, rows)[:-30])
    plan = Plan(MINATO.source, MINATO, training=True)
    alone, together = run(path, plan, 1), run(path, plan, 2)
    assert list(map(facts, together)) == list(map(facts, alone))
    assert any(result.rejects for result in alone)


def test_a_run_goes_on_after_a_stop_with_helpers_as_without(made: Path) -> None:
    whole = run(made, PLAN, 1)
    done = [result.entry for result in whole[:3]]
    alone, together = run(made, PLAN, 1, done), run(made, PLAN, 2, done)
    assert list(map(facts, together)) == list(map(facts, alone))
    assert [result.entry for result in together] == [result.entry for result in whole[3:]]


def test_a_threshold_stops_the_run_at_the_same_block(made: Path) -> None:
    plan = replace(PLAN, thresholds={"total": 3}, mapping=None, mapped=KASUMI.mapped_characters)
    alone, together = run(made, plan, 1), run(made, plan, 2)
    assert alone[-1].stopped
    assert list(map(facts, together)) == list(map(facts, alone))


def with_a_helper_killed(path: Path, after: int) -> tuple[list[BlockResult], HelperLost]:
    """What a run told before its helper was killed after so many results, and how it ended."""
    got: list[BlockResult] = []
    try:
        with path.open("rb") as stream, crew_for(stream, PLAN, workers=2) as crew:
            assert crew
            helper = crew.helpers[0]
            if after:
                helper.answers["ready"].append(helper.answer("ready"))
            run_ = iterate_blocks(stream, PLAN, block_size=SMALL, crew=Killing(crew, after))
            got.extend(run_)
    except HelperLost as lost:
        return got, lost
    raise AssertionError(got)


class Killing:
    """A crew whose helper is killed after so many blocks were finished."""

    def __init__(self, crew: HiredCrew, after: int) -> None:
        self.crew, self.after, self.ahead = crew, after, crew.ahead
        self.again, self.submit = crew.again, crew.submit

    def examined(self) -> Any:
        if self.after == 0:
            process = self.crew.helpers[0].process
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        self.after -= 1
        return self.crew.examined()

    def finish(self, block: Any, told_: Any) -> BlockResult:
        return self.crew.finish(block, told_)


@pytest.mark.parametrize("after", [0, 1])
def test_a_helper_that_is_killed_ends_the_run_with_an_error_and_no_result_is_half_done(made: Path, after: int) -> None:
    whole = run(made, PLAN, 1)
    got, lost = with_a_helper_killed(made, after)
    assert "シグナル 9" in lost.message_ja
    assert "signal 9" in lost.message_en
    assert "--workers 1" in lost.message_en
    assert len(got) < len(whole)
    assert list(map(facts, got)) == list(map(facts, whole[: len(got)]))


def test_an_error_in_a_helper_is_told_with_its_trace(made: Path) -> None:
    with made.open("rb") as stream, crew_for(stream, PLAN, workers=2) as crew:
        assert crew
        crew.helpers[0].finish(77, [])  # a block that it never had
        with pytest.raises(HelperFailed) as raised:
            crew.helpers[0].answer("finished")
    assert "KeyError: 77" in raised.value.trace
    assert "誤り" in raised.value.message_ja


def test_a_file_of_the_same_name_that_is_another_is_refused(made: Path) -> None:
    with made.open("rb") as stream:
        made.rename(made.with_name("old.csv"))
        made.write_bytes(faulty_file())
        origin = crews.origin_of(stream)
        assert origin
        helper = crews.Helper(PLAN, origin._replace(inode=origin.inode + 1))
        with pytest.raises(HelperFailed) as raised:
            helper.answer("ready")
        helper.close()
    assert raised.value.message_ja == FileChanged().message_ja


def test_a_file_cut_short_meanwhile_is_refused(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[int] = []
    examine = crews.Helper.examine

    def cut_short(helper: crews.Helper, block: Any) -> None:
        handed.append(block.number)
        os.truncate(made, SMALL // 2)
        examine(helper, block)

    monkeypatch.setattr(crews.Helper, "examine", cut_short)
    with made.open("rb") as stream, crew_for(stream, PLAN, workers=2) as crew:
        assert crew
        helper = crew.helpers[0]
        helper.answers["ready"].append(helper.answer("ready"))
        with pytest.raises(HelperFailed, match="ファイルが変わりました"):
            list(iterate_blocks(stream, PLAN, block_size=SMALL, crew=crew))
    assert handed


@pytest.mark.parametrize(
    ("count", "size", "wanted"),
    [(1, crews.WORTH_IT, 1), (2, crews.WORTH_IT - 1, 1), (2, crews.WORTH_IT, 2), (64, 1 << 40, 2)],
)
def test_one_core_or_a_small_file_means_one_process(
    monkeypatch: pytest.MonkeyPatch, count: int, size: int, wanted: int
) -> None:
    monkeypatch.setattr(crews, "cores", lambda: count)
    assert crews.processes_for(size) == wanted


def test_this_machine_has_cores() -> None:
    assert crews.cores() >= 1


def test_the_plain_executor_and_streams_without_a_name_have_no_crew(made: Path, tmp_path: Path) -> None:
    import io

    with made.open("rb") as stream, crew_for(stream, replace(PLAN, executor=PLAIN), workers=2) as crew:
        assert crew is None
    with crew_for(io.BytesIO(b"x"), PLAN, workers=2) as crew:
        assert crew is None
    with (tmp_path / "small.csv").open("w+b") as small, crew_for(small, PLAN) as crew:
        assert crew is None


SCRIPT = """
import json, os, sys, time
from pathlib import Path
from machikumo.layouts.crews import crew_for
from machikumo.layouts.domain.engine import iterate_blocks
from machikumo.layouts.domain.executors import Plan
from machikumo.layouts.queries.catalogue import shipped

if __name__ == "__main__":
    mapping = shipped().mapping("kasumi-to-standard")
    plan = Plan(mapping.source, mapping, training=True)
    with Path(sys.argv[1]).open("rb") as stream, crew_for(stream, plan, workers=2) as crew:
        crew.helpers[0].answers["ready"].append(crew.helpers[0].answer("ready"))
        for result in iterate_blocks(stream, plan, block_size=40000, crew=crew):
            print(json.dumps(crew.helpers[0].process.pid), flush=True)
            time.sleep(0.2)
"""


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - one line
            return re.sub(r".*\) ", "", stat.read())[0] not in "ZX"
    except FileNotFoundError:
        return False


def gone(pid: int, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_running(pid)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM], ids=["Ctrl-C", "kill -9", "kill"])
def test_helpers_end_with_the_parent_however_it_ends(made: Path, tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "check.py"
    script.write_text(SCRIPT, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), str(made)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stdout
        assert parent.stderr
        helper = json.loads(parent.stdout.readline())
        assert is_running(helper)
        # Ctrl-C goes to everybody in the foreground, other signals to the parent alone.
        (os.killpg if how is signal.SIGINT else os.kill)(parent.pid, how)
        complaint = parent.stderr.read()
        assert parent.wait(20) != 0
    assert gone(helper)
    assert complaint.count("Traceback") <= 1


def test_the_crew_is_gone_when_its_block_is_left(made: Path) -> None:
    with made.open("rb") as stream, crew_for(stream, PLAN, workers=3) as crew:
        assert isinstance(crew, HiredCrew)
        pids = [helper.process.pid or 0 for helper in crew.helpers]
        assert crew.ahead == 9
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)


def mapping_without_numbers() -> Mapping:
    return replace(KASUMI, moves=tuple(move for move in KASUMI.moves if "individual_number" not in move.target))


def test_columns_that_no_move_takes_are_counted_alike(made: Path) -> None:
    plan = replace(PLAN, mapping=mapping_without_numbers())
    alone, together = run(made, plan, 1), run(made, plan, 2)
    assert [result.dropped for result in together] == [result.dropped for result in alone]
    assert any(result.dropped for result in alone)
