"""The pages of the mapping editor in a browser: accessible, narrow enough for a phone, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.checks import assert_accessible, assert_no_sideways_scroll, screenshot
from machikumo.definitions import relating
from machikumo.layouts.tests.makers import KASUMI, file_of, kasumi_row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

PHONE = 390


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_pages_of_the_mapping_editor_are_accessible_and_narrow(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    make_staff: Callable[..., object],
    town: Organisation,
    scope_of: Callable[..., Scope],
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    define = scope_of(town, permissions=frozenset({"layouts.define", "layouts.view", "layouts.move_in"}))
    facts = {"source": "vendor-kasumi-juki", "target": "resident-standard", "gaiji": "kasumi-sabae"}
    own = relating.begin_mapping(define, key=f"k{width}-{language}", name="霞　当市", **facts)
    file = tmp_path / "juki.csv"
    file.write_bytes(file_of(KASUMI.source, [kasumi_row(number) for number in range(1, 4)]))
    page = open_page(width=width, language=language)
    sign_in(page, make_staff(town, "information_officer").account)
    base = f"/{town.code}/work/layouts/mappings/{own.pk}/"
    parts = {
        "draft": "", "target": "targets/name/", "step": "targets/sex/step/?kind=pad", "map": "maps/kasumi-sex-to-sex/",
        "answers": "answers/", "publish": "publish/", "new": "../new/", "list": "../", "preview": "preview/",
    }  # fmt: skip
    for name, part in parts.items():
        page.goto(base + part)
        assert_accessible(page)
        assert_no_sideways_scroll(page, width)
        screenshot(page, f"mapping-{name}-{width}-{language}")
    page.locator("[name=file]").set_input_files(file)
    page.locator("form:has([name=file]) button").first.click()
    page.locator("table").wait_for()
    assert_accessible(page)
    screenshot(page, f"mapping-previewed-{width}-{language}")
