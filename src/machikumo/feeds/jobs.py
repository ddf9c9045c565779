"""The room's long work: applying what waits in a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.feeds import queries
from machikumo.feeds.models import FileState
from machikumo.feeds.working import acting, apply_waiting
from machikumo.kernel.jobs import Run, job
from machikumo.kernel.jobs import actions as jobs

if TYPE_CHECKING:
    from machikumo.feeds.models import Feed, FeedFile
    from machikumo.kernel.jobs.models import JobRun
    from machikumo.kernel.scope import Scope

KIND = "feeds.apply"


def register_all() -> None:
    """Importing this module registered the job."""


def start_applying(scope: Scope, feed: Feed, occasion: str) -> JobRun:
    """Queue the applying of what waits; the same occasion (an arrival, say) queues it once."""
    key = f"{KIND}:{feed.pk}:{occasion}"
    return jobs.start(acting(scope), kind=KIND, idempotency_key=key, arguments={"feed_id": feed.pk})


def start_if_due(scope: Scope, feed: Feed) -> JobRun | None:
    """Queue the applying of the file whose turn it is, once a file and each word given of it; None: none is due."""
    file = queries.next_file(scope, queries.feed_of(scope, feed.pk))
    return start_applying(scope, feed, f"{file.pk}-{len(file.confirmed)}") if file else None


@job(KIND)
def apply(scope: Scope, run: Run, feed_id: int) -> dict[str, Any]:
    """Apply file after file, each in a transaction of its own; a run that died goes on with the next file."""

    def tell(file: FeedFile) -> None:
        if file.state == FileState.STOPPED:
            run.log(f"{file.name} を止めました。", f"{file.name} was stopped.", level="warning")
        else:
            run.log(f"{file.name}: {file.applied:,} 行を反映しました。", f"{file.name}: {file.applied:,} rows applied.")

    done = apply_waiting(scope, feed_id, tell)
    applied = [file for file in done if file.state == FileState.APPLIED]
    return {"files": len(applied), "rows": sum(file.applied for file in applied)}
