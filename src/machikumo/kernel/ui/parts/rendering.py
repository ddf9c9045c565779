"""How a part becomes markup."""

from __future__ import annotations

from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString

from machikumo.kernel.ui.language import choose


def part(name: str, /, **facts: Any) -> SafeString:
    """The markup of ``ui/parts/<name>.html`` with these facts and nothing else of the page."""
    return SafeString(get_template(f"ui/parts/{name}.html").render(facts))


def pair(ja: str, en: str = "") -> str:
    """The words in the reader's language; words without a twin are bilingual already."""
    return choose(ja, en) if en else ja


def trimmed(content: str) -> SafeString:
    """What stood between two tags, without the space around it; the template has escaped it already."""
    return SafeString(content.strip())
