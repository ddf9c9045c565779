"""Processes that look at a file's blocks side by side, so that a check takes as long as the machine's cores allow.

The parent cuts the file and keeps its order; a helper reads its blocks from the file, decodes, parses, checks cells and
gives back a few narrow columns. A helper that ends makes the run end with an error. Small files and machines with one
core have no helpers.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import multiprocessing
import os
import queue
import signal
import threading
import traceback
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn

from machikumo.layouts.domain.blocks import Block, without
from machikumo.layouts.domain.errors import FileChanged, HelperFailed, HelperLost, LayoutError
from machikumo.layouts.domain.examining import Bench, BlockResult, Examined
from machikumo.layouts.domain.executors import PLAIN, has_fast_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from machikumo.layouts.domain.executors import Plan
    from machikumo.layouts.domain.setrules import Finding

# Starting a helper takes most of a second; a file must be worth it.
WORTH_IT = 64 << 20
# Processes at work, this one included; more than these are for whoever asks, for each takes some 250 MiB.
MOST = 2
# Blocks that a helper has at once: while one is on its way back, the next is there already.
_AT_ONCE = 2
_PATIENCE = 5.0
THREADS = "POLARS_MAX_THREADS"


class Origin(NamedTuple):
    """A file as the parent has it open: helpers refuse another one under the same name."""

    path: str
    device: int
    inode: int
    size: int
    changed: int
    again: Callable[[], BinaryIO] | None = None  # how it is opened, where its bytes are closed


def origin_of(stream: BinaryIO) -> Origin | None:
    """Return where an open file is, or None when it is no file with a name."""
    again = getattr(stream, "again", None)
    try:
        path = os.path.realpath(os.fspath(again.path if again else stream.name))
        facts = os.stat(path) if again else os.fstat(stream.fileno())  # noqa: PTH116 - as fstat
    except (AttributeError, TypeError, OSError):
        return None
    return Origin(path, facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, again)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_for(size: int) -> int:
    """Return how many processes a file of some bytes is worth on this machine."""
    return min(cores(), MOST) if size >= WORTH_IT else 1


@contextlib.contextmanager
def crew_for(stream: BinaryIO, plan: Plan, *, workers: int | None = None) -> Iterator[HiredCrew | None]:
    """Give a crew for checking an open file, or None where the caller had better do it alone.

    ``workers`` sets the number of processes, this one included (1: alone), whatever the file's size. The crew hands
    over no converted rows: carrying them costs as much as making them. However the block ends, the helpers are gone
    after it.
    """
    origin = None if plan.executor == PLAIN or not has_fast_path() else origin_of(stream)
    count = (processes_for(origin.size) if workers is None else workers) if origin else 1
    if origin is None or count <= 1:
        yield None
        return
    # Before Polars is loaded: threads of this process would take the cores from the helpers.
    os.environ.setdefault(THREADS, str(max(1, cores() // count)))
    with contextlib.ExitStack() as hired:
        helpers = [hired.enter_context(contextlib.closing(Helper(plan, origin))) for _ in range(count - 1)]
        yield HiredCrew(plan, helpers)


# -- the parent's side ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A block without its bytes, which the helper reads itself: but for the file's last, whose end may be mended."""

    block: Block
    size: int
    sizes: tuple[int, ...]
    data: bytes | None


def _parcel(block: Block) -> _Parcel:
    bare = [replace(segment, data=b"", index=None) for segment in block.segments]
    sizes = tuple(len(segment.data) for segment in block.segments)
    data = block.data if block.ends_file else None
    return _Parcel(replace(block, data=b"", segments=bare), len(block.data), sizes, data)


