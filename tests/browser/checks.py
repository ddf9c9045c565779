"""What every page must pass in a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1"
SCREENSHOTS = ROOT / "var" / "screenshots"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
GRAVE = ("serious", "critical")


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


def screenshot(page: Page, name: str) -> Path:
    """A picture of the whole page under var/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    file = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=file, full_page=True)
    return file
