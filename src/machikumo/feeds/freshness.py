"""How fresh the register is by each feed, for pages, tasks, health and KPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.feeds import queries
from machikumo.feeds.domain.freshness import Freshness, Level, expected_day, freshness

if TYPE_CHECKING:
    from datetime import datetime

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One line of the state of health: what it is about, whether it is well, and in words."""

    key: str
    is_well: bool
    words_ja: str
    words_en: str


def freshness_of(feed: Feed, now: datetime | None = None) -> Freshness:
    """How fresh the register is by a feed, now or at an aware time."""
    local = timezone.localtime(now)
    rule = queries.rule_of(feed)
    expected = expected_day(rule, local, due_after_days=feed.due_after_days, due_hour=feed.due_hour)
    return freshness(rule, feed.last_day, expected, local.date(), stale_after=feed.stale_after)


def health(scope: Scope) -> list[HealthLine]:
    """A line a feed that is in use, for the state of health of a town."""
    lines = []
    for feed in queries.feeds(scope).filter(is_active=True):
        found = freshness_of(feed)
        as_of = found.as_of.isoformat() if found.as_of else "—"
        lines.append(
            HealthLine(
                f"feed:{feed.key}",
                found.level is Level.FRESH,
                f"「{feed.name}」の台帳は {as_of} 時点です（あるべき日 {found.expected}、{found.behind} 回分遅れ）。",
                f"By {feed.name} the register is as of {as_of} (expected {found.expected}, {found.behind} behind).",
            )
        )
    return lines


def kpi(scope: Scope) -> dict[str, Any]:
    """How many days old the oldest of the feeds in use is; ``value`` is None where there is none yet."""
    ages = [freshness_of(feed).age_days for feed in queries.feeds(scope).filter(is_active=True)]
    known = [age for age in ages if age is not None]
    return {
        "title_ja": "台帳の鮮度（最後に反映した差分の日からの日数）",
        "title_en": "Age of the register (days since the day of the last difference applied)",
        "unit": "days",
        "value": max(known) if known and len(known) == len(ages) else None,
    }
