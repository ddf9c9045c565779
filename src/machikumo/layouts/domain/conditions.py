"""The small language of ``condition``: when a conditional item must be filled, and what must hold across items.

expression := conjunction {"or" conjunction}        conjunction := negation {"and" negation}
negation   := ["not"] ( "(" expression ")" | comparison )
comparison := key ("==" | "!=") ("value" | key) | key "in" "(" "value" {"," "value"} ")"
            | key "is" ("empty" | "present")
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from machikumo.layouts.domain.errors import BadDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

_TOKEN = re.compile(r'\s*(?:("[^"]*")|(==|!=|\(|\)|,)|([A-Za-z_][A-Za-z0-9_]*))')


class Condition(Protocol):
    """An expression over the values of one row."""

    def holds(self, row: Sequence[str], index: Mapping[str, int]) -> bool:
        """Whether it is true of a row; ``index`` gives each key's column."""
        ...

    def expression(self) -> pl.Expr:
        """The same as a Polars expression over text columns."""
        ...

    def keys(self) -> frozenset[str]:
        """The items that it looks at."""
        ...


@dataclass(frozen=True, slots=True)
class OneOf:
    """The item's value is (or, negated, is not) one of some texts."""

    key: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, row: Sequence[str], index: Mapping[str, int]) -> bool:
        """See Condition."""
        return (row[index[self.key]] in self.values) != self.negated

    def expression(self) -> pl.Expr:
        """See Condition."""
        import polars as pl

        found = pl.col(self.key).is_in(self.values)
        return ~found if self.negated else found

    def keys(self) -> frozenset[str]:
        """See Condition."""
        return frozenset({self.key})


@dataclass(frozen=True, slots=True)
class Same:
    """Two items have (or, negated, have not) the same text."""

    left: str
    right: str
    negated: bool = False

    def holds(self, row: Sequence[str], index: Mapping[str, int]) -> bool:
        """See Condition."""
        return (row[index[self.left]] == row[index[self.right]]) != self.negated

    def expression(self) -> pl.Expr:
        """See Condition."""
        import polars as pl

        left, right = pl.col(self.left), pl.col(self.right)
        return left != right if self.negated else left == right

    def keys(self) -> frozenset[str]:
        """See Condition."""
        return frozenset({self.left, self.right})


@dataclass(frozen=True, slots=True)
class Joined:
    """Several conditions, all or any of which must hold."""

    parts: tuple[Condition, ...]
    every: bool

    def holds(self, row: Sequence[str], index: Mapping[str, int]) -> bool:
        """See Condition."""
        return (all if self.every else any)(part.holds(row, index) for part in self.parts)

    def expression(self) -> pl.Expr:
        """See Condition."""
        import polars as pl

        parts = [part.expression() for part in self.parts]
        return pl.all_horizontal(parts) if self.every else pl.any_horizontal(parts)

    def keys(self) -> frozenset[str]:
        """See Condition."""
        return frozenset[str]().union(*(part.keys() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Condition

    def holds(self, row: Sequence[str], index: Mapping[str, int]) -> bool:
        """See Condition."""
        return not self.part.holds(row, index)

    def expression(self) -> pl.Expr:
        """See Condition."""
        return ~self.part.expression()

    def keys(self) -> frozenset[str]:
        """See Condition."""
        return self.part.keys()


def parse_condition(text: str, where: str) -> Condition:
    """Return the condition that a text says.

    Raises:
        BadDefinition: the text is not in the language; ``where`` names the definition and item.
    """
    return _Parser(text, where).whole()


class _Parser:
    """One pass from left to right over the tokens of one condition."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self.tokens: list[str] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise self._wrong()
            self.tokens.append(match.group().strip())
            place = match.end()

    def _wrong(self) -> BadDefinition:
        return BadDefinition(
            self.where, f"条件「{self.text}」が読めません。", f"the condition '{self.text}' cannot be read."
        )

    def _next(self, *wanted: str) -> str:
        if not self.tokens or (wanted and self.tokens[0] not in wanted):
            raise self._wrong()
        return self.tokens.pop(0)

    def _at(self, word: str) -> bool:
        return bool(self.tokens) and self.tokens[0] == word

    def _value(self) -> str:
        token = self._next()
        if not token.startswith('"'):
            raise self._wrong()
        return token[1:-1]

    def whole(self) -> Condition:
        found = self._any()
        if self.tokens:
            raise self._wrong()
        return found

    def _any(self) -> Condition:
        return self._list("or", every=False)

    def _list(self, word: str, *, every: bool) -> Condition:
        read = self._negation if every else (lambda: self._list("and", every=True))
        parts = [read()]
        while self._at(word):
            self._next(word)
            parts.append(read())
        return parts[0] if len(parts) == 1 else Joined(tuple(parts), every)

    def _negation(self) -> Condition:
        if self._at("not"):
            self._next("not")
            return Not(self._negation())
        if self._at("("):
            self._next("(")
            inner = self._any()
            self._next(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        key = self._next()
        if not key.isidentifier():
            raise self._wrong()
        operator = self._next("==", "!=", "in", "is")
        if operator == "is":
            return OneOf(key, ("",), negated=self._next("empty", "present") == "present")
        if operator == "in":
            return OneOf(key, self._values())
        if self.tokens and self.tokens[0].isidentifier():
            return Same(key, self._next(), negated=operator == "!=")
        return OneOf(key, (self._value(),), negated=operator == "!=")

    def _values(self) -> tuple[str, ...]:
        self._next("(")
        values = [self._value()]
        while self._next(",", ")") == ",":
            values.append(self._value())
        return tuple(values)
