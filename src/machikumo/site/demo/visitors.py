"""Somebody at a screen: the same few acts by a real browser, or over HTTP where there is none."""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TIMEOUT = 20


class Visitor(Protocol):
    """What a step of the check may do. ``open`` gives the status; ``press`` submits the form that has that button."""

    def open(self, path: str) -> int:
        """Go to the address and give the status."""

    def text(self) -> str:
        """The words of the page."""

    def address(self) -> str:
        """The present path."""

    def links(self) -> list[str]:
        """The paths of all links of the page, in order."""

    def press(self, button: str, fields: dict[str, str] | None = None, *, value: str = "") -> None:
        """Fill the fields by name and press the button with those words, or with that value."""

    def download(self, path: str) -> bytes:
        """The bytes at the address."""


class BrowserVisitor:
    """A real Chromium."""

    def __init__(self, base: str, page: Any) -> None:
        self.base, self.page = base, page

    def open(self, path: str) -> int:
        """Go to the address and give the status."""
        response = self.page.goto(urllib.parse.urljoin(self.base, path))
        status: int = response.status
        return status

    def text(self) -> str:
        """The words of the page."""
        words: str = self.page.inner_text("body")
        return words

    def address(self) -> str:
        """The present path."""
        path: str = urllib.parse.urlsplit(self.page.url).path
        return path

    def links(self) -> list[str]:
        """The paths of all links of the page, in order."""
        found: list[str] = self.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        return found

    def press(self, button: str, fields: dict[str, str] | None = None, *, value: str = "") -> None:
        """Fill the fields by name and press the button with those words, or with that value."""
        for name, content in (fields or {}).items():
            self._fill(name, content)
        if value:
            own = self.page.locator(f'button[value="{value}"]')
            chosen = own if own.count() else self.page.locator(f'form:has([value="{value}"]) button')
        else:
            chosen = self.page.locator("button", has_text=button)
        button_there = chosen.first
        button_there.evaluate("e => { const m = e.closest('details'); if (m) m.open = true; }")
        button_there.click()
        self.page.wait_for_load_state()

    def _fill(self, name: str, content: str) -> None:
        field = self.page.locator(f'[name="{name}"]').first
        kind = field.evaluate("e => e.tagName + ':' + (e.type || '')")
        if kind.startswith("SELECT"):
            field.select_option(content)
        elif kind.endswith((":radio", ":checkbox")):
            self.page.locator(f'[name="{name}"][value="{content}"]').first.check()
        else:
            field.fill(content)

    def download(self, path: str) -> bytes:
        """The bytes at the address."""
        body: bytes = self.page.request.get(urllib.parse.urljoin(self.base, path)).body()
        return body


class _Forms(HTMLParser):
    """The forms of a page with their fields and buttons, and the links."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self._button: dict[str, str] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        facts = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in facts:
            self.links.append(facts["href"])
        elif tag == "form":
            self.forms.append({"action": facts.get("action", ""), "fields": {}, "buttons": []})
        elif self.forms and tag in {"input", "textarea"}:
            self._field(facts)
        elif self.forms and tag == "select":
            self._select = facts.get("name", "")
        elif self.forms and tag == "option" and self._select:
            fields = self.forms[-1]["fields"]
            if "selected" in facts or self._select not in fields:
                fields[self._select] = [facts.get("value", "")]
        elif self.forms and tag == "button":
            self._button = {"name": facts.get("name", ""), "value": facts.get("value", ""), "words": ""}
            self.forms[-1]["buttons"].append(self._button)

    def _field(self, facts: dict[str, str]) -> None:
        name, kind = facts.get("name", ""), facts.get("type", "text")
        if name and (kind not in {"radio", "checkbox"} or "checked" in facts):
            self.forms[-1]["fields"].setdefault(name, []).append(facts.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Note what ends."""
        if tag == "button":
            self._button = None
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        """The words of a button."""
        if self._button is not None:
            self._button["words"] += data


class HttpVisitor:
    """The same acts over HTTP, for a machine without Chromium."""

    def __init__(self, base: str) -> None:
        self.base, self.url, self.body = base, base, ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, path: str) -> int:
        """Go to the address and give the status."""
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.url, path)))  # noqa: S310 - our own http address

    def _ask(self, request: urllib.request.Request) -> int:
        try:
            answer = self._opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as problem:
            answer = problem
        with answer:
            self.url = answer.geturl()
            self.body = answer.read().decode("utf-8", "replace")
            status: int = answer.status
            return status

    def text(self) -> str:
        """The words of the page."""
        bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", self.body, flags=re.DOTALL)
        return re.sub(r"\s+", " ", html.unescape(bare))

    def address(self) -> str:
        """The present path."""
        return urllib.parse.urlsplit(self.url).path

    def _parsed(self) -> _Forms:
        parser = _Forms()
        parser.feed(self.body)
        return parser

    def links(self) -> list[str]:
        """The paths of all links of the page, in order."""
        return self._parsed().links

    def press(self, button: str, fields: dict[str, str] | None = None, *, value: str = "") -> None:
        """Fill the fields by name and press the button with those words, or with that value."""
        found = next(self._matching(button, value), None)
        if found is None:
            raise LookupError(f"{self.address()} has no button {button or value}")
        form, pressed = found
        sent = form["fields"] | {name: [content] for name, content in (fields or {}).items()}
        if pressed["name"]:
            sent[pressed["name"]] = [pressed["value"]]
        request = urllib.request.Request(  # noqa: S310 - our own http address
            urllib.parse.urljoin(self.url, form["action"] or self.url),
            data=urllib.parse.urlencode(sent, doseq=True).encode(),
            headers={"Referer": self.url, "Origin": self.base},
        )
        self._ask(request)

    def _matching(self, button: str, value: str) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
        for form in self._parsed().forms:
            values = {content for contents in form["fields"].values() for content in contents}
            values |= {one["value"] for one in form["buttons"]}
            for one in form["buttons"]:
                if (value and value in {one["value"], *(values if one["value"] == "" else ())}) or (
                    not value and button in one["words"]
                ):
                    yield form, one

    def download(self, path: str) -> bytes:
        """The bytes at the address."""
        with self._opener.open(urllib.parse.urljoin(self.url, path), timeout=TIMEOUT) as answer:
            body: bytes = answer.read()
            return body
