"""One supervised set of processes: the web server and the worker; Ctrl-C stops both, a dead one is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from machikumo.certificates.domain.addresses import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable

RESTART_PAUSE_SECONDS = 1.0
STOP_SECONDS = 10.0


def web_command(*, host: str, port: int, workers: int) -> list[str]:
    """The command line of the web server."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--no-access-log",
        "--log-level",
        "warning",
        "machikumo.site.wsgi:application",
    ]


def worker_command() -> list[str]:
    """The command line of the worker."""
    return [sys.executable, "-m", "machikumo", "worker"]


@dataclass(slots=True)
class Supervisor:
    """Keeps its commands running until it is told to stop."""

    commands: dict[str, list[str]]
    environment: dict[str, str]
    say: Callable[[str], None] = print
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False

    def start(self) -> None:
        """Start every command."""
        for name in self.commands:
            self._start(name)

    def _start(self, name: str) -> None:
        self.children[name] = subprocess.Popen(self.commands[name], env=self.environment)  # noqa: S603 - our own command

    def watch(self) -> None:
        """Start again what died, until a signal comes."""
        while not self.stopping:
            for name, child in list(self.children.items()):
                if child.poll() is not None and not self.stopping:
                    self.say(f"{name} が止まったので起動し直します / {name} ended and is started again")
                    time.sleep(RESTART_PAUSE_SECONDS)
                    self._start(name)
            time.sleep(RESTART_PAUSE_SECONDS / 2)

    def stop(self) -> None:
        """End all children, gently first."""
        self.stopping = True
        for child in self.children.values():
            child.terminate()
        end = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


def supervisor(*, host: str = "localhost", port: int = 8000, workers: int = 2, plain: bool = False) -> Supervisor:
    """The web server and the worker, ready to start; ``plain`` HTTP is for the demonstration on this machine."""
    environment = dict(os.environ) | ({"MACHIKUMO_HTTPS": "0"} if plain else {})
    environment.setdefault("MACHIKUMO_HOSTS", host)
    if environment.get("MACHIKUMO_HTTPS") == "0":
        environment.setdefault(VARIABLE, f"http://{host}:{port}")  # good for training only: see its rule
    environment["DJANGO_SETTINGS_MODULE"] = "machikumo.site.settings"
    web = web_command(host="127.0.0.1" if host == "localhost" else host, port=port, workers=workers)
    return Supervisor({"web": web, "worker": worker_command()}, environment)


def run(*, port: int, say: Callable[[str], None] = print) -> int:
    """Serve until Ctrl-C."""
    processes = supervisor(port=port)
    processes.say = say
    signal.signal(signal.SIGTERM, lambda *_: processes.stop())
    processes.start()
    try:
        processes.watch()
    except KeyboardInterrupt:
        say("止めています… / stopping")
    finally:
        processes.stop()
    return 0


def answers(address: str, *, seconds: float = 60.0) -> bool:
    """Whether the address answers within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own http address
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.3)
    return False
