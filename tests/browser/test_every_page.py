"""Every page of the product, found by its own table of addresses, as the people see it who may open it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browser.crowd import ACCOUNTS, OK, Crowd, Place, keys_of, named_addresses, place_of
from browser.looks import CODE_WORD, SEEN_WORDS, faults_of
from browser.served import OTHER_TOWN, TOWN, Served, listen, speak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

LANGUAGES = ("ja", "en")
FEWEST = 60  # pages, so that a table of addresses that was not read is noticed
UNREACHED = {  # names of addresses that nobody can open here as a page, and why
    "certificates:specimen": "a PDF, of words that a form carries",
    "feeds_api:file": "for machines with a token",
    "feeds_api:rows": "for machines with a token",
    "feeds_api:state": "for machines with a token",
    "gaiji:download": "a file, of a map that was published",
    "layouts:download_export": "a file, of an export that was made",
    "mfa_authenticate": "stands between password and code: test_main_job looks at it there",
    "mfa_login_webauthn": "the challenge of a passkey, for scripts",
    "operations:download": "a file, by its token",
    "oversight:door": "leads on to the organisation's own page",
    "openid_connect_callback": "only another identity provider comes back here",
    "openid_connect_login": "leads on to another identity provider",
    "questions:take_sheet": "takes what a form sends",
    "rehearsals:report": "a file, of a round that was counted",
    "socialaccount_connections": "needs another identity provider",
    "socialaccount_login_error": "only a failure of another identity provider leads there",
    "socialaccount_signup": "needs another identity provider",
    "ui:bundle": "style and scripts, by their digest",
    "ui:names_font": "a font, by the digest of its characters",
}


@pytest.fixture(scope="module")
def crowd(browser: Browser, served: Served) -> Iterator[Crowd]:
    """Everybody, signed in."""
    people = Crowd(browser, served)
    yield people
    people.close()


@pytest.fixture(scope="module")
def places(crowd: Crowd) -> list[Place]:
    """Each page with the first account that may open it."""
    keys: dict[str, Any] = keys_of(crowd)
    asked = {name: route for name, route in named_addresses().items() if name not in UNREACHED}
    found = [place_of(crowd, name, route, keys) for name, route in asked.items()]
    return [place for place in found if place is not None]


def test_somebody_can_open_every_page(places: list[Place]) -> None:
    assert [place.name for place in places if not place.path] == []
    assert len(places) >= FEWEST
    assert UNREACHED.keys() <= named_addresses().keys()


def test_every_page_is_accessible_narrow_and_quiet_in_both_languages(crowd: Crowd, places: list[Place]) -> None:
    wrong: list[str] = []
    for account in ACCOUNTS:
        page = crowd.page(account)
        listen(page, wrong)
        for place in places:
            if place.account != account or not place.path or place.name.startswith("ui:"):  # those: test_design
                continue
            for language in LANGUAGES:
                speak(page.context, crowd.served.address, language)
                crowd.visit(page, place.path)
                if not page.url.endswith(place.path):
                    wrong.append(f"{place.path} led to {page.url}")
                wrong += faults_of(page, place.name, language)
        speak(page.context, crowd.served.address, "ja")
        page.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("account", [account for account in ACCOUNTS if account.startswith("demo-")])
def test_every_page_of_a_roles_navigation_opens_and_speaks_in_words(crowd: Crowd, account: str) -> None:
    page = crowd.page(account)
    page.goto(f"/{ACCOUNTS[account]}/work/")
    links = page.eval_on_selector_all("nav a[href]", "all => all.map(one => one.getAttribute('href'))")
    paths = sorted({link for link in links if link.startswith("/")})
    assert paths
    wrong = []
    for path in paths:
        answer = page.goto(path, wait_until="domcontentloaded")
        words = CODE_WORD.findall(page.evaluate(SEEN_WORDS))
        if answer is None or answer.status != OK or words or page.locator("h1").count() != 1:
            wrong.append((path, answer and answer.status, words))
    page.close()
    assert wrong == []


def test_refusals_are_pages_like_others(crowd: Crowd) -> None:
    page = crowd.page("demo-desk-clerk")
    wrong: list[str] = []
    for language in LANGUAGES:
        speak(page.context, crowd.served.address, language)
        for path, status in (
            (f"/{TOWN}/work/nothing/", 404),
            (f"/{OTHER_TOWN}/work/residents/", 404),
            (f"/{TOWN}/work/ledger/", 403),
        ):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == status
            wrong += faults_of(page, f"error-{status}", language)
    speak(page.context, crowd.served.address, "ja")
    page.close()
    assert not wrong, "\n".join(wrong)
