"""A run that is stopped goes on where it stopped; two people at once; and the map in a real conversion."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from machikumo.gaiji import actions, jobs, queries
from machikumo.gaiji.domain.decisions import Decision, Outcome
from machikumo.gaiji.domain.errors import UnreadableFile, WrongDecision
from machikumo.gaiji.domain.inventory import inventory
from machikumo.gaiji.models import GaijiCandidate, GaijiMapVersion, ReducedForm, ReductionTable, Verdict
from machikumo.gaiji.tests.conftest import Told
from machikumo.gaiji.tests.making import gaiji_bytes
from machikumo.gaiji.tests.test_workbench import KEEP, both, figures, identified
from machikumo.kernel.errors import Conflict
from machikumo.kernel.jobs import JobPaused
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.domain.mapping import load_gaiji
from machikumo.layouts.domain.steps import MapGaiji

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.gaiji.models import GaijiSet
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


class Stopping(Told):
    """A run that somebody pauses after so many steps."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:
        super().progress(done, total, note_ja, note_en)
        if len(self.steps) > self.after:
            raise JobPaused


@pytest.fixture
def second(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    return scope_of(town, person="account:2")


def seen(scope: Scope, one: GaijiSet) -> list[tuple[int, str, list[tuple[str, float]]]]:
    with entered(scope):
        return [
            (row.code, row.verdict, [(found.name, found.distance) for found in queries.candidates_of(scope, row)])
            for row in queries.figures_of(scope, one).order_by("code")
        ]


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_run_that_was_paused_anywhere_ends_as_an_undisturbed_one(
    scope: Scope, bring: Callable[..., GaijiSet], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    font = gaiji_bytes(*range(5), 1_005)
    whole, broken = bring(key="whole", font=font), bring(key="broken", font=font)
    jobs.identify(scope, Told(), whole.pk)
    with pytest.raises(JobPaused):
        jobs.identify(scope, Stopping(after), broken.pk)
    jobs.identify(scope, Told(), broken.pk)
    mine, theirs = seen(scope, broken), seen(scope, whole)
    assert [(code, verdict) for code, verdict, _ in mine] == [(code, verdict) for code, verdict, _ in theirs]
    for (_, _, found), (_, _, wanted) in zip(mine, theirs, strict=True):
        assert [name for name, _ in found] == [name for name, _ in wanted]
        assert [far for _, far in found] == pytest.approx([far for _, far in wanted], abs=0.002)  # batches round apart


def test_a_file_that_cannot_be_read_stops_the_run_in_words_and_changes_nothing(
    scope: Scope, bring: Callable[..., GaijiSet]
) -> None:
    one = bring(data=b"\x82\x20,x\r\n")
    with pytest.raises(UnreadableFile):
        jobs.identify(scope, Told(), one.pk)
    assert {row.verdict for row in figures(scope, one).values()} == {"waiting"}


def test_counting_again_replaces_the_counts(scope: Scope, compared: GaijiSet) -> None:
    again = inventory([("9", "氏名", "\ue002")])
    actions.count_use(scope, set_id=compared.pk, counted=again)
    rows = figures(scope, compared)
    assert {code: row.people for code, row in rows.items()} == {0xE002: 1, 0xE000: 0, 0xE001: 0, 0xE700: 0}
    assert rows[0xE001].columns == {}


def test_candidates_that_people_have_seen_are_never_changed(scope: Scope, compared: GaijiSet) -> None:
    before = seen(scope, compared)
    figure = figures(scope, compared)[0xE000]
    actions.keep_rankings(
        scope, set_id=compared.pk, found=[(figure, Verdict.CANDIDATES, [("MJ000099", "丁", "M0 0Z", 0.1)])]
    )
    assert seen(scope, compared) == before


def test_of_two_reviewers_at_once_one_is_told_that_the_other_was_first(
    town: Organisation, scope: Scope, scope_of: Callable[..., Scope], compared: GaijiSet
) -> None:
    row = actions.propose(scope, figure_id=figures(scope, compared)[0xE000].pk, decision=KEEP)
    gate, outcomes = Barrier(2), []

    def confirm(person: str) -> None:
        mine = scope_of(town, person=person)
        gate.wait()
        try:
            outcomes.append(actions.confirm(mine, decision_id=row.pk).reviewed_by)
        except Conflict:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [Thread(target=confirm, args=(f"account:{number}",)) for number in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 2
    assert outcomes.count("told") == 1


def test_two_cells_of_one_character_cannot_be_published_unnoticed(
    scope: Scope, second: Scope, bring: Callable[..., GaijiSet]
) -> None:
    one = bring(font=gaiji_bytes(4, 4), data=b"")
    jobs.identify(scope, Told(), one.pk)
    rows = figures(scope, one)
    for row in rows.values():
        both(scope, second, row, identified(scope, row))
    with pytest.raises(WrongDecision, match=r"U\+E000 = U\+E001"):
        actions.publish(second, set_id=one.pk)
    both(scope, second, rows[0xE001], Decision(Outcome.KEPT, "U+E000と同じ字形"))
    assert actions.publish(second, set_id=one.pk).identified == 1


def test_a_published_map_converts_names_both_ways_and_stops_at_an_undecided_one(
    scope: Scope, second: Scope, compared: GaijiSet
) -> None:
    row = figures(scope, compared)[0xE000]
    both(scope, second, row, identified(scope, row))
    read = load_gaiji(actions.publish(second, set_id=compared.pk).content, "published")
    step = MapGaiji(read.table)
    assert step.one(("山\ue000　太郎",)) == (f"山{chr(0x4E04)}　太郎",)
    assert step.inverse().one((f"山{chr(0x4E04)}　太郎",)) == ("山\ue000　太郎",)
    assert "\ue001" in read.undecided
    assert "\ue001" not in read.table


def test_two_people_of_one_name_stand_in_the_map_by_their_accounts(
    scope: Scope, second: Scope, compared: GaijiSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "machikumo.gaiji.actions.publishing.names_of", lambda _scope, persons: dict.fromkeys(persons, "同姓　同名")
    )
    row = figures(scope, compared)[0xE000]
    both(scope, second, row, identified(scope, row))
    read = load_gaiji(actions.publish(second, set_id=compared.pk).content, "published")
    assert read.characters[0].decided_by == ("account:1", "account:2")


def test_a_set_in_another_charset_says_so_in_its_map(
    scope: Scope, second: Scope, bring: Callable[..., GaijiSet]
) -> None:
    one = bring(font=gaiji_bytes(4), data=b"")
    with entered(scope):
        queries.sets(scope).filter(pk=one.pk).update(charset="utf-16")
    jobs.identify(scope, Told(), one.pk)
    row = figures(scope, one)[0xE000]
    both(scope, second, row, identified(scope, row))
    assert 'charset = "utf-8"' in actions.publish(second, set_id=one.pk).content


def test_the_next_open_figure_is_the_one_of_the_most_people(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    rows = figures(scope, compared)
    with entered(scope):
        following = queries.next_open(scope, rows[0xE001])
        assert following is not None
        assert following.code == 0xE000
    for row in rows.values():
        both(scope, second, row, KEEP)
    with entered(scope):
        assert queries.next_open(scope, rows[0xE001]) is None


def test_rows_are_told_by_what_people_know_them_by() -> None:
    assert str(GaijiCandidate(name="MJ000001")) == "MJ000001"
    assert str(GaijiMapVersion(gaiji_set_id=3, version=2)) == "3/2"
    assert str(ReductionTable(name="MJShrinkMap.json")) == "MJShrinkMap.json"
    assert str(ReducedForm(figure="MJ000001", text="丁")) == "MJ000001 丁"


def test_sets_figures_and_decisions_are_told_too(scope: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    row = actions.propose(scope, figure_id=figure.pk, decision=KEEP)
    assert str(compared) == "霞システム"
    assert str(figure) == "U+E000"
    assert str(row) == f"{figure.pk}/1"
    assert row.facts == KEEP
