"""Typed reading of definition files: every field is asked for by name, and a field nobody asked for is refused."""

from __future__ import annotations

import hashlib
import json
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Choice = TypeVar("Choice", bound=str)


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        BadDefinition: it is not TOML; the message says where it breaks.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDefinition(where, f"TOML として読めません（{error}）。", f"this is not TOML ({error}).") from error


def canonical_digest(*documents: object) -> str:
    """Return the SHA-256 of the documents' canonical JSON: the same facts give the same digest in any order."""
    text = json.dumps(documents, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Fields:
    """One table of a definition file, read field by field."""

    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        self.table, self.where = table, where
        self.asked: set[str] = set()

    def _get(self, key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        self.asked.add(key)
        value = self.table.get(key, default)
        if value is None:
            raise BadDefinition(self.where, f"項目 {key} がありません。", f"the field {key} is missing.")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise BadDefinition(self.where, f"項目 {key} の型が違います。", f"the field {key} has the wrong type.")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the field must be there."""
        return str(self._get(key, str, default))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a true-or-false."""
        return bool(self._get(key, bool, default))

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number."""
        return int(self._get(key, int, default))

    def choice(self, key: str, choices: Collection[Choice], default: Choice | None = None) -> Choice:
        """Return one of the choices."""
        text = self.text(key, default)
        for choice in choices:
            if choice == text:
                return choice
        names = ", ".join(sorted(choices))
        raise BadDefinition(
            self.where, f"{key} の値「{text}」は使えません（{names}）。", f"{key} must be one of {names}, not '{text}'."
        )

    def texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        found = self._get(key, list, default)
        if not all(isinstance(value, str) for value in found):
            raise BadDefinition(self.where, f"{key} は文字列の並びです。", f"{key} must be a list of texts.")
        return tuple(found)

    def tables(self, key: str) -> list[dict[str, Any]]:
        """Return a list of tables, empty when there is none."""
        return list(self._get(key, list, []))

    def rows(self, key: str) -> list[list[Any]]:
        """Return a list of lists, empty when there is none."""
        return list(self._get(key, list, []))

    def part(self, key: str) -> Fields:
        """Return a table within the table."""
        return Fields(self._get(key, dict, None), f"{self.where} [{key}]")

    def done(self) -> None:
        """Refuse fields that nobody asked for: a slip of the pen must not pass as a default."""
        unknown = sorted(set(self.table) - self.asked)
        if unknown:
            names = ", ".join(unknown)
            raise BadDefinition(self.where, f"知らない項目があります（{names}）。", f"unknown fields: {names}.")
