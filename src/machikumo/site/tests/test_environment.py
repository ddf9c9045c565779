"""The environment is read once, and what it does not say is safe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from machikumo.site import environment


def test_with_nothing_said_everything_is_safe() -> None:
    found = environment.read({})
    assert (found.debug, found.https, found.pooled, found.hosts) == (False, True, False, ("localhost",))
    assert found.keys == found.var / "keys"


def test_the_keys_may_live_apart_from_everything_else() -> None:
    found = environment.read({"MACHIKUMO_VAR": "/srv/machikumo", "MACHIKUMO_KEYS": "/media/keys"})
    assert (found.var, found.keys) == (Path("/srv/machikumo"), Path("/media/keys"))


def test_an_empty_place_for_the_keys_is_no_place() -> None:
    found = environment.read({"MACHIKUMO_VAR": "/srv/machikumo", "MACHIKUMO_KEYS": ""})
    assert found.keys == Path("/srv/machikumo/keys")


def test_the_settings_take_the_place_of_the_keys(settings: Any) -> None:
    assert environment.read().keys == settings.MACHIKUMO_KEYS


@pytest.mark.parametrize("said", ["0", "true", "yes", ""])
def test_only_a_plain_1_turns_the_debugger_on(said: str) -> None:
    assert environment.read({"MACHIKUMO_DEBUG": said}).debug is False
    assert environment.read({"MACHIKUMO_DEBUG": "1"}).debug is True


def test_hosts_are_a_list_without_gaps() -> None:
    assert environment.read({"MACHIKUMO_HOSTS": "a.example,,b.example"}).hosts == ("a.example", "b.example")


def test_the_databases_address_is_taken_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHIKUMO_DATABASE")
    said = {"MACHIKUMO_VAR": str(tmp_path), "DATABASE_URL": "postgresql://chief:a%40b@db.example:6432/town"}
    found = environment.database(environment.read(said))
    assert (found.host, found.port, found.name, found.user) == ("db.example", 6432, "town", "chief")
    assert found.password == "a@b"


def test_without_an_address_the_embedded_servers_note_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MACHIKUMO_DATABASE")
    (tmp_path / "postgres.json").write_text('{"dsn": "postgresql://x:y@127.0.0.1:5999/machikumo"}')
    found = environment.database(environment.read({"MACHIKUMO_VAR": str(tmp_path)}))
    assert (found.host, found.port) == ("127.0.0.1", 5999)


def test_a_secret_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    there = environment.read({"MACHIKUMO_VAR": str(tmp_path)})
    first = environment.secret(there, "django")
    assert environment.secret(there, "django") == first
    assert (tmp_path / "secrets" / "django").stat().st_mode & 0o077 == 0
    assert environment.secret(there, "another") != first


def test_a_key_for_fernet_has_32_bytes_and_stays_the_same(tmp_path: Path) -> None:
    import base64

    there = environment.read({"MACHIKUMO_VAR": str(tmp_path)})
    key = environment.fernet_key(there, "second-factor")
    assert len(base64.urlsafe_b64decode(key)) == 32
    assert environment.fernet_key(there, "second-factor") == key
