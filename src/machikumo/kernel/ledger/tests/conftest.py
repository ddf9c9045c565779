"""Each test of the ledger has folders of its own for keys and witnesses, and a way to be the attacker."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from machikumo.site import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    """The installation's folder, for this test only."""
    settings.VAR = tmp_path
    return tmp_path


@pytest.fixture
def as_superuser(database: str) -> Callable[[], Any]:
    """A connection that no wall stops and no trigger sees: what an attacker with the server has."""

    @contextmanager
    def connect() -> Iterator[psycopg.Connection[Any]]:
        target = environment.database(environment.read())
        with psycopg.connect(
            host=target.host, port=target.port, user=target.user, password=target.password, dbname=database
        ) as connection:
            connection.execute("SET session_replication_role = replica")
            yield connection

    return connect
