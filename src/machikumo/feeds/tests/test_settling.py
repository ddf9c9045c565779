"""Rows that were left out: accepted, kept, tried again, or mended; each with a reason that is kept, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from machikumo.feeds.actions import settling
from machikumo.feeds.actions.settling import accept_row, fetch_broken, keep_row, mend, try_again
from machikumo.feeds.domain.errors import FeedError, NotNow
from machikumo.feeds.models import FeedEvent, FeedRow
from machikumo.feeds.tests import hand
from machikumo.kernel.errors import Forbidden
from machikumo.kernel.tenancy.doors import entered
from machikumo.register.actions import correct
from machikumo.register.tests import rows as register

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.feeds.models import FeedFile
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

WORDS = "送り手に確かめた"
BROKEN = {"sex": "", "birth_date": "1980-02-30"}


def states(scope: Scope, file: FeedFile) -> list[tuple[str, str]]:
    return [(row.reason, str(row.state)) for row in hand.left(scope, file)]


def told(scope: Scope) -> int:
    with entered(scope):
        return FeedEvent.objects.within(scope).count()


def test_a_row_is_accepted_by_somebodys_word_and_once_only(scope: Scope) -> None:
    hand.lives_here(scope)
    file = hand.bring(scope, hand.feed(scope), 1, hand.change(4, address_number="７番"))
    row = hand.left(scope, file)[0]
    settled = accept_row(scope, row_id=row.pk, ground=f" {WORDS} ")
    assert (settled.state, settled.ground, settled.settled_by) == ("applied", WORDS, scope.person)
    assert hand.history(scope) == [(1, 0), (4, 0)]
    assert hand.present(scope).address_number == "７番"
    assert told(scope) == 1
    with pytest.raises(NotNow):
        accept_row(scope, row_id=row.pk, ground=WORDS)


def test_an_older_row_that_is_accepted_does_not_become_the_present_one(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    held = hand.bring(scope, feed, 1, hand.change(3, address_number="３番"))
    hand.bring(scope, feed, 2, hand.change(2, address_number="２番"))
    assert hand.history(scope) == [(1, 0), (2, 0)]
    register.load(scope, hand.change(4, address_number="４番"))
    accept_row(scope, row_id=hand.left(scope, held)[0].pk, ground=WORDS)
    assert hand.history(scope) == [(1, 0), (2, 0), (3, 0), (4, 0)]
    assert hand.present(scope).address_number == "４番"


def test_the_register_is_kept_against_a_row(scope: Scope) -> None:
    hand.lives_here(scope)
    file = hand.bring(scope, hand.feed(scope), 1, hand.change(1, name="別人　花子"))
    row = hand.left(scope, file)[0]
    with pytest.raises(NotNow):
        accept_row(scope, row_id=row.pk, ground=WORDS)
    with pytest.raises(FeedError, match="理由"):
        keep_row(scope, row_id=row.pk, ground="")
    keep_row(scope, row_id=row.pk, ground=WORDS)
    assert states(scope, file) == [("other_content", "kept")]
    assert hand.present(scope).name == "藤沢　健一"


def test_what_was_missing_came_and_the_rows_are_tried_again(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    first = hand.bring(scope, feed, 1, hand.change(3), hand.change(4))
    assert states(scope, first) == [("missing_version", "open"), ("missing_version", "open")]
    assert try_again(scope, file_id=first.pk) == 0
    hand.bring(scope, feed, 2, hand.change(2))
    assert try_again(scope, file_id=first.pk) == 2
    assert hand.history(scope) == [(1, 0), (2, 0), (3, 0), (4, 0)]
    assert states(scope, first) == [("missing_version", "applied"), ("missing_version", "applied")]
    assert (told(scope), try_again(scope, file_id=first.pk)) == (3, 0)


def test_a_row_keeps_its_newest_reason(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    file = hand.bring(scope, feed, 1, hand.change(3))
    hand.bring(scope, feed, 2, hand.change(2))
    found = hand.present(scope)
    facts = {"person_id": found.person_id, "expected_version_id": found.pk, "ground": "resident_request"}
    correct(scope, changes={"remarks": "確認"}, **facts)
    assert try_again(scope, file_id=file.pk) == 0
    assert states(scope, file) == [("corrected_here", "open")]


def test_broken_rows_are_fetched_in_their_own_bytes_mended_and_applied(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    broken = hand.change(2, **BROKEN)
    file = hand.bring(scope, feed, 1, broken, hand.change(1, "02", addressee_number=hand.OTHER))
    assert (file.applied, file.left_out) == (1, 1)
    assert hand.left(scope, file)[0].broken
    name, data = fetch_broken(scope, file_id=file.pk)
    assert name == "mend-D_20260402_0001.csv"
    original = hand.made(scope, feed, 1, broken)[1]
    assert data == original.removesuffix(b"T,1\n")
    right = hand.made(scope, feed, 1, hand.change(2))[1].removesuffix(b"T,1\n")
    assert mend(scope, file_id=file.pk, name=name, chunks=[right]) == 1
    assert hand.history(scope) == [(1, 0), (2, 0)]
    assert {row.state for row in hand.left(scope, file)} == {"applied"}
    with pytest.raises(NotNow):
        fetch_broken(scope, file_id=file.pk)
    with pytest.raises(FeedError, match="0 行"):
        mend(scope, file_id=file.pk, name=name, chunks=[right])


def test_a_mended_file_with_other_rows_or_still_broken_ones_changes_nothing(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    file = hand.bring(scope, feed, 1, hand.change(2, **BROKEN))
    two = hand.made(scope, feed, 1, hand.change(2), hand.change(3))[1].removesuffix(b"T,2\n")
    still = hand.made(scope, feed, 1, hand.change(2, **BROKEN))[1].removesuffix(b"T,1\n")
    for data, words in ((two, "1 行ですが"), (still, "まだ直っていません"), (b"other\n1\n", "行ですが")):
        with pytest.raises(FeedError, match=words):
            mend(scope, file_id=file.pk, name="m.csv", chunks=[data])
    assert hand.history(scope) == [(1, 0)]
    assert hand.left(scope, file)[0].state == "open"


def test_a_mended_row_that_the_register_speaks_against_stays_open_with_the_reason(scope: Scope) -> None:
    hand.lives_here(scope)
    feed = hand.feed(scope)
    file = hand.bring(scope, feed, 1, hand.change(5, **BROKEN))
    mended = hand.made(scope, feed, 1, hand.change(5))[1].removesuffix(b"T,1\n")
    assert mend(scope, file_id=file.pk, name="m.csv", chunks=[mended]) == 0
    row = hand.left(scope, file)[0]
    assert (row.state, row.broken) == ("open", True)
    assert "2-0" in row.message_ja


def test_rows_of_a_stopped_file_wait_for_the_file(scope: Scope) -> None:
    rows = [hand.change(5, addressee_number=f"{900 + number:015d}") for number in range(6)]
    file = hand.bring(scope, hand.feed(scope), 1, *rows)
    assert file.state == "stopped"
    row = hand.left(scope, file)[0]
    for act in (accept_row, keep_row):
        with pytest.raises(NotNow):
            act(scope, row_id=row.pk, ground=WORDS)
    with pytest.raises(NotNow):
        try_again(scope, file_id=file.pk)


def test_who_may_only_look_settles_nothing(scope: Scope, town: Organisation, scope_of: Callable[..., Scope]) -> None:
    hand.lives_here(scope)
    file = hand.bring(scope, hand.feed(scope), 1, hand.change(4))
    looker = scope_of(town, permissions=frozenset({"layouts.view"}))
    row = hand.left(scope, file)[0]
    with pytest.raises(Forbidden):
        accept_row(looker, row_id=row.pk, ground=WORDS)
    with pytest.raises(Forbidden):
        fetch_broken(looker, file_id=file.pk)
    with entered(scope):
        assert FeedRow.objects.within(scope).get(pk=row.pk).state == "open"
    assert settling.MENDED != "daily_feed"
