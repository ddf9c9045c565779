"""The soak's client against a scripted desk: it keeps its key through every trouble."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from machikumo.certificates.printing import print_certificate
from machikumo.certificates.soak import harness
from machikumo.certificates.soak import twins as soak
from machikumo.certificates.soak.client import Client
from machikumo.certificates.soak.history import Wish
from machikumo.certificates.soak.twins import Twins
from machikumo.certificates.tests.examples import FOREIGN, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = "11111111-1111-4111-8111-111111111111"
SECOND = "22222222-2222-4222-8222-222222222222"
DETAIL = "/182079/work/certificates/{}/"


class Desk:
    """Answers of the scripted desk: what ``issue`` says in turn, and the states of the requests."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.states: dict[str, list[str]] = {}
        self.keys: list[str] = []
        self.tokens: list[str] = []
        self.pdf = print_certificate(snapshot_of(FOREIGN), {}, moment=datetime(2026, 11, 24, tzinfo=UTC))

    def issue(self, form: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        self.keys.append(form["key"][0])
        answer = self.answers.pop(0)
        if answer == "sleep":
            time.sleep(1.0)
            return 500, {}, b""
        if answer.isdigit():
            return int(answer), {}, b""
        return 302, {"Location": DETAIL.format(answer)}, b""

    def state(self, path: str) -> bytes:
        states = self.states[path.split("/")[-3]]
        return json.dumps({"state": states.pop(0) if len(states) > 1 else states[0]}).encode()


class Handler(BaseHTTPRequestHandler):
    """Passes what comes to the script that its server carries."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    @property
    def script(self) -> Desk:
        return self.server.script  # type: ignore[attr-defined]

    def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path.endswith("/state/"):
            self.send(200, {}, self.script.state(self.path))
        elif self.path.endswith(".pdf"):
            self.send(200, {}, self.script.pdf)
        else:
            self.send(200, {"Set-Cookie": "machikumo_csrf=abc; Path=/"}, b"")

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.script.tokens.append(self.headers["X-CSRFToken"])
        with contextlib.suppress(OSError):
            self.send(*(self.script.issue(form) if self.path.endswith("/issue/") else (302, {}, b"")))


@pytest.fixture
def desk() -> Iterator[tuple[Desk, int]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.script = Desk()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.script, server.server_port  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def fulfil(desk: tuple[Desk, int], *answers: str, **states: list[str]) -> Any:
    scripted, port = desk
    scripted.answers = list(answers)
    scripted.states = {FIRST: states.get("first", []), SECOND: states.get("second", [])}
    client = Client([port], timeout=0.5, seed=1)
    client.sign_in("demo-desk-clerk")
    paper = client.fulfil(Wish("w", "182079", ()), [("person", "1")], lambda: None)
    return client, paper


def test_a_released_request_is_fetched_read_and_delivered(desk: tuple[Desk, int]) -> None:
    _client, paper = fulfil(desk, FIRST, first=["released", "delivered"])
    assert (paper.wish, paper.request, paper.number) == ("w", FIRST, "2026-000123")
    assert paper.people == (("NGUYENVANAN", "1995-12-31"),)
    assert desk[0].keys == ["w:1"]
    assert set(desk[0].tokens) == {"abc"}


def test_a_lost_answer_is_asked_for_with_the_same_key(desk: tuple[Desk, int]) -> None:
    client, paper = fulfil(desk, "sleep", "500", "409", FIRST, first=["released", "delivered"])
    assert paper.request == FIRST
    assert desk[0].keys == ["w:1"] * 4
    assert client.counts["timed out"] == 1
    assert client.counts["issue answered 500"] == 1


def test_a_request_in_progress_is_waited_for(desk: tuple[Desk, int]) -> None:
    _client, _paper = fulfil(desk, FIRST, FIRST, first=["rendered", "released", "delivered"])
    assert desk[0].keys == ["w:1", "w:1"]


def test_only_a_cancelled_request_is_asked_for_anew(desk: tuple[Desk, int]) -> None:
    client, paper = fulfil(desk, FIRST, SECOND, first=["cancelled"], second=["released", "delivered"])
    assert paper.request == SECOND
    assert desk[0].keys == ["w:1", "w:2"]
    assert client.counts["asked anew after a cancellation"] == 1


def test_a_server_that_is_down_is_trouble_not_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client([harness._free_port()], timeout=0.1, seed=1)
    ticks = iter(range(0, 1_000, 25))
    monkeypatch.setattr("machikumo.certificates.soak.client.time.monotonic", lambda: next(ticks))
    with pytest.raises(TimeoutError):
        client.patiently("GET", "/health/", None, lambda _answer: True)
    assert client.counts["network trouble"] >= 1
    assert not harness._answers(client.ports[0])


@pytest.fixture
def twins(desk: tuple[Desk, int]) -> Iterator[Twins]:
    both = Twins([soak.Desk((desk[1],), {"182079": "demo-desk-clerk"}, 0.5, seed) for seed in (1, 2)])
    yield both
    both.end()


def test_two_processes_fulfil_their_wishes_from_one_moment(desk: tuple[Desk, int], twins: Twins) -> None:
    desk[0].answers = [FIRST, SECOND] * 2
    desk[0].states = {FIRST: ["delivered"], SECOND: ["delivered"]}
    for _round in range(2):
        outcome = twins.fulfil([(Wish(key, "182079", ()), []) for key in ("a", "b")])
        assert sorted(paper.wish for paper in outcome.papers) == ["a", "b"]
        assert outcome.troubles == []
        assert 0 <= outcome.gap_ms < 1_000
    assert sorted(desk[0].keys) == ["a:1", "a:1", "b:1", "b:1"]


def test_a_lost_wish_is_a_finding_and_does_not_end_the_soak(desk: tuple[Desk, int], twins: Twins) -> None:
    desk[0].answers = [FIRST] * 8
    desk[0].states = {FIRST: ["delivered"]}
    desk[0].pdf, whole = b"not a paper", desk[0].pdf
    outcome = twins.fulfil([(Wish(key, "182079", ()), []) for key in ("a", "b")])
    assert (len(outcome.papers), len(outcome.troubles)) == (0, 2)
    desk[0].pdf = whole
    assert len(twins.fulfil([(Wish(key, "182079", ()), []) for key in ("c", "d")]).papers) == 2


def test_a_wish_that_cannot_even_begin_lets_its_twin_go_on(desk: tuple[Desk, int], twins: Twins) -> None:
    desk[0].answers = [FIRST]
    desk[0].states = {FIRST: ["delivered"]}
    outcome = twins.fulfil([(Wish("a", "182079", ()), []), (Wish("b", "182079", ()), None)])  # type: ignore[list-item]
    assert [paper.wish for paper in outcome.papers] == ["a"]
    assert len(outcome.troubles) == 1
    assert outcome.gap_ms == float("inf")


@pytest.mark.long
def test_a_small_soak_over_real_servers_is_clean() -> None:
    """Its own database; about a minute on an idle machine."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "machikumo", "soak", "certificates", "--pairs", "6", "--kill-every", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["papers"] == found["wishes"] > 6
    assert found["findings"] == {"wrong": [], "double": [], "lost": []}
