"""The steps of a round, each with a state that is computed from the work, and what stands against its signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

RECONCILED, STOPPED, CHECKING, LOADING = "reconciled", "stopped", "checking", "loading"


class Step(StrEnum):
    """What is done in a round, in this order."""

    RECEIVED = "received"
    PROFILED = "profiled"
    CHECKED = "checked"
    MENDED = "mended"
    MAPPED = "mapped"
    CONVERTED = "converted"
    LOADED = "loaded"
    RECONCILED = "reconciled"
    COUNTED = "counted"
    COMPARED = "compared"
    SIGNED = "signed"
    COUNTERSIGNED = "countersigned"
    REPORTED = "reported"


class State(StrEnum):
    """How far a step is."""

    WAITING = "waiting"
    WORKING = "working"
    ATTENTION = "attention"
    DONE = "done"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the move-in of one file of the round came to; ``explained``: why its two sides differ was written down."""

    move_in_id: int
    name: str
    state: str
    rows: int
    accepted: int
    quarantined: int
    loaded: int
    holds: bool
    explained: bool = False


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What the work says about a round; ``measured``: what was counted is of just these files."""

    files: tuple[FileFacts, ...]
    is_real: bool
    has_previous: bool
    measured: bool
    compared: bool
    held_open: int = 0
    lines_told: int = 0
    lines_open: int = 0
    lines_of_sheet: int = 0
    signed: bool = False
    countersigned: bool = False
    reported: bool = False

    @property
    def all_reconciled(self) -> bool:
        """Whether every file was moved in and compared with the register."""
        return bool(self.files) and all(one.state == RECONCILED for one in self.files)

    @property
    def differing(self) -> tuple[FileFacts, ...]:
        """Files whose two sides differ with no reason given; the real move takes no reason."""
        reconciled = (one for one in self.files if one.state == RECONCILED and not one.holds)
        return tuple(one for one in reconciled if self.is_real or not one.explained)


def steps_of(facts: RoundFacts) -> dict[Step, State]:
    """The state of every step, in order."""
    found = {
        Step.RECEIVED: State.DONE if facts.files else State.WAITING,
        Step.PROFILED: _when(done=facts.measured, ready=facts.all_reconciled),
        Step.CHECKED: _by_files(facts.files, {LOADING, RECONCILED}, {CHECKING}),
        Step.MENDED: _mended(facts),
    }
    for step in (Step.MAPPED, Step.CONVERTED, Step.LOADED):
        found[step] = _by_files(facts.files, {RECONCILED}, {LOADING})
    found[Step.RECONCILED] = State.ATTENTION if facts.differing else _by_files(facts.files, {RECONCILED}, {LOADING})
    found[Step.COUNTED] = _counted(facts)
    found[Step.COMPARED] = _when(done=facts.compared, ready=facts.measured) if facts.has_previous else State.NOT_NEEDED
    found[Step.SIGNED] = _when(done=facts.signed, ready=facts.measured)
    found[Step.COUNTERSIGNED] = _when(done=facts.countersigned, ready=facts.signed)
    found[Step.REPORTED] = _when(done=facts.reported, ready=facts.countersigned)
    return found


def _when(*, done: bool, ready: bool) -> State:
    if done:
        return State.DONE
    return State.WORKING if ready else State.WAITING


def _by_files(files: Iterable[FileFacts], done: set[str], working: set[str]) -> State:
    states = {one.state for one in files}
    if not states:
        return State.WAITING
    if STOPPED in states:
        return State.ATTENTION
    if states <= done:
        return State.DONE
    return State.WORKING if states & (working | done) else State.WAITING


def _mended(facts: RoundFacts) -> State:
    if not facts.measured:
        held = sum(one.quarantined for one in facts.files)
        return State.ATTENTION if held else State.WAITING
    return State.ATTENTION if facts.held_open else State.DONE


def _counted(facts: RoundFacts) -> State:
    if not facts.lines_of_sheet:
        return State.NOT_NEEDED
    if facts.lines_open and facts.lines_told:
        return State.ATTENTION
    return _when(done=not facts.lines_open, ready=facts.measured)


class Block(StrEnum):
    """Why a round cannot be signed yet."""

    NO_FILES = "no_files"
    FILES_UNFINISHED = "files_unfinished"
    FILES_DIFFER = "files_differ"
    NOT_MEASURED = "not_measured"
    NOT_COMPARED = "not_compared"
    LINES_OPEN = "lines_open"
    ROWS_HELD = "rows_held"


def blocks_of(facts: RoundFacts) -> dict[Block, int]:
    """What stands against signing the round, with how many there are of it; rows set aside block the real move only."""
    found = {
        Block.NO_FILES: int(not facts.files),
        Block.FILES_UNFINISHED: sum(one.state != RECONCILED for one in facts.files),
        Block.FILES_DIFFER: len(facts.differing),
        Block.NOT_MEASURED: int(bool(facts.files) and not facts.measured),
        Block.NOT_COMPARED: int(facts.measured and facts.has_previous and not facts.compared),
        Block.LINES_OPEN: facts.lines_open if facts.measured else 0,
        Block.ROWS_HELD: facts.held_open if facts.is_real else 0,
    }
    return {block: count for block, count in found.items() if count}
