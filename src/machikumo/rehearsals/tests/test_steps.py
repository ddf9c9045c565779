"""The steps of a round and what blocks its signature, from facts alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from machikumo.rehearsals.domain.steps import Block, FileFacts, RoundFacts, State, Step, blocks_of, steps_of

FILE = FileFacts(1, "a.csv", "reconciled", rows=10, accepted=9, quarantined=1, loaded=9, holds=True)
NOTHING = RoundFacts(files=(), is_real=False, has_previous=False, measured=False, compared=False)
READY = RoundFacts(
    files=(FILE,), is_real=False, has_previous=True, measured=True, compared=True, lines_told=4, lines_of_sheet=9
)


def test_the_steps_stand_in_the_order_of_the_work() -> None:
    assert list(steps_of(NOTHING)) == list(Step)
    assert list(steps_of(READY)) == list(Step)


def test_nothing_is_done_before_a_file_came() -> None:
    states = steps_of(NOTHING)
    assert states.pop(Step.COMPARED) is State.NOT_NEEDED
    assert states.pop(Step.COUNTED) is State.NOT_NEEDED
    assert set(states.values()) == {State.WAITING}


@pytest.mark.parametrize(
    ("state", "checked", "loaded"),
    [
        ("received", State.WAITING, State.WAITING),
        ("checking", State.WORKING, State.WAITING),
        ("loading", State.DONE, State.WORKING),
        ("reconciled", State.DONE, State.DONE),
        ("stopped", State.ATTENTION, State.ATTENTION),
    ],
)
def test_a_files_state_gives_the_states_of_check_and_load(state: str, checked: State, loaded: State) -> None:
    states = steps_of(replace(NOTHING, files=(replace(FILE, state=state),)))
    assert (states[Step.CHECKED], states[Step.LOADED], states[Step.CONVERTED]) == (checked, loaded, loaded)


def test_one_file_behind_keeps_the_round_at_work() -> None:
    states = steps_of(replace(READY, measured=False, files=(FILE, replace(FILE, move_in_id=2, state="checking"))))
    assert (states[Step.CHECKED], states[Step.PROFILED]) == (State.WORKING, State.WAITING)


def test_rows_set_aside_ask_for_attention_until_they_are_mended() -> None:
    assert steps_of(replace(READY, held_open=1))[Step.MENDED] is State.ATTENTION
    assert steps_of(READY)[Step.MENDED] is State.DONE


def test_a_file_that_differs_asks_for_attention_until_it_is_explained() -> None:
    differing = replace(FILE, holds=False)
    assert steps_of(replace(READY, files=(differing,)))[Step.RECONCILED] is State.ATTENTION
    explained = replace(READY, files=(replace(differing, explained=True),))
    assert steps_of(explained)[Step.RECONCILED] is State.DONE
    assert steps_of(replace(explained, is_real=True))[Step.RECONCILED] is State.ATTENTION


def test_the_count_sheet_waits_until_the_round_is_counted() -> None:
    open_lines = replace(READY, lines_open=2, lines_told=0)
    assert steps_of(open_lines)[Step.COUNTED] is State.WORKING
    assert steps_of(replace(open_lines, lines_told=1))[Step.COUNTED] is State.ATTENTION
    assert steps_of(replace(open_lines, measured=False))[Step.COUNTED] is State.WAITING
    assert steps_of(READY)[Step.COUNTED] is State.DONE


def test_signatures_and_report_follow_one_another() -> None:
    order = (Step.SIGNED, Step.COUNTERSIGNED, Step.REPORTED)

    def states(**facts: bool) -> list[State]:
        return [steps_of(replace(READY, **facts))[step] for step in order]  # type: ignore[arg-type]  # flags only

    assert states() == [State.WORKING, State.WAITING, State.WAITING]
    assert states(signed=True) == [State.DONE, State.WORKING, State.WAITING]
    assert states(signed=True, countersigned=True) == [State.DONE, State.DONE, State.WORKING]
    assert states(signed=True, countersigned=True, reported=True) == [State.DONE] * 3


@pytest.mark.parametrize(
    ("facts", "blocks"),
    [
        (NOTHING, {Block.NO_FILES: 1}),
        (READY, {}),
        (replace(READY, files=(replace(FILE, state="loading"),)), {Block.FILES_UNFINISHED: 1}),
        (replace(READY, files=(replace(FILE, holds=False),)), {Block.FILES_DIFFER: 1}),
        (replace(READY, measured=False, compared=False), {Block.NOT_MEASURED: 1}),
        (replace(READY, compared=False), {Block.NOT_COMPARED: 1}),
        (replace(READY, compared=False, has_previous=False), {}),
        (replace(READY, lines_open=3), {Block.LINES_OPEN: 3}),
        (replace(READY, held_open=5), {}),
        (replace(READY, held_open=5, is_real=True), {Block.ROWS_HELD: 5}),
    ],
)
def test_each_open_thing_blocks_the_signature(facts: RoundFacts, blocks: dict[Block, int]) -> None:
    assert blocks_of(facts) == blocks
