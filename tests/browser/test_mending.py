"""Rows that were set aside, in a browser: five are mended, one of these undone, the rest taken in; on a phone too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.checks import assert_accessible, assert_no_sideways_scroll, screenshot
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts import actions
from machikumo.layouts.models import HeldRow, MoveIn
from machikumo.layouts.queries.held import account_of
from machikumo.layouts.queries.move_ins import move_in_of, move_ins
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PHONE = 390
BROKEN = b"0000000099,0000000099,1\r\n"
MENDED = {  # row: item that a person may only see after opening the row, or not; its right value (empty: a proposal)
    2: ("ido_ymd", ""),
    3: ("sei_cd", ""),
    4: ("setai_code", "0000000004"),
    5: ("yubin_no", ""),
    6: ("ido_ymd", "4200401"),
}


@pytest.fixture
def held(scope: Scope) -> MoveIn:
    """A move-in with seven rows set aside, the last of them without its columns."""
    rows = [
        kasumi_row(1), kasumi_row(2, ido_ymd="4310501"), kasumi_row(3, sei_cd="男"), kasumi_row(4, setai_code=""),
        kasumi_row(5, yubin_no="9160001"), kasumi_row(6, ido_ymd="4209901"), kasumi_row(7, ido_ymd="4310502"),
        kasumi_row(8),
    ]  # fmt: skip
    data = file_of(KASUMI.source, rows) + BROKEN
    one = actions.receive(scope, name="住民記録.csv", chunks=[data], mapping_key="kasumi-to-standard")
    started = actions.start(scope, move_in_id=one.pk)
    perform(scope.organisation_id, started.job_run_id or 0)
    with entered(scope):
        return move_in_of(scope, one.pk)


def rows_of(scope: Scope, one: MoveIn) -> dict[int, int]:
    with entered(scope):
        rows = HeldRow.objects.within(scope).filter(move_in_id=one.pk)
        return dict(rows.values_list("row", "pk"))


def mend(page: Page, row: int, item: str, value: str) -> None:
    """Open the row's values, put the value or the first proposal in, save it with a reason."""
    page.get_by_text("個人に関する値を開く").click()
    page.get_by_role("button", name="値を開く").click()
    if value:
        page.locator(f"[name='value:{item}']").fill(value)
        page.locator(f"[name='value:{item}']").blur()
    else:
        page.get_by_role("button", name="この値を入れる").first.click()
    page.get_by_text("この値なら検査に通ります").wait_for()
    if row == 2:
        screenshot(page, "mending-row-tried")
    page.get_by_label("理由", exact=False).first.fill("届出書の原本で確認")
    page.get_by_role("button", name="修正を保存する").click()
    page.get_by_text("修正しました。取込を待っています。").wait_for()


def test_an_officer_mends_five_rows_undoes_one_and_takes_the_others_in(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    held: MoveIn,
) -> None:
    rows = rows_of(scope, held)
    assert len(rows) == 7
    page = open_page()
    sign_in(page, make_staff(town, "information_officer").account)
    page.goto(f"/{town.code}/work/move/{held.pk}/")
    page.get_by_role("link", name="保留した行を直す").click()
    for row, (item, value) in MENDED.items():
        page.get_by_role("link", name=f"{row} 行目", exact=True).click()
        mend(page, row, item, value)
        page.goto(f"/{town.code}/work/move/{held.pk}/held/")
    page.goto(f"/{town.code}/work/move/held/{rows[6]}/")
    page.get_by_text("この修正を取り消す").click()
    page.get_by_label("取り消す理由").fill("別の届出だった")
    page.get_by_role("button", name="取り消す", exact=True).click()
    page.get_by_text("取り消しました。").wait_for()
    screenshot(page, "mending-row-undone")
    page.goto(f"/{town.code}/work/move/held/{rows[9]}/")
    screenshot(page, "mending-row-broken")
    page.get_by_label("理由", exact=False).first.fill("試験用の行")
    page.get_by_role("button", name="この行は取り込まない").click()
    page.get_by_text("取り込まない行にしました。").wait_for()

    page.goto(f"/{town.code}/work/move/{held.pk}/held/")
    screenshot(page, "mending-list")
    page.get_by_role("button", name="修正した行を取り込む").click()
    page.get_by_text("保留した行を直したあとの取込です").wait_for()
    with entered(scope):
        run = move_ins(scope).first()
    assert run is not None
    perform(scope.organisation_id, run.job_run_id or 0)
    page.goto(f"/{town.code}/work/move/{held.pk}/report/")
    screenshot(page, "mending-report")
    with entered(scope):
        found = account_of(scope, held)
    assert (found.accepted, found.mended, found.left_out, found.held, found.read) == (2, 4, 1, 2, 9)
    assert found.adds_up
    text = page.locator("main").inner_text()
    assert "修正した行の取込の照合" in text
    assert "一致" in text


def test_rows_alike_are_mended_on_a_phone_without_scripts(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    held: MoveIn,
) -> None:
    page = open_page(width=PHONE, scripts=False)
    sign_in(page, make_staff(town, "information_officer").account)
    page.goto(f"/{town.code}/work/move/{held.pk}/held/alike/?rule=cell.wareki&item=ido_ymd")
    page.get_by_label("理由").fill("新しい元号")
    page.get_by_role("button", name="どうなるか確かめる").click()
    screenshot(page, "mending-alike-phone")
    page.get_by_role("button", name="2 行をまとめて処理する").click()
    assert "2行を処理しました" in page.locator("main, .mk-messages, body").first.inner_text()
    with entered(scope):
        assert HeldRow.objects.within(scope).filter(move_in_id=held.pk, state="mended").count() == 2


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_pages_of_rows_set_aside_are_accessible_and_narrow(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    held: MoveIn,
    language: str,
    width: int,
) -> None:
    rows = rows_of(scope, held)
    page = open_page(language=language, width=width)
    sign_in(page, make_staff(town, "information_officer").account)
    root = f"/{town.code}/work/move/"
    names = {
        f"{held.pk}/": "move-in", f"{held.pk}/held/": "held", f"{held.pk}/issues/": "issues", "new/": "hand-over",
        f"held/{rows[2]}/": "row", f"held/{rows[9]}/": "row-broken",
        f"{held.pk}/held/alike/?rule=cell.wareki&item=ido_ymd": "alike",
    }  # fmt: skip
    for path, name in names.items():
        page.goto(f"{root}{path}")
        assert page.locator("h1").count() == 1
        assert_accessible(page)
        screenshot(page, f"mending-{name}-{language}-{width}")
        assert_no_sideways_scroll(page, width)