def _opened(parcel: _Parcel, stream: BinaryIO) -> Block:
    """Return the block of a parcel, read from the file."""
    data = parcel.data
    if data is None:
        stream.seek(parcel.block.offset)
        data = stream.read(parcel.size)
    if len(data) != parcel.size:
        raise FileChanged
    segments = [
        replace(segment, data=data[segment.start : segment.start + size])
        for segment, size in zip(parcel.block.segments, parcel.sizes, strict=True)
    ]
    return replace(parcel.block, data=data, segments=segments)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let what starts here inherit that Ctrl-C waits, until it says itself that Ctrl-C is not for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Helper:
    """One process beside this one, and what it has said already."""

    def __init__(self, plan: Plan, origin: Origin) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.line, there = spawn.Pipe()
        self.process = spawn.Process(target=_serve, args=(there, plan, origin), daemon=True, name="layout-helper")
        with _deaf_to_interrupts():
            self.process.start()
        there.close()
        self.answers: dict[str, deque[Any]] = {"ready": deque(), "examined": deque(), "finished": deque()}
        self.asked = 0

    def is_free(self) -> bool:
        """Whether it has begun its work and may have another block."""
        while self.line.poll():
            self._hear()
        return bool(self.answers["ready"]) and self.asked - len(self.answers["examined"]) < _AT_ONCE

    def examine(self, block: Block) -> None:
        """Hand over a block; helpers always listen, so this never waits for an answer to be taken."""
        self.asked += 1
        self._ask("examine", _parcel(block))

    def finish(self, number: int, told: Sequence[tuple[Finding, int]]) -> None:
        """Ask for what became of a block."""
        self._ask("finish", number, told)

    def _ask(self, *message: Any) -> None:
        try:
            self.line.send(message)
        except OSError:
            self._ended()

    def has(self, kind: str) -> bool:
        """Whether an answer of a kind is there."""
        while not self.answers[kind] and self.line.poll():
            self._hear()
        return bool(self.answers[kind])

    def answer(self, kind: str) -> Any:
        """Return the next answer of a kind, when it comes."""
        while not self.answers[kind]:
            self._hear()
        self.asked -= kind == "examined"
        return self.answers[kind].popleft()

    def _hear(self) -> None:
        try:
            said, what = self.line.recv()
        except (EOFError, OSError):
            self._ended()
        if said == "failed":
            raise HelperFailed(*what)
        self.answers[said].append(what)

    def _ended(self) -> NoReturn:
        """Tell why the helper is gone: by its last words, if there are any."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                said, what = self.line.recv()
                if said == "failed":
                    raise HelperFailed(*what)
        self.process.join(_PATIENCE)
        raise HelperLost(self.process.exitcode) from None

    def close(self) -> None:
        """End the process by force: it only reads, so nothing is lost and nobody need wait for it to tidy up."""
        self.line.close()
        self.process.kill()
        self.process.join()
        self.process.close()


class HiredCrew:
    """See engine.Crew. This process takes the blocks for which no helper is free, and works while it waits."""

    def __init__(self, plan: Plan, helpers: Sequence[Helper]) -> None:
        self.bench = Bench(plan, hand_over=False)
        self.helpers = helpers
        self.ahead = (_AT_ONCE + 1) * (len(helpers) + 1)
        self.owners: dict[int, Helper] = {}
        self.waiting: deque[Block] = deque()
        self.done: dict[int, Examined] = {}

    def submit(self, block: Block) -> None:
        """See engine.Crew."""
        self.waiting.append(block)
        self._share_out()

    def _share_out(self) -> None:
        """Give each free helper the first block that nobody has begun."""
        for block in self.waiting:
            if block.number in self.owners or block.number in self.done:
                continue
            helper = next((helper for helper in self.helpers if helper.is_free()), None)
            if helper is None:
                return
            self.owners[block.number] = helper
            helper.examine(block)

    def examined(self) -> Examined:
        """See engine.Crew."""
        block = self.waiting.popleft()
        helper = self.owners.get(block.number)
        if helper is None:
            self._share_out()
            return self.done.pop(block.number, None) or self.bench.examine(block)
        found: Examined = self._wait(helper, "examined")
        rows = range(block.first_row, block.first_row + found.records)
        return found._replace(rows=_frame(found.rows), numbers=without(rows, found.numbers))

    def _wait(self, helper: Helper, kind: str) -> Any:
        """Return a helper's answer; while it is not there, look at a block of one's own."""
        while not helper.has(kind):
            self._share_out()
            own = next((one for one in self.waiting if one.number not in self.owners | self.done), None)
            if own is None:
                break
            self.done[own.number] = self.bench.examine(own)
        return helper.answer(kind)

    def again(self, blocks: Sequence[Block]) -> None:
        """See engine.Crew."""
        for block in self.waiting:
            helper = self.owners.pop(block.number, None)
            if helper:
                helper.answer("examined")
        self.waiting.clear()
        self.done.clear()
        for block in blocks:
            self.submit(block)

    def finish(self, block: Block, told: Sequence[tuple[Finding, int]]) -> BlockResult:
        """See engine.Crew: rows in the file's own layout that a helper had are read anew when somebody asks."""
        helper = self.owners.pop(block.number, None)
        if helper is None:
            return self.bench.finish(block.number, told)
        helper.finish(block.number, told)
        result: BlockResult = self._wait(helper, "finished")
        result.block, result.make_rows = block, partial(_rows, self.bench.executor, block, result.numbers)
        return result


