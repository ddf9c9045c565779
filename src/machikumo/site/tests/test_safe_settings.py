"""What the settings are when nobody said anything, and what the demonstration alone may loosen."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from machikumo.kernel.tenancy.models import Organisation

NAMES = [
    *("DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"),
    *("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS"),
    *("X_FRAME_OPTIONS", "SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_REFERRER_POLICY", "SECRET_KEY", "DATABASES", "USE_TZ"),
    *("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "MFA_WEBAUTHN_USER_VERIFICATION", "SECURE_PROXY_SSL_HEADER"),
]
READ = f"""
import json
from machikumo.site import settings
print(json.dumps({{name: getattr(settings, name) for name in {NAMES!r}}}, default=str))
"""


def settings_of(var: Path, **said: str) -> dict[str, Any]:
    """The settings that a new process reads where the environment says only this."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MACHIKUMO", "DATABASE", "DJANGO"))
    }
    done = subprocess.run(
        [sys.executable, "-c", READ],
        env=kept | {"MACHIKUMO_VAR": str(var)} | said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def unsaid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    var = tmp_path_factory.mktemp("unsaid")
    return var, settings_of(var)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", False),
        ("ALLOWED_HOSTS", ["localhost"]),
        ("SESSION_COOKIE_SECURE", True),
        ("CSRF_COOKIE_SECURE", True),
        ("SESSION_COOKIE_HTTPONLY", True),
        ("SESSION_COOKIE_SAMESITE", "Lax"),
        ("CSRF_COOKIE_SAMESITE", "Lax"),
        ("SECURE_HSTS_SECONDS", 31_536_000),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", True),
        ("X_FRAME_OPTIONS", "DENY"),
        ("SECURE_CONTENT_TYPE_NOSNIFF", True),
        ("SECURE_REFERRER_POLICY", "same-origin"),
        ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False),
        ("MFA_WEBAUTHN_USER_VERIFICATION", "required"),
        ("USE_TZ", True),
    ],
)
def test_what_nobody_said_is_safe(unsaid: tuple[Path, dict[str, Any]], name: str, value: object) -> None:
    assert unsaid[1][name] == value


def test_every_secret_is_made_at_first_use_long_and_for_the_owner_alone(unsaid: tuple[Path, dict[str, Any]]) -> None:
    var, found = unsaid
    passwords = [one["PASSWORD"] for one in found["DATABASES"].values()]
    secrets = [found["SECRET_KEY"], *passwords]
    assert len(set(secrets)) == len(secrets)
    assert all(len(secret) >= 50 for secret in secrets)
    files = list((var / "secrets").iterdir())
    assert len(files) >= len(secrets)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_no_connection_is_an_administrators(unsaid: tuple[Path, dict[str, Any]]) -> None:
    users = {one["USER"] for one in unsaid[1]["DATABASES"].values()}
    assert all(user.startswith("machikumo_") for user in users)
    assert not users & {"postgres", "machikumo_administrator", "machikumo_backup"}


def test_two_installations_share_no_secret(unsaid: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    assert settings_of(tmp_path)["SECRET_KEY"] != unsaid[1]["SECRET_KEY"]


def test_a_restart_keeps_the_secrets(unsaid: tuple[Path, dict[str, Any]]) -> None:
    assert settings_of(unsaid[0])["SECRET_KEY"] == unsaid[1]["SECRET_KEY"]


def test_plain_http_loosens_the_cookies_and_nothing_else(unsaid: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    plain = settings_of(tmp_path, MACHIKUMO_HTTPS="0")
    differ = {name for name in NAMES if plain[name] != unsaid[1][name]}
    assert differ - {"SECRET_KEY", "DATABASES"} == {
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_PROXY_SSL_HEADER",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    }


@pytest.mark.parametrize("path", ["/", "/{code}/", "/{code}/work/", "/health/", "/nowhere/at/all/"])
def test_every_answer_carries_its_shields(client: Client, town: Organisation, path: str) -> None:
    answer = client.get(path.format(code=town.code))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "testserver:80@evil.example", "", "a b"])
def test_a_host_that_is_not_ours_is_refused(client: Client, town: Organisation, host: str) -> None:
    answer = client.get(f"/{town.code}/", headers={"Host": host})
    assert answer.status_code == 400
    assert town.name not in answer.content.decode()


def test_a_fault_shows_no_trace(client: Client, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from machikumo.site import queries

    assert database

    def broken(_words: str) -> None:
        raise ZeroDivisionError("secret of the program")

    monkeypatch.setattr(queries, "municipalities_named", broken)
    client.raise_request_exception = False
    answer = client.get("/", {"q": "町"})
    assert answer.status_code == 500
    assert "secret of the program" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
