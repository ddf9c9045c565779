"""The product served for real: its own database with two towns that have moved in, and its own web server process."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pypdfium2
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

FILLER = Path(__file__).with_name("made_town.py")
TOWN, OTHER_TOWN, PREFECTURE, GROUP = "182079", "403491", "180009", "machikumo-group"
QUIET = (
    "Failed to load resource: the server responded with a status of 40"  # what a browser says of our own 403 and 404
)


@dataclass(frozen=True, slots=True)
class Served:
    """Where the product answers, and the keys of what stands in its addresses."""

    address: str
    facts: dict[str, Any]


@pytest.fixture(scope="session")
def served(database: str) -> Iterator[Served]:  # the test database's template is what ours is copied from
    """The product on a free port with the demonstration's towns in it."""
    from machikumo.site import environment, serve

    name = f"{database}_served"
    _copy_template(name)
    shutil.rmtree(environment.read().var / f"witness-{name}", ignore_errors=True)
    surroundings = os.environ | {
        "MACHIKUMO_DATABASE": name,
        "MACHIKUMO_HTTPS": "0",
        "MACHIKUMO_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "machikumo.site.settings",
    }
    filled = subprocess.run(
        [sys.executable, str(FILLER)], env=surroundings, capture_output=True, text=True, check=False
    )
    assert filled.returncode == 0, filled.stderr[-3000:]
    facts = json.loads(filled.stdout.splitlines()[-1])
    port = _free_port()
    command = serve.web_command(host="127.0.0.1", port=port, workers=1)
    log = subprocess.DEVNULL  # refusals are logged there by the hundred, and asked for
    web = subprocess.Popen(command, env=surroundings, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    try:
        assert serve.answers(f"{address}/health/")
        yield Served(address, facts)
    finally:
        web.terminate()
        web.wait(20)
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    shutil.rmtree(environment.read().var / f"witness-{name}", ignore_errors=True)


def _copy_template(name: str) -> None:
    from machikumo.kernel.tenancy import roles, testing
    from machikumo.site import setup

    template = f"machikumo_template_{testing._schema_fingerprint()}"
    own = sql.Identifier(name)
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(727272)")
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(own))
        command = "CREATE DATABASE {} TEMPLATE {} OWNER machikumo_migration"
        server.execute(sql.SQL(command).format(own, sql.Identifier(template)))
    with _server(name) as server:
        roles.ensure_schemas(server)
        setup.grant_platform_tables(server)


def _server(name: str = "postgres") -> psycopg.Connection:
    from machikumo.site import environment

    target = environment.database(environment.read())
    return psycopg.connect(
        host=target.host, port=target.port, user=target.user, password=target.password, dbname=name, autocommit=True
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listen(page: Page, told: list[str]) -> None:
    """Note every error of the console (refusals of the content policy are among them) and of the page's scripts."""
    page.on("console", lambda line: _note(told, page.url, line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: _note(told, page.url, str(error)))


def _note(told: list[str], url: str, text: str) -> None:
    if not text.startswith(QUIET):
        told.append(f"{url}: {text}")


def speak(context: BrowserContext, address: str, language: str) -> None:
    """Choose the language of all pages of the context."""
    context.add_cookies([{"name": "machikumo_language", "value": language, "url": address}])


def printed(pdf: bytes) -> str:
    """The words on a paper, without spaces."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(sheet.get_textpage().get_text_range() for sheet in document)
    document.close()
    return "".join(text.split())


def enter_as(page: Page, account: str) -> None:
    """Through the demo's door as that account."""
    page.goto("/demo/")
    page.locator(f'form:has(input[value="{account}"]) button').click()
    page.wait_for_url(lambda url: not re.search(r"/demo/", url))
