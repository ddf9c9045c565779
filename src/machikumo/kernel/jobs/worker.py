"""The worker: takes up runs, takes back what dead workers left, does what runs by itself, keeps the ledger sealed."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

from django.db import close_old_connections
from procrastinate.contrib.django import app

from machikumo.kernel import ledger
from machikumo.kernel.jobs import periodic
from machikumo.kernel.jobs.tasks import DEAD_AFTER_SECONDS, take_back_from_the_dead

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)
SWEEP_SECONDS = 5.0
SEAL_SECONDS = 3.0
PERIODIC_SECONDS = 20.0
PERIODIC_BEGINS_SECONDS = 5.0  # waiting runs are taken up before a first round over all organisations
_told: set[str] = set()


def every(seconds: float, what: Callable[[], Any], stop: threading.Event, *, first: float = 0) -> threading.Thread:
    """Call it after ``first`` and every so many seconds in a thread until told to stop; a failure is tried again."""

    def loop() -> None:
        stop.wait(first)
        while not stop.is_set():
            try:
                close_old_connections()
                what()
            except Exception:
                logger.exception("%s failed; it is tried again", getattr(what, "__name__", what))
            stop.wait(seconds)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    return thread


def keep_sealed() -> None:
    """Seal what was committed; what a witness refuses is a matter for people, so it goes to the log at once, once."""
    ledger.seal(complain=_complain)


def _complain(error: ledger.LedgerError) -> None:
    if error.message_en not in _told:
        _told.add(error.message_en)
        logger.critical("%s", error.message_en)


def work(*, concurrency: int = 1, wait: bool = True) -> None:
    """Work until told to stop; ``wait=False`` does what is due and ends when the queue is empty."""
    stop = threading.Event()
    take_back_from_the_dead()
    if not wait:
        periodic.run_due()
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    try:
        with app.replace_connector(connector) as worker:
            asyncio.run(_serve(worker, stop, concurrency=concurrency, wait=wait))
    finally:
        stop.set()


async def _serve(worker: Any, stop: threading.Event, *, concurrency: int, wait: bool) -> None:
    """Take up runs; what else a worker does begins once its connections are open, for it may have much to catch up."""
    async with worker.open_async():
        if wait:
            every(SWEEP_SECONDS, take_back_from_the_dead, stop)
            every(SEAL_SECONDS, keep_sealed, stop)
            every(PERIODIC_SECONDS, periodic.run_due, stop, first=PERIODIC_BEGINS_SECONDS)
        await worker.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            update_heartbeat_interval=DEAD_AFTER_SECONDS / 3,
            stalled_worker_timeout=DEAD_AFTER_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=threading.current_thread() is threading.main_thread(),  # others hear none
        )
