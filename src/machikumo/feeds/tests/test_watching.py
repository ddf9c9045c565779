"""Watched folders: what rests there is taken in and taken away; what cannot be taken in at all is put aside."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from machikumo.feeds import watching
from machikumo.feeds.models import FeedArrival
from machikumo.feeds.tests import hand
from machikumo.kernel.jobs.models import JobRun
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from pathlib import Path

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope

LONG_AGO = time.time() - 3_600


@pytest.fixture
def folder(scope: Scope, tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    """The folder of the feed."""
    settings.FEEDS_FOLDER = tmp_path  # type: ignore[attr-defined]
    found = tmp_path / scope.organisation_code / "std"
    found.mkdir(parents=True)
    return found


def put(folder: Path, name: str, data: bytes, *, at: float = LONG_AGO) -> Path:
    path = folder / name
    path.write_bytes(data)
    os.utime(path, (at, at))
    return path


def look(scope: Scope) -> int:
    with entered(scope):
        return watching.look(scope)


def arrivals(scope: Scope) -> list[tuple[str, str, str]]:
    with entered(scope):
        return list(FeedArrival.objects.within(scope).order_by("pk").values_list("name", "verdict", "via"))


@pytest.fixture
def feed(scope: Scope) -> Feed:
    """A feed of standard rows."""
    return hand.feed(scope)


def test_what_rests_in_the_folder_is_taken_in_and_queued(scope: Scope, feed: Feed, folder: Path) -> None:
    name, data = hand.made(scope, feed, 1, hand.row())
    path = put(folder, name, data)
    assert look(scope) == 1
    assert arrivals(scope) == [(name, "taken", "folder")]
    assert not path.exists()
    with entered(scope):
        assert JobRun.objects.within(scope).filter(kind="feeds.apply").count() == 1
    assert look(scope) == 0


def test_what_is_still_being_written_or_is_no_file_is_left_alone(scope: Scope, feed: Feed, folder: Path) -> None:
    name, data = hand.made(scope, feed, 1, hand.row())
    put(folder, name, data, at=time.time())
    for other in (f".{name}", f"{name}.part", f"{name}.tmp"):
        put(folder, other, data)
    (folder / "link.csv").symlink_to(folder / name)
    (folder / "refused").mkdir()
    assert look(scope) == 0
    assert arrivals(scope) == []


def test_a_folder_that_is_not_there_is_no_fault(scope: Scope, feed: Feed, settings: pytest.FixtureRequest) -> None:
    settings.FEEDS_FOLDER = watching.folder_of(scope, feed) / "nowhere"  # type: ignore[attr-defined]
    assert look(scope) == 0


def test_what_was_not_committed_comes_again(scope: Scope, feed: Feed, folder: Path) -> None:
    name, data = hand.made(scope, feed, 1, hand.row())
    path = put(folder, name, data)
    with entered(scope):
        assert watching.look(scope) == 1
        transaction.set_rollback(True)
    assert path.exists()
    assert look(scope) == 1
    assert arrivals(scope) == [(name, "taken", "folder")]


def test_a_file_that_cannot_be_taken_in_is_put_aside(
    scope: Scope, feed: Feed, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("machikumo.feeds.actions.receiving.MOST_BYTES", 5)
    name, data = hand.made(scope, feed, 1, hand.row())
    put(folder, name, data)
    assert look(scope) == 0
    assert (folder / "refused" / name).read_bytes() == data
    assert arrivals(scope) == []
