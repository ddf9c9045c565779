"""Runs a soak: servers that are killed and started again, pairs of clients, and the verdict over what happened."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from machikumo.certificates.soak.client import TROUBLE, Client
from machikumo.certificates.soak.history import Findings, Paper, Row, Wish, judge
from machikumo.certificates.soak.twins import Desk, Twins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.certificates.domain.records import HouseholdRecord
    from machikumo.kernel.scope import Scope

CLERKS = {"182079": "demo-desk-clerk", "403491": "demo-kasuya-clerk"}
MODULE = "machikumo.certificates.soak.server:application"
READY_SECONDS = 60
MOST = 3  # times as many pairs at the most: a machine too busy for pairs that begin together is told so


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard the soak is."""

    pairs: int = 1_000  # that begin within one millisecond
    servers: int = 3
    lanes: int = 2  # pairs at work at the same time
    seed: int = 1
    kill_every: float = 5.0  # seconds after all servers answer again, on average
    delay_share: float = 0.002
    fault_share: float = 0.001
    lease_seconds: float = 6.0
    client_timeout: float = 5.0
    delay_seconds: float = 8.0
    clock_step: float = 10.0


@dataclass(slots=True)
class Result:
    """What a soak found, and how hard it really was."""

    plan: Plan
    findings: Findings = field(default_factory=Findings)
    wishes: int = 0
    papers: int = 0
    kills: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    gaps_ms: list[float] = field(default_factory=list)
    begun: int = 0
    wished: list[Wish] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def near(self) -> int:
        """How many pairs began within one millisecond."""
        return sum(gap < 1 for gap in self.gaps_ms)


class Servers:
    """Several server processes on one database, each on its own port; now and then one is killed and started anew."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.ports = [_free_port() for _ in range(plan.servers)]
        self.children: list[subprocess.Popen[bytes]] = [self._start(port) for port in self.ports]
        self.kills = 0
        self._stop = threading.Event()
        self._killer = threading.Thread(target=self._kill_now_and_then, daemon=True)

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        plan = self.plan
        settings = {
            "SOAK_DELAY_SHARE": plan.delay_share,
            "SOAK_DELAY_SECONDS": plan.delay_seconds,
            "SOAK_FAULT_SHARE": plan.fault_share,
            "SOAK_LEASE_SECONDS": plan.lease_seconds,
            "SOAK_CLOCK_STEP": plan.clock_step,
        }
        environment = dict(os.environ) | {name: str(value) for name, value in settings.items()}
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-access-log", "--log-level", "critical", MODULE),
        ]
        return subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def wait_until_ready(self) -> None:
        """Return when every server answers; TimeoutError when one does not."""
        end = time.monotonic() + READY_SECONDS
        for port in self.ports:
            while not _answers(port):
                if time.monotonic() > end:
                    raise TimeoutError(f"the server on port {port} does not start")
                time.sleep(0.2)

    def begin_killing(self) -> None:
        """From now on servers die."""
        self._killer.start()

    def _kill_now_and_then(self) -> None:
        dice = random.Random(self.plan.seed)  # noqa: S311 - a test's dice
        while not self._stop.wait(dice.expovariate(1 / self.plan.kill_every)):
            place = dice.randrange(len(self.children))
            _kill(self.children[place])
            self.kills += 1
            self.children[place] = self._start(self.ports[place])
            while not _answers(self.ports[place]) and not self._stop.wait(0.3):
                continue  # the next one dies when this one lives again

    def end(self) -> None:
        """Stop killing, and end every server."""
        self._stop.set()
        if self._killer.is_alive():
            self._killer.join()
        for child in self.children:
            _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        return Client([port], timeout=1, seed=0).ask("GET", "/health/", timeout=5).status > 0
    except TROUBLE:
        return False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wishes at the same moment, each with its form; twice the same wish is a double click."""

    first: tuple[Wish, list[tuple[str, str]]]
    second: tuple[Wish, list[tuple[str, str]]]


