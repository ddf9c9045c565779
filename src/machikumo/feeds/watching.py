"""Watched folders: what an old system puts there is taken in, kept closed with the town's key, and taken away there.

``MACHIKUMO_FEEDS/<code>/<key of the feed>/``. A file is taken once it has rested for some seconds; names that begin
with a dot or end with ``.part`` or ``.tmp`` are still being written.
"""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from machikumo.feeds import queries
from machikumo.feeds.actions.receiving import receive
from machikumo.feeds.jobs import start_if_due
from machikumo.feeds.models import Via
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.registries import Periodic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope

RESTED = 10  # seconds since a file was last written
CHUNK = 1 << 20
UNFINISHED = (".part", ".tmp")
REFUSED = "refused"  # folder of what could not be taken in at all


def folder_of(scope: Scope, feed: Feed) -> Path:
    """The folder of a feed."""
    root: Path = settings.FEEDS_FOLDER
    return root / scope.organisation_code / feed.key


def look(scope: Scope) -> int:
    """Take in what lies in the folders of all feeds in use, and queue what is due; gives how many files came."""
    count = 0
    for feed in queries.feeds(scope).filter(is_active=True):
        for path in rested(folder_of(scope, feed)):
            count += _take(scope, feed, path)
        start_if_due(scope, feed)
    return count


def rested(folder: Path) -> Iterator[Path]:
    """The files of a folder that nobody writes any more, by name; no folders, no links."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        ready = path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        if ready and path.suffix not in UNFINISHED and time.time() - path.stat().st_mtime >= RESTED:
            yield path


def _take(scope: Scope, feed: Feed, path: Path) -> int:
    """Take one file in; it leaves the folder when that is committed, and comes again when it is not."""
    size = path.stat().st_size
    try:
        with path.open("rb") as stream:
            chunks = iter(partial(stream.read, CHUNK), b"")
            receive(scope, feed_id=feed.pk, name=path.name, chunks=chunks, via=Via.FOLDER, expected=size)
    except MachikumoError:
        refused = path.parent / REFUSED
        refused.mkdir(exist_ok=True)
        path.rename(refused / path.name)
        return 0
    transaction.on_commit(partial(path.unlink, missing_ok=True))
    return 1


WATCHING = Periodic(
    "差分ファイルのフォルダーを見る",
    "Look into the folders of difference files",
    dt.timedelta(minutes=1),
    look,
    frozenset({"feeds.receive", "layouts.move_in"}),
)
