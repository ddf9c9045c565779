"""Daily differences in a browser: an officer sees the gap by name, hands the file in, and settles what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.checks import assert_accessible, assert_no_sideways_scroll, screenshot
from machikumo.feeds.tests import scenes
from machikumo.feeds.working import apply_waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from machikumo.feeds.models import Feed
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PHONE, DESK = 390, 1280
MISSING = 4


@pytest.fixture
def fed(scope: Scope, tmp_path: Path) -> Feed:
    """A town whose fourth difference has not come, after one was sent twice and a clerk corrected a record."""
    scenes.move_in(scope, tmp_path)
    feed = scenes.feed_in(scope)
    files = scenes.files_of_days(8)
    scenes.come(scope, feed, files[0])
    scenes.come(scope, feed, files[1], files[1])
    scenes.correct_somebody(scope, scenes.rows_of_file(8, 3))
    scenes.come(scope, feed, files[2])
    scenes.come(scope, feed, *files[MISSING:])
    return feed


def test_an_officer_sees_the_gap_by_its_name_and_closes_it(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    fed: Feed,
    tmp_path: Path,
) -> None:
    gap = scenes.files_of_days(8)[MISSING - 1]
    officer = make_staff(town, "information_officer").account  # type: ignore[attr-defined]
    pages = {"desk": open_page(width=DESK), "phone": open_page(width=PHONE)}
    for name, page in pages.items():
        width = DESK if name == "desk" else PHONE
        sign_in(page, officer)
        for path, picture in (("", "list"), (f"{fed.pk}/", "feed"), (f"{fed.pk}/change/", "change"), ("new/", "new")):
            page.goto(f"/{town.code}/work/feeds/{path}")
            assert_no_sideways_scroll(page, width)
            assert_accessible(page)
            screenshot(page, f"feeds-{picture}-{name}")
        page.goto(f"/{town.code}/work/people/machines/")
        assert_no_sideways_scroll(page, width)
        assert_accessible(page)
        page.get_by_label("名称").fill("霞システム")
        page.get_by_label("キー").fill(f"sender-{name}")
        page.get_by_label("差分ファイルを届ける").check()
        page.get_by_role("button", name="登録する").click()
        page.get_by_role("button", name="発行する").click()
        assert page.get_by_text("mk1_").is_visible()
        assert_accessible(page)
        screenshot(page, f"machine-{name}")
    desk = pages["desk"]
    desk.goto(f"/{town.code}/work/feeds/{fed.pk}/")
    assert desk.get_by_text(gap.name).first.is_visible()
    assert desk.get_by_text("受け取り済みの再送").first.is_visible()
    file = tmp_path / gap.name
    file.write_bytes(gap.data)
    desk.get_by_role("link", name="ファイルを渡す").click()
    desk.set_input_files("input[type=file]", str(file))
    desk.get_by_role("button", name="渡す").click()
    apply_waiting(scope, fed.pk)
    desk.goto(f"/{town.code}/work/feeds/{fed.pk}/")
    assert desk.get_by_text("届いていないファイルがあります").count() == 0
    screenshot(desk, "feeds-feed-closed-desk")


def test_an_officer_settles_a_row_that_the_register_speaks_against(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    fed: Feed,
) -> None:
    page = open_page(width=PHONE)
    sign_in(page, make_staff(town, "information_officer").account)  # type: ignore[attr-defined]
    page.goto(f"/{town.code}/work/feeds/{fed.pk}/")
    page.get_by_role("link", name=scenes.files_of_days(8)[2].name).click()
    assert_no_sideways_scroll(page, PHONE)
    assert_accessible(page)
    screenshot(page, "feeds-file-phone")
    page.set_viewport_size({"width": DESK, "height": 900})
    screenshot(page, "feeds-file-desk")
    page.get_by_label("理由").first.fill("届出書で確かめた")
    page.get_by_role("button", name="行を受け入れる").first.click()
    assert page.get_by_text("行を処理しました").is_visible()
    assert page.get_by_text("届出書で確かめた").is_visible()
