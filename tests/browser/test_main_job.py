"""The main job as people do it: a clerk from sign-in to the printed certificate, a resident to the town's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from browser.checks import FOCUS, LEAST_OUTLINE, assert_accessible, assert_no_sideways_scroll
from browser.crowd import code_of
from browser.made_town import CLERK, FLOW_CLERKS, PASSWORD
from browser.served import TOWN, Served, enter_as, listen, printed, speak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

MOST_STEPS = 120  # presses of Tab to get anywhere
WORDS = {
    "ja": {
        "residents": "住民を探す",
        "find": "探す",
        "issue": "住民票の写しを交付する",
        "next": "次へ",
        "confirm": "交付する",
        "town": "鯖江市のページ",
        "check": "証明書が本物か確かめる",
        "unknown": "この番号の証明書は見つかりません",
    },
    "en": {
        "residents": "Find a resident",
        "find": "Find",
        "issue": "Issue a certificate",
        "next": "Next",
        "confirm": "Issue",
        "town": "Sabae",
        "check": "Check a certificate",
        "unknown": "No such certificate",
    },
}


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Makes pages of the served product: ``language``, ``width``, ``scripts``; errors in a console fail the test."""
    contexts: list[BrowserContext] = []
    told: list[str] = []

    def make(*, language: str = "ja", width: int = 1280, scripts: bool = True) -> Page:
        size: Any = {"width": width, "height": 900}
        context = browser.new_context(base_url=served.address, viewport=size, java_script_enabled=scripts)
        context.set_default_timeout(60_000)
        speak(context, served.address, language)
        contexts.append(context)
        page = context.new_page()
        listen(page, told)
        return page

    yield make
    for context in contexts:
        context.close()
    assert told == []


def sign_in(page: Page, account: str) -> None:
    """Name and password, through the page."""
    page.goto("/sign-in/")
    page.locator("[name=login]").fill(account)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button").click()


def set_up_app(page: Page) -> str:
    """Set up the authenticator app of who has just signed in; gives its secret."""
    page.goto("/accounts/second-factor/totp/activate/")
    if page.locator("[name=password]").count():
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
    secret = page.locator("main code").inner_text()
    page.locator("[name=code]").fill(code_of(secret))
    page.locator("form:has([name=code]) button").click()
    page.wait_for_url("**/recovery-codes/**")
    return secret


