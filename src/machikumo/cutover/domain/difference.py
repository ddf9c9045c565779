"""What is different between two loads by the same mapping: counts, findings, and the totals of the reconciliation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COUNTS = ("rows", "accepted", "quarantined", "loaded")


@dataclass(frozen=True, slots=True)
class Result:
    """What one load left behind: its four counts, its findings and its reconciliation as they are stored."""

    counts: Mapping[str, int]
    findings: Sequence[Mapping[str, Any]]
    proof: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure: ``group`` is count, finding or total; ``key`` and ``detail`` say which; before and now."""

    group: str
    key: str
    detail: str
    before: int
    now: int
    name_ja: str = ""
    name_en: str = ""

    @property
    def by(self) -> int:
        """How much more there is now."""
        return self.now - self.before


def difference(before: Result, now: Result) -> list[Changed]:
    """Every figure that is not what it was: counts always, findings and totals where they changed."""
    return [*_counts(before, now), *_findings(before, now), *_totals(before, now)]


def _counts(before: Result, now: Result) -> Iterator[Changed]:
    for name in COUNTS:
        yield Changed("count", name, "", before.counts[name], now.counts[name])


def _findings(before: Result, now: Result) -> Iterator[Changed]:
    old, new = _by_rule(before), _by_rule(now)
    for key in sorted({*old, *new}):
        first, second = old.get(key), new.get(key)
        counts = int(first["count"]) if first else 0, int(second["count"]) if second else 0
        told = second or first or {}
        if counts[0] != counts[1]:
            yield Changed("finding", key[0], key[1], *counts, told.get("name_ja", ""), told.get("name_en", ""))


def _by_rule(result: Result) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(finding["rule"], finding.get("item", "")): finding for finding in result.findings}


def _totals(before: Result, now: Result) -> Iterator[Changed]:
    old, new = _lines(before), _lines(now)
    for measure, value in sorted({*old, *new}):
        counts = old.get((measure, value), 0), new.get((measure, value), 0)
        if counts[0] != counts[1] and measure != "rows":
            yield Changed("total", measure, value, *counts)


def _lines(result: Result) -> dict[tuple[str, str], int]:
    """The target's figure of each line; first and last days are no counts and are left out."""
    return {
        (line["measure"], str(line["value"])): int(line["target"] or 0)
        for line in result.proof.get("lines", [])
        if not line["measure"].endswith((":first", ":last")) and str(line["target"] or 0).isdigit()
    }
