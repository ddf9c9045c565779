"""Rules over several rows, in plain Python: the reference, and what runs where Polars is missing.

Rows are fed block by block. A double key is told at once, so that its row can be held back; households and histories
are judged when the whole file was seen. Rows whose numbers cannot be read are left to the rules on cells.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from machikumo.layouts.domain.definition import Layout, SetRule, SetRuleKind
from machikumo.layouts.domain.issues import Issue
from machikumo.layouts.domain.measures import day_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SHOWN = 5
LONGEST_NUMBER = 9
Block_contra = TypeVar("Block_contra", contravariant=True)


class Finding(NamedTuple):
    """A set rule broken: the data row it is told at, the rule, the item and the facts of its message."""

    row: int
    rule: str
    key: str
    facts: dict[str, str]

    def issue(self, layout: Layout, rule: SetRule) -> Issue:
        """Return the issue of it; it shows no value."""
        item = layout.by_key[self.key]
        return Issue(self.rule, rule.severity, row=self.row, item=item.key, item_name=item.name, facts=self.facts)


class SetChecker(Protocol[Block_contra]):
    """What gathers the facts of one set rule."""

    rule: SetRule

    def add(self, block: Block_contra, numbers: Sequence[int]) -> list[Finding]:
        """Take a block's rows and their row numbers, and return what is certain already."""
        ...

    def close(self) -> list[Finding]:
        """Return what only the whole file could tell."""
        ...


class Step(NamedTuple):
    """One row of a person's history."""

    number: int
    branch: int
    row: int
    latest: bool
    event: str


def first_rows(rows: Iterable[int]) -> str:
    """Return the first row numbers as a text."""
    ordered = sorted(rows)
    return "、".join(map(str, ordered[:SHOWN])) + ("…" if len(ordered) > SHOWN else "")


