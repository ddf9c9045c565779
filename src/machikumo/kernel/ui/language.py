"""Languages of the pages: Japanese, English and やさしい日本語, chosen by the reader and kept in a cookie.

The words of every page stand side by side where they are used: ``{% t "日本語" "English" %}`` in a template and
``t("日本語", "English")`` in Python. やさしい日本語 is a variant of Japanese: where no easy text is given, it shows
the Japanese one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import lazy

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

COOKIE = "machikumo_language"
COOKIE_SECONDS = 365 * 24 * 60 * 60
JAPANESE, ENGLISH, EASY = "ja", "en", "easy"
LANGUAGES = {JAPANESE: "日本語", ENGLISH: "English", EASY: "やさしい日本語"}
_DJANGO_CODES = {JAPANESE: "ja", ENGLISH: "en", EASY: "ja-easy"}


def active() -> str:
    """The reader's language: ``ja``, ``en`` or ``easy``."""
    code = translation.get_language() or JAPANESE
    if code.startswith(ENGLISH):
        return ENGLISH
    return EASY if code == _DJANGO_CODES[EASY] else JAPANESE


def choose(ja: str, en: str, easy: str = "") -> str:
    """The text in the reader's language; what is not there in English or easy Japanese is given in Japanese."""
    language = active()
    if language == ENGLISH:
        return str(en) or str(ja)
    return str(easy or ja) if language == EASY else str(ja)


t = lazy(choose, str)


def words(pair: MachikumoError | tuple[str, str] | str) -> str:
    """One of our errors, or a pair (Japanese, English), in the reader's language; a plain text as it is."""
    if isinstance(pair, MachikumoError):
        return choose(pair.message_ja, pair.message_en)
    return choose(*pair) if isinstance(pair, tuple) else str(pair)


def activate(language: str) -> None:
    """Show pages in that language from here on in this thread; an unknown one is Japanese."""
    translation.activate(_DJANGO_CODES.get(language, JAPANESE))


def of_request(request: HttpRequest) -> str:
    """The language that the reader chose, else English when the browser asks for it before Japanese, else Japanese."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    for wish in request.headers.get("Accept-Language", "").lower().split(","):
        code = wish.strip()[:2]
        if code in (JAPANESE, ENGLISH):
            return code
    return JAPANESE


class LanguageMiddleware:
    """Shows each request's pages in the reader's language; stands where Django's own LocaleMiddleware would."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language and say so in the headers."""
        activate(of_request(request))
        request.LANGUAGE_CODE = "en" if active() == ENGLISH else "ja"
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response
