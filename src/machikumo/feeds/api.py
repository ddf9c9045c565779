"""Feeds for machines: hand a file in, hand rows in as JSON, and ask what is expected next.

The official file rules of 連携要件 could not be read (docs/operations/feeds.md): addresses and JSON here are our own,
item names are those of the feed's layout (key or romaji).
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from django.views.decorators.http import require_GET, require_http_methods

from machikumo.feeds import queries
from machikumo.feeds.actions.receiving import receive
from machikumo.feeds.delivering import file_of_rows
from machikumo.feeds.domain.errors import FeedError
from machikumo.feeds.freshness import freshness_of
from machikumo.feeds.jobs import start_if_due
from machikumo.feeds.models import Via
from machikumo.feeds.words import REMEDIES, VERDICTS
from machikumo.kernel.tenancy.machines import machine_page, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from machikumo.feeds.models import Feed, FeedArrival
    from machikumo.kernel.scope import Scope

CHUNK = 1 << 20
MOST_JSON = 32_000_000
STATUS = {"taken": 201, "repeated": 200}  # anything else is refused: 409
DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")  # RFC 9530


@require_GET
@machine_page("feeds.receive", purpose="daily_feed")
def state(_request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """What the sender needs: up to where the register is, and which files are missing."""
    feed = queries.feed_by_key(scope, key)
    found = freshness_of(feed)
    missing = [{"position": gap.position, "name": gap.name} for gap in queries.missing_files(scope, feed)]
    return told(
        {
            "feed": feed.key,
            "last_position": feed.last_position,
            "as_of": feed.last_day.isoformat() if feed.last_day else None,
            "level": found.level.value,
            "missing": missing,
        }
    )


@require_http_methods(["PUT", "POST"])
@machine_page("feeds.receive", purpose="daily_feed")
def file(request: HttpRequest, scope: Scope, key: str, name: str) -> HttpResponse:
    """Take the body in as a file of that name; ``Content-Digest: sha-256=:…:`` is checked where it is said."""
    feed = queries.feed_by_key(scope, key)
    length = request.headers.get("Content-Length", "")
    expected = int(length) if length.isdecimal() else None
    chunks: Iterator[bytes] = iter(partial(request.read, CHUNK), b"")
    said = _digest(request)
    arrival = receive(scope, feed_id=feed.pk, name=name, chunks=chunks, via=Via.MACHINE, expected=expected, sha256=said)
    return _answer(scope, feed, arrival)


@require_http_methods(["POST"])
@machine_page("feeds.receive", purpose="daily_feed")
def rows(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """Take rows in as JSON: ``{"sequence": 7, "date": "2026-04-08", "rows": [{"item": "value", …}, …]}``.

    They become a file of the feed's layout, which is kept and goes the same way as any other.
    """
    feed = queries.feed_by_key(scope, key)
    content = _json(request)
    try:
        number = int(content.get("sequence", 0))
        day = dt.date.fromisoformat(content["date"]) if content.get("date") else None
        given = list(content["rows"])
    except (KeyError, TypeError, ValueError):
        raise FeedError(
            "sequence（整数）、date（YYYY-MM-DD）、rows（行の配列）を入れてください。",
            "Give sequence (a whole number), date (YYYY-MM-DD) and rows (a list).",
        ) from None
    name, data = file_of_rows(scope, feed, given, number=number, day=day)
    arrival = receive(scope, feed_id=feed.pk, name=name, chunks=[data], via=Via.MACHINE)
    return _answer(scope, feed, arrival)


def _digest(request: HttpRequest) -> str:
    """The hash that the sender said, in hexadecimal; empty where it said none. FeedError for one that is none."""
    header = request.headers.get("Content-Digest", "")
    if not header:
        return ""
    match = DIGEST.search(header)
    try:
        return base64.b64decode(match[1], validate=True).hex() if match else _no_digest()
    except binascii.Error:
        return _no_digest()


def _no_digest() -> str:
    raise FeedError(
        "Content-Digest は sha-256=:（Base64）: の形で書いてください。",
        "Content-Digest is written sha-256=:(Base64):.",
    )


def _json(request: HttpRequest) -> dict[str, Any]:
    data = request.read(MOST_JSON + 1)
    if len(data) > MOST_JSON:
        raise FeedError("JSON が大きすぎます。ファイルで渡してください。", "Too large as JSON: hand in a file.")
    try:
        content = json.loads(data)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise FeedError("本文は JSON のオブジェクトにしてください。", "The body must be a JSON object.")
    return content


def _answer(scope: Scope, feed: Feed, arrival: FeedArrival) -> HttpResponse:
    start_if_due(scope, feed)
    about = arrival.file
    content = {
        "verdict": arrival.verdict,
        "message": str(VERDICTS[arrival.verdict]),
        "remedy": str(REMEDIES.get(arrival.verdict, "")),
        "name": arrival.name,
        "sha256": arrival.sha256,
        "rows": arrival.rows,
        "position": about.position if about else None,
        "applied_at": about.applied_at.isoformat() if about and about.applied_at else None,
        "missing": [gap.name for gap in queries.missing_files(scope, feed)],
    }
    return told(content, status=STATUS.get(arrival.verdict, 409))
