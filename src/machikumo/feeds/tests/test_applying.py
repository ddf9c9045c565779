"""Files are applied in their turn, each once; what does not fit the register is listed and left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from machikumo.feeds import queries
from machikumo.feeds.actions import describing
from machikumo.feeds.actions.applying import apply_file
from machikumo.feeds.actions.settling import confirm_stop, skip
from machikumo.feeds.domain.arrivals import ZeroRows
from machikumo.feeds.domain.errors import FeedError, NotNow
from machikumo.feeds.domain.sequence import Order
from machikumo.feeds.models import FeedEvent
from machikumo.feeds.tests import hand, scenes
from machikumo.feeds.working import apply_waiting
from machikumo.kernel.ledger.queries import Filters, all_entries_of
from machikumo.kernel.numbers.domain.digits import NumberKind, complete
from machikumo.kernel.numbers.models import NumberRecord
from machikumo.kernel.registries import listeners
from machikumo.kernel.tenancy.doors import entered
from machikumo.register.actions import correct
from machikumo.register.models import Household

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope

NUMBER = complete("12345678901", NumberKind.INDIVIDUAL, training=True)


def missing(scope: Scope, feed: Feed) -> list[str]:
    with entered(scope):
        return [gap.name for gap in queries.missing_files(scope, queries.feed_of(scope, feed.pk))]


def events(scope: Scope) -> list[tuple[str, int]]:
    with entered(scope):
        return list(FeedEvent.objects.within(scope).order_by("pk").values_list("kind", "history_number"))


def test_days_in_their_order_bring_every_row_once(scope: Scope, tmp_path: Path) -> None:
    before = scenes.move_in(scope, tmp_path)
    feed = scenes.feed_in(scope)
    done = scenes.come(scope, feed, *scenes.files_of_days(4))
    assert [file.state for file in done] == ["applied"] * 4
    truth = scenes.rows_of_days(4)
    assert sum(file.applied for file in done) == len(truth)
    assert sum(file.left_out for file in done) == 0
    assert len(scenes.versions(scope)) == before + len(truth)
    keys = {(row["addressee_number"], int(row["history_number"]), int(row["history_branch"])) for row in truth}
    assert {(one[0], one[1], one[2]) for one in scenes.events(scope)} == keys


def test_a_row_brings_the_next_version_and_moves_the_mark_of_the_present_one(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    file = hand.bring(scope, feed, 1, hand.change(2, address_number="９番", is_latest="0"))
    assert (file.state, file.applied, file.left_out) == ("applied", 1, 0)
    assert hand.history(scope) == [(1, 0), (2, 0)]
    found = hand.present(scope)
    assert (found.history_number, found.address_number, found.event_date) == (2, "９番", date(2026, 4, 2))
    assert events(scope) == [("moved", 2)]
    with entered(scope):
        assert queries.feed_of(scope, feed.pk).last_day == hand.FIRST_DAY


def test_whoever_listens_is_told_once_and_what_a_listener_refuses_does_not_happen(scope: Scope) -> None:
    told: list[tuple[str, date | None]] = []

    def listen(_scope: Scope, *, subject: str, event_date: date | None, history: str) -> None:
        told.append((history, event_date))
        if len(told) == 1:
            raise FeedError("まだです。", "Not yet.")
        assert subject

    hand.lives_here(scope)
    feed = hand.feed(scope)
    hand.arrive(scope, feed, *hand.made(scope, feed, 1, hand.change(2, "05", **hand.GONE)))
    listeners.register("resident.died", listen)
    try:
        with pytest.raises(FeedError):
            apply_waiting(scope, feed.pk)
        assert hand.history(scope) == [(1, 0)]
        assert events(scope) == []
        apply_waiting(scope, feed.pk)
    finally:
        listeners._by_event["resident.died"].remove(listen)
    assert told == [("2-0", date(2026, 4, 2))] * 2
    assert hand.present(scope).resident_state == "3"


def test_a_file_before_its_turn_is_not_applied_even_when_asked(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    early = hand.arrive(scope, feed, *hand.made(scope, feed, 2, hand.change(3)))
    assert apply_waiting(scope, feed.pk) == []
    assert missing(scope, feed) == ["D_20260402_0001.csv"]
    assert early.file is not None
    with pytest.raises(NotNow):
        apply_file(scope, file_id=early.file.pk)
    hand.arrive(scope, feed, *hand.made(scope, feed, 1, hand.change(2)))
    assert [file.position for file in apply_waiting(scope, feed.pk)] == [1, 2]
    assert hand.history(scope) == [(1, 0), (2, 0), (3, 0)]


def test_a_file_that_never_existed_is_skipped_by_somebodys_word(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    hand.arrive(scope, feed, *hand.made(scope, feed, 3, hand.change(2)))
    with pytest.raises(NotNow):
        skip(scope, feed_id=feed.pk, position=2, ground="順番ではない")
    with pytest.raises(FeedError, match="理由"):
        skip(scope, feed_id=feed.pk, position=1, ground=" ")
    skip(scope, feed_id=feed.pk, position=1, ground="障害で作られなかった")
    skipped = skip(scope, feed_id=feed.pk, position=2, ground="障害で作られなかった")
    assert (skipped.state, skipped.name) == ("skipped", "D_20260403_0002.csv")
    assert [file.position for file in apply_waiting(scope, feed.pk)] == [3]
    assert hand.arrive(scope, feed, *hand.made(scope, feed, 1, hand.change(9))).verdict == "older"


def test_one_file_a_day_knows_its_gap_by_the_day(scope: Scope) -> None:
    feed = hand.feed(scope, key="day", pattern="D_{date}.csv", order=Order.DAY, days=frozenset(range(5)))
    friday = date(2026, 4, 3)
    for day in (friday - timedelta(days=1), friday + timedelta(days=4)):
        with entered(scope):
            name, data = hand.file_of_rows(scope, feed, [hand.row()] if day < friday else [], number=0, day=day)
        assert hand.arrive(scope, feed, name, data).verdict == "taken"
    assert [file.name for file in apply_waiting(scope, feed.pk)] == ["D_20260402.csv"]
    assert missing(scope, feed) == ["D_20260403.csv", "D_20260406.csv"]


# --- what the register says otherwise


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([hand.change(4)], "missing_version"),
        ([hand.change(2, "01")], "lives_here"),
        ([hand.change(1, name="別人　花子")], "other_content"),
        ([hand.change(3, addressee_number=hand.OTHER)], "unknown_person"),
    ],
)
def test_a_row_that_tells_of_another_past_is_listed_and_nothing_is_written(
    scope: Scope, rows: list[dict[str, str]], reason: str
) -> None:
    hand.lives_here(scope, event_date="2026-04-01", event_reason="03")
    file = hand.bring(scope, hand.feed(scope), 1, *rows)
    assert (file.state, file.applied, file.left_out) == ("applied", 0, 1)
    row = hand.left(scope, file)[0]
    assert (row.reason, row.state, row.row, row.broken) == (reason, "open", 1, False)
    assert row.message_ja
    assert hand.history(scope) == [(1, 0)]
    assert hand.present(scope).name == "藤沢　健一"
    assert events(scope) == []


def test_a_household_of_which_a_row_was_left_out_is_marked_until_a_clerk_has_looked(scope: Scope) -> None:
    hand.lives_here(scope)
    hand.bring(scope, hand.feed(scope), 1, hand.change(5))
    with entered(scope):
        assert "差分" in Household.objects.within(scope).get(number="000000000000901").incomplete_reason


def test_a_record_that_a_clerk_corrected_is_a_conflict(scope: Scope) -> None:
    hand.lives_here(scope)
    found = hand.present(scope)
    facts = {"person_id": found.person_id, "expected_version_id": found.pk, "ground": "resident_request"}
    correct(scope, changes={"name": "藤澤　健一"}, **facts)
    file = hand.bring(scope, hand.feed(scope), 1, hand.change(2))
    assert [row.reason for row in hand.left(scope, file)] == ["corrected_here"]
    assert hand.present(scope).name == "藤澤　健一"


def test_a_row_that_is_there_already_is_counted_and_tells_nothing(scope: Scope) -> None:
    hand.lives_here(scope)
    file = hand.bring(scope, hand.feed(scope), 1, hand.row(), hand.change(2))
    assert (file.applied, file.already, file.left_out) == (1, 1, 0)
    assert events(scope) == [("moved", 2)]


def test_born_and_moved_in_on_one_day_and_the_same_person_twice(scope: Scope) -> None:
    feed = hand.feed(scope)
    child = {"addressee_number": hand.OTHER, "relationship_1": "20", "relationship_text": "子"}
    rows = [hand.change(1, "02"), hand.change(1, "01", **child, birth_date="2026-04-01"), hand.change(2)]
    file = hand.bring(scope, feed, 1, *rows)
    assert (file.applied, file.events) == (3, {"born": 1, "moved": 1, "moved_in": 1})
    assert hand.history(scope) == [(1, 0), (2, 0)]
    assert hand.present(scope).history_number == 2


# --- numbers


def test_numbers_go_to_the_vault_and_one_of_somebody_else_is_told(scope: Scope) -> None:
    feed = hand.feed(scope)
    file = hand.bring(scope, feed, 1, hand.change(1, "02", individual_number=NUMBER))
    assert file.left_out == 0
    with entered(scope):
        assert NumberRecord.objects.within(scope).count() == 1
    other = {"addressee_number": hand.OTHER, "household_number": "000000000000902", "individual_number": NUMBER}
    second = hand.bring(scope, feed, 2, hand.change(1, "02", **other))
    assert (second.applied, second.left_out) == (1, 1)
    row = hand.left(scope, second)[0]
    assert (row.reason, row.is_of_number) == ("number_clash", True)
    assert hand.PERSON in row.message_ja
    assert NUMBER not in row.message_ja + row.message_en + row.items


# --- what stops a file


def many(count: int) -> list[dict[str, str]]:
    return [hand.change(5, addressee_number=f"{900 + number:015d}") for number in range(count)]


def test_a_file_of_another_time_stops_before_anything_is_written(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    file = hand.bring(scope, feed, 1, hand.change(2), *many(6))
    assert (file.state, file.stop, file.left_out) == ("stopped", "too_many", 6)
    assert hand.history(scope) == [(1, 0)]
    assert len(hand.left(scope, file)) == 6
    hand.arrive(scope, feed, *hand.made(scope, feed, 2, hand.change(3)))
    assert apply_waiting(scope, feed.pk) == []
    confirm_stop(scope, file_id=file.pk, ground="送り手に確かめた")
    assert [one.state for one in apply_waiting(scope, feed.pk)] == ["applied", "applied"]
    assert hand.history(scope) == [(1, 0), (2, 0), (3, 0)]
    with pytest.raises(NotNow):
        confirm_stop(scope, file_id=file.pk, ground="もう反映済み")


def test_a_few_rows_never_stop_a_file(scope: Scope) -> None:
    file = hand.bring(scope, hand.feed(scope), 1, *many(4))
    assert (file.state, file.left_out) == ("applied", 4)


def test_an_empty_file_is_a_day_without_change_or_asks_as_the_feed_says(scope: Scope) -> None:
    calm, wary = hand.feed(scope), hand.feed(scope, key="wary", zero_rows=ZeroRows.SUSPICIOUS)
    first, second = hand.bring(scope, calm, 1), hand.bring(scope, calm, 2)
    assert [(one.state, one.rows) for one in (first, second)] == [("applied", 0)] * 2
    file = hand.bring(scope, wary, 1)
    assert (file.state, file.stop) == ("stopped", "zero_rows")
    confirm_stop(scope, file_id=file.pk, ground="異動なしと確かめた")
    assert [one.state for one in apply_waiting(scope, wary.pk)] == ["applied"]


def test_a_file_is_not_read_by_another_definition_without_a_word(scope: Scope) -> None:
    feed = hand.feed(scope)
    arrival = hand.arrive(scope, feed, *hand.made(scope, feed, 1, hand.row()))
    described = describing.Description(
        name="x", mapping_key="kasumi-to-standard", pattern="D_{date}_{sequence}.csv", codes=(hand.CODE,)
    )
    describing.change_feed(scope, feed_id=feed.pk, description=described)
    file = apply_waiting(scope, feed.pk)[0]
    assert (file.pk, file.state) == (arrival.file_id, "stopped")
    assert file.stop in {"definitions", "unreadable"}


# --- traces


def test_the_ledger_tells_of_the_file_and_of_each_person(scope: Scope) -> None:
    hand.lives_here(scope)
    file = hand.bring(scope, hand.feed(scope), 1, hand.change(2))
    subject = hand.present(scope).person.subject
    with entered(scope):
        entries = list(all_entries_of(scope, Filters(), limit=100))
    told = {entry.event: entry for entry in entries}
    assert {"feed.opened", "feed.received", "feed.applied", "people.loaded", "person.loaded"} <= set(told)
    assert told["person.loaded"].subject == subject
    assert told["feed.applied"].facts["details"]["position"] == file.position
    assert told["feed.applied"].purpose == "daily_feed"
