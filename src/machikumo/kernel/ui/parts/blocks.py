"""Parts that hold a piece of the page: buttons, notices, cards, facts, confirmations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.kernel.ui.parts.rendering import pair, part, trimmed

if TYPE_CHECKING:
    from django.template import Context
    from django.utils.safestring import SafeString

NOTICE_WORDS = {
    "info": ("お知らせ", "Information"),
    "success": ("完了", "Done"),
    "warning": ("注意", "Attention"),
    "error": ("エラー", "Error"),
}


def button(
    content: str,
    *,
    kind: str = "",
    href: str = "",
    icon: str = "",
    size: str = "",
    type: str = "submit",  # noqa: A002 - HTML's own name
    name: str = "",
    value: str = "",
    disabled: bool = False,
    form: str = "",
    download: bool = False,
) -> SafeString:
    """A button, or with ``href`` a link that looks like one; ``kind`` is primary, secondary, text or danger."""
    facts = {"icon": icon, "size": size, "type": type, "name": name, "value": value, "form": form}
    chosen = kind or ("secondary" if href else "primary")
    return part("button", content=content, kind=chosen, href=href, disabled=disabled, download=download, **facts)


def print_button() -> SafeString:
    """A button that opens the browser's print dialogue; it shows only where scripts run."""
    return part("print_button")


def notice(content: str, kind: str = "info", ja: str = "", en: str = "") -> SafeString:
    """A notice; ``kind`` is info, success, warning or error, and is read out in words."""
    return part("notice", content=trimmed(content), kind=kind, title=pair(ja, en), kind_word=pair(*NOTICE_WORDS[kind]))


def emergency(content: str, ja: str, en: str = "") -> SafeString:
    """The banner of an emergency (避難情報 and the like), above everything else of a page."""
    return part("emergency", content=trimmed(content), title=pair(ja, en))


def empty(content: str, ja: str, en: str = "", icon: str = "folder") -> SafeString:
    """What a list shows when it is empty: why, and in the content what to do."""
    return part("empty", content=trimmed(content), title=pair(ja, en), icon=icon)


def card(content: str, ja: str, en: str = "", *, href: str = "", icon: str = "", level: int = 2) -> SafeString:
    """A card that leads to one thing; the whole card is the target."""
    return part("card", content=trimmed(content), title=pair(ja, en), href=href, icon=icon, level=level)


def panel(content: str, *, ground: bool = False) -> SafeString:
    """A bordered piece of a page; ``ground`` gives it the pale ground."""
    return part("panel", content=content, ground=ground)


def disclosure(content: str, ja: str, en: str = "", *, open: bool = False) -> SafeString:  # noqa: A002 - HTML's name
    """Details that few need, closed at first."""
    return part("disclosure", content=content, title=pair(ja, en), open=open)


def facts(content: str, *, columns: bool = False) -> SafeString:
    """A description list of ``fact`` tags."""
    return part("facts", content=content, columns=columns)


def fact(content: str, ja: str, en: str = "") -> SafeString:
    """One known thing: its name, and in the content its value; an empty value shows a dash."""
    return part("fact", content=trimmed(content), term=pair(ja, en))


def stats(content: str) -> SafeString:
    """A row of ``stat`` tags."""
    return part("stats", content=content)


def stat(
    ja: str,
    en: str = "",
    *,
    value: Any,
    unit: str = "",
    unit_en: str = "",
    note: str = "",
    href: str = "",
    kind: str = "",
) -> SafeString:
    """One figure with its unit; ``kind`` colours its edge: success, warning or error, which the note must also say."""
    facts_of = {"value": value, "unit": pair(unit, unit_en), "note": note, "href": href, "kind": kind}
    return part("stat", title=pair(ja, en), **facts_of)


def timeline(content: str) -> SafeString:
    """What happened, as ``event`` tags, newest first."""
    return part("timeline", content=content)


def event(content: str, when: Any, ja: str, en: str = "") -> SafeString:
    """One thing that happened: a day or moment, what it was, and in the content more about it."""
    return part("event", content=trimmed(content), when=when, moment=hasattr(when, "hour"), title=pair(ja, en))


def confirm(
    context: Context,
    content: str,
    ja: str,
    en: str = "",
    *,
    action: str = "",
    cancel: str,
    submit: str,
    submit_en: str = "",
    undo: str,
    undo_en: str = "",
    danger: bool = False,
) -> SafeString:
    """A question on a page of its own: what will happen (content), whether it can be undone, do it or go back."""
    facts_of = {"action": action, "cancel": cancel, "submit": pair(submit, submit_en), "undo": pair(undo, undo_en)}
    token = context.get("csrf_token", "")
    return part("confirm", content=content, title=pair(ja, en), danger=danger, csrf_token=token, **facts_of)
