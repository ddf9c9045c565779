"""Taking a file in: kept byte by byte, looked at, and given its place in the sequence or refused with the reason."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from machikumo.feeds import queries
from machikumo.feeds.domain.arrivals import Content, Verdict, by_content, by_name
from machikumo.feeds.domain.envelope import open_envelope
from machikumo.feeds.domain.errors import FeedError, NotNow
from machikumo.feeds.domain.reading import read_rows
from machikumo.feeds.models import FeedArrival, FeedFile
from machikumo.kernel.files import store
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.ledger import action, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from machikumo.feeds.domain.arrivals import Taken
    from machikumo.feeds.models import Feed, Via
    from machikumo.kernel.files.models import StoredFile
    from machikumo.kernel.scope import Scope

MOST_BYTES = 256_000_000  # a difference is read at once; a whole town comes by a move-in
PURPOSE = "daily_feed"


class OtherBytes(FeedError):
    """What arrived is not what the sender said it was."""

    def __init__(self) -> None:
        super().__init__(
            "届いた内容のハッシュが、送り手の示したものと違います。送り直してください。",
            "The hash of what arrived is not the one that was said. Please send it again.",
        )


@action(permission="feeds.receive")
def receive(
    scope: Scope,
    *,
    feed_id: int,
    name: str,
    chunks: Iterable[bytes],
    via: Via,
    expected: int | None = None,
    sha256: str = "",
) -> FeedArrival:
    """What became of a file that arrived; the bytes are kept whatever it is. Nothing is applied here.

    ``expected`` bytes and ``sha256`` are what the sender said, where it did.

    Raises:
        BrokenUpload, OtherBytes: not what was sent arrived; nothing is kept.
        NotNow: the feed is closed.
    """
    feed = queries.locked_feed(scope, feed_id)
    if not feed.is_active:
        raise NotNow("この差分連携は止めてあります。", "This feed is closed.")
    stored = store_file(
        scope, name=name, chunks=_limited(chunks), purpose=PURPOSE, media_type="text/csv", expected=expected
    )
    if sha256 and stored.sha256 != sha256.lower():
        store.remove(scope, stored.token)
        raise OtherBytes
    verdict, file, rows = _judged(scope, feed, name, stored)
    arrival = FeedArrival.objects.add(
        scope,
        feed=feed,
        name=stored.name,
        stored=stored,
        sha256=stored.sha256,
        size=stored.size,
        rows=rows,
        via=via,
        verdict=verdict.value,
        file=file,
        arrived_by=scope.person,
    )
    details = {"verdict": verdict.value, "sha256": stored.sha256, "via": str(via), "rows": rows or 0}
    record(scope, event="feed.received", subject=f"feed:{feed.pk}", ground="daily_feed", details=details)
    return arrival


def _limited(chunks: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise FeedError(
                "差分ファイルとして大きすぎます。町全体のデータは「データ移行」で取り込んでください。",
                "Too large for a difference. Data of a whole town comes by a move-in.",
            )
        yield chunk


def _judged(scope: Scope, feed: Feed, name: str, stored: StoredFile) -> tuple[Verdict, FeedFile | None, int | None]:
    """The verdict, the file of the sequence that it is about, and the rows where they were counted."""
    rule, codes = queries.rule_of(feed), frozenset(feed.codes)
    named = rule.read(name)
    position = rule.position(named) if named else 0
    early = by_name(
        named, position, stored.sha256, codes=codes, last=feed.last_position, taken=queries.taken(scope, feed)
    )
    if early is not None or named is None:
        verdict, about = early or (Verdict.WRONG_NAME, None)
        return verdict, _file_at(scope, feed, about), None
    content = _content_of(scope, feed, stored)
    verdict = by_content(named, content, codes=codes, ends_with_newline=feed.ends_with_newline)
    if verdict is not Verdict.TAKEN:
        return verdict, None, content.rows
    day = named.day or _day(content.said.get("date", ""))
    form = queries.form_of(scope, feed.mapping_key)
    facts = {"position": position, "day": day, "rows": content.rows, "digest": form.digest}
    file = FeedFile.objects.add(scope, feed=feed, name=stored.name, stored=stored, sha256=stored.sha256, **facts)
    return verdict, file, content.rows


def _day(text: str) -> date | None:
    """The day that a control record says; None where it says none."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day without a time
    except ValueError:
        return None


def _file_at(scope: Scope, feed: Feed, about: Taken | None) -> FeedFile | None:
    if about is None:
        return None
    return FeedFile.objects.within(scope).get(feed=feed, position=about.position)


def _content_of(scope: Scope, feed: Feed, stored: StoredFile) -> Content:
    """What a stored file holds, read by the feed's layout."""
    form = queries.form_of(scope, feed.mapping_key)
    data = store.place_of(scope, stored.token).read_bytes()
    charset = form.layout.physical.charset
    opened = open_envelope(data, queries.control_of(feed), charset)
    found = read_rows(opened.body, form, training=scope.training, file_name=stored.name)
    towns = frozenset(row["address_municipality_code"] for row in found.rows) - {""}
    newline = "\n".encode(charset)
    return Content(
        rows=found.records,
        said=opened.said,
        lacking=opened.lacking,
        ends_whole=not data or data.endswith(newline),
        readable=not found.fatal,
        municipalities=towns,
    )
