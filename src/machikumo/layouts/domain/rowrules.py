"""Rules on one cell that look at others of its row. Each says what it is (``shape``), so that it can be told in SQL."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.conditions import Condition, OneOf
from machikumo.layouts.domain.definition import Item, ItemType, Layout, SetRule, SetRuleKind, Severity, Validity
from machikumo.layouts.domain.issues import Issue, cell_issue
from machikumo.layouts.domain.measures import DAYS, as_day, day_reader, size_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unfilled:
    """The cell is empty although the condition holds."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Earlier:
    """The later day lies before the earlier one."""

    earlier: Item
    later: Item


@dataclass(frozen=True, slots=True)
class Unkept:
    """Where ``when`` holds (None: everywhere), ``must`` does not."""

    when: Condition | None
    must: Condition


@dataclass(frozen=True, slots=True)
class Unlike:
    """Two days or numbers do not stand to each other as the sign says, where ``when`` holds."""

    left: Item
    sign: str
    right: Item
    when: Condition | None


@dataclass(frozen=True, slots=True)
class OutOfForce:
    """The code was not in force on the day of another item."""

    history: tuple[Validity, ...]
    deciding: Item


Shape = Unfilled | Earlier | Unkept | Unlike | OutOfForce


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule on one cell that looks at others of its row."""

    id: str
    item: Item
    column: int
    refuses: Callable[[Sequence[str]], bool]
    suspects: Callable[[], object]
    facts: Mapping[str, str]
    severity: Severity
    shape: Shape

    def issue(self, value: str) -> Issue:
        """Return the issue of a refused row, without its place."""
        return cell_issue(self.id, self.item, value, self.facts, self.severity)


def row_rules(layout: Layout) -> Iterator[RowRule]:
    """Yield the rules of a layout that look at several items of one row."""
    for item in layout.items:
        if item.condition:
            yield _condition_rule(item, item.condition, layout)
    for item in layout.items:
        if item.codes_on and item.code_list and item.code_list.history:
            yield _history_rule(item, item.code_list.history, layout)
    makers = {
        SetRuleKind.NOT_BEFORE: _order_rule,
        SetRuleKind.CROSS_FIELD: _cross_rule,
        SetRuleKind.COMPARE: _compare_rule,
        SetRuleKind.UNCERTAIN: _uncertain_rules,
    }
    for rule in layout.set_rules:
        if rule.kind in makers:
            yield from makers[rule.kind](rule, layout)


def _condition_rule(item: Item, condition: Condition, layout: Layout) -> RowRule:
    column, index = layout.index[item.key], layout.index

    def suspects() -> object:
        import polars as pl

        return (pl.col(item.key) == "") & condition.expression()

    return RowRule(
        id="cell.condition",
        item=item,
        column=column,
        refuses=lambda row: not row[column] and condition.holds(row, index),
        suspects=suspects,
        facts={"condition": _spoken(condition.keys(), layout)},
        severity=item.severity,
        shape=Unfilled(condition),
    )


def _spoken(keys: frozenset[str], layout: Layout) -> str:
    return "、".join(layout.by_key[key].name for key in sorted(keys))


def _history_rule(item: Item, history: tuple[Validity, ...], layout: Layout) -> RowRule:
    deciding, column, place = layout.by_key[item.codes_on], layout.index[item.key], layout.index[item.codes_on]
    read = day_reader(deciding, layout)
    spans: dict[str, list[Validity]] = {}
    for span in history:
        spans.setdefault(span.code, []).append(span)

    def refuses(row: Sequence[str]) -> bool:
        found = spans.get(row[column])
        day = as_day(read(row[place])) if found else None
        return day is not None and not any(_in_force(span, day) for span in found or ())

    def suspects() -> object:
        import polars as pl

        return pl.col(item.key).is_in(sorted(spans)) & (pl.col(deciding.key) != "")

    assert item.code_list is not None  # noqa: S101 - the caller looked
    facts = {"list": item.code_list.name, "deciding": deciding.name, "deciding_en": deciding.key}
    shape = OutOfForce(history, deciding)
    return RowRule("cell.code_history", item, column, refuses, suspects, facts, item.severity, shape)


def _in_force(span: Validity, day: date) -> bool:
    return (span.first is None or span.first <= day) and (span.last is None or day <= span.last)


def _sortable(first: Item, second: Item, layout: Layout) -> bool:
    """Whether texts of both items sort like their days: an era's code and an ISO year both come first."""
    codes = [era.code for era in layout.physical.eras]
    return first.type is second.type and codes == sorted(codes)


