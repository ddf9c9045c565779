"""The component page and the sample pages, as people meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browser.checks import FOCUS, LEAST_OUTLINE, assert_accessible, assert_no_sideways_scroll, faults, screenshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

SAMPLES = ("resident", "list", "detail", "form", "oversight", "operator", "error", "maintenance")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_component_page_can_be_used_by_all(open_page: Callable[..., Page], width: int, language: str) -> None:
    page = open_page(width=width, language=language)
    page.goto("/ui/")
    assert_accessible(page)
    screenshot(page, f"parts-{language}-{width}")
    assert_no_sideways_scroll(page, width)
    assert_no_sideways_scroll(page, 320)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_page_can_be_used_by_all(open_page: Callable[..., Page], sample: str, width: int) -> None:
    page = open_page(width=width)
    page.goto(f"/ui/pages/{sample}/")
    assert_accessible(page)
    screenshot(page, f"sample-{sample}-{width}")
    assert_no_sideways_scroll(page, 320)


def test_the_check_itself_finds_planted_faults(browser_page: Page) -> None:
    browser_page.goto("/ui/")
    browser_page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><input name=nameless>')"
    )
    assert {"image-alt", "label"} <= {fault["id"] for fault in faults(browser_page)}
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(browser_page)


def test_the_check_itself_finds_a_page_too_wide(browser_page: Page) -> None:
    browser_page.goto("/ui/")
    browser_page.evaluate("document.querySelector('h1').style.minWidth = '90rem'")
    with pytest.raises(AssertionError, match="too wide"):
        assert_no_sideways_scroll(browser_page, 320)


def test_the_first_tab_offers_to_skip_to_the_main_part(browser_page: Page) -> None:
    browser_page.goto("/ui/pages/list/")
    browser_page.keyboard.press("Tab")
    skip = browser_page.locator(".mk-skip")
    assert skip.evaluate("one => one === document.activeElement")
    assert skip.bounding_box()["y"] >= 0  # type: ignore[index]
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "main"
    assert browser_page.url.endswith("#main")


@pytest.mark.parametrize("sample", ["list", "form", "resident"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser_page: Page, sample: str) -> None:
    browser_page.goto(f"/ui/pages/{sample}/")
    browser_page.evaluate("document.activeElement.blur()")
    steps: list[dict[str, Any]] = []
    for _ in range(120):
        browser_page.keyboard.press("Tab")
        here = browser_page.evaluate(FOCUS)
        if here["body"]:
            break
        steps.append(here)
    assert len(steps) > 10
    assert [step["name"] for step in steps if step["outline"] < LEAST_OUTLINE] == []
    assert [step["name"] for step in steps if not step["seen"] or step["covered"]] == []


def test_a_menu_opens_and_closes_by_the_keyboard(browser_page: Page) -> None:
    browser_page.goto("/ui/pages/list/")
    summary = browser_page.locator(".mk-menu--account summary")
    summary.focus()
    browser_page.keyboard.press("Enter")
    assert browser_page.locator(".mk-menu--account .mk-menu__sheet").is_visible()
    assert_accessible(browser_page)
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.press("Escape")
    assert not browser_page.locator(".mk-menu--account .mk-menu__sheet").is_visible()
    assert summary.evaluate("one => one === document.activeElement")


def test_a_click_elsewhere_closes_an_open_menu(browser_page: Page) -> None:
    browser_page.goto("/ui/pages/list/")
    browser_page.locator(".mk-menu--language summary").click()
    browser_page.locator("h1").click()
    assert not browser_page.locator(".mk-menu--language .mk-menu__sheet").is_visible()


def test_a_phone_finds_everything_in_one_menu(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390)
    page.goto("/ui/pages/list/")
    page.locator(".mk-menu--all summary").click()
    sheet = page.locator(".mk-menu--all .mk-menu__sheet")
    assert sheet.locator("nav a").count() >= 1
    assert sheet.locator("text=English").is_visible()
    assert_accessible(page)
    assert_no_sideways_scroll(page, 320)
    screenshot(page, "menu-390")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_language_changes_with_and_without_scripts(open_page: Callable[..., Page], *, scripts: bool) -> None:
    page = open_page(scripts=scripts)
    page.goto("/ui/pages/resident/?from=here")
    page.locator(".mk-menu--language summary").click()
    page.locator(".mk-menu--language button[value=easy]").click()
    assert page.locator("h1").inner_text() == "みほんちょうの てつづき"
    page.locator(".mk-menu--language summary").click()
    page.locator(".mk-menu--language button[value=en]").click()
    assert page.locator("h1").inner_text() == "Services of Sample Town"
    assert page.url.endswith("/ui/pages/resident/?from=here")


def test_a_wrong_form_puts_its_summary_first_and_leads_to_the_fields(browser_page: Page) -> None:
    browser_page.goto("/ui/pages/form/")
    assert browser_page.evaluate("document.activeElement.className") == "mk-errors"
    browser_page.locator(".mk-errors a").nth(1).click()
    assert browser_page.evaluate("document.activeElement.name") == "birth_date_era"


def test_a_long_text_counts_what_is_left(browser_page: Page) -> None:
    browser_page.goto("/ui/")
    browser_page.locator("#id_reason").fill("あ" * 150)
    assert browser_page.locator("[data-mk-count=id_reason]").inner_text() == "あと50文字"


def test_a_form_is_sent_once_though_it_is_pressed_twice(browser_page: Page) -> None:
    browser_page.goto("/ui/pages/resident/")
    sent: list[str] = []
    browser_page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    browser_page.evaluate(
        """() => { const button = document.querySelector('.mk-languages button[value=en]');
                   button.click(); button.click(); }"""
    )
    browser_page.wait_for_load_state()
    browser_page.wait_for_timeout(500)
    assert len(sent) == 1


def test_main_buttons_are_large_enough_for_a_thumb(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390)
    page.goto("/ui/pages/form/")
    for button in page.locator("main .mk-button").all():
        assert button.bounding_box()["height"] >= 44  # type: ignore[index]
    for choice in page.locator(".mk-choice").all():
        assert choice.bounding_box()["height"] >= 44  # type: ignore[index]


def test_on_paper_the_content_and_the_training_band_remain(browser_page: Page) -> None:
    browser_page.goto("/ui/pages/list/")
    browser_page.emulate_media(media="print")
    assert browser_page.locator(".mk-training").is_visible()
    assert browser_page.locator(".mk-town__name").is_visible()
    assert browser_page.locator("table").is_visible()
    for unseen in (".mk-side", ".mk-header__search", ".mk-filters", ".mk-header__tools"):
        assert not browser_page.locator(unseen).is_visible()
    screenshot(browser_page, "list-print")


def test_forced_colours_keep_the_focus_and_the_marks(browser_page: Page) -> None:
    browser_page.emulate_media(forced_colors="active")
    browser_page.goto("/ui/pages/form/")
    browser_page.locator("main input[type=checkbox]").first.focus()
    assert browser_page.evaluate(FOCUS)["outline"] >= 2
    screenshot(browser_page, "form-forced-colours")


def test_nothing_moves_for_those_who_asked_for_rest(browser_page: Page) -> None:
    browser_page.emulate_media(reduced_motion="reduce")
    browser_page.goto("/ui/")
    moving = browser_page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(one => {
            const style = getComputedStyle(one);
            return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0


@pytest.mark.parametrize("width", [640, 768, 1024])
def test_pages_fit_between_phone_and_desktop_and_enlarged_twice(open_page: Callable[..., Page], width: int) -> None:
    page = open_page(width=width)
    page.goto("/ui/pages/list/")
    assert_no_sideways_scroll(page, width)
    assert page.locator("table").is_visible()


def test_a_table_wider_than_its_place_scrolls_by_itself(browser_page: Page) -> None:
    browser_page.goto("/ui/pages/list/")
    browser_page.evaluate(
        """() => { for (const cell of document.querySelectorAll('tbody td')) cell.textContent = 'あ'.repeat(30);
                   for (const cell of document.querySelectorAll('tbody td')) cell.style.whiteSpace = 'nowrap';
                   dispatchEvent(new Event('resize')); }"""
    )
    assert browser_page.locator(".mk-table-scroll[tabindex='0']").count() == 1
    assert_no_sideways_scroll(browser_page, 1280)
    assert_accessible(browser_page)


def test_nothing_is_loaded_from_another_host(browser_page: Page, site: str) -> None:
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto("/ui/")
    browser_page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
