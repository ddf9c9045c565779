"""A rule on several cells of one row as SQL: the condition under which the rule refuses the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.layouts.domain.conditions import Condition, Joined, Not, OneOf, Same
from machikumo.layouts.domain.measures import DAYS
from machikumo.layouts.domain.rowrules import Earlier, OutOfForce, RowRule, Unfilled, Unkept, Unlike
from machikumo.layouts.domain.sql.dates_and_numbers import is_number
from machikumo.layouts.domain.sql.days import day_text
from machikumo.layouts.domain.sql.dialects import all_of, any_of

if TYPE_CHECKING:
    from machikumo.layouts.domain.definition import Item, Layout, Validity
    from machikumo.layouts.domain.sql.dialects import Dialect

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "<>", "!=": "="}


def condition_sql(condition: Condition, dialect: Dialect) -> str:
    """Return a condition of the definitions' language as SQL."""
    match condition:
        case OneOf():
            found = dialect.one_of(dialect.column(condition.key), condition.values)
            return f"NOT ({found})" if condition.negated else found
        case Same():
            sign = "<>" if condition.negated else "="
            return f"{dialect.column(condition.left)} {sign} {dialect.column(condition.right)}"
        case Joined():
            parts = [condition_sql(part, dialect) for part in condition.parts]
            return all_of(parts) if condition.every else any_of(parts)
        case Not():
            return f"NOT ({condition_sql(condition.part, dialect)})"
        case _:
            raise TypeError(type(condition))


def row_refused(rule: RowRule, layout: Layout, dialect: Dialect) -> str:
    """Return the condition under which a row breaks a rule."""
    match rule.shape:
        case Unfilled(condition):
            return all_of([f"{dialect.column(rule.item.key)} = ''", condition_sql(condition, dialect)])
        case Earlier(earlier, later):
            days = (day_text(dialect, item, layout) for item in (later, earlier))
            return _known(dialect.less(*days))
        case Unkept(when, must):
            broken = f"NOT ({condition_sql(must, dialect)})"
            return broken if when is None else all_of([condition_sql(when, dialect), broken])
        case Unlike():
            return _unlike(rule.shape, layout, dialect)
        case OutOfForce(history, deciding):
            return _out_of_force(rule.item, history, deciding, layout, dialect)


def _known(condition: str) -> str:
    """Return a comparison that is false where a side is missing."""
    return f"COALESCE({condition}, (1 = 0))"


def _unlike(shape: Unlike, layout: Layout, dialect: Dialect) -> str:
    read = day_text if shape.left.type in DAYS else _whole_number
    left, right = (dialect.bytewise.format(read(dialect, item, layout)) for item in (shape.left, shape.right))
    if shape.left.type not in DAYS:
        left, right = (read(dialect, item, layout) for item in (shape.left, shape.right))
    broken = _known(f"({left}) {_OPPOSITE[shape.sign]} ({right})")
    return broken if shape.when is None else all_of([condition_sql(shape.when, dialect), broken])


def _whole_number(dialect: Dialect, item: Item, layout: Layout) -> str:
    number = dialect.number(dialect.column(item.key))
    return f"CASE WHEN {is_number(dialect, item, layout)} THEN {number} END"


def _out_of_force(item: Item, history: tuple[Validity, ...], deciding: Item, layout: Layout, dialect: Dialect) -> str:
    day, value = day_text(dialect, deciding, layout), dialect.column(item.key)
    broken = []
    for code in sorted({span.code for span in history}):
        spans = [_within(dialect, day, span) for span in history if span.code == code]
        broken.append(all_of([f"{value} = {dialect.text(code)}", f"NOT {any_of(spans)}"]))
    return all_of([f"({day}) IS NOT NULL", _known(any_of(broken))])


def _within(dialect: Dialect, day: str, span: Validity) -> str:
    sides = []
    if span.first:
        sides.append(f"NOT {dialect.less(day, dialect.text(span.first.isoformat()))}")
    if span.last:
        sides.append(f"NOT {dialect.less(dialect.text(span.last.isoformat()), day)}")
    return all_of(sides)