def pairs_of(plan: Plan, homes: dict[str, list[HouseholdRecord]]) -> Iterator[Pair]:
    """Pairs without end: mostly two households, sometimes the same one, two towns, or one form sent twice."""
    dice = random.Random(plan.seed)  # noqa: S311 - a test's dice
    towns = sorted(homes)

    def wish(town: str, home: HouseholdRecord) -> tuple[Wish, list[tuple[str, str]]]:
        people = tuple((one.text("name"), one.text("birth_date")) for one in home.members)
        return Wish(str(UUID(int=dice.getrandbits(128), version=4)), town, people), form_of(home)

    while True:
        town = dice.choice(towns)
        home, other = dice.sample(homes[town], 2)
        first = wish(town, home)
        kind = dice.random()
        if kind < 0.1:  # noqa: PLR2004 - a share
            second = first
        elif kind < 0.2:  # noqa: PLR2004 - a share
            second = wish(town, home)
        elif kind < 0.3:  # noqa: PLR2004 - a share
            elsewhere = dice.choice(towns)
            second = wish(elsewhere, dice.choice(homes[elsewhere]))
        else:
            second = wish(town, other)
        yield Pair(first, second)


def form_of(home: HouseholdRecord) -> list[tuple[str, str]]:
    """What the desk's form sends for the whole household."""
    person = home.members[0]
    return [
        ("person", str(person.person_id)),
        ("kind", "self"),
        ("requester_name", person.text("name")),
        ("identity_check", "individual_number_card"),
        ("layout", "household"),
        ("items", "relationship"),
        ("handover", "desk"),
        *(("persons", str(one.person_id)) for one in home.members),
    ]


def run(
    plan: Plan, scopes: dict[str, Scope], homes: dict[str, list[HouseholdRecord]], say: Callable[[str], None]
) -> Result:
    """Run the plan to its end and judge it; at the end every overdue request is cancelled as a whole."""
    result, start = Result(plan), time.monotonic()
    servers = Servers(plan)
    papers: list[Paper] = []
    try:
        servers.wait_until_ready()
        servers.begin_killing()
        _drive(pairs_of(plan, homes), servers, papers, result, say)
    finally:
        servers.end()
    result.kills, result.seconds = servers.kills, time.monotonic() - start
    wishes = {wish.key: wish for wish in result.wished}
    time.sleep(plan.lease_seconds + 0.5)
    rows = [row for scope in scopes.values() for row in _rows(scope, set(wishes))]
    result.wishes, result.papers = len(wishes), len({paper.request for paper in papers})
    result.states = Counter(row.state for row in rows)
    result.findings = judge(wishes.values(), papers, rows)
    return result


def _drive(
    pairs: Iterator[Pair], servers: Servers, papers: list[Paper], result: Result, say: Callable[[str], None]
) -> None:
    """Lanes of twins work through pairs until as many as the plan wants began within the same millisecond."""
    lock, plan = threading.Lock(), result.plan

    def lane(number: int) -> None:
        twins = Twins([_desk(servers, plan, seed=1_000 * number + place) for place in (1, 2)])
        while True:
            with lock:
                done, near = len(result.gaps_ms), result.near
                if near >= plan.pairs or result.begun >= MOST * plan.pairs:
                    break
                result.begun += 1
                pair = next(pairs)
                result.wished += [wish for wish, _form in (pair.first, pair.second)]
            if done % 50 == 0:
                say(f"{done} pairs, {near} / {plan.pairs} within a millisecond, {servers.kills} servers killed")
            outcome = twins.fulfil((pair.first, pair.second))
            with lock:
                papers.extend(outcome.papers)
                result.troubles += outcome.troubles
                result.counts += outcome.counts
                result.gaps_ms.append(outcome.gap_ms)
        twins.end()

    with ThreadPoolExecutor(plan.lanes) as pool:
        list(pool.map(lane, range(plan.lanes)))


def _desk(servers: Servers, plan: Plan, *, seed: int) -> Desk:
    return Desk(tuple(servers.ports), CLERKS, plan.client_timeout, seed)


def _rows(scope: Scope, keys: set[str]) -> list[Row]:
    from machikumo.certificates import issuing, queries
    from machikumo.kernel.tenancy.doors import entered

    issuing.cancel_overdue(scope)
    with entered(scope):
        found = queries.all_requests(scope)
        releases = queries.releases_by_request(scope)
        return [_row(scope, one, releases) for one in found if one.idempotency_key.partition(":")[0] in keys]


def _row(scope: Scope, one: Any, releases: dict[Any, int]) -> Row:
    return Row(
        request=str(one.pk),
        town=scope.organisation_code,
        key=one.idempotency_key,
        state=one.state,
        number=one.number,
        releases=releases.get(one.pk, 0),
    )
