"""A file that arrives is kept, looked at, and taken or refused with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.feeds import queries
from machikumo.feeds.actions import describing, receiving
from machikumo.feeds.actions.receiving import OtherBytes, receive
from machikumo.feeds.actions.settling import withdraw
from machikumo.feeds.domain.errors import BadRule, FeedError, NotNow
from machikumo.feeds.domain.sequence import Order
from machikumo.feeds.models import FeedArrival, FeedFile, Via
from machikumo.feeds.tests import hand
from machikumo.feeds.working import apply_waiting
from machikumo.kernel.errors import Forbidden, NotFound
from machikumo.kernel.files.store import BrokenUpload, place_of
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def positions(scope: Scope, feed: Feed) -> list[int]:
    with entered(scope):
        return sorted(queries.files_of(scope, feed).values_list("position", flat=True))


def test_a_file_is_kept_byte_by_byte_and_takes_its_place(scope: Scope) -> None:
    feed = hand.feed(scope)
    name, data = hand.made(scope, feed, 1, hand.row())
    arrival = hand.arrive(scope, feed, name, data)
    assert (arrival.verdict, arrival.rows, arrival.via) == ("taken", 1, "page")
    assert arrival.file is not None
    assert (arrival.file.position, arrival.file.day) == (1, hand.FIRST_DAY)
    with entered(scope):
        assert place_of(scope, arrival.stored.token).read_bytes() == data


def test_the_same_file_again_is_told_with_the_moment_at_which_it_was_applied(scope: Scope) -> None:
    feed = hand.feed(scope)
    name, data = hand.made(scope, feed, 1, hand.row())
    hand.arrive(scope, feed, name, data)
    apply_waiting(scope, feed.pk)
    again = hand.arrive(scope, feed, name, data)
    assert again.verdict == "repeated"
    assert again.file is not None
    assert again.file.applied_at is not None
    assert apply_waiting(scope, feed.pk) == []


def test_the_same_rows_under_the_next_number_are_a_repeat_and_leave_its_place_free(scope: Scope) -> None:
    feed = hand.feed(scope)
    name, data = hand.made(scope, feed, 1, hand.row())
    hand.arrive(scope, feed, name, data)
    renamed = hand.arrive(scope, feed, hand.made(scope, feed, 2)[0], data)
    assert renamed.verdict == "repeated"
    assert positions(scope, feed) == [1]


def test_the_same_number_with_other_content_is_refused_and_both_are_kept(scope: Scope) -> None:
    feed = hand.feed(scope)
    name, data = hand.made(scope, feed, 1, hand.row())
    first = hand.arrive(scope, feed, name, data)
    other = hand.made(scope, feed, 1, hand.row(name="別人　花子"))[1]
    second = hand.arrive(scope, feed, name, other)
    assert (first.verdict, second.verdict) == ("taken", "other_content")
    assert second.file == first.file
    with entered(scope):
        assert {place_of(scope, one.stored.token).read_bytes() for one in (first, second)} == {data, other}


def test_the_first_can_be_withdrawn_for_the_second_as_long_as_it_is_not_applied(scope: Scope) -> None:
    feed = hand.feed(scope)
    name, data = hand.made(scope, feed, 1, hand.row())
    first = hand.arrive(scope, feed, name, data)
    other = hand.made(scope, feed, 1, hand.row(name="別人　花子"))[1]
    hand.arrive(scope, feed, name, other)
    assert first.file is not None
    withdraw(scope, file_id=first.file.pk, ground="送り手が差し替えた")
    assert hand.arrive(scope, feed, name, other).verdict == "taken"
    apply_waiting(scope, feed.pk)
    assert hand.present(scope).name == "別人　花子"
    with entered(scope):
        assert FeedArrival.objects.within(scope).get(pk=first.pk).verdict == "withdrawn"
        applied = FeedFile.objects.within(scope).get(feed=feed, position=1)
    with pytest.raises(NotNow):
        withdraw(scope, file_id=applied.pk, ground="遅すぎる")


def test_a_number_that_lies_behind_is_refused(scope: Scope) -> None:
    feed = describing.open_feed(
        scope,
        key="late",
        description=describing.Description(
            name="x", mapping_key="", pattern="D_{date}_{sequence}.csv", codes=(hand.CODE,)
        ),
        first_number=5,
    )
    assert hand.arrive(scope, feed, *hand.made(scope, feed, 4, hand.row())).verdict == "older"
    assert positions(scope, feed) == []


@pytest.mark.parametrize(
    ("name", "cut", "verdict"),
    [
        ("D_20260402_1.csv", b"", "wrong_name"),
        ("../D_20260402_0001.csv", b"", "wrong_name"),
        ("D_20260402_0001.csv", b"T,1\n", "truncated"),
        ("D_20260402_0001.csv", b"\n", "truncated"),
    ],
)
def test_what_is_cut_short_or_misnamed_is_refused_and_leaves_its_place_free(
    scope: Scope, name: str, cut: bytes, verdict: str
) -> None:
    feed = hand.feed(scope)
    right, data = hand.made(scope, feed, 1, hand.row())
    assert hand.arrive(scope, feed, name, data.removesuffix(cut)).verdict == verdict
    assert positions(scope, feed) == []
    assert hand.arrive(scope, feed, right, data).verdict == "taken"


def test_a_trailer_that_counts_more_rows_means_that_some_are_lost(scope: Scope) -> None:
    feed = hand.feed(scope)
    name, data = hand.made(scope, feed, 1, hand.row(), hand.row(addressee_number=hand.OTHER))
    lines = data.splitlines(keepends=True)
    arrival = hand.arrive(scope, feed, name, b"".join([*lines[:2], lines[-1]]))
    assert (arrival.verdict, arrival.rows) == ("truncated", 1)


def test_another_towns_rows_are_refused_although_the_name_is_in_order(scope: Scope) -> None:
    feed = hand.feed(scope)
    rows = [hand.row(address_municipality_code="403491")]
    assert hand.arrive(scope, feed, *hand.made(scope, feed, 1, *rows)).verdict == "wrong_town"


def test_another_layout_cannot_be_read(scope: Scope) -> None:
    feed = hand.feed(scope)
    assert hand.arrive(scope, feed, "D_20260402_0001.csv", b"a,b\n1,2\nT,1\n").verdict == "unreadable"


def test_what_did_not_arrive_whole_is_not_kept(scope: Scope) -> None:
    feed = hand.feed(scope)
    name, data = hand.made(scope, feed, 1, hand.row())
    facts = {"feed_id": feed.pk, "name": name, "via": Via.MACHINE}
    with pytest.raises(BrokenUpload):
        receive(scope, chunks=[data[:-5]], expected=len(data), **facts)  # type: ignore[arg-type]
    with pytest.raises(OtherBytes):
        receive(scope, chunks=[data], sha256="0" * 64, **facts)  # type: ignore[arg-type]
    assert positions(scope, feed) == []
    with entered(scope):
        assert not FeedArrival.objects.within(scope).exists()


def test_a_whole_town_is_no_difference(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = hand.feed(scope)
    monkeypatch.setattr(receiving, "MOST_BYTES", 10)
    with pytest.raises(FeedError, match="大きすぎ"):
        hand.arrive(scope, feed, "D_20260402_0001.csv", b"x" * 11)


def test_who_may_not_hand_in_cannot_and_a_closed_feed_takes_nothing(
    scope: Scope, town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    feed = hand.feed(scope)
    clerk = scope_of(town, permissions=frozenset({"register.view"}))
    with pytest.raises(Forbidden):
        hand.arrive(clerk, feed, "D_20260402_0001.csv", b"")
    described = describing.Description(name="x", mapping_key="", pattern="D_{date}_{sequence}.csv")
    describing.change_feed(scope, feed_id=feed.pk, description=described, is_active=False)
    with pytest.raises(NotNow):
        hand.arrive(scope, feed, "D_20260402_0001.csv", b"")


def test_a_town_never_sees_another_towns_feed(
    scope: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    feed = hand.feed(scope)
    with pytest.raises(NotFound):
        hand.arrive(scope_of(other_town), feed, "D_20260402_0001.csv", b"")


@pytest.mark.parametrize("key", ["", "Juki", "1a", "a" * 41, "a_b"])
def test_a_key_is_a_plain_word(scope: Scope, key: str) -> None:
    with pytest.raises(BadRule):
        hand.feed(scope, key=key)


def test_a_key_is_taken_once_and_a_daily_feed_needs_its_first_day(scope: Scope) -> None:
    hand.feed(scope)
    with pytest.raises(NotNow):
        hand.feed(scope)
    with pytest.raises(BadRule, match="基準日"):
        hand.feed(scope, key="daily", pattern="D_{date}.csv", order=Order.DAY, as_of=None)


def test_the_order_of_a_feed_with_files_stays(scope: Scope) -> None:
    feed = hand.feed(scope)
    hand.arrive(scope, feed, *hand.made(scope, feed, 1, hand.row()))
    daily = describing.Description(name="x", mapping_key="", pattern="D_{date}.csv", order=Order.DAY)
    with pytest.raises(NotNow):
        describing.change_feed(scope, feed_id=feed.pk, description=daily)
