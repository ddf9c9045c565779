"""Rules over several rows as SQL with window functions.

Each query gives (row, rule, key, member, total): the row and item it is told at, and the numbers of its message: a
row that has to do with it (several lines where there are several, at most five), and how many there are in all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.layouts.domain.definition import Layout, SetRule, SetRuleKind
from machikumo.layouts.domain.setrules import LONGEST_NUMBER, SHOWN
from machikumo.layouts.domain.sql.days import day_text, is_day, is_open_end
from machikumo.layouts.domain.sql.dialects import any_of

if TYPE_CHECKING:
    from machikumo.layouts.domain.sql.dialects import Dialect


def set_query(rule: SetRule, layout: Layout, dialect: Dialect, source: str) -> str:
    """Return the query of a rule over the rows of ``source``, a table or a query in brackets."""
    return _MAKERS[rule.kind](rule, layout, dialect, source)


def partition_keys(rule: SetRule) -> tuple[str, ...]:
    """Return the items by which rows may be dealt out: all rows that the rule looks at together agree in them."""
    if rule.kind is SetRuleKind.UNIQUE:
        return rule.items
    return (rule.roles["household" if rule.kind is SetRuleKind.HOUSEHOLD_HEAD else "person"],)


def _line(  # noqa: PLR0917 - the columns of one line
    dialect: Dialect, row: str, rule: str, key: str, member: str = "NULL", total: str = "NULL", source: str = "judged"
) -> str:
    whole = dialect.row_type
    return (
        f"SELECT {row} AS {dialect.row}, '{rule}' AS rule, {dialect.text(key)} AS item, "
        f"CAST({member} AS {whole}) AS member, CAST({total} AS {whole}) AS total FROM {source}"
    )


def _unique(rule: SetRule, _layout: Layout, dialect: Dialect, source: str) -> str:
    keys = ", ".join(dialect.column(key) for key in rule.items)
    first = f"MIN({dialect.row}) OVER (PARTITION BY {keys})"
    judged = f"SELECT {dialect.row} AS r, {first} AS first_row FROM {source} AS rows_of"
    line = _line(dialect, "r", "set.unique", rule.items[0], "first_row")
    return f"WITH judged AS ({judged}) {line} WHERE r <> first_row"


def _heads(rule: SetRule, layout: Layout, dialect: Dialect, source: str) -> str:
    household, relationship, latest, state = (
        dialect.column(rule.roles[role]) for role in ("household", "relationship", "latest", "state")
    )
    is_head = dialect.one_of(relationship, rule.values["head_values"])
    live = (
        f"SELECT {dialect.row} AS r, {household} AS k, CASE WHEN {is_head} THEN 1 ELSE 0 END AS head "
        f"FROM {source} AS rows_of WHERE {household} <> '' AND {latest} = {dialect.text(layout.physical.true_value)} "
        f"AND {dialect.one_of(state, rule.values['live_values'])}"
    )
    judged = (
        "SELECT r, k, head, SUM(head) OVER (PARTITION BY k) AS heads, COUNT(*) OVER (PARTITION BY k) AS members, "
        "MIN(r) OVER (PARTITION BY k, head) AS first_row, "
        "ROW_NUMBER() OVER (PARTITION BY k, head ORDER BY r) AS place FROM live"
    )
    key = rule.roles["household"]
    two = _line(dialect, "first_row", "set.two_heads", key, "r", "heads")
    none = _line(dialect, "first_row", "set.no_head", key, "r", "members")
    return (
        f"WITH live AS ({live}), judged AS ({judged}) {two} WHERE heads > 1 AND head = 1 AND place <= {SHOWN} "
        f"UNION ALL {none} WHERE heads = 0 AND place <= {SHOWN}"
    )


def _steps(rule: SetRule, dialect: Dialect, source: str, more: str) -> str:
    """Return the rows of histories whose numbers can be read, the numbers as numbers."""
    person, number, branch = (dialect.column(rule.roles[role]) for role in ("person", "number", "branch"))
    read = [
        f"CASE WHEN {dialect.is_whole(text, f'[0-9]{{1,{LONGEST_NUMBER}}}')} THEN {dialect.number(text)} END"
        for text in (number, branch)
    ]
    inner = f"SELECT {dialect.row} AS r, {person} AS k, {read[0]} AS n, {read[1]} AS b, {more} FROM {source} AS rows_of"
    return f"SELECT * FROM ({inner}) AS readable WHERE k <> '' AND n IS NOT NULL AND b IS NOT NULL"


def _latest(rule: SetRule, layout: Layout, dialect: Dialect, source: str) -> str:
    key = rule.roles["latest"]
    marked = f"{dialect.column(key)} = {dialect.text(layout.physical.true_value)}"
    steps = _steps(rule, dialect, source, f"CASE WHEN {marked} THEN 1 ELSE 0 END AS mark")
    judged = (
        "SELECT r, mark, SUM(mark) OVER (PARTITION BY k) AS marks, COUNT(*) OVER (PARTITION BY k) AS members, "
        "MIN(r) OVER (PARTITION BY k, mark) AS first_row, "
        "ROW_NUMBER() OVER (PARTITION BY k, mark ORDER BY r) AS place, "
        "FIRST_VALUE(r) OVER (PARTITION BY k ORDER BY n DESC, b DESC, r DESC) AS last_row FROM steps"
    )
    none = _line(dialect, "first_row", "set.no_latest", key, "r", "members")
    two = _line(dialect, "first_row", "set.two_latest", key, "r", "marks")
    elsewhere = _line(dialect, "r", "set.latest_not_last", key, "last_row")
    return (
        f"WITH steps AS ({steps}), judged AS ({judged}) {none} WHERE marks = 0 AND place <= {SHOWN} "
        f"UNION ALL {two} WHERE marks > 1 AND mark = 1 AND place <= {SHOWN} "
        f"UNION ALL {elsewhere} WHERE marks = 1 AND mark = 1 AND r <> last_row"
    )


def _chain(rule: SetRule, layout: Layout, dialect: Dialect, source: str) -> str:
    event = layout.by_key[rule.roles["event"]]
    steps = _steps(rule, dialect, source, f"{day_text(dialect, event, layout)} AS happened")
    before = "OVER (PARTITION BY k ORDER BY n, b, r)"
    judged = (
        f"SELECT r, n, happened, LAG(n) {before} AS n_before, LAG(r) {before} AS r_before, "
        f"LAG(happened) {before} AS happened_before FROM steps"
    )
    gap = _line(dialect, "r", "set.history_gap", rule.roles["number"], "n_before", "n")
    overlap = _line(dialect, "r", "set.history_overlap", event.key, "r_before")
    return (
        f"WITH steps AS ({steps}), judged AS ({judged}) {gap} WHERE n > n_before + 1 "
        f"UNION ALL {overlap} WHERE {dialect.less('happened', 'happened_before')}"
    )


_OPEN = "9999-12-31"
_WIDTH = 19  # digits of the largest row number


def _periods(rule: SetRule, layout: Layout, dialect: Dialect, source: str) -> str:
    start, end = (layout.by_key[rule.roles[role]] for role in ("start", "end"))
    last = dialect.column(end.key)
    open_ended = any_of([f"{last} = ''", dialect.one_of(last, end.sentinels), is_open_end(dialect, end, layout)])
    until = (
        f"CASE WHEN {open_ended} THEN '{_OPEN}' WHEN {is_day(dialect, end, layout)} "
        f"THEN {day_text(dialect, end, layout)} END"
    )
    read = (
        f"SELECT {dialect.row} AS r, {dialect.column(rule.roles['person'])} AS k, "
        f"{day_text(dialect, start, layout)} AS begins, {until} AS ends FROM {source} AS rows_of"
    )
    periods = f"SELECT * FROM ({read}) AS readable WHERE k <> '' AND begins IS NOT NULL AND ends IS NOT NULL"
    backwards = dialect.less("ends", "begins")
    latest = f"concat(ends, lpad({dialect.as_text('r')}, {_WIDTH}, '0'))"
    # the end and row of the latest period before, in one text, so that one MAX finds both
    running = f"MAX({latest}) OVER (PARTITION BY k ORDER BY begins, r ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    sound = f"SELECT r, begins, {running} AS latest FROM periods WHERE NOT {backwards}"
    judged = (
        f"SELECT r, begins, substr(latest, 1, {len(_OPEN)}) AS before, "
        f"{dialect.number(f'substr(latest, {len(_OPEN) + 1}, {_WIDTH})')} AS other FROM sound WHERE latest IS NOT NULL"
    )
    overlap = _line(dialect, "r", "set.period_overlap", start.key, "other")
    wrong = _line(dialect, "r", "set.period_end", end.key, source="periods")
    query = (
        f"WITH periods AS ({periods}), sound AS ({sound}), judged AS ({judged}) {wrong} WHERE {backwards} "
        f"UNION ALL {overlap} WHERE NOT {dialect.less('before', 'begins')}"
    )
    if rule.values["gapless"]:
        gap = _line(dialect, "r", "set.period_gap", start.key, "other")
        query += f" UNION ALL {gap} WHERE {dialect.days_between('before', 'begins')} > 1"
    return query


_MAKERS = {
    SetRuleKind.UNIQUE: _unique,
    SetRuleKind.HOUSEHOLD_HEAD: _heads,
    SetRuleKind.ONE_LATEST: _latest,
    SetRuleKind.HISTORY_CHAIN: _chain,
    SetRuleKind.PERIODS: _periods,
}
KINDS = frozenset(_MAKERS)
