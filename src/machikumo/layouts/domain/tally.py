"""How often each rule was broken, with some examples of each: a million bad rows take no more room than ten."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from machikumo.layouts.domain.errors import BadLimit
from machikumo.layouts.domain.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.layouts.domain.issues import Issue

EXAMPLES = 100


@dataclass(slots=True)
class Tally:
    """``counts`` has every issue; ``examples`` the first few of each rule, in the order in which they were told."""

    most: int = EXAMPLES
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Issue]] = field(default_factory=lambda: defaultdict(list))

    def add(self, issues: Iterable[Issue]) -> None:
        """Take some issues."""
        for issue in issues:
            self.counts[issue.rule] += 1
            kept = self.examples[issue.rule]
            if len(kept) < self.most:
                kept.append(issue)

    def beyond(self, thresholds: dict[str, int]) -> dict[str, int]:
        """Return the rules that were broken more often than they may be, with how often."""
        return {rule: self.counts[rule] for rule, limit in thresholds.items() if self.counts[rule] > limit}

    @property
    def issues(self) -> list[Issue]:
        """The examples of all rules, by row and then in the order in which they were told."""
        return sorted((issue for kept in self.examples.values() for issue in kept), key=lambda issue: issue.row)


def limits(texts: Iterable[str]) -> dict[str, int]:
    """Return how often each rule (or "total", for rows held back) may be broken, from texts such as cell.date=100.

    Raises:
        BadLimit: there is no such rule, or no count.
    """
    found = {}
    for text in texts:
        rule, _, count = text.partition("=")
        if not (count.isascii() and count.isdigit()) or (rule not in MESSAGES and rule != "total"):
            raise BadLimit(text)
        found[rule] = int(count)
    return found