def _rows(executor: Any, block: Block, numbers: Sequence[int]) -> Any:
    rows = executor.read(block)
    kept = {number - block.first_row for number in numbers}
    return executor.drop(rows, [at for at, record in enumerate(block.good()) if record not in kept])


def _frame(data: bytes) -> Any:
    import polars as pl

    return pl.read_ipc_stream(io.BytesIO(data))


# -- the helper's side ----------------------------------------------------------------------------------------------


def _serve(line: Connection, plan: Plan, origin: Origin) -> None:
    """Answer until the line is closed. Ctrl-C is for the parent, whose end closes the line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # Cores are shared out by blocks; this must stand before Polars is loaded.
    os.environ[THREADS] = "1"
    try:
        with origin.again() if origin.again else open(origin.path, "rb") as stream:  # noqa: PTH123 - as it was opened
            if origin_of(stream) != origin:
                raise FileChanged  # noqa: TRY301 - told like any other error
            bench = Bench(plan, hand_over=False)
            _tell(line, "ready", None)
            _answer(line, bench, stream)
    except KeyboardInterrupt:
        return  # Polars has a handler of its own while it works; the parent was told too, and ends the run
    except LayoutError as error:
        _tell(line, "failed", (error.message_ja, error.message_en))
    except Exception:  # noqa: BLE001 - whatever it was, the parent must hear of it
        words = "検査を手伝うプロセスで誤りが起きました。", "A process helping with the check met an error."
        _tell(line, "failed", (*words, traceback.format_exc()))


def _answer(line: Connection, bench: Bench, stream: BinaryIO) -> None:
    for message in _messages(line):
        if message[0] == "examine":
            block = _opened(message[1], stream)
            _tell(line, "examined", _packed(bench.examine(block), block))
        else:
            result = bench.finish(*message[1:])
            result.block, result.make_rows = None, tuple
            _tell(line, "finished", result)


def _packed(found: Examined, block: Block) -> Examined:
    """Return the same in few bytes: the rows as Arrow's stream, and of the numbers those that are missing."""
    out = io.BytesIO()
    found.rows.write_ipc_stream(out)
    return found._replace(rows=out.getvalue(), numbers=sorted(block.defects))


def _messages(line: Connection) -> Iterator[Any]:
    """Yield what the parent says; it is taken off the line at once, so that the parent never waits to be heard."""
    heard: queue.PriorityQueue[tuple[int, int, Any]] = queue.PriorityQueue()

    def listen() -> None:
        with contextlib.suppress(EOFError, OSError):
            for place in itertools.count():
                message = line.recv()
                # A block's end comes first: the whole run waits for it.
                heard.put((1 if message[0] == "finish" else 2, place, message))
        heard.put((0, 0, None))

    threading.Thread(target=listen, daemon=True).start()
    while (message := heard.get()[2]) is not None:
        yield message


def _tell(line: Connection, kind: str, what: Any) -> None:
    with contextlib.suppress(OSError):  # the parent is gone: nobody is left to hear it
        line.send((kind, what))
