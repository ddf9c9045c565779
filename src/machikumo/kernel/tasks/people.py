"""The names behind tokens such as ``account:12``, from whichever room knows the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.registries import person_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.kernel.scope import Scope


def names_of(scope: Scope, persons: Iterable[str]) -> dict[str, str]:
    """The name of each person for the reader; the token itself for whom no room of this organisation knows.

    A source is registered as ``person_names.register(key, source)``; ``source(scope, tokens)`` gives names by token.
    """
    wanted = set(persons)
    names = {person: person for person in wanted}
    for source in dict(person_names.items()).values():
        names |= source(scope, wanted)
    return names
