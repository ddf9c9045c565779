"""Everybody who works with the product, signed in, and for each page of it somebody who may open it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from browser.made_town import CLERK, KEYED, PASSWORD
from browser.served import GROUP, OTHER_TOWN, PREFECTURE, TOWN, Served, enter_as, printed, speak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

OK, NO_GET, WIDE, HEIGHT = 200, 405, 1280, 900
ACCOUNTS = {  # who is asked first for a page, and where each works
    "": TOWN,
    "demo-desk-clerk": TOWN,
    "demo-section-head": TOWN,
    "demo-information-officer": TOWN,
    "demo-auditor": TOWN,
    CLERK: TOWN,
    KEYED: TOWN,
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
CONFIRM = "/accounts/confirm/"
QUERIES = {
    "certificates:new": "?person={person_id}",
    "rehearsals:rows": "?layout=resident-standard&measure=kind&item=&value=mended",
}
SHIPPED = {"key": "nonresident-addressee", "form": "toml"}
EDITION = {"number": 1, "form": "toml"}
OWN_KEYS: dict[str, dict[str, Any]] = {  # where another room's word for an argument means another thing
    "organisations:role": {"key": "desk_clerk"},
    "definitions:shipped": SHIPPED,
    "definitions:download_shipped": SHIPPED,
    "definitions:item": {"place": 1},
    "definitions:remove": {"place": 1},
    "definitions:move": {"place": 1},
    "definitions:edition": EDITION,
    "definitions:try": EDITION,
    "definitions:download": EDITION,
    "questions:question": {"number": 1},
    "definitions:diff": {"old": 1, "new": 0},
    "definitions:target": {"item": "sex"},
    "definitions:add_step": {"item": "sex"},
    "definitions:code_map": {"table": "minato-sex-to-sex"},
    "definitions:mapping_edition": {"number": 1},
    "definitions:mapping_file": {"number": 1},
    "definitions:mapping_diff": {"old": 1, "new": 0},
}
PASSKEY = {  # a device of this browser that always says yes
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def code_of(secret: str, steps: int = 0) -> str:
    """What the authenticator app shows now, or some steps of 30 seconds later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


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
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def of(self, account: str) -> BrowserContext:
        """The context of that account, in Japanese at first."""
        if account not in self.contexts:
            size: Any = {"width": WIDE, "height": HEIGHT}
            context = self.browser.new_context(base_url=self.served.address, viewport=size)
            context.set_default_timeout(30_000)
            speak(context, self.served.address, "ja")
            if account:
                self._enter(context.new_page(), account)
            self.contexts[account] = context
        return self.contexts[account]

    def page(self, account: str) -> Page:
        """A page of that account."""
        return self.of(account).new_page()

    def _enter(self, page: Page, account: str) -> None:
        if account.startswith("demo-"):
            enter_as(page, account)
        else:
            page.goto("/sign-in/")
            page.locator("[name=login]").fill(account)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("form:has([name=password]) button").click()
            if account == KEYED:
                page.locator("[name=code]").fill(code_of(self.served.facts["secret"]))
                page.locator("form:has([name=code]) button").first.click()
            page.wait_for_url(re.compile("/work/$|/sign-in/where/$"))
        page.close()

    def visit(self, page: Page, path: str) -> None:
        """Open the page; where the own password is asked for again, give it."""
        page.goto(path)
        if page.url.partition("?")[0].endswith(CONFIRM) and not path.endswith(CONFIRM):
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("form:has([name=password]) button").first.click()
            page.wait_for_url(f"**{path}")

    def close(self) -> None:
        """Everybody goes home."""
        for context in self.contexts.values():
            context.close()


def keys_of(crowd: Crowd) -> dict[str, Any]:
    """What stands in addresses: keys of the towns' records, and of a certificate, a row of the ledger and a passkey."""
    known: dict[str, Any] = {"which": "reasons", "key": "list", "member": TOWN, "stop_id": 0, "block_id": 0}
    known |= crowd.served.facts
    page = crowd.page("demo-desk-clerk")
    issued = _issued_path(page, known["person_id"])
    known["request_id"] = issued.rstrip("/").rsplit("/", 1)[-1]
    paper = printed(page.request.get(f"{issued}certificate.pdf").body())
    known["token"] = (re.search(r"/verify/([a-z2-7]+)", paper) or ["", "unknown"])[1]
    page.close()
    page = crowd.page("demo-auditor")
    page.goto(f"/{TOWN}/work/ledger/")
    known["entry_id"] = _first(page, r"/rows/([0-9a-f-]+)/")
    known["subject"] = _first(page, r"/subjects/([^/\"]+)/")
    page.close()
    page = crowd.page("demo-prefecture-officer")
    page.goto(f"/{PREFECTURE}/work/releases/")
    known["release_id"] = _first(page, r"/work/releases/(\d+)/")
    page.close()
    page = crowd.page("demo-information-officer")
    page.goto(f"/{TOWN}/work/releases/made/")
    known["made_id"] = _first(page, r"/made/(\d+)/withdraw/")
    page.close()
    return known | {"pk": _passkey(crowd)}


def _issued_path(page: Page, person: int) -> str:
    page.goto(f"/{TOWN}/work/certificates/new/?person={person}")
    page.locator("[name=identity_check]").first.select_option("individual_number_card")
    page.locator("main button[type=submit]", has_text="次へ").click()
    page.locator("main button[type=submit]", has_text="交付する").first.click()
    page.wait_for_url(re.compile(r"/certificates/[0-9a-f-]{36}/"))
    return page.url


def _passkey(crowd: Crowd) -> str:
    """Register a passkey as its owner does, through the page; gives its key."""
    page = crowd.page(KEYED)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})
    crowd.visit(page, "/accounts/second-factor/webauthn/add/")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/second-factor/")
    page.goto("/accounts/second-factor/webauthn/")
    found = _first(page, r"/webauthn/keys/(\d+)/")
    page.close()
    return found


def _first(page: Page, pattern: str) -> str:
    found = re.search(pattern, page.content())
    return found[1] if found else ""


def named_addresses() -> dict[str, str]:
    """Every named address of the product with its route."""
    from django.urls import URLPattern, get_resolver

    def walk(resolver: Any, route: str, space: str) -> Iterator[tuple[str, str]]:
        for one in resolver.url_patterns:
            whole = route + str(one.pattern)
            if isinstance(one, URLPattern):
                if one.name:
                    yield space + one.name, whole
            else:
                yield from walk(one, whole, f"{one.namespace}:" if one.namespace else space)

    return dict(walk(get_resolver(), "/", ""))


def place_of(crowd: Crowd, name: str, route: str, keys: dict[str, Any]) -> Place | None:
    """The page with the first account that may open it, with an empty path when nobody may; None for what is no page.

    No page is an address that only takes a POST, or that gives something else than HTML.
    """
    for account, home in ACCOUNTS.items():
        path = _path(route, home, keys | OWN_KEYS.get(name, {})) + QUERIES.get(name, "").format(**keys)
        answer = crowd.of(account).request.get(path, max_redirects=0)
        if answer.status == NO_GET:
            return None
        if answer.status == OK:
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            return Place(name, account, path) if is_page else None
    return Place(name, "", "")


def _path(route: str, code: str, keys: dict[str, Any]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(keys.get(part[1], code)), route)
