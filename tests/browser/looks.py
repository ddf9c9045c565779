"""How a page looks and reads, as far as a machine can tell: words in the wrong language, keys, squeezed text, width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from browser.checks import GRAVE, assert_no_sideways_scroll, faults, screenshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

WIDE, PHONE, NARROWEST, HEIGHT = 1280, 390, 320, 900
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
MARKS = re.compile(r"\s*(?:※必須|任意|Required|Optional)\s*$")  # beside the label of a field
OFFICIAL = ("住登外者宛名基本情報", "宛名番号")  # titles of a standard that has no English edition
AS_GIVEN = re.compile(r"\u3000|\.[a-z]{3,4}$|^(?:" + "|".join(OFFICIAL) + ")")
ENGLISH = re.compile(r"^[A-Za-z][a-z]{3,}(?: [A-Za-z',.-]+)*$")
NO_KEY = r"(?!(?:csv|pdf|zip|json|toml|typ|tsv|html|localhost)\b)"  # endings of files
CODE_WORD = re.compile(rf"\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]{{4,}}\.{NO_KEY}[a-z_]{{4,}}\b")
OPEN_ALL = "() => document.querySelectorAll('main details').forEach(one => { one.open = true; })"
FRAME_WORDS = """() => [...document.querySelectorAll(
        'h1, h2, h3, legend, label, caption, thead th, main button, nav a, main dt, .mk-chip')]
    .filter(one => !one.closest('[lang]:not(html), .mk-card__title, .mk-languages, .mk-menu--language, pre, code'))
    .map(one => one.innerText.trim()).filter(words => words)"""
SEEN_WORDS = """() => { const copy = document.querySelector('main').cloneNode(true);
    copy.querySelectorAll('code, pre, script, option, .mk-code').forEach(one => one.remove());
    return copy.textContent; }"""
SQUEEZED = """() => [...document.querySelectorAll('main *')].filter(one => {
        const texts = [...one.childNodes].filter(part => part.nodeType === 3);
        const own = texts.map(part => part.textContent.trim()).join('');
        const place = one.getBoundingClientRect(), letter = parseFloat(getComputedStyle(one).fontSize);
        return own.length > 3 && place.width > 2 && place.width < 2.2 * letter && place.height > 3 * letter;
    }).map(one => one.outerHTML.slice(0, 120))"""
TORN = """() => [...document.querySelectorAll('.mk-table--cards tbody td')].filter(one =>
        [...one.childNodes].filter(part => part.nodeType === 1 || part.textContent.trim()).length > 1
    ).map(one => one.outerHTML.slice(0, 120))"""


def faults_of(page: Page, name: str, language: str) -> list[str]:
    """All that is wrong with the page as it stands, with every part of it opened; takes pictures when asked for."""
    screenshot(page, f"page-{name.replace(':', '-')}-{language}-{WIDE}")
    page.evaluate(OPEN_ALL)
    found = [*_axe(page), *_words(page, language)]
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    screenshot(page, f"page-{name.replace(':', '-')}-{language}-{PHONE}")
    try:
        assert_no_sideways_scroll(page, NARROWEST)
    except AssertionError as problem:
        found.append(str(problem))
    found += [f"squeezed: {part}" for part in page.evaluate(SQUEEZED)]
    found += [f"torn between lines on a phone: {part}" for part in page.evaluate(TORN)]
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    return [f"{page.url} ({language}) {line}" for line in found]


def _axe(page: Page) -> Iterator[str]:
    for fault in faults(page):
        if fault["impact"] in GRAVE:
            for node in fault["nodes"]:
                yield f"{fault['id']}: {node['html'][:160]} {node['failureSummary'][:160]}"


def _words(page: Page, language: str) -> Iterator[str]:
    """Keys instead of words, and words of the frame in the other language.

    Names of people (with a full-width space) and of files stay as they are written.
    """
    for word in CODE_WORD.findall(page.evaluate(SEEN_WORDS)):
        yield f"says {word}"
    for words in page.evaluate(FRAME_WORDS):
        line = MARKS.sub("", words)
        if language == "en" and JAPANESE.search(line) and not AS_GIVEN.search(line):
            yield f"not in English: {line[:90]}"
        if language == "ja" and ENGLISH.match(line):
            yield f"not in Japanese: {line[:90]}"
