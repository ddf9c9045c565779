"""Describing a feed: its layout, its names, its control records and its meaning of an empty file, all as data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machikumo.feeds import queries
from machikumo.feeds.domain.arrivals import ZeroRows
from machikumo.feeds.domain.envelope import Control
from machikumo.feeds.domain.errors import BadRule, NotNow
from machikumo.feeds.domain.sequence import EVERY_DAY, Order, SequenceRule
from machikumo.feeds.models import Feed, FeedFile
from machikumo.kernel.ledger import action, record
from machikumo.layouts.domain.wide import is_wide

if TYPE_CHECKING:
    from datetime import date

    from machikumo.kernel.scope import Scope

KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Description:
    """All that describes a feed. ``mapping_key`` empty: files of standard rows."""

    name: str
    mapping_key: str
    pattern: str
    codes: tuple[str, ...] = ()
    order: Order = Order.NUMBER
    width: int = 4
    days: frozenset[int] = field(default=EVERY_DAY)
    due_after_days: int = 1
    due_hour: int = 9
    stale_after: int = 3
    control: Control = field(default_factory=Control)
    ends_with_newline: bool = True
    zero_rows: ZeroRows = ZeroRows.NO_CHANGE
    stop_percent: int = 20

    def as_fields(self, scope: Scope) -> dict[str, Any]:
        """The description as the row keeps it; BadRule for what cannot work."""
        SequenceRule(self.pattern, self.order, self.width, self.days).check()
        self.control.check()
        if (self.control.header or self.control.trailer) and is_wide(queries.form_of(scope, self.mapping_key).layout):
            raise BadRule(
                "UTF-16 のファイルでは制御レコードを使えません。",
                "Files in UTF-16 cannot have control records.",
            )
        return {
            "name": self.name,
            "mapping_key": self.mapping_key,
            "codes": list(self.codes) or [scope.organisation_code],
            "pattern": self.pattern,
            "order": self.order.value,
            "width": self.width,
            "days": sorted(self.days),
            "due_after_days": self.due_after_days,
            "due_hour": self.due_hour,
            "stale_after": self.stale_after,
            "control_header": self.control.header,
            "control_trailer": self.control.trailer,
            "ends_with_newline": self.ends_with_newline,
            "zero_rows": self.zero_rows.value,
            "stop_percent": self.stop_percent,
        }


@action(permission="layouts.move_in")
def open_feed(
    scope: Scope, *, key: str, description: Description, first_number: int = 1, as_of: date | None = None
) -> Feed:
    """A new feed. ``as_of``: the day up to which the register holds the old system's data (the day of the move).

    The first file is ``first_number``, or, where one file a day comes, that of the day after ``as_of``.

    Raises:
        BadRule: the description cannot work; NotNow: the key is taken.
    """
    if not KEY.fullmatch(key):
        raise BadRule(
            "キーは英小文字で始め、英小文字・数字・ハイフンで40字までにしてください。",
            "A key begins with a small letter and holds small letters, digits and hyphens, 40 at most.",
        )
    if Feed.objects.within(scope).filter(key=key).exists():
        raise NotNow(f"キー「{key}」はもう使われています。", f"The key {key} is taken.")
    fields = description.as_fields(scope)
    if description.order is Order.DAY and as_of is None:
        raise BadRule("台帳の基準日を入れてください。", "Say up to which day the register holds the data.")
    last = as_of.toordinal() if description.order is Order.DAY and as_of else first_number - 1
    feed = Feed.objects.add(scope, key=key, last_position=last, last_day=as_of, made_by=scope.person, **fields)
    record(scope, event="feed.opened", subject=f"feed:{feed.pk}", ground="daily_feed", after=fields)
    return feed


@action(permission="layouts.move_in")
def change_feed(scope: Scope, *, feed_id: int, description: Description, is_active: bool = True) -> Feed:
    """Describe a feed anew; its order cannot change once there are files. Files not applied are read by the new one."""
    feed = queries.locked_feed(scope, feed_id)
    fields = description.as_fields(scope) | {"is_active": is_active}
    if fields["order"] != feed.order and FeedFile.objects.within(scope).filter(feed=feed).exists():
        raise NotNow(
            "ファイルを受け取ったあとは、並びの決め方を変えられません。新しい差分連携を作ってください。",
            "The order of a feed cannot change once it has files. Please make a new one.",
        )
    before = {name: getattr(feed, name) for name in fields}
    Feed.objects.within(scope).filter(pk=feed.pk).update(**fields)
    record(scope, event="feed.changed", subject=f"feed:{feed.pk}", ground="daily_feed", before=before, after=fields)
    return queries.feed_of(scope, feed_id)
