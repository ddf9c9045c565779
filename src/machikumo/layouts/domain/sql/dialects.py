"""What differs between the engines that run the rules as SQL: PostgreSQL, DuckDB and Spark.

Only what all three have is used: regular expressions without looks, CASE, window functions. Characters of patterns
that do not show on every screen are written by their code points, which each engine has its own way for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from machikumo.layouts.domain.rules import SELECTORS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

ROW = "row#"  # the column of row numbers; no item has this name, for keys are identifiers
STAGED, DOUBLES = "machikumo_staged", "machikumo_doubles"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine writes what the rules need; the templates take {0} and {1}."""

    name: str
    quote: str
    matching: str
    position: str
    characters: str
    replacing: str
    text_type: str
    row_type: str
    whole: str
    ends: str
    between: str
    escape: str = "\\x{{{0:X}}}"
    beyond: str = "\\x{{{0:X}}}"
    bytewise: str = "{0}"
    temporary: str = "CREATE TEMPORARY TABLE"

    def column(self, key: str) -> str:
        """The column of an item."""
        return f"{self.quote}{key}{self.quote}"

    @property
    def row(self) -> str:
        """The column of row numbers."""
        return self.column(ROW)

    def text(self, value: str) -> str:
        """A text as SQL writes it; a NUL, which no row can hold, is left out."""
        escaped = value.replace("\0", "").replace("'", "''")
        return f"'{escaped}'"

    def matches(self, value: str, pattern: str) -> str:
        """Whether the pattern is found in a value."""
        return self.matching.format(value, self.pattern(pattern))

    def pattern(self, pattern: str) -> str:
        """A pattern as SQL writes it."""
        return self.text("".join(sign if " " <= sign <= "~" else self._code_point(sign) for sign in pattern))

    def _code_point(self, sign: str) -> str:
        form = self.beyond if sign > "\uffff" else self.escape
        return form.format(ord(sign))

    def is_whole(self, value: str, pattern: str) -> str:
        """Whether the whole of a value matches the pattern."""
        return self.matches(value, f"^(?:{pattern}){self.ends}")

    def one_of(self, value: str, choices: Collection[str]) -> str:
        """Whether a value is one of some texts."""
        listed = ", ".join(self.text(choice) for choice in sorted(choices))
        return f"{value} IN ({listed})" if listed else "(1 = 0)"

    def length(self, value: str) -> str:
        """How many characters a value has when variation selectors are not counted."""
        return self.characters.format(self.replacing.format(value, self.pattern(f"[{SELECTORS}]")))

    def digit(self, value: str, place: int) -> str:
        """The digit at a place (from 1) of a value as a number; 0 for anything else than 1 to 9."""
        return self.position.format("'123456789'", f"substr({value}, {place}, 1)")

    def less(self, left: str, right: str) -> str:
        """Whether a text stands before another, by bytes."""
        return f"{self.bytewise.format(left)} < {self.bytewise.format(right)}"

    def number(self, value: str) -> str:
        """A text of few digits as a number; who asks has looked that it is one."""
        return self.whole.format(value)

    def as_text(self, number: str) -> str:
        """A number as a text."""
        return f"CAST({number} AS {self.text_type.split()[0]})"

    def days_between(self, earlier: str, later: str) -> str:
        """How many days after one day, as YYYY-MM-DD, another is."""
        return self.between.format(earlier, later)

    def staging(self, keys: Sequence[str]) -> str:
        """The table that takes the rows, every value a text, empty where there is none."""
        columns = ", ".join(f"{self.column(key)} {self.text_type} NOT NULL" for key in keys)
        return f"{self.temporary} {STAGED} ({self.row} {self.row_type} NOT NULL, {columns})"


POSTGRESQL = Dialect(
    name="postgresql",
    quote='"',
    matching="{0} ~ {1}",
    position="strpos({0}, {1})",
    characters="char_length({0})",
    replacing="regexp_replace({0}, {1}, '', 'g')",
    text_type='text COLLATE "C"',
    row_type="bigint",
    whole="CAST({0} AS bigint)",
    ends="$",
    between="(CAST({1} AS date) - CAST({0} AS date))",
    escape="\\u{0:04X}",
    beyond="\\U{0:08X}",
    bytewise='({0}) COLLATE "C"',
)
DUCKDB = Dialect(
    name="duckdb",
    quote='"',
    matching="regexp_matches({0}, {1})",
    position="strpos({0}, {1})",
    characters="length({0})",
    replacing="regexp_replace({0}, {1}, '', 'g')",
    text_type="VARCHAR",
    row_type="BIGINT",
    whole="TRY_CAST({0} AS BIGINT)",
    ends=r"\z",
    between="date_diff('day', TRY_CAST({0} AS DATE), TRY_CAST({1} AS DATE))",
)
SPARK = Dialect(
    name="spark",
    quote="`",
    matching="{0} RLIKE {1}",
    position="instr({0}, {1})",
    characters="char_length({0})",
    replacing="regexp_replace({0}, {1}, '')",
    text_type="STRING",
    row_type="BIGINT",
    whole="try_cast({0} AS BIGINT)",
    ends=r"\z",
    between="datediff(try_cast({1} AS DATE), try_cast({0} AS DATE))",
)
DIALECTS = {dialect.name: dialect for dialect in (POSTGRESQL, DUCKDB, SPARK)}


def any_of(conditions: Iterable[str]) -> str:
    """Whether one of the conditions holds; never of none."""
    return _joined(conditions, "OR", "(1 = 0)")


def all_of(conditions: Iterable[str]) -> str:
    """Whether all conditions hold; always of none."""
    return _joined(conditions, "AND", "(1 = 1)")


def _joined(conditions: Iterable[str], word: str, empty: str) -> str:
    parts = list(conditions)
    return f"({f' {word} '.join(parts)})" if parts else empty
