"""What the worker does beside the runs: the ledger is kept sealed, and what is wrong with it is told once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from machikumo.kernel import ledger
from machikumo.kernel.jobs import worker

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def test_the_worker_keeps_the_ledger_sealed_and_complains_once_of_each_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[dict[str, Any]] = []

    def broken(*, complain: Callable[[ledger.LedgerError], None], **options: Any) -> list[Any]:
        asked.append(options)
        complain(ledger.LedgerError("壊れています", "town: broken"))
        return []

    monkeypatch.setattr(ledger, "seal", broken, raising=False)
    monkeypatch.setattr(worker, "_told", set())
    with caplog.at_level(logging.CRITICAL):
        worker.keep_sealed()
        worker.keep_sealed()
    assert asked == [{}, {}]
    assert [line.getMessage() for line in caplog.records] == ["town: broken"]
