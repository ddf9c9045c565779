"""Two clients, each in a process of its own, that send at the same moment: threads would wait for one another."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from machikumo.certificates.soak.client import Client

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from machikumo.certificates.soak.history import Paper, Wish

Form = list[tuple[str, str]]
READY_SECONDS = 60
LEAD_NS = 6_000_000  # from the meeting of the two to their common start
SPIN_NS = 1_500_000  # the last stretch is not slept through: a sleeper may be woken late


@dataclass(frozen=True, slots=True)
class Desk:
    """What a client process must know: the servers, its accounts by town, its patience, and the seed of its choices."""

    ports: tuple[int, ...]
    accounts: dict[str, str]
    timeout: float
    seed: int


@dataclass(slots=True)
class Outcome:
    """What became of one pair: the papers, the troubles in words, how far apart the two began, and what they met."""

    papers: list[Paper] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    gap_ms: float = float("inf")
    counts: Counter[str] = field(default_factory=Counter)


class Twins:
    """Two client processes that are signed in; ``fulfil`` gives both their wish, with a common start."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        context = get_context("spawn")
        self._lines: list[Connection] = []
        self._children = []
        for desk in desks:
            mine, theirs = context.Pipe()
            child = context.Process(target=serve, args=(theirs, desk), daemon=True)
            child.start()
            theirs.close()
            self._lines.append(mine)
            self._children.append(child)
        for line in self._lines:
            _heard(line)

    def fulfil(self, wishes: Sequence[tuple[Wish, Form]]) -> Outcome:
        """Both wishes, begun together; a wish that fails is a trouble, and the twins go on."""
        outcome, started = Outcome(), []
        for line, wish in zip(self._lines, wishes, strict=True):
            line.send(wish)
        waiting = [_heard(line) == "ready" for line in self._lines]
        begin = time.perf_counter_ns() + LEAD_NS  # one clock for all processes of the machine
        for line, waits in zip(self._lines, waiting, strict=True):
            if waits:
                line.send(begin)
        for line in self._lines:
            paper, trouble, moment, counts = _heard(line)
            outcome.papers += [paper] if paper else []
            outcome.troubles += [trouble] if trouble else []
            outcome.counts += counts
            started.append(moment)
        if all(started):
            outcome.gap_ms = abs(started[0] - started[1]) / 1e6
        return outcome

    def end(self) -> None:
        """Let both processes go."""
        for line, child in zip(self._lines, self._children, strict=True):
            line.close()
            child.join(READY_SECONDS)


def _heard(line: Connection) -> Any:
    """The next word of a client; TimeoutError when it is silent for longer than any wish may take."""
    if not line.poll(20 * READY_SECONDS):
        raise TimeoutError("a client of the soak is silent")
    return line.recv()


def serve(line: Connection, desk: Desk) -> None:
    """The life of one client process: sign in everywhere, then fulfil wishes until the line is closed."""
    clients = {}
    for place, (town, account) in enumerate(desk.accounts.items()):
        clients[town] = Client(desk.ports, timeout=desk.timeout, seed=10 * desk.seed + place)
        clients[town].sign_in(account)
    line.send("signed in")
    while True:
        try:
            wish, form = line.recv()
        except EOFError:
            return
        line.send(_one(line, clients[wish.town], wish, form))


def _one(line: Connection, client: Client, wish: Wish, form: Form) -> tuple[Paper | None, str, int, Counter[str]]:
    """Paper, trouble, the moment of the sending on the machine's clock, and what the client met on the way."""
    started: list[int] = []

    def ready() -> None:
        line.send("ready")
        begin = line.recv()
        time.sleep(max(0, begin - SPIN_NS - time.perf_counter_ns()) / 1e9)
        while time.perf_counter_ns() < begin:
            pass
        started.append(time.perf_counter_ns())

    client.counts = Counter()
    paper, trouble = None, ""
    try:
        paper = client.fulfil(wish, form, ready)
    except Exception as error:  # noqa: BLE001 - a lost wish is a finding, not the end of the soak
        trouble = f"{type(error).__name__}: {error}"
    if not started:
        line.send("not begun")
    return paper, trouble, started[0] if started else 0, client.counts
