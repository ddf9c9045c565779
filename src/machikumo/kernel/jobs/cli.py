"""Command of the worker."""

from __future__ import annotations

from typing import Any


def register(commands: Any) -> None:
    """Add ``worker``."""
    worker = commands.add_parser("worker", help="do long work in the background until stopped")
    worker.add_argument("--once", action="store_true", help="do what is due and what waits, and end")
    worker.add_argument("--concurrency", type=int, default=1)
    worker.set_defaults(run=run_worker, needs_django=True)


def run_worker(chosen: Any) -> int:
    """Work."""
    from machikumo.kernel.jobs.worker import work

    work(concurrency=chosen.concurrency, wait=not chosen.once)
    return 0
