"""The page frame's own tags: style sheet, scripts, navigation, the town's colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from machikumo.kernel.ui import navigation as doors
from machikumo.kernel.ui.bundle import bundle
from machikumo.kernel.ui.domain.colours import checked, ink_on
from machikumo.kernel.ui.parts.rendering import part

if TYPE_CHECKING:
    from django.template import Context


def stylesheet(context: Context) -> SafeString:
    """The link to the style sheet, and the town's colour as two CSS variables."""
    address = reverse("ui:bundle", args=[bundle("css").digest, "css"])
    organisation = context.get("organisation")
    colour = checked(getattr(organisation, "colour", "") or "")
    return format_html(
        '<link rel="stylesheet" href="{}">\n<style nonce="{}">:root{{--mk-town:{};--mk-town-ink:{}}}</style>',
        address,
        str(context.get("csp_nonce", "")),
        colour,
        ink_on(colour),
    )


def scripts(context: Context) -> SafeString:
    """Our own small scripts; every page works without them."""
    address = reverse("ui:bundle", args=[bundle("js").digest, "js"])
    return format_html('<script src="{}" defer nonce="{}"></script>', address, str(context.get("csp_nonce", "")))


def sections(context: Context, area: str) -> list[doors.Section]:
    """The navigation of a front door for this reader: sections with their links."""
    kept = context.get("kept")
    if kept is not None and area in kept:
        found: list[doors.Section] = kept[area]
        return found
    found = doors.sections(area, context.get("scope"), context.get("organisation"), context.get("request"))
    if kept is not None:
        kept[area] = found
    return found


def navigation(context: Context, area: str) -> SafeString | str:
    """The same as a list of links, made once a page though it stands in the column and in the phone's menu."""
    kept = context.get("kept")
    key = f"{area} markup"
    if kept is not None and key in kept:
        return SafeString(kept[key])
    found = sections(context, area)
    markup = part("navigation", sections=found) if found else ""
    if kept is not None:
        kept[key] = markup
    return markup


def language_switch(context: Context, *, easy: bool = False) -> SafeString:
    """The language switch, a plain POST form; ``easy`` offers やさしい日本語 too."""
    request: Any = context.get("request")
    return part(
        "language_switch",
        languages=doors.language_choices(easy=easy),
        back=request.get_full_path() if request else "/",
        csrf_token=context.get("csrf_token", ""),
    )
