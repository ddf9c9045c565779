"""Counting a round: what is refused, what changed since, what stays when sources are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.registries import listeners
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import keeping
from machikumo.layouts.models import MoveIn
from machikumo.rehearsals import actions, measuring, queries
from machikumo.rehearsals.domain.results import defects_in, differing_rows, sum_of
from machikumo.rehearsals.opening import FigureAsked, open_rows
from machikumo.rehearsals.tests.conftest import again, facts, measure
from machikumo.rehearsals.tests.makers import kasumi_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.kernel.scope import Scope
    from machikumo.rehearsals.models import Round

PEOPLE = [kasumi_row(number) for number in range(1, 6)]
NEW = FigureAsked("resident-standard", "kind", value="new")

pytestmark = pytest.mark.usefixtures("quiet_queue")


class Told:
    """A run that remembers how far it was."""

    token = "job:1"

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    def progress(self, done: int, total: int, note_ja: str = "", note_en: str = "") -> None:
        assert note_ja
        assert note_en
        self.steps.append((done, total))

    def log(self, message_ja: str, message_en: str = "", *, level: str = "info") -> None:
        raise AssertionError((message_ja, message_en, level))


def test_a_round_without_files_or_with_one_at_work_is_refused(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    with pytest.raises(Conflict, match="終わっていない"):
        measuring.measure(officer, Told(), rounds[0].pk)
    brought(rounds[0], PEOPLE, measured=False)
    with entered(officer):
        MoveIn.objects.within(officer).update(state="loading", reconciliation={})
    with pytest.raises(Conflict, match=r"town\.csv"):
        measuring.measure(officer, Told(), rounds[0].pk)


def test_the_progress_goes_to_the_end_of_both_rounds_files(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    brought(rounds[1], PEOPLE, measured=False)
    run = Told()
    measuring.measure(officer, run, rounds[1].pk)
    assert run.steps[-1][0] == run.steps[-1][1]
    assert run.steps == sorted(run.steps)


def test_who_asks_twice_gets_the_run_at_work_and_after_its_end_another_even_within_a_second(
    officer: Scope, rounds: list[Round], brought: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    brought(rounds[0], PEOPLE)
    ended = again(officer, rounds[0]).job_run_id
    first, second = (actions.start_measuring(officer, round_id=rounds[0].pk).pk for _ in range(2))
    assert first == second != ended
    brought(rounds[0], [kasumi_row(7)], name="more.csv", measured=False)
    assert actions.start_measuring(officer, round_id=rounds[0].pk).pk not in {ended, first}


def test_counting_again_replaces_the_rows_that_differed(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    brought(rounds[1], [*PEOPLE, kasumi_row(6)])
    first = again(officer, rounds[1]).evidence
    measure(officer, rounds[1])
    second = again(officer, rounds[1]).evidence
    assert second.pk != first.pk
    with entered(officer):
        assert StoredFile.objects.within(officer).get(pk=first.pk).removed_at is not None
    assert len(open_rows(officer, round_id=rounds[1].pk, figure=NEW).rows) == 1


def test_figures_and_rows_stay_when_the_sources_are_gone_but_nothing_is_counted_anew(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    brought(rounds[1], [*PEOPLE, kasumi_row(6)])
    for one in rounds[:2]:
        with entered(officer):
            (run,) = queries.files_of(officer, one)
        keeping.remove_files(officer, move_in_id=run.pk)
    assert facts(officer, rounds[1]).measured
    assert len(open_rows(officer, round_id=rounds[1].pk, figure=NEW).rows) == 1
    with pytest.raises(Conflict, match="消去されているため"):
        measuring.measure(officer, Told(), rounds[1].pk)


def test_a_mapping_that_changed_since_the_move_in_is_told(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    assert again(officer, rounds[0]).measured["changed_definitions"] == {}
    with entered(officer):
        MoveIn.objects.within(officer).update(mapping_digest="0" * 64)
    measure(officer, rounds[0])
    assert again(officer, rounds[0]).measured["changed_definitions"] == {"town.csv": "kasumi-to-standard"}


def test_a_rehearsal_whose_load_was_taken_back_stays_proved_and_a_real_move_does_not(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    for one in (rounds[0], rounds[2]):
        brought(one, PEOPLE)
        with entered(officer):
            (run,) = queries.files_of(officer, one)
            listeners.tell("load.undone", officer, source=f"move_in:{run.pk}")
    assert facts(officer, rounds[0]).all_reconciled
    assert not facts(officer, rounds[2]).all_reconciled


def test_a_figure_of_a_round_without_evidence_is_not_there(
    officer: Scope, rounds: list[Round], brought: Callable[..., None]
) -> None:
    brought(rounds[0], PEOPLE)
    with pytest.raises(NotFound):
        open_rows(officer, round_id=rounds[0].pk, figure=NEW)


def test_sums_over_layouts_are_nothing_where_nothing_was_counted() -> None:
    measured: dict[str, Any] = {
        "layouts": {
            "a": {"read": 3, "defects": [{"count": 2}, {"count": 1}]},
            "b": {"read": 4, "defects": []},
        }
    }
    assert (sum_of(measured, "read"), defects_in(measured)) == (7, 3)
    assert (sum_of({}, "read"), defects_in({}), differing_rows({})) == (0, 0, 0)
    assert differing_rows({"layouts": {"a": {"kinds": {"new": 2, "gone": 1}}, "b": {"kinds": {}}}}) == 3
