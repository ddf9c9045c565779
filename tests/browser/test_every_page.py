"""Every page of the product, found by its own table of addresses, as the people see it who may open it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from browser.checks import GRAVE, assert_no_sideways_scroll, faults, screenshot
from browser.made_town import CLERK, PASSWORD
from browser.served import GROUP, OTHER_TOWN, PREFECTURE, TOWN, Served, enter_as, listen, printed, speak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

ACCOUNTS = {  # who is asked first for a page, and where each works
    "": TOWN,
    "demo-desk-clerk": TOWN,
    "demo-section-head": TOWN,
    "demo-information-officer": TOWN,
    "demo-auditor": TOWN,
    CLERK: TOWN,
    "demo-ciso": TOWN,
    "demo-cio": TOWN,
    "demo-platform-operator": GROUP,
    "demo-group-secretariat": GROUP,
    "demo-prefecture-officer": PREFECTURE,
    "demo-ministry-officer": "mic",
    "demo-field-worker": TOWN,
    "demo-open-data-clerk": TOWN,
    "demo-linkage-reviewer": TOWN,
    "demo-vendor-engineer": TOWN,
    "demo-kasuya-clerk": OTHER_TOWN,
}
QUERIES = {"certificates:new": "?person={person_id}"}
# addresses that are no page of their own here: those that lead on at once, documents, pages for a passkey in the hand,
# of another identity provider, and an approval, which no room asks for in these towns
UNREACHED = {
    "approvals:detail",
    "choose_workplace",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "openid_connect_callback",
    "openid_connect_login",
    "operations:download",
    "organisations:role",
    "oversight:door",
    "socialaccount_connections",
    "socialaccount_login_error",
    "socialaccount_signup",
    "ui:bundle",
    "ui:names_font",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_login_webauthn",
    "mfa_authenticate",
    "mfa_trust",
    "mfa_webauthn_list",
}
OK, WIDE, NARROW = 200, 1280, (390, 320)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
CODE_WORD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]{4,}\.[a-z]+_[a-z_]+\b")
FRAME_WORDS = """() => [...document.querySelectorAll(
        'h2, h3, legend, label, caption, thead th, main button, nav a, main dt, .mk-chip')]
    .filter(one => !one.closest('[lang=ja], .mk-card__title, .mk-languages, .mk-menu--language, pre, code'))
    .map(one => one.innerText.trim()).filter(words => words)"""
SEEN_WORDS = """() => { const copy = document.querySelector('main').cloneNode(true);
    copy.querySelectorAll('code, pre, script, option, .mk-code').forEach(one => one.remove());
    return copy.textContent; }"""

pytestmark = pytest.mark.long  # whole towns in a browser take minutes: make test-long


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and one of those who may open it."""

    name: str
    account: str
    path: str


@dataclass(slots=True)
class Crowd:
    """A signed-in browser for each account, made when it is first needed."""

    browser: Browser
    served: Served
    contexts: dict[tuple[str, str], BrowserContext]

    def of(self, account: str, language: str = "ja") -> BrowserContext:
        """The context of that account in that language."""
        if (account, language) not in self.contexts:
            size: Any = {"width": WIDE, "height": 900}
            context = self.browser.new_context(base_url=self.served.address, viewport=size)
            context.set_default_timeout(60_000)
            if account:
                self._enter(context.new_page(), account)
            speak(context, self.served.address, language)
            self.contexts[account, language] = context
        return self.contexts[account, language]

    def _enter(self, page: Page, account: str) -> None:
        if account.startswith("demo-"):
            enter_as(page, account)
        else:
            page.goto("/sign-in/")
            page.locator("[name=login]").fill(account)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("form:has([name=password]) button").click()
            page.wait_for_url("**/work/")
        page.close()


@pytest.fixture(scope="module")
def crowd(browser: Browser, served: Served) -> Iterator[Crowd]:
    """Everybody, signed in."""
    people = Crowd(browser, served, {})
    yield people
    for context in people.contexts.values():
        context.close()


@pytest.fixture(scope="module")
def keys(crowd: Crowd) -> dict[str, Any]:
    """What stands in addresses: keys of the towns' records, and of a certificate and a row of the ledger."""
    known: dict[str, Any] = {"which": "reasons", "key": "list", "member": TOWN, "stop_id": 0, "block_id": 0}
    known |= crowd.served.facts
    issued = _issued_path(crowd.of("demo-desk-clerk").new_page(), known["person_id"])
    known["request_id"] = issued.rstrip("/").rsplit("/", 1)[-1]
    page = crowd.of("demo-desk-clerk").new_page()
    page.goto(issued)
    paper = printed(page.request.get(f"{issued}certificate.pdf").body())
    known["token"] = (re.search(r"/verify/([a-z2-7]+)", paper) or ["", "unknown"])[1]
    page = crowd.of("demo-auditor").new_page()
    page.goto(f"/{TOWN}/work/ledger/")
    known["entry_id"] = _first(page, r"/rows/([0-9a-f-]+)/")
    known["subject"] = _first(page, r"/subjects/([^/\"]+)/")
    page = crowd.of("demo-prefecture-officer").new_page()
    page.goto(f"/{PREFECTURE}/work/releases/")
    known["release_id"] = _first(page, r"/work/releases/(\d+)/")
    return known


