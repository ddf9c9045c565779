"""Bundles and the language switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from machikumo.kernel.ui.bundle import bundle
from machikumo.kernel.ui.language import COOKIE, COOKIE_SECONDS, LANGUAGES

if TYPE_CHECKING:
    from django.http import HttpRequest

FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def bundle_file(request: HttpRequest, digest: str, kind: str) -> HttpResponse:
    """The style sheet or script; an address with an old digest gets the present content, not to be kept."""
    if kind not in ("css", "js"):
        raise Http404
    found = bundle(kind)
    squeezed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.compressed if squeezed else found.content, content_type=found.media_type)
    if squeezed:
        response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding",))
    response.headers["Cache-Control"] = FOR_GOOD if digest == found.digest else "no-cache"
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back; only to an address of our own."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    if language in LANGUAGES:
        response.set_cookie(
            COOKIE,
            language,
            max_age=COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