def _order_rule(found: SetRule, layout: Layout) -> Iterator[RowRule]:
    earlier, later = (layout.by_key[found.roles[role]] for role in ("earlier", "later"))
    first, second = (day_reader(item, layout) for item in (earlier, later))
    columns = layout.index[earlier.key], layout.index[later.key]
    sortable = _sortable(earlier, later, layout)

    def refuses(row: Sequence[str]) -> bool:
        days = as_day(first(row[columns[0]])), as_day(second(row[columns[1]]))
        return days[0] is not None and days[1] is not None and days[1] < days[0]

    def suspects() -> object:
        import polars as pl

        filled = pl.col(later.key) != ""
        return filled & (pl.col(later.key) < pl.col(earlier.key)) if sortable else filled

    facts = {"earlier": earlier.name, "earlier_en": earlier.key}
    shape = Earlier(earlier, later)
    yield RowRule("set.not_before", later, columns[1], refuses, suspects, facts, found.severity, shape)


def _cross_rule(found: SetRule, layout: Layout) -> Iterator[RowRule]:
    words = found.values.get("words", ())
    spoken = words[0] if words else _spoken(found.keys, layout)
    when, must = found.conditions.get("when"), found.conditions["must"]
    yield _unkept("set.cross_field", found.roles["item"], when, must, {"rule": spoken}, found.severity, layout)


def _unkept(  # noqa: PLR0917 - the parts of one rule
    name: str,
    key: str,
    when: Condition | None,
    must: Condition,
    facts: Mapping[str, str],
    severity: Severity,
    layout: Layout,
) -> RowRule:
    index = layout.index

    def suspects() -> object:
        broken = ~must.expression()
        return broken if when is None else when.expression() & broken

    return RowRule(
        id=name,
        item=layout.by_key[key],
        column=index[key],
        refuses=lambda row: (when is None or when.holds(row, index)) and not must.holds(row, index),
        suspects=suspects,
        facts=facts,
        severity=severity,
        shape=Unkept(when, must),
    )


def _uncertain_rules(found: SetRule, layout: Layout) -> Iterator[RowRule]:
    """The 不詳 triple: with the flag the wording is there and the value is not; without it there is no wording."""
    value, flag, text = (found.roles[role] for role in ("value", "flag", "text"))
    yes = OneOf(flag, (layout.physical.true_value,))
    facts = {"flag": layout.by_key[flag].name, "flag_en": flag}
    there, gone = OneOf(text, ("",), negated=True), OneOf(value, ("",))
    for name, key, when, must in (
        ("set.uncertain_text", text, yes, there),
        ("set.uncertain_value", value, yes, gone),
        ("set.uncertain_flag", flag, there, yes),
    ):
        yield _unkept(name, key, when, must, facts, found.severity, layout)


def _compare_rule(found: SetRule, layout: Layout) -> Iterator[RowRule]:
    left, right = (layout.by_key[found.roles[role]] for role in ("left", "right"))
    sign, when, index = found.values["operator"][0], found.conditions.get("when"), layout.index
    columns, holds = (index[left.key], index[right.key]), OPERATORS[sign]
    sizes = tuple(size_reader(item, layout) for item in (left, right))

    def refuses(row: Sequence[str]) -> bool:
        if when is not None and not when.holds(row, index):
            return False
        first, second = (read(row[place]) for read, place in zip(sizes, columns, strict=True))
        return first is not None and second is not None and not holds(first, second)

    def suspects() -> object:
        broken = _unlike_columns(left, sign, right, layout)
        return broken if when is None else when.expression() & broken

    facts = {"sign": sign, "right": right.name, "right_en": right.key}
    shape = Unlike(left, sign, right, when)
    yield RowRule("set.compare", left, columns[0], refuses, suspects, facts, found.severity, shape)


def _unlike_columns(left: Item, sign: str, right: Item, layout: Layout) -> Any:
    """Return an expression that holds for every row whose values do not stand as they must, and for some others."""
    import polars as pl

    first, second = pl.col(left.key), pl.col(right.key)
    filled = (first != "") & (second != "")
    if left.type not in DAYS:
        whole = OPERATORS[sign](first.cast(pl.Int64, strict=False), second.cast(pl.Int64, strict=False))  # type: ignore[arg-type]
        return filled & ~whole.fill_null(value=False)  # type: ignore[attr-defined]
    if _sortable(left, right, layout) and (left.type is ItemType.DATE or sign in {"<=", ">=", "=="}):
        # on the day on which an era ends and the next begins, two texts say the same day
        return filled & ~OPERATORS[sign](first, second)  # type: ignore[arg-type]
    return filled
