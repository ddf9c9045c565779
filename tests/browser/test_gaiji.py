"""The workbench of gaiji in a browser: pictures side by side, two people, on a phone without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.checks import assert_accessible, assert_no_sideways_scroll, screenshot
from machikumo.gaiji import actions, jobs, queries
from machikumo.gaiji.figures import figure_font
from machikumo.gaiji.tests.conftest import PEOPLE, Told
from machikumo.gaiji.tests.making import figure_font_file, gaiji_bytes
from machikumo.kernel.files.actions import store_file
from machikumo.kernel.tenancy.doors import entered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from machikumo.gaiji.models import GaijiSet
    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PHONE = 390


@pytest.fixture
def brought(scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GaijiSet:
    """A set of three figures, compared with a small font of figures."""
    font = figure_font(figure_font_file(tmp_path / "small.ttf"), cache_folder=tmp_path)
    monkeypatch.setattr(jobs, "figure_font", lambda **_: font)
    stored = store_file(scope, name="people.csv", chunks=[PEOPLE], purpose="gaiji_use")
    one = actions.receive(
        scope,
        key="kasumi",
        system="霞システム",
        font_name="EUDC.TTE",
        font=gaiji_bytes(4, 9, 1_005),
        data=stored,
        key_column="宛名番号",
    )
    jobs.identify(scope, Told(), one.pk)
    return one


def test_two_people_decide_on_a_phone_without_scripts(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    brought: GaijiSet,
) -> None:
    first = open_page(width=PHONE, scripts=False)
    sign_in(first, make_staff(town, "information_officer").account)
    first.goto(f"/{town.code}/work/gaiji/{brought.pk}/")
    first.get_by_role("link", name="U+E001").click()
    assert first.locator("main svg").count() >= 11
    first.locator("input[name=choice]").first.check()
    first.get_by_label("理由").fill("字形が一致")
    first.get_by_role("button", name="決定して次へ").click()
    assert "U+E000" in first.locator("h1").inner_text()

    second = open_page(width=PHONE, scripts=False)
    sign_in(second, make_staff(town, "cio").account)
    second.goto(f"/{town.code}/work/gaiji/review/")
    second.get_by_role("button", name="確認する").click()
    assert "確認を待つ決定はありません" in second.locator("main").inner_text()
    with entered(scope):
        assert queries.coverage_of(scope, brought).people.percent == 50.0


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_pages_of_the_workbench_are_accessible_and_narrow(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope: Scope,
    brought: GaijiSet,
    language: str,
    width: int,
) -> None:
    with entered(scope):
        figure = queries.figures_of(scope, brought)[0]
    page = open_page(language=language, width=width)
    sign_in(page, make_staff(town, "information_officer", "cio").account)
    root = f"/{town.code}/work/gaiji/"
    for path in ("", "new/", "reductions/", f"{brought.pk}/", f"figures/{figure.pk}/", f"{brought.pk}/import/"):
        page.goto(f"{root}{path}")
        assert page.locator("h1").count() == 1
        assert_accessible(page)
        screenshot(page, f"gaiji-{path.strip('/').replace('/', '-')}-{language}-{width}")
        assert_no_sideways_scroll(page, width)
