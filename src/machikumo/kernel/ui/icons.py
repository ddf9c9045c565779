"""The icons: our own drawings on a grid of 24, stroked in the colour of the text; each always beside a word."""

from __future__ import annotations

from typing import Final

from django.utils.safestring import SafeString, mark_safe

PATHS: Final[dict[str, str]] = {
    "add": '<path d="M12 5v14M5 12h14"/>',
    "arrow-left": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "arrow-right": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "attach": '<path d="m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.4a1.6 1.6 0 0 '
    '1-2.3-2.3L14.5 7.2"/>',
    "bell": '<path d="M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7M10 20.5h4"/>',
    "building": '<path d="M3 21h18M5 21V9l7-5 7 5v12M9 21v-5h6v5M9 11.5h.01M15 11.5h.01M12 11.5h.01"/>',
    "calendar": '<rect x="4" y="5" width="16" height="15" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>',
    "certificate": '<path d="M13 20H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v6M8 8h8M8 12h4"/>'
    '<circle cx="17" cy="16" r="2.8"/><path d="m15.5 18.5-.5 3 2-1 2 1-.5-3"/>',
    "chart": '<path d="M4 4v16h16M8.5 16v-4M13 16V8M17.5 16v-6"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "chevron-down": '<path d="m6 9.5 6 6 6-6"/>',
    "chevron-left": '<path d="m14.5 6-6 6 6 6"/>',
    "chevron-right": '<path d="m9.5 6 6 6-6 6"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "delete": '<path d="M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5"/>',
    "document": '<path d="M14 3H6.5A1.5 1.5 0 0 0 5 4.5v15A1.5 1.5 0 0 0 6.5 21h11a1.5 1.5 0 0 0 1.5-1.5V8z'
    'M14 3v5h5M8.5 13h7M8.5 16.5h7"/>',
    "download": '<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M4 20h16"/>',
    "edit": '<path d="m4 20 .8-4L16 4.8a1.8 1.8 0 0 1 2.5 0l.7.7a1.8 1.8 0 0 1 0 2.5L8 19.2zM14 7l3 3"/>',
    "emergency": '<path d="M4 10v4h3l8 5V5l-8 5zM18.5 9a4.5 4.5 0 0 1 0 6"/>',
    "error": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v5.5M12 16.5h.01"/>',
    "external": '<path d="M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"/>',
    "eye": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12"/><circle cx="12" '
    'cy="12" r="3"/>',
    "filter": '<path d="M4 6h16M7 12h10M10.5 18h3"/>',
    "folder": '<path d="M3 18V6a1 1 0 0 1 1-1h5l2.5 3H20a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"/>',
    "help": '<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5h.01"/>',
    "history": '<path d="M4 12a8 8 0 1 1 2.5 5.8M4 6v5h5M12 8v4.5l3 1.5"/>',
    "home": '<path d="m3 11.5 9-8 9 8M5.5 9.5V20h13V9.5M10 20v-6h4v6"/>',
    "household": '<path d="m3 11 9-7.5 9 7.5M5.5 9.5V20h13V9.5"/><circle cx="12" cy="12" r="1.8"/>'
    '<path d="M8.8 20c0-3 1.2-4 3.2-4s3.2 1 3.2 4"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5h.01"/>',
    "key": '<circle cx="8" cy="15.5" r="4"/><path d="m11 12.5 8.5-8.5M16 7.5l3 3M13.5 10l2 2"/>',
    "link": '<path d="M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 '
    '5.7 5.7L12 17"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7 8.5 6 8.5-6"/>',
    "map-pin": '<path d="M12 21.5s7-6.5 7-12a7 7 0 0 0-14 0c0 5.5 7 12 7 12"/><circle cx="12" cy="9.5" r="2.5"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "move": '<path d="M4 8h15m-4-4 4 4-4 4M20 16H5m4 4-4-4 4-4"/>',
    "pause": '<path d="M9 5.5v13M15 5.5v13"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-4 2.5-6 6.5-6s6.5 2 6.5 6M15.5 4.8a3.5 3.5 '
    '0 0 1 0 6.4M18 14.5c2.3.8 3.5 2.6 3.5 5.5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c0-4.5 3-6.5 7.5-6.5s7.5 2 7.5 6.5"/>',
    "phone": '<path d="M5 4h4l1.5 4.5L8 10a12 12 0 0 0 6 6l1.5-2.5L20 15v4a1.5 1.5 0 0 1-1.5 1.5C11 20.5 3.5 '
    '13 3.5 5.5A1.5 1.5 0 0 1 5 4"/>',
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "print": '<path d="M7 8V3.5h10V8M7 17H4.5A1.5 1.5 0 0 1 3 15.5v-6A1.5 1.5 0 0 1 4.5 8h15A1.5 1.5 0 0 1 '
    '21 9.5v6a1.5 1.5 0 0 1-1.5 1.5H17M7 14h10v6.5H7zM17 11h.01"/>',
    "refresh": '<path d="M20 12a8 8 0 1 1-2.5-5.8M20 4v5h-5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.3"/><circle cx="9" '
    'cy="17" r="2.3"/>',
    "shield": '<path d="M12 3 4.5 6v6c0 4.5 3 7.5 7.5 9 4.5-1.5 7.5-4.5 7.5-9V6zM8.5 12l2.5 2.5 4.5-4.5"/>',
    "sign-out": '<path d="M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h10m-4-4 4 4-4 4"/>',
    "sort": '<path d="m8 10 4-4.5L16 10M8 14l4 4.5L16 14"/>',
    "sort-down": '<path d="M12 5v14m-5-5 5 5 5-5"/>',
    "sort-up": '<path d="M12 19V5m-5 5 5-5 5 5"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="1"/>',
    "success": '<circle cx="12" cy="12" r="8.5"/><path d="m8 12.5 2.8 2.8L16 9.5"/>',
    "table": '<rect x="3.5" y="5" width="17" height="14" rx="1.5"/><path d="M3.5 10h17M3.5 14.5h17M9.5 10v9"/>',
    "task": '<path d="M9 4.5H6.5A1.5 1.5 0 0 0 5 6v13a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 19V6a1.5 1.5 '
    '0 0 0-1.5-1.5H15"/><rect x="9" y="3" width="6" height="3.5" rx="1"/><path d="m8.5 13.5 2.5 2.5 '
    '4.5-4.5"/>',
    "upload": '<path d="M12 15V4m-4.5 4.5L12 4l4.5 4.5M4 20h16"/>',
    "warning": '<path d="M12 3.5 2.5 20h19zM12 10v4.5M12 17.3h.01"/>',
    "yen": '<path d="m6 4 6 8 6-8M12 12v8.5M7 12.5h10M7 16.5h10"/>',
}


def icon(name: str) -> SafeString:
    """The drawing, hidden from screen readers since a word stands beside it; KeyError names an unknown one."""
    return mark_safe(  # noqa: S308 - our own constant markup
        '<svg class="mk-icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f"{PATHS[name]}</svg>"
    )
