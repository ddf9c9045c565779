"""A rule on one cell as SQL: the condition under which the rule refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from machikumo.kernel.numbers.domain.digits import PERSONAL, RULES, NumberKind
from machikumo.layouts.domain.definition import PRINTABLE, Item, ItemType
from machikumo.layouts.domain.measures import DAYS, OPEN_YEARS, form_of
from machikumo.layouts.domain.rules import SELECTORS, RuleSet, private_without
from machikumo.layouts.domain.sql.dates_and_numbers import below, day_below, is_number
from machikumo.layouts.domain.sql.days import is_day, is_open_end
from machikumo.layouts.domain.sql.dialects import Dialect, all_of, any_of
from machikumo.layouts.domain.sql.patterns import portable

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.layouts.domain.definition import Layout
    from machikumo.layouts.domain.rules import CellRule

_HALF_ONLY = "[\x01-\x1f\x7f-\uff60\uffa0-\U0010ffff]"
_FULL_ONLY = "[\x01-\x7f\x80-\xa0\uff61-\uff9f]"
_UNPRINTABLE = "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\U000f0000-\U0010ffff]"
_WEIGHTS = {
    NumberKind.INDIVIDUAL: (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2),
    NumberKind.RESIDENT_RECORD: (5, 4, 3, 2, 7, 6, 5, 4, 3, 2),
    NumberKind.LOCAL_GOVERNMENT: (6, 5, 4, 3, 2),
}


def refused(rule: CellRule, rules: RuleSet, dialect: Dialect) -> str:
    """Return the condition under which a cell breaks a rule."""
    broken = _BY_RULE[rule.id](rule.item, rules, dialect)
    if not rule.item.sentinels:
        return broken
    return all_of([f"NOT {dialect.one_of(dialect.column(rule.item.key), rule.item.sentinels)}", broken])


def _filled(item: Item, dialect: Dialect, broken: str) -> str:
    return all_of([f"{dialect.column(item.key)} <> ''", broken])


def _required(item: Item, _rules: RuleSet, dialect: Dialect) -> str:
    return f"{dialect.column(item.key)} = ''"


def _code(item: Item, _rules: RuleSet, dialect: Dialect) -> str:
    codes = item.code_list.codes if item.code_list else ()
    return _filled(item, dialect, f"NOT {dialect.one_of(dialect.column(item.key), codes)}")


def is_mixed(item: Item) -> bool:
    """Whether an item takes any printable text: its one rule is told as two, of length and of signs."""
    return item.pattern.startswith(PRINTABLE)


def too_long(item: Item, dialect: Dialect) -> str:
    """Whether a mixed text has more characters than it may."""
    return f"{dialect.characters.format(dialect.column(item.key))} > {item.length}"


def _pattern(item: Item, _rules: RuleSet, dialect: Dialect) -> str:
    value = dialect.column(item.key)
    if is_mixed(item):
        return any_of([too_long(item, dialect), dialect.matches(value, _UNPRINTABLE)])
    return _filled(item, dialect, f"NOT {dialect.is_whole(value, portable(item.pattern))}")


def _length(item: Item, _rules: RuleSet, dialect: Dialect) -> str:
    return f"{dialect.length(dialect.column(item.key))} > {item.length}"


def _width(item: Item, _rules: RuleSet, dialect: Dialect) -> str:
    full = item.type is ItemType.FULL
    return dialect.matches(dialect.column(item.key), _FULL_ONLY if full else _HALF_ONLY)


def _gaiji(item: Item, rules: RuleSet, dialect: Dialect) -> str:
    unknown = private_without(rules.mapped)
    return dialect.matches(dialect.column(item.key), f"[{unknown}]") if unknown else any_of(())


def _selector(item: Item, _rules: RuleSet, dialect: Dialect) -> str:
    wrong = f"^[{SELECTORS}]|[{SELECTORS}][{SELECTORS}]" if item.selectors else f"[{SELECTORS}]"
    return dialect.matches(dialect.column(item.key), wrong)


def _date(item: Item, rules: RuleSet, dialect: Dialect) -> str:
    good = any_of([is_day(dialect, item, rules.layout), is_open_end(dialect, item, rules.layout)])
    return _filled(item, dialect, f"NOT {good}")


def _form(item: Item, rules: RuleSet, dialect: Dialect) -> str:
    value = dialect.column(item.key)
    if item.type is ItemType.BOOLEAN:
        physical = rules.layout.physical
        good = dialect.one_of(value, {physical.true_value, physical.false_value})
    else:
        good = dialect.is_whole(value, portable(form_of(item, rules.layout)[1]))
    if item.type is ItemType.YEAR and not item.open_end:
        good = all_of([good, f"NOT {dialect.one_of(value, OPEN_YEARS)}"])
    return _filled(item, dialect, f"NOT {good}")


def _range(item: Item, rules: RuleSet, dialect: Dialect) -> str:
    outside = _outside_days if item.type in DAYS else _outside_numbers
    return outside(item, rules.layout, dialect)


def _outside_days(item: Item, layout: Layout, dialect: Dialect) -> str:
    sides = [day_below(dialect, item, layout, item.minimum)] if item.minimum else []
    if item.maximum:
        sides.append(day_below(dialect, item, layout, item.maximum, above=True))
    return all_of([is_day(dialect, item, layout), any_of(sides)])


def _outside_numbers(item: Item, layout: Layout, dialect: Dialect) -> str:
    sides = [below(dialect, item, int(item.minimum))] if item.minimum else []
    if item.maximum:
        sides.append(f"NOT {below(dialect, item, int(item.maximum) + 1)}")
    return all_of([is_number(dialect, item, layout), any_of(sides)])


def _check_digit(item: Item, rules: RuleSet, dialect: Dialect) -> str:
    value, kind = dialect.column(item.key), NumberKind(item.check_digit)
    weights = _WEIGHTS[kind]
    size = len(weights) + 1
    good = [dialect.is_whole(value, f"[0-9]{{{size}}}")]
    if kind not in PERSONAL or rules.training or RULES[kind].confirmed:
        good.append(_right_digit(kind, value, dialect, lead=int(rules.training and kind in PERSONAL)))
    return all_of([dialect.is_whole(value, portable(item.pattern or "[0-9]+")), f"NOT {all_of(good)}"])


def _right_digit(kind: NumberKind, value: str, dialect: Dialect, *, lead: int) -> str:
    weights = _WEIGHTS[kind]
    parts = [f"{weight} * {dialect.digit(value, place)}" for place, weight in enumerate(weights, 1)]
    rest = f"({' + '.join(parts)}) % 11"
    last = dialect.digit(value, len(weights) + 1)
    if kind is NumberKind.LOCAL_GOVERNMENT:
        return f"(11 - {rest}) % 10 = {last}"
    return f"(CASE WHEN {rest} <= 1 THEN 0 ELSE 11 - {rest} END + {lead}) % 10 = {last}"


_BY_RULE: dict[str, Callable[[Item, RuleSet, Dialect], str]] = {
    "cell.required": _required,
    "cell.code": _code,
    "cell.pattern": _pattern,
    "cell.length": _length,
    "cell.width": _width,
    "cell.gaiji": _gaiji,
    "cell.selector": _selector,
    "cell.date": _date,
    "cell.wareki": _date,
    "cell.number": _form,
    "cell.year": _form,
    "cell.time": _form,
    "cell.boolean": _form,
    "cell.range": _range,
    "cell.check_digit": _check_digit,
}
