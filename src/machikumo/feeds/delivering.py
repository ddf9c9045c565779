"""Rows that come without a file, as a file of the feed's layout: so that everything goes one way, and is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.feeds import queries
from machikumo.feeds.domain.envelope import write_record
from machikumo.feeds.domain.errors import FeedError
from machikumo.layouts.domain.write import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope
    from machikumo.layouts.domain.definition import Layout


def file_of_rows(scope: Scope, feed: Feed, rows: Sequence[Any], *, number: int, day: date | None) -> tuple[str, bytes]:
    """The name and the bytes of a file with these rows, given as objects of item (key or romaji) and text.

    Raises:
        FeedError: an item that the layout does not have, a value that is no text, or that its files cannot hold.
    """
    rule, layout = queries.rule_of(feed), queries.form_of(scope, feed.mapping_key).layout
    code = feed.codes[0] if feed.codes else scope.organisation_code
    position = day.toordinal() if day and feed.order == "day" else number
    name = rule.name(code, position, day).replace("??????", "000000")
    written = Writer(layout).rows([_tuple(layout, row, place) for place, row in enumerate(rows, 1)])
    if written.issues:
        issue = written.issues[0]
        raise FeedError(f"{issue.row} 行目: {issue.message_ja}", f"Row {issue.row}: {issue.message_en}")
    said = {"code": code, "date": f"{day:%Y%m%d}" if day else "", "time": "000000", "rows": str(len(rows))}
    said["sequence"] = f"{number:0{feed.width}d}"
    newline = "\r\n" if layout.physical.newline == "crlf" else "\n"
    records = [
        write_record(text, said) + newline if text else "" for text in (feed.control_header, feed.control_trailer)
    ]
    first, last = (record.encode(layout.physical.charset) for record in records)
    return name, first + Writer(layout).header() + written.data + last


def _tuple(layout: Layout, row: Any, place: int) -> tuple[str, ...]:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise FeedError(
            f"{place} 行目: 項目名と文字列の組にしてください。", f"Row {place}: give an object of items and texts."
        )
    by_name = {item.romaji: item.key for item in layout.items} | {item.key: item.key for item in layout.items}
    unknown = sorted(set(row) - set(by_name))
    if unknown:
        raise FeedError(
            f"{place} 行目: レイアウトにない項目「{unknown[0][:40]}」があります。",
            f"Row {place}: the layout has no item {unknown[0][:40]}.",
        )
    values = {by_name[name]: value for name, value in row.items()}
    return tuple(values.get(key, "") for key in layout.keys)
