"""Tiles of a town's page that no room owns: how data is protected, and the other municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope


def protection(scope: Scope) -> dict[str, Any]:
    """Leads to the part of the page that says how a resident's data is protected."""
    return {
        "title_ja": "あなたの情報の守り方",
        "title_en": "How your data is protected",
        "url": reverse("town", args=[scope.organisation_code]) + "#trust",
        "icon": "shield",
        "text_ja": "だれがあなたの記録を見たかは、必ず残ります。消すことも書き換えることもできません。",
        "text_en": "Every look at your record is kept, and nobody can rewrite the log.",
        "text_easy": "だれが みたか かならず のこります。",
    }


def other_towns(_scope: Scope) -> dict[str, Any]:
    """Leads to the portal, where another municipality is found."""
    return {
        "title_ja": "ほかの市区町村を探す",
        "title_en": "Find another municipality",
        "url": reverse("portal"),
        "icon": "map-pin",
        "text_ja": "引っ越しの前後に、別の市区町村のページを開けます。",
        "text_en": "Open the page of the place that you move to or from.",
        "text_easy": "ほかの まちの ページを さがします。",
    }
