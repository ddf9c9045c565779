"""Names as they are written: a small web font with just the characters of the page that an ordinary PC cannot show.

The page comes at once and names its font by a digest; the font is cut when the browser asks for it. Without IPAmj
Mincho on the server the page is as it was.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from machikumo.kernel.characters import find_ipamj, subset_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

# a base with a variation selector; ideographs beyond the basic plane; compatibility ideographs
RARE = re.compile(r".[\U000e0100-\U000e01ef\ufe00-\ufe0d]|[\U00020000-\U0003ffff]|[\uf900-\ufaff]")
FOR_GOOD = "private, max-age=31536000, immutable"
MOST = 500
NOTE = re.compile(r"[0-9a-f]{32}")


def rare_characters(text: str) -> list[str]:
    """The characters of a page that need the font, each once, sorted; at most some hundreds."""
    return sorted(set(RARE.findall(text)))[:MOST]


def _folder() -> Path:
    return Path(settings.VAR) / "cache" / "names"


def _note(characters: list[str]) -> str:
    """Keep the characters under their digest, whole or not at all; gives the digest."""
    text = "\n".join(characters)
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    file = _folder() / digest
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{id(characters):x}")
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    return digest


def style_for(characters: list[str], nonce: str) -> str:
    """The style that shows just these characters by the font."""
    address = reverse("ui:names_font", args=[_note(characters)])
    points = sorted({ord(sign) for piece in characters for sign in piece})
    ranges = ",".join(f"U+{point:X}" for point in points)
    face = f'@font-face{{font-family:"Machikumo Names";src:url("{address}");unicode-range:{ranges};font-display:swap}}'
    stack = 'body,button,input,select,textarea{font-family:"Machikumo Names",var(--mk-font,"Noto Sans JP"),sans-serif}'
    return f'<style nonce="{nonce}">{face}{stack}</style>'


class NamesFont:
    """Gives a page with rare characters the style that shows them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and look at the page that comes back."""
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith("text/html"):
            return response
        page = response.content.decode(response.charset)
        characters = rare_characters(page)
        if characters and "</head>" in page and find_ipamj() is not None:
            style = style_for(characters, str(getattr(request, "csp_nonce", "")))
            response.content = page.replace("</head>", f"{style}</head>", 1).encode(response.charset)
        return response


@require_safe
def names_font(_request: HttpRequest, digest: str) -> HttpResponse:
    """The font of that digest, cut when it is first asked for; 404 for a digest that no page has named."""
    font = find_ipamj()
    file = _folder() / digest
    if font is None or not NOTE.fullmatch(digest) or not file.is_file():
        raise Http404
    made = subset_font(file.read_text(encoding="utf-8").split("\n"), font)
    response = HttpResponse(made.data, content_type=made.media_type)
    response.headers["Cache-Control"] = FOR_GOOD
    return response
