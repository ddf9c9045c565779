"""The public address that papers carry as a square code: what is wrong with one, before any paper carries it."""

from __future__ import annotations

from urllib.parse import urlsplit

VARIABLE = "MACHIKUMO_PUBLIC_ADDRESS"
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
TRAINING_ADDRESS = "http://localhost:8000"


def fault_of(address: str) -> tuple[str, str] | None:
    """Why papers of a live municipality may not carry the address (Japanese, English); None when they may."""
    if not address:
        return "公開用アドレスが設定されていません。", "The public address is not set."
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        return f"「{address}」は https:// で始まるアドレスではありません。", f"{address} does not begin with https://."
    if parts.hostname in HERE:
        return f"「{address}」はこの機械だけの名前です。", f"{address} is a name of this machine only."
    if parts.username or parts.query or parts.fragment or parts.path not in {"", "/"}:
        return f"「{address}」に名前とポート以外の部分があります。", f"{address} has more than a name and a port."
    return None
