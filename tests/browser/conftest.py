"""The site served from the tests' own database, and a browser that looks at it.

``site`` is the address, ``browser_page`` a page (desktop, Japanese) that fails the test on any error in its console;
``open_page(width=…, language=…, scripts=…)`` makes others. ``sign_in(page, account)`` signs an account in.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.checks import pictures
from browser.served import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread in which tests use the database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LANGUAGE_COOKIE = "machikumo_language"
HEIGHT = 900
__all__ = ("served",)  # its fixture stands in a module of its own


def pytest_configure(config: pytest.Config) -> None:
    """Where pictures go, if anybody wants them."""
    folder = config.getoption("screenshots")
    pictures[:] = [Path(folder)] if folder else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test beside this file needs Chromium."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(database: str) -> Iterator[str]:  # noqa: ARG001 - it must exist before a page asks for it
    """The address of the whole site, served in a thread on a free port of this machine."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        """Requests are not told, they would drown the tests' words."""

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    class Server(ThreadedWSGIServer):
        """A browser that closes a connection early is no fault."""

        def handle_error(self, *_arguments: Any) -> None:
            """Say nothing; a fault of the site is a 500 answer that the test sees."""

    server = Server(("localhost", 0), Quiet, allow_reuse_address=False)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once; without it the test is skipped and says which package would run it."""
    if CHROMIUM is None:
        pytest.skip("needs the package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Makes pages: ``width``, ``language`` (ja, en, easy), ``scripts``; errors in a console fail the test."""
    contexts: list[BrowserContext] = []
    told: list[str] = []

    def make(*, width: int = 1280, language: str = "ja", scripts: bool = True) -> Page:
        size: Any = {"width": width, "height": HEIGHT}
        context = browser.new_context(base_url=site, viewport=size, locale="ja-JP", java_script_enabled=scripts)
        context.set_default_timeout(60_000)  # a shared machine may be slow; a wrong page fails at once all the same
        context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": site}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: told.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert [line for line in told if not line.startswith("Failed to load resource: the server responded with")] == []


@pytest.fixture
def browser_page(open_page: Callable[..., Page]) -> Page:
    """A desktop page in Japanese."""
    return open_page()


@pytest.fixture
def sign_in(site: str) -> Callable[[Page, Any], None]:
    """Signs an account in without its password: ``sign_in(page, account)``; the sign-in page has tests of its own."""

    def enter(page: Page, account: Any) -> None:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    return enter
