"""The pages: an officer plans, people answer, two undo, a clerk asks for what cannot wait."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from machikumo.cutover import asking
from machikumo.cutover.models import Load, Plan
from machikumo.cutover.queries import loads, plans
from machikumo.cutover.tests.making import moved_in
from machikumo.cutover.tests.test_freezing import planned
from machikumo.kernel.approvals.models import Approval
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def body(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.fixture
def work(town: Organisation) -> str:
    return f"/{town.code}/work/cutover/"


def test_an_officer_makes_a_plan_and_the_page_shows_freeze_sheet_and_items(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any], work: str
) -> None:
    signed_in(client, town, "information_officer")
    assert "切替計画はまだありません" in body(client, work)
    form = body(client, f"{work}new/")
    assert "異動凍結の始まり" in form
    facts = {
        "system": "resident_record",
        "name": "住民記録 本番",
        "freeze_starts_at": "2026-12-05T17:30",
        "freeze_ends_at": "2026-12-07T08:00",
        "closed": ["register.correct"],
    }
    wrong = client.post(f"{work}new/", facts | {"freeze_ends_at": "2026-12-05T17:00"})
    assert "後にしてください" in wrong.content.decode()
    made = client.post(f"{work}new/", facts)
    page = body(client, made["Location"])
    for words in ("住民記録 本番", "ここから後戻りできません", "まだ確定できません", "未回答", "まだ始まっていません"):
        assert words in page
    with entered(scope):
        plan = Plan.objects.within(scope).get()
        assert plan.freeze_starts_at == dt.datetime(2026, 12, 5, 8, 30, tzinfo=dt.UTC)
    client.cookies["machikumo_language"] = "en"
    english = body(client, made["Location"])
    assert "Point of no return" in english
    assert "Not to be released yet" in english


def test_steps_files_answers_and_the_end_of_the_freeze_are_entered_on_their_pages(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any], work: str, small_file: bytes
) -> None:
    plan, one = planned(scope), moved_in(scope, small_file)
    with entered(scope):
        step = plans.steps_of(scope, plan)[1]
    signed_in(client, town, "information_officer")
    here = f"{work}{plan.pk}/"
    body(client, f"{here}steps/{step.pk}/")
    client.post(f"{here}steps/{step.pk}/", {"do": "save", "owner": "旧事業者　山田"})
    client.post(f"{here}steps/{step.pk}/", {"do": "start"})
    again = client.post(f"{here}steps/{step.pk}/", {"do": "start"})
    assert "すでに始まっています" in again.content.decode()
    assert "town.csv" in body(client, f"{here}files/")
    client.post(f"{here}files/", {"move_ins": [str(one.pk)]})
    assert "裏付け" in body(client, f"{here}items/counts/")
    refused = client.post(f"{here}items/counts/", {"verdict": "no_go", "note": ""})
    assert "理由を書いてください" in refused.content.decode()
    client.post(f"{here}items/counts/", {"verdict": "no_go", "note": "3件の差"})
    page = body(client, here)
    for words in ("旧事業者　山田", "実施中", "town.csv", "3件の差", "取込全体を取り消せます", "前回の取込がない"):
        assert words in page
    told = client.post(f"{here}release/", follow=True).content.decode()
    assert "切替を確定できません" in told
    client.post(f"{here}lift/", {"reason": ""})
    client.post(f"{here}lift/", {"reason": "延期"})
    assert "終わりました" in body(client, here)


def test_a_load_is_undone_from_its_page_by_two_people_and_the_proof_is_shown(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any], work: str, small_file: bytes
) -> None:
    one = moved_in(scope, small_file)
    with entered(scope):
        load = Load.objects.within(scope).get(source=f"move_in:{one.pk}")
    signed_in(client, town, "information_officer")
    address = f"{work}loads/{load.pk}/"
    page = body(client, address)
    assert "まだ取り消せます" in page
    assert "この取込がしたこと" in page
    assert "入力してください" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "件数表と合わない"})
    assert "もう一人の承認を待っています" in body(client, address)
    with entered(scope):
        asked = Approval.objects.within(scope).get(kind=asking.UNDO)
    signed_in(client, town, "section_head")
    approval = f"/{town.code}/work/approvals/{asked.pk}/"
    assert "件数表と合わない" in body(client, approval)
    client.post(f"{approval}decide/", {"do": "approve"})
    assert "取り消し中" in body(client, address)
    with entered(scope):
        load = loads.load_of(scope, load.pk)
    perform(scope.organisation_id, load.undo_run_id or 0)
    after = body(client, address)
    assert "取込の前の状態に戻りました" in after
    assert "一致" in after
    assert "取り消し済み" in body(client, work)


def test_a_clerk_is_refused_in_words_and_asks_for_what_cannot_wait(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any], work: str, small_file: bytes
) -> None:
    from machikumo.register.models import PersonVersion

    moved_in(scope, small_file)
    signed_in(client, town, "desk_clerk")
    assert "いまは凍結していません" in body(client, f"{work}emergency/")
    planned(scope)
    with entered(scope):
        version = PersonVersion.objects.within(scope).filter(is_latest=True, resident_state="1").order_by("pk")[0]
    facts = {"version": version.pk, "ground": "notification", "name": "変更　済"}
    refused = client.post(f"/{town.code}/work/residents/{version.person_id}/correct/", facts)
    assert refused.status_code == 409
    assert "凍結中の緊急異動" in refused.content.decode()
    assert "異動を凍結しています" in body(client, f"{work}emergency/")
    client.post(f"{work}emergency/", {"deed": "register.correct", "ground": "notification", "reason": "出国のため"})
    assert "あなたの申請" in body(client, f"{work}emergency/")
    with entered(scope):
        asked = Approval.objects.within(scope).get(kind=asking.EMERGENCY)
    assert asked.payload["reason"] == "出国のため"
    assert asked.expires_at - timezone.now() < dt.timedelta(days=1, minutes=1)


def test_a_desk_clerk_does_not_plan_and_another_town_finds_nothing(
    client: Client, town: Organisation, other_town: Organisation, scope: Scope, signed_in: Callable[..., Any], work: str
) -> None:
    plan = planned(scope)
    signed_in(client, town, "desk_clerk")
    assert client.get(work).status_code == 403
    signed_in(client, other_town, "information_officer")
    assert client.get(f"{work}{plan.pk}/").status_code == 404
    elsewhere = f"/{other_town.code}/work/cutover/{plan.pk}/"
    for path in ("", "files/", "items/counts/", "steps/1/"):
        assert client.get(f"{elsewhere}{path}").status_code == 404
    for path in ("lift/", "release/"):
        assert client.post(f"{elsewhere}{path}", {"reason": "x"}).status_code == 404
    assert client.get(f"/{other_town.code}/work/cutover/loads/1/").status_code == 404
