"""Working through what waits in a feed, on the word of whoever opened it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from machikumo.feeds import queries
from machikumo.feeds.actions.applying import apply_file
from machikumo.feeds.domain.errors import NotNow
from machikumo.feeds.models import FileState
from machikumo.kernel.errors import NotFound
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.feeds.models import FeedFile
    from machikumo.kernel.scope import Scope


def acting(scope: Scope) -> Scope:
    """The scope in which a feed writes: on the word of whoever opened it, in the name of whoever brought."""
    return replace(scope, role="platform", purpose="daily_feed", permissions=frozenset({"layouts.move_in"}))


def apply_waiting(
    scope: Scope, feed_id: int, tell: Callable[[FeedFile], object] = lambda _file: None
) -> list[FeedFile]:
    """Apply whatever is next, file by file, until one is missing or stops; gives the files that were dealt with."""
    platform = acting(scope)
    done: list[FeedFile] = []
    while True:
        with entered(platform):
            wanted = queries.next_file(platform, queries.feed_of(platform, feed_id))
        if wanted is None:
            return done
        try:
            file = apply_file(platform, file_id=wanted.pk)
        except (NotNow, NotFound):
            continue  # another worker was faster
        done.append(file)
        tell(file)
        if file.state == FileState.STOPPED:
            return done
