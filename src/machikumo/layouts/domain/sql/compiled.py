"""A layout's rules as SQL over a staging table of text columns: what is run, and what can be printed and read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from machikumo.layouts.domain.setrules import Finding, first_rows
from machikumo.layouts.domain.sql.cells import is_mixed, refused, too_long
from machikumo.layouts.domain.sql.dialects import DOUBLES, STAGED, Dialect
from machikumo.layouts.domain.sql.rows import row_refused
from machikumo.layouts.domain.sql.sets import KINDS, partition_keys, set_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from machikumo.layouts.domain.definition import SetRule
    from machikumo.layouts.domain.rules import CellRule, RowRule, RuleSet

LONG = "l"  # after a rule's number: the text is too long
_TOGETHER = 25  # rules joined in one bracket, so that no expression nests too deep


class Told(NamedTuple):
    """A line of a set rule's query."""

    row: int
    rule: str
    item: str
    member: int | None
    total: int | None


@dataclass(frozen=True)
class SqlRules:
    """The statements for one layout and one engine."""

    rules: RuleSet
    dialect: Dialect

    @property
    def every(self) -> tuple[CellRule | RowRule, ...]:
        """The rules on cells and rows, in the order of their numbers."""
        return (*self.rules.cells, *self.rules.rows)

    @property
    def set_rules(self) -> tuple[SetRule, ...]:
        """The rules over several rows, in the order in which they are asked."""
        return tuple(rule for rule in self.rules.layout.set_rules if rule.kind in KINDS)

    def refusals(self) -> Iterator[str]:
        """Yield the condition of each rule on cells and rows."""
        for rule in self.rules.cells:
            yield refused(rule, self.rules, self.dialect)
        for row_rule in self.rules.rows:
            yield row_refused(row_rule, self.rules.layout, self.dialect)

    def staging(self) -> str:
        """The statement that makes the staging table."""
        return self.dialect.staging(self.rules.layout.keys)

    def doubles(self) -> str:
        """The statement that makes the table of rows whose key another had before."""
        return f"{self.dialect.temporary} {DOUBLES} ({self.dialect.row} {self.dialect.row_type} NOT NULL)"

    def rule_query(self, number: int, source: str = STAGED) -> str:
        """The query of one rule on cells or rows: row, column and rule of every cell that it refuses."""
        rule, condition = self.every[number], list(self.refusals())[number]
        return self._rule_query(rule, condition, source)

    def _rule_query(self, rule: CellRule | RowRule, condition: str, source: str) -> str:
        row, item = self.dialect.row, self.dialect.text(rule.item.key)
        return f"SELECT {row}, {item} AS item, '{rule.id}' AS rule FROM {source} WHERE {condition}"

    def passes(self, size: int) -> Iterator[str]:
        """Yield queries that ask so many rules on cells and rows each, for engines that cannot take all at once."""
        said = list(self.refusals())
        for start in range(0, len(said), size):
            yield self._one_pass(range(start, min(start + size, len(said))), said, STAGED)

    def one_pass(self, source: str = STAGED) -> str:
        """The query that asks all rules on cells and rows in one scan: row, and the numbers of the rules it breaks."""
        said = list(self.refusals())
        return self._one_pass(range(len(said)), said, source)

    def _one_pass(self, numbers: range, said: Sequence[str], source: str) -> str:
        parts = [self._mark(number, said[number]) for number in numbers]
        groups = [f"({' || '.join(parts[at : at + _TOGETHER])})" for at in range(0, len(parts), _TOGETHER)]
        broken = " || ".join(groups) or "''"
        row = self.dialect.row
        return f"SELECT {row}, broken FROM (SELECT {row}, {broken} AS broken FROM {source}) AS asked WHERE broken <> ''"

    def _mark(self, number: int, condition: str) -> str:
        rule, more = self.every[number], ""
        if rule.id == "cell.pattern" and is_mixed(rule.item):
            more = f"WHEN {too_long(rule.item, self.dialect)} AND ({condition}) THEN ',{number}{LONG}' "
        return f"CASE {more}WHEN {condition} THEN ',{number}' ELSE '' END"

    def told_as(self, mark: str) -> str:
        """The rule under which a mark of the one-pass query is counted."""
        rule = self.every[number_of(mark)]
        if rule.id == "cell.pattern" and is_mixed(rule.item):
            return "cell.length" if mark.endswith(LONG) else "cell.text"
        return rule.id

    def set_query(self, rule: SetRule, source: str = STAGED, part: str = "") -> str:
        """The query of a rule over several rows; ``part`` is a further condition on the rows that it sees."""
        row = self.dialect.row
        keys = sorted(rule.keys)
        columns = ", ".join(self.dialect.column(key) for key in keys)
        dropped = f"{row} NOT IN (SELECT {row} FROM {DOUBLES})"
        seen = f"(SELECT {row}, {columns} FROM {source} WHERE {dropped}{f' AND {part}' if part else ''})"
        return set_query(rule, self.rules.layout, self.dialect, seen)

    def hashed(self, rule: SetRule) -> Sequence[str]:
        """The columns by which rows may be dealt out to several processes for a rule over several rows."""
        return [self.dialect.column(key) for key in partition_keys(rule)]

    def script(self) -> Iterator[str]:
        """Yield every statement, one a line, for people and for other engines; the rows come in between."""
        yield f"{self.staging()};"
        yield f"{self.doubles()};"
        for rule, condition in zip(self.every, self.refusals(), strict=True):
            yield f"{self._rule_query(rule, condition, STAGED)};"
        for found in self.set_rules:
            query = self.set_query(found)
            yield f"{query};"
            if found.items:
                yield f"INSERT INTO {DOUBLES} SELECT {self.dialect.row} FROM ({query}) AS again;"


def number_of(mark: str) -> int:
    """Return the number of the rule that a mark of the one-pass query tells of."""
    return int(mark.removesuffix(LONG))


def findings(lines: Iterable[Told]) -> list[Finding]:
    """Return what the lines of a set rule's query say, as the other executors say it."""
    gathered: dict[tuple[int, str, str], list[Told]] = defaultdict(list)
    for line in lines:
        gathered[line.row, line.rule, line.item].append(line)
    return [Finding(*place, _facts(place[1], found)) for place, found in sorted(gathered.items())]


def _facts(name: str, lines: Sequence[Told]) -> dict[str, str]:
    first = lines[0]
    match name:
        case "set.unique":
            return {"first": str(first.member)}
        case "set.no_head" | "set.no_latest":
            return {"rows": _rows(lines)}
        case "set.two_heads" | "set.two_latest":
            return {"count": str(first.total), "rows": _rows(lines)}
        case "set.history_gap":
            return {"before": str(first.member), "after": str(first.total)}
        case "set.period_end":
            return {}
        case _:
            return {"other": str(first.member)}


def _rows(lines: Sequence[Told]) -> str:
    members = [line.member for line in lines if line.member is not None]
    more = (lines[0].total or 0) > len(members)
    return first_rows(members) + ("…" if more else "")
