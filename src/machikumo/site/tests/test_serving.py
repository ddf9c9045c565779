"""The supervised processes: what they are told, and that a dead one is started again."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from machikumo.site import environment, serve

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_serving_keeps_to_https_unless_the_demonstration_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHIKUMO_HTTPS")
    assert environment.read(serve.supervisor().environment).https
    assert not environment.read(serve.supervisor(plain=True).environment).https
    monkeypatch.setenv("MACHIKUMO_HTTPS", "1")
    assert environment.read(serve.supervisor().environment).https
    monkeypatch.setenv("MACHIKUMO_HTTPS", "0")
    assert not environment.read(serve.supervisor().environment).https


def test_the_pages_answer_under_the_name_that_they_are_served_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHIKUMO_HOSTS")
    assert environment.read(serve.supervisor(host="town.example").environment).hosts == ("town.example",)
    monkeypatch.setenv("MACHIKUMO_HOSTS", "a.example")
    assert environment.read(serve.supervisor(host="town.example").environment).hosts == ("a.example",)


def test_the_server_listens_on_this_machine_only() -> None:
    command = serve.supervisor(port=8123).commands["web"]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "8123"


def test_a_dead_process_is_started_again_and_all_end_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "RESTART_PAUSE_SECONDS", 0.05)
    said: list[str] = []
    script = f"import os, time; open({str(tmp_path)!r} + f'/{{os.getpid()}}', 'w').close(); time.sleep(60)"
    watched = serve.Supervisor({"worker": [sys.executable, "-c", script]}, dict(os.environ), say=said.append)
    watched.start()
    watching = threading.Thread(target=watched.watch)
    watching.start()
    end = time.monotonic() + 30
    while not list(tmp_path.iterdir()) and time.monotonic() < end:
        time.sleep(0.01)
    first = watched.children["worker"]
    os.kill(first.pid, signal.SIGKILL)
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    watched.stop()
    watching.join()
    assert {file.name for file in tmp_path.iterdir()} == {str(first.pid), str(watched.children["worker"].pid)}
    assert said == ["worker が止まったので起動し直します / worker ended and is started again"]
    assert all(child.poll() is not None for child in watched.children.values())


def test_the_callers_address_is_read_behind_as_many_proxies_as_there_are() -> None:
    assert environment.read({}).proxies == 0
    assert environment.read({"MACHIKUMO_PROXIES": "1"}).proxies == 1
