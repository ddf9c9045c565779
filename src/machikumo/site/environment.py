"""Settings from the environment (12-factor), read once, safe by default."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import threading
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Database:
    """Where the server is; the user and password are those of its administrator, used only by ``machikumo migrate``."""

    host: str
    port: int
    name: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything that the environment may say. Names in docs/operations/settings.md; a test compares both."""

    var: Path
    move_in_days: int
    export_days: int
    upload_megabytes: int
    debug: bool
    hosts: tuple[str, ...]
    https: bool
    proxies: int
    database_url: str
    pooled: bool
    time_zone: str
    keys: Path
    oidc: Path | None
    feeds: Path
    public_address: str


def read(values: dict[str, str] | None = None) -> Environment:
    """The environment's settings; ``values`` stands for os.environ in tests."""
    given = os.environ if values is None else values
    var = Path(given.get("MACHIKUMO_VAR", str(REPOSITORY / "var")))
    return Environment(
        var=var,
        move_in_days=int(given.get("MACHIKUMO_MOVE_IN_DAYS", "90")),
        export_days=int(given.get("MACHIKUMO_EXPORT_DAYS", "30")),
        upload_megabytes=int(given.get("MACHIKUMO_UPLOAD_MEGABYTES", "4096")),
        debug=given.get("MACHIKUMO_DEBUG", "") == "1",
        hosts=tuple(host for host in given.get("MACHIKUMO_HOSTS", "localhost").split(",") if host),
        https=given.get("MACHIKUMO_HTTPS", "1") == "1",
        proxies=int(given.get("MACHIKUMO_PROXIES", "0")),
        database_url=given.get("DATABASE_URL", ""),
        pooled=given.get("MACHIKUMO_POOLED", "") == "1",
        time_zone=given.get("MACHIKUMO_TIME_ZONE", "Asia/Tokyo"),
        oidc=Path(given["MACHIKUMO_OIDC"]) if given.get("MACHIKUMO_OIDC") else None,
        public_address=given.get("MACHIKUMO_PUBLIC_ADDRESS", "").rstrip("/"),
        feeds=Path(given.get("MACHIKUMO_FEEDS", "") or var / "feeds"),
        keys=Path(given.get("MACHIKUMO_KEYS", "") or var / "keys"),
    )


def database(environment: Environment) -> Database:
    """The server's address: DATABASE_URL, or what the embedded server wrote at its start (var/postgres.json)."""
    url = environment.database_url
    if not url:
        note = environment.var / "postgres.json"
        url = (
            json.loads(note.read_text(encoding="utf-8"))["dsn"] if note.exists() else "postgresql://localhost/machikumo"
        )
    parts = urlsplit(url)
    return Database(
        host=parts.hostname or "localhost",
        port=parts.port or 5432,
        name=os.environ.get("MACHIKUMO_DATABASE") or parts.path.lstrip("/") or "machikumo",
        user=unquote(parts.username or "postgres"),
        password=unquote(parts.password or ""),
    )


def secret(environment: Environment, name: str) -> str:
    """A secret that is made at first use and kept in var/secrets, readable by the owner only."""
    folder = environment.var / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    if not file.exists():
        own = folder / f".{name}.{os.getpid()}.{threading.get_ident()}"
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(own, file)  # whole or not at all, and the first of several processes wins
        own.unlink()
    return file.read_text(encoding="ascii").strip()


def fernet_key(environment: Environment, name: str) -> bytes:
    """A key for Fernet (32 bytes, URL-safe base64) made from the secret of that name."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret(environment, name).encode("ascii")).digest())


def sign_in_providers(environment: Environment) -> list[dict[str, Any]]:
    """The OpenID Connect providers of the file MACHIKUMO_OIDC, as django-allauth takes them; none without the file."""
    if environment.oidc is None:
        return []
    with environment.oidc.open("rb") as file:
        providers = tomllib.load(file)["provider"]
    return [
        {
            "provider_id": provider["key"],
            "name": provider["name"],
            "client_id": provider["client_id"],
            "secret": provider["secret"],
            "settings": {
                "server_url": provider["server"],
                "organisations": list(provider.get("organisations", ())),
                "second_factor": provider.get("second_factor", False),
                "username_claim": provider.get("username_claim", "preferred_username"),
            },
        }
        for provider in providers
    ]
