"""Words, figures, dates, icons and chips."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from machikumo.kernel.ui import dates
from machikumo.kernel.ui import icons as drawings
from machikumo.kernel.ui.language import choose, words
from machikumo.kernel.ui.parts.rendering import pair, trimmed

CHIP_ICONS = {"success": "success", "info": "info", "warning": "warning", "error": "error", "neutral": ""}


def t(ja: str = "", en: str = "", easy: str = "", **values: Any) -> str:
    """The text in the reader's language; ``{name}`` in it takes the value of that name.

    Texts written in the template are ours and may hold markup; values and texts from variables are escaped.
    """
    text = choose_as_given(ja, en, easy)
    if not values:
        return text
    safe = {name: conditional_escape(value) for name, value in values.items()}
    return SafeString(conditional_escape(text).format_map(safe))


def choose_as_given(ja: str, en: str, easy: str) -> str:
    """The chosen text, still marked safe when it was written in the template."""
    chosen = choose(ja, en, easy)
    given = next((text for text in (ja, en, easy) if str(text) == chosen), chosen)
    return SafeString(chosen) if isinstance(given, SafeString) else chosen


def icon(name: str) -> SafeString:
    """The icon of that name; a word must stand beside it."""
    return drawings.icon(name)


def chip(ja: str, en: str = "", kind: str = "neutral", icon: str = "") -> SafeString:
    """A status chip: an icon and a word; ``kind`` is neutral, info, success, warning or error."""
    drawing = icon or CHIP_ICONS[kind]
    return format_html(
        '<span class="mk-chip mk-chip--{}">{}{}</span>',
        kind,
        drawings.icon(drawing) if drawing else "",
        pair(ja, en),
    )


def wareki(day: date | datetime | None, form: str = "both") -> str:
    """A day as ``<time>``: ``form`` is both (era and Gregorian), era, gregorian or weekday; empty for None."""
    if not day:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(dates.JAPAN).date()
    written = {"both": dates.both, "era": dates.in_era, "gregorian": dates.gregorian, "weekday": dates.with_weekday}
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), written[form](day))


def jst(when: datetime | None) -> str:
    """A moment as ``<time>`` in Japan's time; empty for None."""
    if not when:
        return ""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), dates.moment(when))


def number(value: Any) -> str:
    """A whole number with its thousands set apart: 1,741; anything else as it is."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def capture(content: str) -> str:
    """What stands between the tags, for use more than once: ``{% capture as name %}…{% endcapture %}``."""
    return trimmed(content)


def words_of(value: Any) -> str:
    """The filter ``words``: one of our errors or a pair (Japanese, English) in the reader's language."""
    return words(value)


def drawn(markup: str) -> SafeString:
    """The filter ``drawn``: a drawing of ``kernel.ui.svg``, which escapes the words it is given."""
    return SafeString(markup)
