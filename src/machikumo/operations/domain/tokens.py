"""Tokens: how rows are named by text (``move_in:12``) in columns that no key of the database knows.

When a town's rows get new ids in another installation, these texts have to follow.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

TOKEN = re.compile(rb'"([a-z][a-z_]{0,60}):([1-9][0-9]{0,18})"')  # a whole text of a JSON line, nothing around it
INSIDE = re.compile(rb"(?<=@)(own):([1-9][0-9]{0,18})(?=\.)")  # a town's own layout within a mapping's key
ACCOUNT = b"account"
Named = tuple[str, int]  # table, id


def tokens_in(line: bytes, kinds: Mapping[str, str]) -> Iterator[Named]:
    """The rows that the line's tokens name, as table and id; ``kinds`` gives the table of a kind."""
    for kind, number in (*TOKEN.findall(line), *INSIDE.findall(line)):
        table = kinds.get(kind.decode())
        if table:
            yield table, int(number)


def with_new_tokens(line: bytes, kinds: Mapping[str, str], new_id: Callable[[str, int], int | None]) -> bytes:
    """The line with the ids of its tokens changed; a row that did not come along keeps its old token.

    But an account that did not come along becomes ``former:12``: its number may be another person's here.
    """

    def changed(found: re.Match[bytes]) -> bytes:
        table = kinds.get(found[1].decode())
        new = new_id(table, int(found[2])) if table else None
        if new is None:
            return b'"former:%s"' % found[2] if found[1] == ACCOUNT else found[0]
        return b'"%s:%d"' % (found[1], new)

    def changed_inside(found: re.Match[bytes]) -> bytes:
        return changed(found).strip(b'"')

    return INSIDE.sub(changed_inside, TOKEN.sub(changed, line))


def ids_in(value: Any, keys: Iterable[str] = ()) -> Iterator[int]:
    """The ids in a loose reference: a number or a list of them, or those under ``keys`` anywhere in a document."""
    wanted = frozenset(keys)
    if not wanted:
        yield from (one for one in _listed(value) if _is_id(one))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ids_in(inner) if key in wanted else ids_in(inner, wanted)
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner, wanted)


def with_new_ids(value: Any, keys: Iterable[str], new_id: Callable[[int], int | None]) -> Any:
    """The same with new ids; of a row that did not come along a number becomes None and leaves a list."""
    wanted = frozenset(keys)
    if not wanted:
        return _changed(value, new_id)
    if isinstance(value, dict):
        return {
            key: _changed(inner, new_id) if key in wanted else with_new_ids(inner, wanted, new_id)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [with_new_ids(inner, wanted, new_id) for inner in value]
    return value


def line_of(row: Mapping[str, Any]) -> bytes:
    """A row as a JSON line."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _changed(value: Any, new_id: Callable[[int], int | None]) -> Any:
    if isinstance(value, list):
        found = [new_id(one) if _is_id(one) else one for one in value]
        return [one for one in found if one is not None]
    return new_id(value) if _is_id(value) else value
