"""The supervised processes: started, started again when they die, ended with what they began."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from machikumo.site import serve
from machikumo.site.serve import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WAITS = [sys.executable, "-c", "import signal; signal.pause()"]
ENDS = [sys.executable, "-c", "pass"]
DEAF = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()",
]


@pytest.fixture
def supervise(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Supervisor]]:
    monkeypatch.setattr(serve, "RESTART_PAUSE_SECONDS", 0.01)
    made: list[Supervisor] = []

    def make(**commands: list[str]) -> Supervisor:
        made.append(Supervisor(commands, dict(os.environ)))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_every_command_is_started_and_ended_together(supervise: Callable[..., Supervisor]) -> None:
    processes = supervise(web=WAITS, worker=WAITS)
    processes.start()
    assert {name: child.poll() for name, child in processes.children.items()} == {"web": None, "worker": None}
    processes.stop()
    assert {child.returncode for child in processes.children.values()} == {-signal.SIGTERM}


def test_a_process_that_dies_is_started_again_and_the_other_is_left_alone(supervise: Callable[..., Supervisor]) -> None:
    processes = supervise(web=WAITS, worker=ENDS)
    said: list[str] = []

    def hear(words: str) -> None:
        said.append(words)
        processes.stopping = len(said) == 3

    processes.say = hear
    processes.start()
    web, first = processes.children["web"], processes.children["worker"]
    processes.watch()
    assert processes.children["worker"] is not first
    assert processes.children["web"] is web
    assert all("worker" in words and "started again" in words for words in said)


def test_a_process_that_does_not_listen_is_ended_all_the_same(
    supervise: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "STOP_SECONDS", 0.1)
    processes = supervise(web=DEAF)
    deaf = subprocess.Popen(DEAF, stdout=subprocess.PIPE)
    assert deaf.stdout is not None
    assert deaf.stdout.readline() == b"ready\n"
    processes.children["web"] = deaf
    processes.stop()
    assert deaf.wait(30) == -signal.SIGKILL
    deaf.stdout.close()


def test_a_program_that_is_not_there_is_a_fault_at_the_start_and_not_a_loop(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    processes = supervise(web=[str(tmp_path / "none")])
    with pytest.raises(FileNotFoundError):
        processes.start()


def test_the_web_server_keeps_no_log_of_addresses_for_they_may_hold_numbers_of_people() -> None:
    assert "--no-access-log" in serve.supervisor().commands["web"]


def test_both_processes_get_the_same_surroundings_and_no_password_on_a_command_line() -> None:
    processes = serve.supervisor()
    assert set(processes.commands) == {"web", "worker"}
    assert processes.environment["DJANGO_SETTINGS_MODULE"] == "machikumo.site.settings"
    assert not any(
        "password" in word or "postgresql://" in word for line in processes.commands.values() for word in line
    )


class Answer(BaseHTTPRequestHandler):
    """Answers every address with its last part as the status."""

    def do_GET(self) -> None:  # the name that the library looks for
        self.send_response(int(self.path.rsplit("/", 1)[-1]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_server_that_says_anything_answers(address: str, status: int) -> None:
    assert serve.answers(f"{address}/{status}")


def test_where_nobody_listens_there_is_no_answer() -> None:
    assert not serve.answers("http://127.0.0.1:9/", seconds=0.01)