def button(page: Page, words: str) -> Any:
    """The button of the main part with exactly these words."""
    return page.locator("main button, main a.mk-button").filter(has_text=re.compile(rf"^\s*{words}\s*$")).first


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_clerk_signs_in_with_two_factors_and_prints_a_certificate(
    visit: Callable[..., Page], served: Served, language: str
) -> None:
    words, page = WORDS[language], visit(language=language)
    sign_in(page, FLOW_CLERKS[language])
    page.wait_for_url("**/work/")
    secret = set_up_app(page)
    page.context.clear_cookies()
    speak(page.context, served.address, language)
    sign_in(page, FLOW_CLERKS[language])
    page.wait_for_url("**/second-factor/**")
    assert_accessible(page)
    page.locator("[name=code]").fill(code_of(secret, 1))
    page.locator("form:has([name=code]) button").first.click()
    page.wait_for_url("**/work/")
    page.locator("nav a:visible", has_text=words["residents"]).first.click()
    page.locator("main [name=name]").fill(served.facts["name"])
    button(page, words["find"]).click()
    assert_accessible(page)
    page.locator(f"main a[href='/{TOWN}/work/residents/{served.facts['person_id']}/']").click()
    button(page, words["issue"]).click()
    page.locator("[name=identity_check]").select_option("individual_number_card")
    button(page, words["next"]).click()
    assert_accessible(page)
    assert_no_sideways_scroll(page, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
    button(page, words["confirm"]).click()
    page.wait_for_url(re.compile(r"/certificates/[0-9a-f-]{36}/"))
    number = re.search(r"20\d\d-\d+", page.locator("h1").inner_text())
    assert number
    answer = page.request.get(page.url + "certificate.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    shown = printed(answer.body())
    assert number[0] in shown
    assert "".join(served.facts["name"].split()) in shown


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_resident_comes_from_the_portal_to_the_town_and_checks_a_paper(
    visit: Callable[..., Page], language: str
) -> None:
    words, page = WORDS[language], visit(language=language, width=390)
    page.goto("/")
    page.locator("main [name=q]").fill("鯖江")
    page.keyboard.press("Enter")
    page.locator(f"main a[href='/{TOWN}/']").first.click()
    page.wait_for_url(f"**/{TOWN}/")
    assert words["town"] in page.locator("h1").inner_text()
    page.locator("main a", has_text=words["check"]).click()
    page.locator("[name=code]").fill("http://localhost/182079/verify/aaaabbbbccccdddd/")
    button(page, "確かめる|Check").click()
    assert page.locator(f"text={words['unknown']}").is_visible()
    assert_accessible(page)


def test_a_town_speaks_plainly_to_those_who_ask(visit: Callable[..., Page]) -> None:
    page = visit(language="easy", width=390)
    page.goto(f"/{TOWN}/")
    assert page.locator("text=あなたの じょうほうを まもる ために").is_visible()
    assert_accessible(page)


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says or is named exactly so; every step on the way shows where it is."""
    hidden: list[str] = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if not here["body"] and (here["outline"] < LEAST_OUTLINE or not here["seen"] or here["covered"]):
            hidden.append(here["name"])
        if here["words"] == words:
            assert hidden == [], f"{page.url}: no sign of the focus"
            return
    raise AssertionError(f"{page.url}: Tab never reaches {words}")


def press(page: Page, words: str) -> None:
    """Go there by Tab and press Enter."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def type_into(page: Page, name: str, text: str) -> None:
    """Go to that field by Tab and type."""
    tab_to(page, name)
    page.keyboard.insert_text(text)


def test_a_clerk_comes_from_sign_in_to_the_certificate_with_the_keyboard_alone(
    visit: Callable[..., Page], served: Served
) -> None:
    page = visit()
    page.goto("/sign-in/")
    type_into(page, "login", CLERK)
    type_into(page, "password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/")
    press(page, "住民を探す")
    page.wait_for_url("**/residents/")
    press(page, "本文へ移る")
    assert page.evaluate("document.activeElement.id") == "main"
    type_into(page, "name", served.facts["name"])
    press(page, "探す")
    page.wait_for_selector("main table a")
    press(page, served.facts["name"])
    page.wait_for_url(re.compile(r"/residents/\d+/$"))
    press(page, "住民票の写しを交付する")
    page.wait_for_url("**/certificates/new/**")
    tab_to(page, "identity_check")
    page.keyboard.press("ArrowDown")
    press(page, "次へ")
    button(page, "交付する").wait_for()
    press(page, "交付する")
    page.wait_for_url(re.compile(r"/certificates/[0-9a-f-]{36}/"))
    tab_to(page, "PDFを開いて印刷する")
    with page.expect_response(re.compile(r"certificate\.pdf")) as told:
        page.keyboard.press("Enter")
    assert told.value.status == 200


@pytest.mark.parametrize("path", ["/", f"/{TOWN}/", "/sign-in/", f"/{TOWN}/verify/"])
def test_tab_goes_round_a_residents_page_without_a_trap(visit: Callable[..., Page], path: str) -> None:
    page = visit(width=390)
    page.goto(path)
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUS)["name"]
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        assert here["body"] or here["outline"] >= LEAST_OUTLINE, here
        if here["name"] == first:
            break
    assert page.evaluate(FOCUS)["name"] == first


def test_a_resident_comes_to_the_check_of_a_paper_without_scripts(visit: Callable[..., Page]) -> None:
    page = visit(scripts=False, width=390)
    page.goto("/")
    page.locator("main [name=q]").fill("鯖江")
    button(page, "検索").click()
    page.locator(f"main a[href='/{TOWN}/']").first.click()
    page.locator("main a", has_text="証明書が本物か確かめる").click()
    page.locator("[name=code]").fill("aaaabbbbccccdddd")
    button(page, "確かめる").click()
    assert page.locator("text=この番号の証明書は見つかりません").is_visible()


def test_a_certificate_is_issued_without_scripts(visit: Callable[..., Page], served: Served) -> None:
    page = visit(scripts=False)
    enter_as(page, "demo-desk-clerk")
    page.locator("nav a:visible", has_text="住民を探す").first.click()
    page.locator("main [name=name]").fill(served.facts["name"])
    button(page, "探す").click()
    page.locator(f"main a[href='/{TOWN}/work/residents/{served.facts['person_id']}/']").click()
    button(page, "住民票の写しを交付する").click()
    page.locator("[name=identity_check]").select_option("individual_number_card")
    button(page, "次へ").click()
    button(page, "交付する").click()
    page.wait_for_url(re.compile(r"/certificates/[0-9a-f-]{36}/"))
    assert page.request.get(page.url + "certificate.pdf").body().startswith(b"%PDF-")
