"""Step 4 of the demonstration, driven as its people would: resident, clerk, prefecture, auditor."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.site.demo.story import Verdict
from machikumo.site.demo.visitors import CHROMIUM, FLAGS, BrowserVisitor, HttpVisitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from machikumo.site.demo.visitors import Visitor

TOWN, OTHER_TOWN, PREFECTURE = "182079", "403491", "180009"
OK, NOT_FOUND = 200, 404


class Unexpected(AssertionError):
    """The page was not what the step expected."""


def expect(condition: object, words: str) -> None:
    """Raise Unexpected with the words when the condition does not hold."""
    if not condition:
        raise Unexpected(words)


def failed(step: str, detail: str) -> Verdict:
    """A step that did not hold."""
    return Verdict(step, passed=False, detail=detail)


def told(verdicts: list[Any]) -> int:
    """Print a line a step; 0 when all passed."""
    for verdict in verdicts:
        sys.stdout.write(verdict.line() + "\n")
    whole = all(verdict.passed for verdict in verdicts)
    sys.stdout.write("demo-check: " + ("green\n" if whole else "RED\n"))
    return 0 if whole else 1


def drive(address: str) -> list[Verdict]:
    """Every step by its own visitor."""
    steps: dict[str, Callable[[Visitor], str]] = {
        "4a resident 住民が町のページを開く": resident,
        "4b clerk 窓口で住民票の写しを交付する": clerk,
        "4c prefecture 県が移行状況を見る": prefecture,
        "4d auditor 監査担当が閲覧記録を見る": auditor,
        "4e isolation 他の町の記録は見えない": stranger,
    }
    verdicts = []
    for step, act in steps.items():
        with visitor(address) as (one, kind):
            try:
                verdicts.append(Verdict(step, passed=True, detail=f"{act(one)} ({kind})"))
            except Exception as problem:  # noqa: BLE001 - any failure of a step is its verdict
                said = next(iter(str(problem).splitlines()), "")
                verdicts.append(failed(step, f"{type(problem).__name__}: {said[:300]}"))
    return verdicts


@contextmanager
def visitor(address: str) -> Iterator[tuple[Visitor, str]]:
    """A browser where Chromium and its driver are here, else the same over HTTP."""
    if not Path(CHROMIUM).exists() or os.environ.get("MACHIKUMO_BROWSER") == "none":
        yield HttpVisitor(address), "pass (HTTP only, no Chromium)"
        return
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        yield HttpVisitor(address), "HTTP only, no browser driver"
        return
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(locale="ja-JP", accept_downloads=True).new_page()
        page.set_default_timeout(20_000)
        yield BrowserVisitor(address, page), "Chromium"
        browser.close()


def _enter(one: Visitor, account: str) -> None:
    expect(one.open("/demo/") == OK, "the demo door did not open")
    one.press("", value=account)


def resident(one: Visitor) -> str:
    """From the portal to the town's page, in Japanese and in English."""
    expect(one.open("/") == OK, "the portal did not open")
    expect(f"/{TOWN}/" in one.links(), "the portal has no link to the town")
    expect(one.open(f"/{TOWN}/") == OK, "the town's page did not open")
    expect("鯖江市" in one.text(), "the town's page does not name the town")
    one.press("", value="en")
    one.open(f"/{TOWN}/")
    expect("How your data is protected" in one.text(), "the town's page is not in English")
    return "portal, town's page, both languages"


def _found_people(one: Visitor, name: str) -> list[str]:
    expect(one.open(f"/{TOWN}/work/residents/") == OK, "the search did not open")
    one.press("探す", {"name": name, "ground": "resident_request"})
    found = [link for link in one.links() if re.fullmatch(rf"/{TOWN}/work/residents/\d+/", link)]
    expect(found, f"nobody named {name} was found")
    return found


def _lives_here(one: Visitor, path: str) -> bool:
    """Open the person's page; whether it is somebody who lives here and has nobody missing from the household."""
    expect(one.open(path) == OK, "the person's page did not open")
    words = one.text()
    expect("履歴" in words, "the person's page shows no history")
    return re.search(r"(日本人|外国人)\s*住民", words) is not None and "可能性があります" not in words


def clerk(one: Visitor) -> str:
    """Sign in, find, look at the history, issue, and hold the PDF."""
    _enter(one, "demo-desk-clerk")
    path = next((path for path in _found_people(one, "佐藤")[:10] if _lives_here(one, path)), "")
    expect(path, "none of the people found lives here")
    person = path.rstrip("/").rsplit("/", 1)[-1]
    expect(one.open(f"/{TOWN}/work/certificates/new/?person={person}") == OK, "the certificate form did not open")
    return f"certificate of {issue(one)}"


def issue(one: Visitor) -> str:
    """The order, the second look, and the PDF in hand; gives its size in words."""
    one.press("次へ", {"identity_check": "individual_number_card"})
    expect("交付する" in one.text(), "the second look did not come")
    one.press("交付する")
    pdf = next((link for link in one.links() if link.endswith("/certificate.pdf")), "")
    expect(pdf, "there is no link to the PDF")
    body = one.download(pdf)
    expect(body.startswith(b"%PDF-"), "the document is not a PDF")
    return f"{len(body):,} bytes"


def prefecture(one: Visitor) -> str:
    """The prefecture sees which towns have moved in, and nothing else of them."""
    _enter(one, "demo-prefecture-officer")
    expect(one.open(f"/oversight/{PREFECTURE}/") == OK, "the prefecture's page did not open")
    words = one.text()
    expect("鯖江市" in words and "移行済み" in words, "the prefecture does not see that the town moved in")
    expect(one.open(f"/{TOWN}/work/residents/") == NOT_FOUND, "the prefecture could open the town's register")
    return "sees that 鯖江市 has moved in, cannot open its register"


def auditor(one: Visitor) -> str:
    """The auditor sees who looked at whom."""
    _enter(one, "demo-auditor")
    expect(one.open(f"/{TOWN}/work/ledger/") == OK, "the ledger did not open")
    expect("窓口　はなこ" in one.text() or "窓口 はなこ" in one.text(), "the clerk's look is not in the ledger")
    return "the clerk's look is in the ledger"


def stranger(one: Visitor) -> str:
    """A clerk of another town guesses addresses and finds nothing."""
    _enter(one, "demo-desk-clerk")
    for path in (f"/{OTHER_TOWN}/work/", f"/{OTHER_TOWN}/work/residents/", f"/{OTHER_TOWN}/work/residents/1/"):
        expect(one.open(path) == NOT_FOUND, f"{path} did not answer 404")
    return "404 at every guessed address"
