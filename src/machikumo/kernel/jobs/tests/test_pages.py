"""The pages of long work: what is going on, for those who may see it, and its buttons for those who may press them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from machikumo.kernel.jobs import actions, queries
from machikumo.kernel.jobs.models import JobRun, RunState
from machikumo.kernel.jobs.registry import kinds
from machikumo.kernel.jobs.running import Handle
from machikumo.kernel.jobs.views import title_of
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

KINDS = sorted(kind for kind, _ in kinds.items() if not kind.startswith("test."))
ORDERS = ["pause/", "resume/", "cancel/"]


@pytest.fixture
def run(scope: Scope) -> JobRun:
    return actions.start(scope, kind="jobs.count", idempotency_key=uuid4().hex, arguments={"total": 2, "seconds": 0})


@pytest.fixture
def officer(client: Client, town: Organisation, signed_in: Callable[..., Any]) -> Client:
    signed_in(client, town, "information_officer")
    return client


def page_of(town: Organisation, run: JobRun, part: str = "") -> str:
    return f"/{town.code}/work/jobs/{run.pk}/{part}"


def state(scope: Scope, run: JobRun) -> str:
    with entered(scope):
        return queries.run_of(scope, run.pk).state


def test_the_list_leads_to_each_run_and_says_where_it_stands(officer: Client, town: Organisation, run: JobRun) -> None:
    words = officer.get(f"/{town.code}/work/jobs/").content.decode()
    assert page_of(town, run) in words
    assert "待機中" in words


def test_a_town_without_any_run_is_told_where_they_will_stand(officer: Client, town: Organisation) -> None:
    assert "処理はまだありません" in officer.get(f"/{town.code}/work/jobs/").content.decode()


def test_the_list_goes_on_over_several_pages(officer: Client, town: Organisation, scope: Scope) -> None:
    with entered(scope):
        for number in range(53):
            JobRun.objects.add(
                scope, kind=f"test.{number:03}", idempotency_key=str(number), person="x", role="", purpose=""
            )
    first = officer.get(f"/{town.code}/work/jobs/").content.decode()
    second = officer.get(f"/{town.code}/work/jobs/", {"page": 2}).content.decode()
    shown = [f"test.{number:03}" for number in range(53)]
    assert all((name in first) != (name in second) for name in shown)
    assert "test.000" in second


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "1e9", "\x00"])
def test_a_page_that_is_none_is_answered_with_one_that_is(
    officer: Client, town: Organisation, run: JobRun, page: str
) -> None:
    answer = officer.get(f"/{town.code}/work/jobs/", {"page": page})
    assert answer.status_code == 200
    assert page_of(town, run) in answer.content.decode()


def test_a_run_shows_its_progress_its_note_and_its_log_in_both_languages(
    officer: Client, town: Organisation, scope: Scope, run: JobRun
) -> None:
    handle = Handle(scope, run.pk, 0)
    handle.begin()
    handle.progress(1, 4, "四分の一まで読みました", "A quarter is read")
    handle.log("<b>一行目</b>", "<b>First line</b>")
    japanese = officer.get(page_of(town, run)).content.decode()
    officer.cookies["machikumo_language"] = "en"
    english = officer.get(page_of(town, run)).content.decode()
    assert "四分の一まで読みました" in japanese
    assert "&lt;b&gt;一行目&lt;/b&gt;" in japanese
    assert "A quarter is read" in english
    assert "&lt;b&gt;First line&lt;/b&gt;" in english
    assert "四分の一" not in english


def test_the_part_that_changes_is_asked_for_alone_until_the_run_is_over(
    officer: Client, town: Organisation, scope: Scope, run: JobRun
) -> None:
    part = officer.get(page_of(town, run), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "hx-get" in part
    actions.cancel(scope, run_id=run.pk)
    assert "hx-get" not in officer.get(page_of(town, run), headers={"HX-Request": "true"}).content.decode()


def test_the_buttons_do_what_they_say(officer: Client, town: Organisation, scope: Scope, run: JobRun) -> None:
    for part, reached in (("pause/", "paused"), ("resume/", "queued"), ("cancel/", "cancelled")):
        answer = officer.post(page_of(town, run, part))
        assert answer["Location"] == page_of(town, run)
        assert state(scope, run) == reached
    late = officer.post(page_of(town, run, "resume/"))
    assert late.status_code == 409
    assert "画面を開き直して" in late.content.decode()


def test_who_may_only_look_sees_no_buttons_and_presses_none(
    client: Client, town: Organisation, scope: Scope, run: JobRun, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "desk_clerk")
    words = client.get(page_of(town, run)).content.decode()
    assert "待機中" in words
    for part in ORDERS:
        assert page_of(town, run, part) not in words
        assert client.post(page_of(town, run, part)).status_code == 403
    assert state(scope, run) == RunState.QUEUED


def test_a_role_that_has_nothing_to_do_with_it_sees_nothing(
    client: Client, town: Organisation, run: JobRun, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "auditor")
    for path in (f"/{town.code}/work/jobs/", page_of(town, run)):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "数え上げ" not in answer.content.decode()


@pytest.mark.parametrize("part", ["", *ORDERS])
def test_another_towns_officer_neither_sees_nor_moves_a_run(
    client: Client,
    town: Organisation,
    other_town: Organisation,
    scope: Scope,
    run: JobRun,
    signed_in: Callable[..., Any],
    part: str,
) -> None:
    signed_in(client, other_town, "information_officer")
    for place in (town, other_town):
        ask = client.post if part else client.get
        assert ask(page_of(place, run, part)).status_code in {404, 409}
        assert "数え上げ" not in ask(page_of(place, run, part)).content.decode()
    assert state(scope, run) == RunState.QUEUED


@pytest.mark.parametrize("part", ORDERS)
def test_a_link_alone_moves_no_run(officer: Client, town: Organisation, scope: Scope, run: JobRun, part: str) -> None:
    assert officer.get(page_of(town, run, part)).status_code == 405
    assert state(scope, run) == RunState.QUEUED


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_work_has_a_name_that_people_read(kind: str) -> None:
    assert str(title_of(kind)) != kind
