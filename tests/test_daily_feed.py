"""The daily feed with a missing, a repeated and a swapped file: nothing is applied twice, and the gap is named.

And with a worker killed at any moment (kill -9): the register, the events and the vault are row for row those of the
undisturbed run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from machikumo.feeds import queries
from machikumo.feeds.models import FeedArrival
from machikumo.feeds.tests import scenes
from machikumo.feeds.working import apply_waiting
from machikumo.kernel.registries import listeners
from machikumo.kernel.tenancy.doors import entered
from machikumo.synthetic.differences import Delivery, delivered
from machikumo.synthetic.domain.daily import present_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.synthetic.differences import DailyFile

DAYS, MISSING, REPEATED, SWAPPED = 9, 4, 2, 6
FAULTS = Delivery(frozenset({MISSING}), frozenset({REPEATED}), frozenset({SWAPPED}))
KILLS, SEED = 6, int(os.environ.get("MACHIKUMO_KILL_SEED", "20261125"))
APPLY = """
import sys
from machikumo.site.setup import start_django
start_django()
from machikumo.feeds.working import apply_waiting
from machikumo.kernel.tenancy.models import Organisation
from machikumo.organisations.registration import command_scope
print("ready", flush=True)
apply_waiting(command_scope(Organisation.objects.get(code=sys.argv[1])), int(sys.argv[2]))
"""


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """What listeners are told: subject and version."""
    told: list[tuple[str, str]] = []

    def listen(_scope: Scope, *, subject: str, history: str, **_facts: Any) -> None:
        told.append((subject, history))

    kinds = ("born", "moved_in", "moved", "moved_out", "died", "household_changed", "changed")
    for kind in kinds:
        listeners.register(f"resident.{kind}", listen)
    yield told
    for kind in kinds:
        listeners._by_event[f"resident.{kind}"].remove(listen)


def verdicts(scope: Scope) -> list[tuple[str, str]]:
    with entered(scope):
        rows = FeedArrival.objects.within(scope).order_by("pk").values_list("name", "verdict")
        return list(rows)


def missing(scope: Scope, feed: Feed) -> list[tuple[int, date | None, str]]:
    with entered(scope):
        fresh = queries.feed_of(scope, feed.pk)
        return [(gap.position, gap.day, gap.name) for gap in queries.missing_files(scope, fresh)]


def states(scope: Scope, feed: Feed) -> dict[int, str]:
    with entered(scope):
        return dict(queries.files_of(scope, feed).values_list("position", "state"))


class Calm:
    """The same town with its files as they should come; made once, as no test changes it."""

    made: list[Calm] = []  # noqa: RUF012 - one for the whole module

    def __init__(self, scope: Scope, folder: Path) -> None:
        self.scope = scope
        scenes.move_in(scope, folder)
        self.feed = scenes.feed_in(scope)
        scenes.come(scope, self.feed, *scenes.files_of_days(DAYS))

    @property
    def holds(self) -> tuple[Any, ...]:
        """Every version, every event, and how many numbers."""
        return held_by(self.scope)


def held_by(scope: Scope) -> tuple[Any, ...]:
    return scenes.versions(scope), scenes.events(scope), scenes.numbers(scope)


@pytest.fixture
def calm(make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope], tmp_path: Path) -> Calm:
    """The undisturbed run."""
    if not Calm.made:
        Calm.made.append(Calm(scope_of(make_organisation()), tmp_path / "calm"))
    return Calm.made[0]


def test_a_missing_a_repeated_and_a_swapped_file_apply_nothing_twice_and_the_gap_is_named(
    calm: Calm, scope: Scope, heard: list[tuple[str, str]], tmp_path: Path
) -> None:
    moved_in = scenes.move_in(scope, tmp_path)
    feed = scenes.feed_in(scope)
    files = list(scenes.files_of_days(DAYS))
    coming = delivered(files, FAULTS)
    assert len(coming) == DAYS  # one is missing, one comes twice

    scenes.come(scope, feed, *coming)

    # the gap is named exactly: number, day and file name
    gap = files[MISSING - 1]
    assert missing(scope, feed) == [(MISSING, gap.day, gap.name)]
    # up to the gap all is applied, what lies behind waits for it
    expected = dict.fromkeys(range(1, MISSING), "applied") | dict.fromkeys(range(MISSING + 1, DAYS + 1), "waiting")
    assert states(scope, feed) == expected
    # the repeated file was told as such, with the file that was applied and when
    repeated = [row for row in verdicts(scope) if row[1] == "repeated"]
    assert repeated == [(files[REPEATED - 1].name, "repeated")]
    with entered(scope):
        about = FeedArrival.objects.within(scope).select_related("file").get(verdict="repeated").file
    assert about is not None
    assert about.applied_at is not None

    # the swapped file came before its predecessor: once the gap is closed, both are applied in their order
    done = scenes.come(scope, feed, gap)
    assert [file.position for file in done] == list(range(MISSING, DAYS + 1))
    assert missing(scope, feed) == []

    # row for row what the undisturbed town has: nothing lost, nothing twice
    assert held_by(scope) == calm.holds
    assert len(heard) == len(set(heard)) == len(scenes.rows_of_days(DAYS))
    assert len(scenes.versions(scope)) == moved_in + len(scenes.rows_of_days(DAYS))


def test_the_register_holds_the_newest_row_of_everybody_as_the_old_system_wrote_it(calm: Calm) -> None:
    scope = calm.scope
    newest = present_after(scenes.days_of(scenes.order_of(DAYS)))
    present = {row[0]: held for row in scenes.versions(scope) if (held := json.loads(row[2]))["is_latest"]}
    assert set(newest) <= set(present)
    for number, row in newest.items():
        held = present[number]
        keys = ("name", "name_kana", "event_reason", "event_date", "resident_state", "address_town", "relationship_1")
        assert [held[key] for key in keys] == [row[key] for key in keys]


def test_everything_handed_in_again_changes_nothing(calm: Calm) -> None:
    before = calm.holds
    assert scenes.come(calm.scope, calm.feed, *scenes.files_of_days(DAYS)) == []
    assert calm.holds == before
    assert [verdict for _, verdict in verdicts(calm.scope)[DAYS:]] == ["repeated"] * DAYS


def killed_run(database: str, scope: Scope, feed: Feed, seconds: float) -> int:
    """Apply in a process of its own and kill it so many seconds after it is ready; gives its exit code."""
    environment = dict(os.environ) | {"MACHIKUMO_DATABASE": database}
    command = [sys.executable, "-c", APPLY, scope.organisation_code, str(feed.pk)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    finally:
        process.wait()
        if process.stdout:
            process.stdout.close()
    return process.returncode


def applied_files(scope: Scope, feed: Feed) -> int:
    return sum(state == "applied" for state in states(scope, feed).values())


def all_waiting(scope: Scope, feed: Feed) -> list[DailyFile]:
    """Every file is taken in, none is applied."""
    files = list(scenes.files_of_days(DAYS))
    for file in files:
        scenes.hand_in(scope, feed, file)
    return files


def test_killed_at_random_moments_nothing_comes_twice_and_nothing_is_lost(
    database: str, calm: Calm, scope: Scope, tmp_path: Path
) -> None:
    scenes.move_in(scope, tmp_path)
    feed = scenes.feed_in(scope)
    all_waiting(scope, feed)
    began = time.monotonic()
    dice, seen = random.Random(SEED), []
    for _ in range(KILLS):
        killed_run(database, scope, feed, dice.uniform(0.05, 0.6))
        seen.append(applied_files(scope, feed))
    assert seen == sorted(seen), f"seed {SEED}: what was applied stays applied"
    apply_waiting(scope, feed.pk)
    assert applied_files(scope, feed) == DAYS
    assert held_by(scope) == calm.holds, f"seed {SEED}"
    assert time.monotonic() - began < 300