def reading(text: str) -> int | None:
    """Return a history number, or None when it is none (another rule tells of that)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


class UniqueRows:
    """No two rows have the same values in some items."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self.rule = rule
        self.places = [layout.index[key] for key in rule.items]
        self.seen: dict[tuple[str, ...], int] = {}

    def add(self, block: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[Finding]:
        """See SetChecker."""
        found = []
        for row, number in zip(block, numbers, strict=True):
            first = self.seen.setdefault(tuple(row[place] for place in self.places), number)
            if first != number:
                found.append(double(self.rule, number, first))
        return found

    def close(self) -> list[Finding]:
        """See SetChecker."""
        return []


def double(rule: SetRule, row: int, first: int) -> Finding:
    """Return the finding of a row whose key another had before."""
    return Finding(row, "set.unique", rule.items[0], {"first": str(first)})


class HouseholdHeads:
    """Every household with live members has exactly one head among them."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self.rule = rule
        self.places = [layout.index[rule.roles[role]] for role in ("household", "relationship", "latest", "state")]
        self.yes = layout.physical.true_value
        self.members: dict[str, list[int]] = defaultdict(list)
        self.heads: dict[str, list[int]] = defaultdict(list)

    def add(self, block: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[Finding]:
        """See SetChecker."""
        live, heads = self.rule.values["live_values"], self.rule.values["head_values"]
        for row, number in zip(block, numbers, strict=True):
            household, relationship, latest, state = (row[place] for place in self.places)
            if household and latest == self.yes and state in live:
                self.members[household].append(number)
                if relationship in heads:
                    self.heads[household].append(number)
        return []

    def close(self) -> list[Finding]:
        """See SetChecker."""
        found = [headless(self.rule, rows) for key, rows in self.members.items() if key not in self.heads]
        found += [two_heads(self.rule, rows) for rows in self.heads.values() if len(rows) > 1]
        return sorted(found, key=order)


def headless(rule: SetRule, rows: Sequence[int]) -> Finding:
    """Return the finding of a live household without a head."""
    return Finding(min(rows), "set.no_head", rule.roles["household"], {"rows": first_rows(rows)})


def two_heads(rule: SetRule, rows: Sequence[int]) -> Finding:
    """Return the finding of a household with several heads."""
    facts = {"count": str(len(rows)), "rows": first_rows(rows)}
    return Finding(min(rows), "set.two_heads", rule.roles["household"], facts)


def order(finding: Finding) -> tuple[int, str]:
    """Sort findings by row, then rule."""
    return finding.row, finding.rule


class Histories:
    """The rows of each person in order; what is asked of them is told by ``judge``."""

    def __init__(self, rule: SetRule, layout: Layout) -> None:
        self.rule = rule
        self.judge = history_judge(rule, layout)
        self.places = [layout.index[rule.roles[role]] for role in ("person", "number", "branch")]
        self.last = layout.index[rule.roles["latest" if rule.kind is SetRuleKind.ONE_LATEST else "event"]]
        self.yes = layout.physical.true_value
        self.people: dict[str, list[Step]] = defaultdict(list)

    def add(self, block: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[Finding]:
        """See SetChecker."""
        for row, line in zip(block, numbers, strict=True):
            person, number, branch = (row[place] for place in self.places)
            steps = reading(number), reading(branch)
            if person and steps[0] is not None and steps[1] is not None:
                last = row[self.last]
                self.people[person].append(Step(steps[0], steps[1], line, last == self.yes, last))
        return []

    def close(self) -> list[Finding]:
        """See SetChecker."""
        found = [finding for steps in self.people.values() for finding in self.judge(sorted(steps))]
        return sorted(found, key=order)


def history_judge(rule: SetRule, layout: Layout) -> Callable[[Sequence[Step]], list[Finding]]:
    """Return the function that judges the rows of one person, sorted."""
    if rule.kind is SetRuleKind.ONE_LATEST:
        return lambda steps: judge_latest(rule, steps)
    event = layout.by_key[rule.roles["event"]]
    read = day_reader(event, layout)
    return lambda steps: judge_chain(rule, steps, read)


def judge_latest(rule: SetRule, steps: Sequence[Step]) -> list[Finding]:
    """Exactly one row of a person is marked as the latest, and it is the last one."""
    key = rule.roles["latest"]
    marked = [step for step in steps if step.latest]
    if not marked:
        rows = [step.row for step in steps]
        return [Finding(min(rows), "set.no_latest", key, {"rows": first_rows(rows)})]
    if len(marked) > 1:
        rows = [step.row for step in marked]
        return [Finding(min(rows), "set.two_latest", key, {"count": str(len(rows)), "rows": first_rows(rows)})]
    if marked[0] is not steps[-1]:
        return [Finding(marked[0].row, "set.latest_not_last", key, {"other": str(steps[-1].row)})]
    return []


def judge_chain(rule: SetRule, steps: Sequence[Step], read: Callable[[str], object]) -> list[Finding]:
    """History numbers go up one by one, and no event is older than the one before it."""
    found = []
    for before, after in pairwise(steps):
        if after.number > before.number + 1:
            facts = {"before": str(before.number), "after": str(after.number)}
            found.append(Finding(after.row, "set.history_gap", rule.roles["number"], facts))
        days = read(before.event), read(after.event)
        if isinstance(days[0], date) and isinstance(days[1], date) and days[1] < days[0]:
            found.append(Finding(after.row, "set.history_overlap", rule.roles["event"], {"other": str(before.row)}))
    return found


def set_checkers(layout: Layout) -> list[SetChecker[Sequence[Sequence[str]]]]:
    """Return a checker for every rule of the layout that looks beyond one row."""
    from machikumo.layouts.domain.periods import Periods  # it builds on this module

    kinds: dict[SetRuleKind, type[UniqueRows | HouseholdHeads | Histories | Periods]] = {
        SetRuleKind.UNIQUE: UniqueRows,
        SetRuleKind.HOUSEHOLD_HEAD: HouseholdHeads,
        SetRuleKind.HISTORY_CHAIN: Histories,
        SetRuleKind.ONE_LATEST: Histories,
        SetRuleKind.PERIODS: Periods,
    }
    return [kinds[rule.kind](rule, layout) for rule in layout.set_rules if rule.kind in kinds]
