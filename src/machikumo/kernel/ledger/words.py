"""How rows are named for readers: events, purposes and grounds in both languages, people by their names."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from machikumo.kernel.official import data_folder
from machikumo.kernel.registries import Registry, person_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.kernel.scope import Scope

Words = tuple[str, str]

ground_sources: Registry[Any] = Registry("source of grounds")  # name -> function() giving (Japanese, English) by key
role_sources: Registry[Any] = Registry("source of roles")  # name -> function() giving (Japanese, English) by key
SHORT_KEY = 8  # characters of a subject's key that are shown in a table
KINDS = {  # who acts, when it is nobody with a name here
    "job": ("処理", "Background work"),
    "periodic": ("自動の処理", "Automatic work"),
    "machine": ("機器", "Machine"),
    "command": ("運用コマンド", "Operator's command"),
    "visitor": ("来訪者", "Visitor"),
    "resident": ("住民本人", "Resident"),
    "account": ("職員", "Staff"),
    "former": ("旧環境の利用者", "Somebody of the former installation"),
}


@cache
def _table() -> dict[str, dict[str, Words]]:
    with (data_folder() / "ledger" / "words.toml").open("rb") as file:
        parts = tomllib.load(file)
    return {part: {key: (ja, en) for key, (ja, en) in lines.items()} for part, lines in parts.items()}


def event_words(event: str) -> Words:
    """The event in words; one without words of its own by its area and key."""
    table = _table()
    if event in table["events"]:
        return table["events"][event]
    ja, en = table["areas"].get(event.partition(".")[0], (event, event))
    return (ja, en) if ja == event else (f"{ja}（{event}）", f"{en} ({event})")


def known_events() -> frozenset[str]:
    """The events that have words of their own."""
    return frozenset(_table()["events"])


def purpose_words(purpose: str) -> Words:
    """The purpose in words; an unknown one as its key."""
    return _table()["purposes"].get(purpose, (purpose, purpose))


def ground_words(ground: str) -> Words:
    """The ground in words as a room tells them; a record as subjects are told, anything else as it was written."""
    for source in _all(ground_sources):
        found: Words | None = source().get(ground)
        if found:
            return found
    if ground.partition(":")[0] in _table()["subjects"]:
        return subject_words(ground)
    return _table()["grounds"].get(ground, (ground, ground))


def role_words(role: str) -> Words:
    """The role in words as the room of people tells them; a command and an unknown one as the kind or the key."""
    for source in _all(role_sources):
        found: Words | None = source().get(role)
        if found:
            return found
    return KINDS.get(role, (role, role))


def subject_words(subject: str) -> Words:
    """The subject in words: its kind and the beginning of its key, for a narrow column."""
    kind, _colon, key = subject.partition(":")
    ja, en = _table()["subjects"].get(kind, (kind, kind))
    short = key if len(key) <= SHORT_KEY else f"{key[:SHORT_KEY]}…"
    return f"{ja} {short}".strip(), f"{en} {short}".strip()


def actor_words(scope: Scope, actors: Iterable[str]) -> dict[str, Words]:
    """Whoever acted, by token: the name where the organisation knows one, else the kind and the token."""
    tokens = set(actors)
    named: dict[str, str] = {}
    for source in _all(person_names):
        named |= source(scope, tokens)
    return {token: (named[token], named[token]) if token in named else _kind(token) for token in tokens}


def _all(registry: Registry[Any]) -> list[Any]:
    return [item for _key, item in registry.items()]


def _kind(token: str) -> Words:
    kind, _colon, number = token.partition(":")
    ja, en = KINDS.get(kind, (kind, kind))
    return (f"{ja} {number}".strip(), f"{en} {number}".strip())
