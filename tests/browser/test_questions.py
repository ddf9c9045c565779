"""The question log in a browser: asked from an issue of a move-in, answered by the vendor's engineer, settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.checks import assert_accessible, assert_no_sideways_scroll, screenshot
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions as layouts
from machikumo.layouts.queries.move_ins import move_in_of
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row
from machikumo.questions import actions, queries
from machikumo.questions.domain.rules import Party

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.layouts.models import MoveIn

PHONE = 390


@pytest.fixture
def held(scope: Scope) -> MoveIn:
    """A move-in with one row set aside."""
    data = file_of(KASUMI.source, [kasumi_row(1), kasumi_row(2, sei_cd="男")])
    one = layouts.receive(scope, name="住民記録.csv", chunks=[data], mapping_key="kasumi-to-standard")
    started = layouts.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, one.pk)


def test_a_column_is_asked_about_answered_by_the_vendor_and_settled(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    held: MoveIn,
) -> None:
    staff = make_staff(town, "vendor_engineer")
    actions.put_to_vendor(scope, person=f"account:{staff.account_id}", party=Party.OLD_VENDOR, company="霞システム")
    officer = open_page()
    sign_in(officer, make_staff(town, "information_officer").account)
    officer.goto(f"/{town.code}/work/move/{held.pk}/issues/")
    officer.get_by_role("link", name="この列").first.click()
    assert "性別" in officer.locator("main").inner_text()
    officer.get_by_label("移行元の事業者").check()
    officer.get_by_label("件名").fill("性別の「男」")
    officer.locator("[name=body]").fill("コード表にない「男」は 1 と同じですか。")
    officer.locator("[name=due_on_year]").fill("12")
    officer.locator("[name=due_on_month]").fill("4")
    officer.locator("[name=due_on_day]").fill("1")
    officer.get_by_role("button", name="質問を登録する").click()
    officer.get_by_text("質問 Q1 を登録しました。").wait_for()
    officer.goto(f"/{town.code}/work/move/{held.pk}/report/")
    assert "Q1「性別の「男」」が決着していません" in officer.locator("main").inner_text()

    engineer = open_page(width=PHONE, scripts=False)
    sign_in(engineer, staff.account)
    engineer.goto(f"/{town.code}/work/")
    engineer.get_by_role("link", name="質問に回答: Q1").first.click()
    engineer.locator("[name=text]").fill("同じです。旧い画面で入力した行に残っています。")
    engineer.get_by_role("button", name="書き込む").click()
    screenshot(engineer, "questions-answered-phone")

    officer.goto(f"/{town.code}/work/questions/1/")
    officer.get_by_text("決着させる").click()
    officer.locator("[name=decision]").fill("「男」は 1 として直す")
    officer.get_by_role("button", name="この内容で決着する").click()
    assert "「男」は 1 として直す" in officer.locator("main").inner_text()
    officer.goto(f"/{town.code}/work/move/{held.pk}/report/")
    assert officer.get_by_role("button", name="署名して確認を依頼する").count() == 1


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_pages_of_the_question_log_are_accessible_and_narrow(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    language: str,
    width: int,
) -> None:
    from datetime import date

    asked = {"asked_of": Party.OLD_VENDOR, "about": "column?layout=vendor-kasumi-juki&item=ido_ymd"}
    for title, day in (("異動日の空欄", date(2026, 1, 5)), ("続柄コード 099 の意味", date(2027, 4, 1))):
        actions.ask(scope, title=title, body="何を表しますか。", due_on=day, files=[("例.txt", b"x")], **asked)
    actions.write(scope, number=1, text="様式の説明書にもありませんでした。", files=[("説明書.pdf", b"%PDF")])
    make_staff(town, "vendor_engineer")
    page = open_page(language=language, width=width)
    sign_in(page, make_staff(town, "information_officer").account)
    with entered(scope):
        assert queries.questions(scope).count() == 2
    root = f"/{town.code}/work/questions/"
    for path in ("", "new/", "1/", "sheet/", "members/"):
        page.goto(f"{root}{path}")
        assert page.locator("h1").count() == 1
        assert_accessible(page)
        screenshot(page, f"questions-{path.strip('/')}-{language}-{width}")
        assert_no_sideways_scroll(page, width)
