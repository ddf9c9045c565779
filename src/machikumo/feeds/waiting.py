"""What of the feeds waits for somebody: a missing file, a stopped one, rows left out, and files that do not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from machikumo.feeds import queries
from machikumo.feeds.domain.freshness import Level
from machikumo.feeds.freshness import freshness_of
from machikumo.feeds.models import FileState
from machikumo.kernel.tasks.domain import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope


def tasks_of(scope: Scope) -> Iterator[Task]:
    """The tasks of whoever may move data in."""
    if not scope.has("layouts.move_in"):
        return
    for feed in queries.feeds(scope).filter(is_active=True):
        for title_ja, title_en, count in _of_feed(scope, feed):
            yield Task(
                title_ja=title_ja,
                title_en=title_en,
                url=reverse("feeds:feed", args=[scope.organisation_code, feed.pk]),
                kind="feed",
                waiting_for="layouts.move_in",
                count=count,
            )


def _of_feed(scope: Scope, feed: Feed) -> Iterator[tuple[str, str, int]]:
    missing = queries.missing_files(scope, feed)
    if missing:
        name = missing[0].name
        yield f"差分ファイル「{name}」が届いていません", f"The difference file {name} has not come", len(missing)
    for file in queries.waiting_files(scope, feed).filter(state=FileState.STOPPED):
        yield f"差分ファイル「{file.name}」が止まっています", f"The difference file {file.name} is stopped", 1
    rows = queries.open_row_count(scope, feed)
    if rows:
        yield f"「{feed.name}」の反映していない行: {rows}行", f"Rows of {feed.name} left out: {rows}", rows
    found = freshness_of(feed)
    if not missing and found.level in {Level.LATE, Level.STALE}:
        name, day = feed.name, found.expected
        yield f"「{name}」の {day} 分の差分が届いていません", f"Nothing came of {name} for {day}", found.behind
