"""What every page must pass in a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
GRAVE = ("serious", "critical")
FOCUS = """() => {
    const one = document.activeElement, style = getComputedStyle(one), place = one.getBoundingClientRect();
    const after = getComputedStyle(one, '::after'), line = one.getClientRects()[0] || place;
    return {
        name: one.tagName + ' ' + (one.textContent || one.value || '').trim().slice(0, 30),
        words: one.matches('input, select, textarea') ? one.name : (one.innerText || '').trim(),
        outline: Math.max(parseFloat(style.outlineStyle === 'none' ? 0 : style.outlineWidth),
                          parseFloat(after.outlineStyle === 'none' ? 0 : after.outlineWidth)),
        seen: place.bottom > 0 && place.top < innerHeight && place.width > 0,
        covered: !one.contains(document.elementFromPoint(line.x + line.width / 2, line.y + line.height / 2)),
        body: one === document.body,
    };
}"""
LEAST_OUTLINE = 2  # pixels
pictures: list[Path] = []  # the folder that --screenshots names, if any


def faults(page: Page) -> list[dict[str, Any]]:
    """All that axe finds on the page as it is now, told in Japanese."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate((AXE / "axe.min.js").read_text("utf-8"))
        locale = json.loads((AXE / "locales" / "ja.json").read_text("utf-8"))
        page.evaluate("locale => axe.configure({locale})", locale)
    options = {"runOnly": {"type": "tag", "values": RULES}, "rules": {"target-size": {"enabled": True}}}
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(told => told.violations)", options)
    return found


def assert_accessible(page: Page) -> None:
    """Fail on every serious or critical finding of axe, with what and where."""
    grave = [
        f"{fault['id']}（{fault['impact']}）{fault['help']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
        for fault in faults(page)
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
    assert not grave, f"{page.url}\n" + "\n".join(grave)


def assert_no_sideways_scroll(page: Page, width: int = 320) -> None:
    """Fail when the page is wider than a screen of that width; the page keeps the width afterwards."""
    before = page.viewport_size or {"width": width, "height": 800}
    page.set_viewport_size({"width": width, "height": before["height"]})
    scrolled = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert scrolled <= 0, f"{page.url} is {scrolled} px too wide at {width} px: {wide}"


def screenshot(page: Page, name: str) -> None:
    """A picture of the whole page in the folder of ``--screenshots``; without that option none."""
    for folder in pictures:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
