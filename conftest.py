"""Options of the whole test run; fixtures with a database stand in machikumo.kernel.tenancy.testing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# an example that is slow on a busy machine is no fault of the code
settings.register_profile("machikumo", deadline=None)
settings.load_profile("machikumo")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--no-skips``: on the build machine everything is installed, so a skipped test hides something.

    ``--screenshots=FOLDER`` (with the sign, or pytest takes the folder for tests): pictures of every page to look at.
    """
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure")
    parser.addoption("--screenshots", metavar="FOLDER", help="the browser's tests leave pictures of the pages there")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests share one served town, so one process takes them all."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn a skipped test into a failed one."""
    outcome: Any = yield
    fail_if_skipped(outcome.get_result(), item.config)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Turn a skipped module into a failed one."""
    outcome: Any = yield
    fail_if_skipped(outcome.get_result(), collector.config)


def fail_if_skipped(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    """With ``--no-skips``, make a skip a failure that carries its reason."""
    if report.skipped and config.getoption("no_skips"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, and --no-skips is on: {reason}"
