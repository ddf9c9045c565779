"""What a question is about, as a typed tie: a file, a column, rows, or a decision (mapping, 外字, counts)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from machikumo.questions.domain.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 400


class Kind(StrEnum):
    """Kinds of things that are asked about."""

    GENERAL = "general"
    FILE = "file"
    COLUMN = "column"
    ROWS = "rows"
    MAPPING = "mapping"
    GAIJI = "gaiji"
    COUNT = "count"


_PARTS: dict[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {  # what must be told, and what may be
    Kind.GENERAL: ((), ()),
    Kind.FILE: (("move_in",), ()),
    Kind.COLUMN: (("layout", "item"), ("move_in",)),
    Kind.ROWS: (("move_in", "first", "last"), ("item",)),
    Kind.MAPPING: (("mapping", "item"), ("move_in",)),
    Kind.GAIJI: (("gaiji_set", "code"), ()),
    Kind.COUNT: (("move_in", "measure", "value"), ()),
}
_NUMBERS = frozenset({"move_in", "first", "last", "gaiji_set"})
_LONGEST_NUMBER = 18


class WrongReference(QuestionError):
    """The text is no tie, or lacks a part of it."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"質問の対象「{text[:80]}」を読めません。対象の画面の「質問する」から開き直してください。",
            f"'{text[:80]}' does not say what the question is about: open it from the page of the thing itself.",
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A tie; its text stands in addresses, such as ``rows?move_in=12&first=5&last=9``."""

    kind: Kind
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The tie for an address; equal ties have equal texts."""
        return f"{self.kind.value}?{urlencode(self.facts)}" if self.facts else self.kind.value

    @property
    def document(self) -> dict[str, str | int]:
        """The tie as it is stored: its kind, and its parts by name; numbers as numbers."""
        parts = {name: int(value) if name in _NUMBERS else value for name, value in self.facts}
        return {"kind": self.kind.value} | parts

    def fact(self, name: str) -> str:
        """One part; the empty text when it is not told."""
        return dict(self.facts).get(name, "")

    @property
    def move_in_id(self) -> int | None:
        """The move-in that it belongs to, when it belongs to one."""
        text = self.fact("move_in")
        return int(text) if text else None


def reference(kind: Kind, **facts: str | int) -> Reference:
    """Return the tie of a kind with its parts; WrongReference when one is missing, unknown or of the wrong form."""
    return _checked(kind, {name: str(value) for name, value in facts.items()}, str(facts))


def parse(text: str) -> Reference:
    """Return the tie of a text; WrongReference for anything else."""
    word, _, rest = text.partition("?")
    if word not in set(Kind) or len(text) > LONGEST:
        raise WrongReference(text)
    try:
        pairs = parse_qsl(rest, keep_blank_values=True, strict_parsing=bool(rest), max_num_fields=10)
    except ValueError:
        raise WrongReference(text) from None
    if len(dict(pairs)) != len(pairs):
        raise WrongReference(text)
    return _checked(Kind(word), dict(pairs), text)


def restored(document: Mapping[str, str | int]) -> Reference:
    """Return the tie that was stored; WrongReference for what is none."""
    facts = {name: str(value) for name, value in document.items() if name != "kind"}
    word = document.get("kind", "")
    if word not in set(Kind):
        raise WrongReference(str(word))
    return _checked(Kind(word), facts, str(document))


def _checked(kind: Kind, facts: Mapping[str, str], text: str) -> Reference:
    needed, allowed = _PARTS[kind]
    if not set(needed) <= set(facts) <= {*needed, *allowed}:
        raise WrongReference(text)
    if any(not value or not _is_sound(name, value) for name, value in facts.items()):
        raise WrongReference(text)
    if kind is Kind.ROWS and not 1 <= int(facts["first"]) <= int(facts["last"]):
        raise WrongReference(text)
    return Reference(kind, tuple((name, facts[name]) for name in (*needed, *allowed) if name in facts))


def _is_sound(name: str, value: str) -> bool:
    if name in _NUMBERS:
        return value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER
    return value.isprintable()
