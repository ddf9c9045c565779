"""The workbench in the database: use and candidates are kept, two people decide, versions stay for ever."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from machikumo.gaiji import actions, jobs, queries, waiting
from machikumo.gaiji.domain import maps
from machikumo.gaiji.domain.decisions import Decision, Ground, Outcome, ReducedTo
from machikumo.gaiji.domain.errors import GaijiError, SamePerson, UnreadableFile, UnreadableFont, WrongDecision
from machikumo.gaiji.models import GaijiDecision, GaijiFigure
from machikumo.gaiji.tests.conftest import Told
from machikumo.gaiji.tests.making import font_bytes, gaiji_bytes, glyph, strokes
from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.ledger.queries import Filters, entries_of
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.domain.mapping import load_gaiji
from machikumo.operations.actions import empty_training_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from machikumo.gaiji.models import GaijiSet
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

KEEP = Decision(Outcome.KEPT, "戸籍にもこの字形しかない")


@pytest.fixture
def second(town: Organisation, scope_of: Callable[..., Scope]) -> Scope:
    """Another person of the same town."""
    return scope_of(town, person="account:2")


def figures(scope: Scope, one: GaijiSet) -> dict[int, GaijiFigure]:
    with entered(scope):
        return {row.code: row for row in queries.figures_of(scope, one)}


def identified(scope: Scope, figure: GaijiFigure, **facts: object) -> Decision:
    """The decision for the nearest candidate."""
    with entered(scope):
        first = queries.candidates_of(scope, figure)[0]
    fields = {"figure": first.name, "text": first.text, "display": first.text} | facts
    return Decision(Outcome.IDENTIFIED, "字形が一致", **fields)  # type: ignore[arg-type]


def both(scope: Scope, second: Scope, figure: GaijiFigure, decision: Decision) -> GaijiDecision:
    row = actions.propose(scope, figure_id=figure.pk, decision=decision)
    return actions.confirm(second, decision_id=row.pk)


def test_a_font_becomes_a_set_of_open_figures(scope: Scope, bring: Callable[..., GaijiSet]) -> None:
    one = bring()
    rows = figures(scope, one)
    assert sorted(rows) == [0xE000, 0xE001, 0xE002]
    assert {(row.status, row.verdict) for row in rows.values()} == {("open", "waiting")}
    assert rows[0xE000].picture.startswith("M")
    assert one.family == "Kasumi Gaiji"


def test_a_broken_font_leaves_nothing_behind(scope: Scope, bring: Callable[..., GaijiSet]) -> None:
    with pytest.raises(UnreadableFont):
        bring(font=gaiji_bytes(1)[:200])
    with entered(scope):
        assert not queries.sets(scope).exists()


def test_a_key_is_taken_once(bring: Callable[..., GaijiSet]) -> None:
    bring()
    with pytest.raises(Conflict, match="kasumi"):
        bring()


def test_use_is_counted_and_a_character_that_the_font_lacks_is_listed(scope: Scope, compared: GaijiSet) -> None:
    rows = figures(scope, compared)
    assert list(rows)[:2] == [0xE001, 0xE000]
    assert (rows[0xE001].people, rows[0xE001].cells, rows[0xE001].columns) == (2, 2, {"氏名": 2})
    assert rows[0xE700].verdict == "missing"
    assert (compared.used_people, compared.used_cells, compared.texts) == (3, 4, 8)


def test_figures_get_their_candidates_with_writing_and_picture(scope: Scope, compared: GaijiSet) -> None:
    rows = figures(scope, compared)
    with entered(scope):
        candidates = queries.candidates_of(scope, rows[0xE000])
    assert len(candidates) == 10
    assert (candidates[0].name, candidates[0].text) == ("MJ000005", chr(0x4E04))
    assert candidates[0].picture.startswith("M")
    assert rows[0xE001].verdict == "candidates"
    assert compared.state == "ready"
    assert len(compared.candidates_from) == 64


def test_what_resembles_nothing_and_what_is_blank_get_no_candidate(
    scope: Scope, bring: Callable[..., GaijiSet]
) -> None:
    font = font_bytes({0xE000: glyph(strokes(1_005)), 0xE001: glyph([]), 0xE002: glyph([(9_000, 0, 10, 10)])})
    one = bring(font=font, data=b"")
    jobs.identify(scope, Told(), one.pk)
    assert {code: row.verdict for code, row in figures(scope, one).items()} == {
        0xE000: "no_candidate",
        0xE001: "blank",
        0xE002: "broken",
    }


def test_the_job_may_run_twice_without_harm(scope: Scope, compared: GaijiSet) -> None:
    before = figures(scope, compared)
    run = Told()
    assert jobs.identify(scope, run, compared.pk) == {"figures": 0}
    after = figures(scope, compared)
    assert {code: (row.people, row.verdict) for code, row in before.items()} == {
        code: (row.people, row.verdict) for code, row in after.items()
    }
    with entered(scope):
        assert len(queries.candidates_of(scope, after[0xE000])) == 10


def test_the_work_is_queued_once(scope: Scope, bring: Callable[..., GaijiSet], quiet_queue: None) -> None:  # noqa: ARG001 - a fresh queue
    one = bring()
    first, again = actions.start(scope, set_id=one.pk), actions.start(scope, set_id=one.pk)
    assert first.pk == again.pk


def test_a_set_is_not_finished_without_the_font_of_its_candidates(scope: Scope, compared: GaijiSet) -> None:
    with pytest.raises(GaijiError):
        actions.finish(scope, set_id=compared.pk, candidates_from="")


def test_one_person_proposes_and_another_confirms(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    row = actions.propose(scope, figure_id=figure.pk, decision=identified(scope, figure))
    assert (row.number, row.rank, row.state) == (1, 1, "proposed")
    assert figures(scope, compared)[0xE000].status == "proposed"
    done = actions.confirm(second, decision_id=row.pk, note="戸籍でも確認")
    assert (done.state, done.reviewed_by, done.review_note) == ("confirmed", "account:2", "戸籍でも確認")
    assert figures(scope, compared)[0xE000].status == "identified"


def test_nobody_confirms_or_returns_their_own_decision(scope: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    row = actions.propose(scope, figure_id=figure.pk, decision=identified(scope, figure))
    with pytest.raises(SamePerson):
        actions.confirm(scope, decision_id=row.pk)
    with pytest.raises(SamePerson):
        actions.return_to(scope, decision_id=row.pk, note="x")


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "confirmed", "reviewed_by": "account:1"},
        {"state": "confirmed", "reviewed_by": ""},
        {"state": "confirmed", "reviewed_by": "account:2", "reviewed_at": None},
        {"state": "proposed", "reviewed_by": "account:2"},
    ],
)
def test_the_database_itself_refuses_what_two_people_did_not_decide(
    scope: Scope, compared: GaijiSet, facts: dict[str, object]
) -> None:
    figure = figures(scope, compared)[0xE000]
    now = timezone.now()
    whole = {"figure": figure, "number": 1, "outcome": "kept", "reason": "x", "decided_by": "account:1"}
    whole |= {"decided_at": now, "reviewed_at": now} | facts
    with pytest.raises(IntegrityError, match="gaiji_four_eyes"), entered(scope):
        GaijiDecision.objects.add(scope, **whole)


def test_nothing_of_the_workbench_can_be_deleted_in_a_live_town(
    make_organisation: Callable[..., Organisation], scope_of: Callable[..., Scope], bring: Callable[..., GaijiSet]
) -> None:
    live = make_organisation(mode="live")
    one, other = scope_of(live), scope_of(live, person="account:2")
    made = bring(one)
    jobs.identify(one, Told(), made.pk)
    figure = figures(one, made)[0xE000]
    both(one, other, figure, identified(one, figure))
    actions.publish(other, set_id=made.pk)
    for table in ("set", "figure", "candidate", "decision", "mapversion"):
        with pytest.raises(DatabaseError, match="never deleted"), entered(one), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM gaiji_gaiji{table}")


def test_a_training_town_can_be_emptied_with_its_sets(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    both(scope, second, figure, identified(scope, figure))
    actions.publish(second, set_id=compared.pk)
    assert empty_training_town(scope) > 20
    with entered(scope):
        assert not queries.sets(scope).exists()


def test_a_published_map_cannot_be_changed(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    both(scope, second, figure, identified(scope, figure))
    actions.publish(second, set_id=compared.pk)
    with pytest.raises(DatabaseError, match="permission denied"), entered(scope), transaction.atomic():
        connection.cursor().execute("UPDATE gaiji_gaijimapversion SET content = ''")


def test_one_proposal_is_open_at_a_time(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    actions.propose(scope, figure_id=figure.pk, decision=KEEP)
    with pytest.raises(Conflict, match="確認待ち"):
        actions.propose(second, figure_id=figure.pk, decision=identified(scope, figure))


def test_a_decision_is_dealt_with_once(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    row = both(scope, second, figure, KEEP)
    with pytest.raises(Conflict, match="先に処理"):
        actions.confirm(second, decision_id=row.pk)
    with pytest.raises(Conflict, match="先に処理"):
        actions.return_to(second, decision_id=row.pk, note="遅い")


def test_what_is_given_back_needs_a_reason_and_opens_the_figure_again(
    scope: Scope, second: Scope, compared: GaijiSet
) -> None:
    figure = figures(scope, compared)[0xE000]
    row = actions.propose(scope, figure_id=figure.pk, decision=KEEP)
    with pytest.raises(WrongDecision):
        actions.return_to(second, decision_id=row.pk, note=" ")
    assert actions.return_to(second, decision_id=row.pk, note="MJ000005と同じ").state == "returned"
    assert figures(scope, compared)[0xE000].status == "open"


def test_a_new_decision_supersedes_the_old_and_both_are_kept(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    both(scope, second, figure, KEEP)
    both(second, scope, figure, identified(scope, figure))
    with entered(scope):
        states = [(row.number, row.state) for row in queries.decisions_of(scope, figure)]
    assert states == [(2, "confirmed"), (1, "superseded")]
    third = actions.propose(scope, figure_id=figure.pk, decision=KEEP)
    actions.return_to(second, decision_id=third.pk, note="前の決定でよい")
    assert figures(scope, compared)[0xE000].status == "identified"


def test_a_wrong_decision_is_refused_before_it_is_kept(scope: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    with pytest.raises(WrongDecision):
        actions.propose(scope, figure_id=figure.pk, decision=Decision(Outcome.IDENTIFIED, "x", "MJ1"))
    assert figures(scope, compared)[0xE000].status == "open"


def test_coverage_grows_with_what_two_people_decided(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    rows = figures(scope, compared)
    actions.propose(scope, figure_id=rows[0xE001].pk, decision=identified(scope, rows[0xE001]))
    with entered(scope):
        assert queries.coverage_of(scope, compared).people.percent == 0.0
    both(scope, second, rows[0xE000], KEEP)
    with entered(scope):
        found = queries.coverage_of(scope, compared)
    assert (found.people.done, found.people.of) == (1, 4)
    assert found.cells.percent == 25.0


def test_the_published_map_is_what_the_layouts_engine_reads(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    rows = figures(scope, compared)
    reduced = {"reduced": "丁", "reduced_to": ReducedTo.JIS_X_0208, "ground": Ground.TOWN}
    both(scope, second, rows[0xE000], identified(scope, rows[0xE000], **reduced))
    both(scope, second, rows[0xE002], KEEP)
    version = actions.publish(second, set_id=compared.pk)
    read = load_gaiji(version.content, "published")
    assert read.table == {"\ue000": chr(0x4E04)}
    assert read.characters[0].decided_by == ("account:1", "account:2")
    assert "図形のまま" in read.undecided["\ue002"]
    assert read.undecided["\ue001"] == "未決定"
    assert version.digest == maps.digest_of(version.content)
    assert version.forms[0]["reduced"] == "丁"
    assert (version.identified, version.undecided) == (1, len(rows) - 1)


def test_a_version_is_published_only_when_something_changed(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    rows = figures(scope, compared)
    with pytest.raises(WrongDecision):
        actions.publish(second, set_id=compared.pk)
    both(scope, second, rows[0xE000], identified(scope, rows[0xE000]))
    assert actions.publish(second, set_id=compared.pk).version == 1
    with pytest.raises(Conflict, match="第1版"):
        actions.publish(second, set_id=compared.pk)
    both(scope, second, rows[0xE001], identified(scope, rows[0xE001]))
    assert actions.publish(second, set_id=compared.pk).version == 2
    with entered(scope):
        assert [row.version for row in queries.versions_of(scope, compared)] == [2, 1]
        assert queries.version_of(scope, compared, 1).identified == 1
        with pytest.raises(NotFound):
            queries.version_of(scope, compared, 3)


def test_a_published_map_can_be_taken_over_but_is_confirmed_here_again(
    scope: Scope, second: Scope, compared: GaijiSet, bring: Callable[..., GaijiSet]
) -> None:
    rows = figures(scope, compared)
    both(scope, second, rows[0xE000], identified(scope, rows[0xE000]))
    both(scope, second, rows[0xE001], identified(scope, rows[0xE001]))
    text = actions.publish(second, set_id=compared.pk).content
    other = bring(key="next", font=gaiji_bytes(4), data=b"")
    assert actions.import_map(scope, set_id=other.pk, text=text) == (1, 1)
    assert figures(scope, other)[0xE000].status == "proposed"
    assert actions.import_map(scope, set_id=other.pk, text=text) == (0, 2)
    with pytest.raises(UnreadableFile):
        actions.import_map(scope, set_id=other.pk, text="[gaiji]")


def test_the_official_table_is_brought_by_the_town_and_gives_forms(scope: Scope) -> None:
    table = {"content": [{"MJ文字図形名": "MJ000005", "読み・字形による類推": [{"UCS": "U+4E01"}]}]}
    row = actions.import_reductions(scope, name="MJShrinkMap.json", data=json.dumps(table).encode())
    assert row.rows == 1
    with entered(scope):
        (form,) = queries.reduced_forms(scope, ["MJ000005", "MJ000006"])["MJ000005"]
    assert (form.text, form.ground, form.reduced_to) == ("丁", "analogy", "jis_x_0208")
    with pytest.raises(Conflict):
        actions.import_reductions(scope, name="again.json", data=json.dumps(table).encode())


def test_without_a_table_there_are_no_forms(scope: Scope) -> None:
    with entered(scope):
        assert queries.reduction_table(scope) is None
        assert queries.reduced_forms(scope, ["MJ000005"]) == {}


def test_another_town_sees_nothing(
    scope: Scope, compared: GaijiSet, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    stranger, figure = scope_of(other_town), figures(scope, compared)[0xE000]
    row = actions.propose(scope, figure_id=figure.pk, decision=KEEP)
    with entered(stranger):
        assert not queries.sets(stranger).exists()
        for look in (
            lambda: queries.set_of(stranger, compared.pk),
            lambda: queries.figure_of(stranger, figure.pk),
            lambda: queries.decision_of(stranger, row.pk),
        ):
            with pytest.raises(NotFound):
                look()


def test_each_step_needs_its_permission(town: Organisation, scope_of: Callable[..., Scope], compared: GaijiSet) -> None:
    nobody = scope_of(town, person="account:3", permissions=frozenset({"layouts.view"}))
    for act in (
        lambda: actions.propose(nobody, figure_id=1, decision=KEEP),
        lambda: actions.confirm(nobody, decision_id=1),
        lambda: actions.return_to(nobody, decision_id=1, note="x"),
        lambda: actions.publish(nobody, set_id=compared.pk),
        lambda: actions.import_map(nobody, set_id=compared.pk, text=""),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_second_reviewer_is_told_what_waits(
    scope: Scope, second: Scope, compared: GaijiSet, town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    figure = figures(scope, compared)[0xE000]
    actions.propose(scope, figure_id=figure.pk, decision=KEEP)
    clerk = scope_of(town, person="account:3", permissions=frozenset({"layouts.gaiji"}))
    with entered(second):
        (task,) = waiting.to_review(second)
        assert list(waiting.to_review(scope)) == []
        assert list(waiting.to_review(clerk)) == []
    assert "1件" in task.title_ja
    assert task.url.endswith("/work/gaiji/review/")


def test_every_step_stands_in_the_ledger_and_no_name_does(scope: Scope, second: Scope, compared: GaijiSet) -> None:
    figure = figures(scope, compared)[0xE000]
    both(scope, second, figure, identified(scope, figure))
    actions.publish(second, set_id=compared.pk)
    rows = entries_of(scope, Filters(event="gaiji."))
    events = {row.event for row in rows}
    wanted = {"received", "counted", "compared", "ready", "proposed", "confirmed", "published"}
    assert {f"gaiji.{word}" for word in wanted} <= events
    assert all("太郎" not in row.canonical for row in rows)