def _issued_path(page: Page, person: int) -> str:
    page.goto(f"/{TOWN}/work/certificates/new/?person={person}")
    page.locator("[name=identity_check]").first.select_option("individual_number_card")
    page.locator("main button[type=submit]", has_text="次へ").click()
    page.locator("main button[type=submit]", has_text="交付する").first.click()
    page.wait_for_url(re.compile(r"/certificates/[0-9a-f-]{36}/"))
    return page.url


def _first(page: Page, pattern: str) -> str:
    found = re.search(pattern, page.content())
    return found[1] if found else ""


def _named() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every named address of the product: its route and the arguments that it takes."""
    from django.urls import URLPattern, get_resolver

    def walk(resolver: Any, route: str, space: str) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
        for one in resolver.url_patterns:
            whole = route + str(one.pattern)
            if isinstance(one, URLPattern):
                if one.name:
                    yield space + one.name, (whole, dict(one.pattern.converters))
            else:
                yield from walk(one, whole, f"{one.namespace}:" if one.namespace else space)

    return dict(walk(get_resolver(), "/", ""))


def _path(route: str, code: str, keys: dict[str, Any]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(keys.get(name[1], code)), route)


@pytest.fixture(scope="module")
def places(crowd: Crowd, keys: dict[str, Any]) -> dict[str, Place]:
    """Each page by its name with the first account that may open it; addresses that only take a POST are no pages."""
    found: dict[str, Place] = {}
    for name, (route, _converters) in _named().items():
        asked = {} if name in UNREACHED else ACCOUNTS
        for account, home in asked.items():
            path = _path(route, home, keys) + QUERIES.get(name, "").format(**keys)
            answer = crowd.of(account).request.get(path, max_redirects=0)
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            if answer.status == OK and is_page:
                found[name] = Place(name, account, path)
            if answer.status in {OK, 405}:
                break
        else:
            found[name] = Place(name, "", "")
    return found


def test_somebody_can_open_every_page(places: dict[str, Place]) -> None:
    unreached = {name for name, place in places.items() if not place.path}
    assert unreached <= UNREACHED
    assert len(places) - len(unreached) >= 45


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_accessible_narrow_and_quiet(crowd: Crowd, places: dict[str, Place], language: str) -> None:
    wrong: list[str] = []
    looked = 0
    for account in ACCOUNTS:
        page = crowd.of(account, language).new_page()
        told: list[str] = []
        listen(page, told)
        for place in places.values():
            if place.account == account and place.path:
                page.goto(place.path)
                wrong += _faults_of(page, place, language)
                looked += 1
        wrong += told
        page.close()
    sys_report = "\n".join(wrong)
    assert not wrong, sys_report
    assert looked >= 45


def _faults_of(page: Page, place: Place, language: str) -> list[str]:
    found = [
        f"{place.path} {fault['id']}: {node['html'][:160]} {node['failureSummary'][:160]}"
        for fault in faults(page)
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
    found += [f"{place.path} says {word}" for word in CODE_WORD.findall(page.evaluate(SEEN_WORDS))]
    if language == "en" and not place.name.startswith("ui:"):
        found += [f"{place.path} not in English: {line[:90]}" for line in _japanese_lines(page)]
    if language == "ja":
        screenshot(page, f"page-{place.name.replace(':', '-')}-{WIDE}")
    for width in NARROW:
        try:
            assert_no_sideways_scroll(page, width)
        except AssertionError as problem:
            found.append(str(problem))
        if language == "ja" and width == NARROW[0]:
            screenshot(page, f"page-{place.name.replace(':', '-')}-{width}")
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def _japanese_lines(page: Page) -> list[str]:
    """Words of the frame that stayed Japanese; names of people (with a full-width space) stay as they are written."""
    return [line for line in page.evaluate(FRAME_WORDS) if JAPANESE.search(line) and "\u3000" not in line]


@pytest.mark.parametrize("account", [account for account in ACCOUNTS if account.startswith("demo-")])
def test_every_link_of_the_navigation_leads_somewhere(crowd: Crowd, account: str) -> None:
    page = crowd.of(account).new_page()
    page.goto(f"/{ACCOUNTS[account]}/work/")
    links = page.eval_on_selector_all("nav a[href]", "all => all.map(one => one.getAttribute('href'))")
    paths = {link for link in links if link.startswith("/")}
    assert paths
    assert [path for path in sorted(paths) if page.request.get(path).status != OK] == []
    page.close()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_refusals_are_pages_like_others(crowd: Crowd, language: str) -> None:
    page = crowd.of("demo-desk-clerk", language).new_page()
    for path, status in (
        (f"/{TOWN}/work/nothing/", 404),
        (f"/{OTHER_TOWN}/work/residents/", 404),
        (f"/{TOWN}/work/ledger/", 403),
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status
        place = Place(f"error-{status}", "demo-desk-clerk", path)
        assert _faults_of(page, place, language) == []
    page.close()
